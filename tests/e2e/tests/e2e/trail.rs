//! What staff do leaves one entry each in the trail of their center, and nothing else does.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use vaxslot_domain::access::{Caller, Region};

use crate::{
    request::{Request, get, post, request},
    rows,
    stage::{Stage, own, sign, text},
};

/// A name that must not be in any entry.
const CANARY: &str = "Kanaria Vogel";

async fn trail(stage: &Stage) -> Vec<Value> {
    let path = format!("/v1/admin/audit?center_id={}&limit=200", stage.center);
    let page = stage.send(&get(path).by(&stage.operator)).await.expect(200);
    page.json["entries"].as_array().expect("entries").clone()
}

/// The trail once it has as many entries: they come moments after what they tell of.
async fn await_trail(stage: &Stage, count: usize) -> Vec<Value> {
    for _ in 0..300 {
        let entries = trail(stage).await;
        if entries.len() >= count {
            assert_eq!(entries.len(), count, "{entries:#?}");
            return entries;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{count} entries were awaited for 30 s: {:#?}", trail(stage).await);
}

/// What was done to a district once as many entries tell of it.
async fn await_district(stage: &Stage, district: &Value, count: usize) -> Vec<Value> {
    for _ in 0..300 {
        let page = stage.send(&get("/v1/admin/audit?limit=200").by(&stage.admin)).await.expect(200);
        let entries = page.json["entries"].as_array().expect("entries");
        let found: Vec<Value> = entries.iter().filter(|entry| entry["district_id"] == *district).cloned().collect();
        if found.len() >= count {
            assert_eq!(found.len(), count, "{found:#?}");
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{count} entries of a district were awaited for 30 s");
}

struct Deed {
    action: &'static str,
    request: Request,
    before: Value,
    after: Value,
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_of_staff_leaves_one_entry() {
    let stage = Stage::set().await;
    // Those of the stage itself: its center and its session.
    let first = await_trail(&stage, 2).await;
    let actions: Vec<&Value> = first.iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["publish_session", "register_center"]);
    assert_eq!((&first[1]["before"], &first[1]["after"]["name"]), (&json!({}), &json!("Test Center")));
    assert_eq!((&first[0]["session_id"], &first[0]["by"]), (&json!(stage.session), &json!("staff")));

    let clerk = sign(&stage.signer, &Caller::Admin { region: Region::Country }, "clerk-7");
    let session = |what: &str| format!("/v1/admin/sessions/{}/{what}", stage.session);
    let center = format!("/v1/admin/centers/{}", stage.center);
    let capacity = json!({"slot": "09:00-11:00", "dose": 1, "capacity": 5});
    let opening = json!({"opens_at": null, "queue": "ON"});
    let header =
        "center_id,name,address,state_name,district_id,district_name,block_name,pincode,lat,long,fee_type,opens,closes";
    let fields =
        format!("{},Test Center,2 Test Road,Maharashtra,363,Pune,Haveli,411027,,,Free,09:00:00,18:00:00", stage.center);
    let deed = |action, request: Request, before, after| Deed { action, request: request.by(&clerk), before, after };
    let deeds = [
        deed(
            "change_center",
            request(Method::PATCH, &center).json(&json!({"block": "Haveli"})),
            json!({}),
            json!({"block": "Haveli"}),
        ),
        deed(
            "import_centers",
            post("/v1/admin/import/centers").csv(format!("{header}\n{fields}\n")),
            json!({"address": "1 Test Road"}),
            json!({"address": "2 Test Road"}),
        ),
        deed(
            "set_capacity",
            request(Method::PUT, session("capacity")).json(&capacity),
            json!({"capacity 09:00-11:00 dose 1": "2"}),
            json!({"capacity 09:00-11:00 dose 1": "5"}),
        ),
        deed(
            "set_opening",
            request(Method::PUT, session("opening")).json(&opening),
            json!({"queue": "AUTO"}),
            json!({"queue": "ON"}),
        ),
        deed("close_session", post(session("close")), json!({"status": "OPEN"}), json!({"status": "CLOSED"})),
        deed("reopen_session", post(session("reopen")), json!({"status": "CLOSED"}), json!({"status": "OPEN"})),
        deed("cancel_session", post(session("cancel")), json!({"status": "OPEN"}), json!({"status": "CANCELLED"})),
    ];
    for (number, deed) in deeds.iter().enumerate() {
        let answer = stage.send(&deed.request).await;
        assert!(answer.status < 300, "{}: {}", deed.action, answer.text);
        let newest = &await_trail(&stage, 3 + number).await[0];
        assert_eq!((&newest["action"], &newest["by"]), (&json!(deed.action), &json!("clerk-7")));
        assert_eq!((&newest["before"], &newest["after"]), (&deed.before, &deed.after), "{}", deed.action);
        let of_session = newest["session_id"] == stage.session.as_str();
        assert_eq!(of_session, deed.action.ends_with("_session") || deed.action.starts_with("set_"), "{newest}");
    }
    let publish = json!({
        "date": stage.tomorrow().to_string(), "vaccine": "COVAXIN", "min_age": 18,
        "slots": [{"slot": "12:00-13:00", "capacity": {"1": 3}}],
    });
    let path = format!("{center}/sessions");
    let made = stage.send(&post(path).by(&stage.operator).header("idempotency-key", "once").json(&publish)).await;
    let published = &await_trail(&stage, 10).await[0];
    assert_eq!(published["session_id"], made.expect(201).json["session_id"]);
    let columns = "center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3";
    let fields = format!("{},{},COVAXIN,18,44,0,13:00-14:00,1,,", stage.center, stage.tomorrow());
    let import = post("/v1/admin/import/sessions").by(&stage.operator).csv(format!("{columns}\n{fields}\n"));
    stage.send(&import).await.expect(200);
    assert_eq!(await_trail(&stage, 11).await[0]["action"], "import_sessions");
    stage.send(&import).await.expect(200);

    // Pages, and stretches of time.
    let page = |more: &str| get(format!("/v1/admin/audit?center_id={}{more}", stage.center)).by(&stage.operator);
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let answer = stage.send(&page(&format!("&limit=4{cursor}"))).await.expect(200);
        seen.extend(answer.json["entries"].as_array().expect("entries").clone());
        match answer.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, trail(&stage).await, "a repeated import has nothing to add");
    let (newest, oldest) = (text(&seen[0]["at"]), text(&seen[10]["at"]));
    let within = stage.send(&page(&format!("&from={oldest}&to={newest}"))).await.expect(200);
    assert_eq!(within.json["entries"].as_array().map(Vec::len), Some(10), "the last moment is not in it");
}

#[tokio::test(flavor = "multi_thread")]
async fn states_and_districts_have_a_trail_of_their_own() {
    let stage = Stage::set().await;
    let clerk = sign(&stage.signer, &Caller::Admin { region: Region::Country }, "clerk-8");
    let id = json!(stage.center);
    let import = |name: &str| {
        let file = format!("state_id,state_name,district_id,district_name\n21,Maharashtra,{id},{name}\n");
        post("/v1/admin/import/districts").by(&clerk).csv(file)
    };
    let changes = [
        ("Test District", json!({}), json!({"district_name": "Test District", "state_id": "21"})),
        ("New District", json!({"district_name": "Test District"}), json!({"district_name": "New District"})),
    ];
    for (number, (name, before, after)) in changes.into_iter().enumerate() {
        // Whoever sends a file again changes nothing.
        for _ in 0..2 {
            stage.send(&import(name)).await.expect(200);
        }
        let newest = &await_district(&stage, &id, 1 + number).await[0];
        assert_eq!((&newest["action"], &newest["by"]), (&json!("import_districts"), &json!("clerk-8")));
        assert_eq!((&newest["before"], &newest["after"]), (&before, &after));
        assert_eq!((&newest["center_id"], &newest["state_id"]), (&Value::Null, &Value::Null));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_denied_or_fails_or_is_a_citizens_leaves_no_entry() {
    let stage = Stage::set().await;
    await_trail(&stage, 2).await;
    let elsewhere = Caller::Operator { centers: [13_274.try_into().expect("a center")].into() };
    let stranger = sign(&stage.signer, &elsewhere, "stranger");
    let close = post(format!("/v1/admin/sessions/{}/close", stage.session));
    for token in [&stranger, &stage.citizen, &stage.analyst] {
        let denied = stage.send(&close.clone().by(token)).await;
        assert!([403, 404].contains(&denied.status), "{}", denied.text);
    }
    let body = json!({"slot": "09:00-11:00", "dose": 1, "capacity": 0});
    let path = format!("/v1/admin/sessions/{}/capacity", stage.session);
    stage.send(&request(Method::PUT, path).by(&stage.operator).json(&body)).await.expect(422);
    let person = json!({"name": CANARY, "birth": "1990"});
    let made = stage.send(&post("/v1/beneficiaries").by(&stage.citizen).json(&person)).await.expect(201);
    let order = json!({
        "session_id": stage.session, "slot": "09:00-11:00", "dose": 1,
        "beneficiaries": [made.json["beneficiary_id"]],
    });
    let booked = stage.send(&post("/v1/appointments").by(&stage.citizen).json(&order)).await.expect(201);
    stage.send(&post("/v1/appointments/cancel").by(&stage.citizen).json(&own(&booked))).await.expect(200);
    // What comes after all of that comes behind it, too.
    stage.send(&close.by(&stage.operator)).await.expect(200);
    let entries = await_trail(&stage, 3).await;
    assert_eq!(entries[0]["action"], "close_session");
    let all = rows::read(&stage.stack).await;
    let mut kept = all.iter().filter(|((pk, _), _)| pk.starts_with("AUDIT#")).peekable();
    assert!(kept.peek().is_some());
    for (key, row) in kept {
        assert!(!row.contains("Kanaria"), "a name is in {key:?}");
        assert!(row.contains("expires"), "{key:?} stays for ever");
    }
}
