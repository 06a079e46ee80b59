use axum::http::Method;
use serde_json::{Value, json};
use vaxslot_domain::access::Caller;
use vaxslot_testkit::client::{Answer, Call};

use crate::stage::{ABSENT, FOREIGN, OWN, Stage, admin, operator, schedule, with};

fn sessions_of(id: u32) -> String {
    format!("/v1/admin/centers/{id}/sessions")
}

async fn publish(stage: &Stage, body: &Value) -> Answer {
    stage.post(&sessions_of(OWN), &operator(), body).await
}

async fn set_capacity(stage: &Stage, id: &str, caller: &Caller, body: &Value) -> Answer {
    Call::new(Method::PUT, &format!("/v1/admin/sessions/{id}/capacity")).by(caller).json(body).to(&stage.router).await
}

#[tokio::test]
async fn a_session_is_published_from_a_list_of_slots() {
    let stage = Stage::new().await;
    let answer = publish(&stage, &schedule()).await;
    assert_eq!(answer.outcome(), "201", "{}", answer.text());
    let shown = answer.json();
    assert_eq!(answer.headers["location"], format!("/v1/sessions/{}", shown["session_id"].as_str().unwrap()).as_str());
    assert_eq!(shown["slots"][0]["slot"], "09:00-11:00");
    assert_eq!(shown["available"], json!([{ "dose": 1, "available": 120 }, { "dose": 2, "available": 20 }]));
    let session = stage.session(&answer).await;
    let shards = stage.shards(&session).await;
    assert_eq!(shards.len(), 2 * (3 + 1), "25 units a shard");
    assert_eq!(shards.iter().map(|shard| shard.free).sum::<u32>(), 140);
}

#[tokio::test]
async fn a_session_is_published_from_availability() {
    let stage = Stage::new().await;
    let availability = json!({
        "ranges": ["09:00-10:00"], "breaks": ["09:20-09:40"], "slot_minutes": 15, "capacity": { "3": 1 },
    });
    let body = with(schedule(), &[("slots", Value::Null), ("availability", availability), ("max_age", Value::Null)]);
    let shown = publish(&stage, &body).await.json();
    let slots: Vec<&Value> = shown["slots"].as_array().unwrap().iter().map(|slot| &slot["slot"]).collect();
    assert_eq!(slots, ["09:00-09:15", "09:40-09:55"]);
    assert_eq!((&shown["available"], &shown["max_age"]), (&json!([{ "dose": 3, "available": 2 }]), &Value::Null));
}

#[tokio::test]
async fn a_repeated_key_finds_the_session() {
    let stage = Stage::new().await;
    let send = async |body: &Value| {
        let call = Call::post(&sessions_of(OWN)).by(&operator()).header("idempotency-key", "monday");
        call.json(body).to(&stage.router).await
    };
    let first = send(&schedule()).await;
    assert_eq!(send(&schedule()).await.json(), first.json());
    assert_eq!(send(&with(schedule(), &[("vaccine", json!("COVAXIN"))])).await.outcome(), "422 key-reused");
    assert_eq!(stage.sessions_of(OWN).await.len(), 1);
    publish(&stage, &schedule()).await;
    assert_eq!(stage.sessions_of(OWN).await.len(), 2, "without a key, another session");
}

#[tokio::test]
async fn bad_sessions_are_refused_and_none_is_published() {
    let stage = Stage::new().await;
    let slot = |slot: &str, capacity: Value| json!([{ "slot": slot, "capacity": capacity }]);
    let availability = json!({ "ranges": ["09:00-13:00"], "slot_minutes": 60, "capacity": { "1": 1 } });
    let cut = |name: &str, value: Value| with(availability.clone(), &[(name, value)]);
    let many: Vec<Value> =
        (0..49).map(|minute| slot(&format!("09:{minute:02}-10:00"), json!({ "1": 1 }))[0].clone()).collect();
    let cases = [
        (vec![("date", json!("23-11-2026"))], "422 invalid-body"),
        (vec![("date", json!("2027-02-29"))], "422 invalid-body"),
        (vec![("date", json!("2026-11-20"))], "422 past-date"),
        (vec![("date", json!("2028-02-29"))], "422 invalid-schedule"),
        (vec![("vaccine", json!("ASPIRIN"))], "422 invalid-body"),
        (vec![("min_age", json!(-1))], "422 invalid-body"),
        (vec![("min_age", json!(45))], "422 invalid-body"),
        (vec![("max_age", json!(121))], "422 invalid-body"),
        (vec![("fee", json!(100))], "422 invalid-schedule"),
        (vec![("slots", json!([]))], "422 invalid-schedule"),
        (vec![("slots", json!(many))], "422 invalid-schedule"),
        (vec![("slots", slot("09:00-11:00", json!({})))], "422 invalid-schedule"),
        (vec![("slots", slot("09:00-11:00", json!({ "1": 0 })))], "422 invalid-body"),
        (vec![("slots", slot("09:00-11:00", json!({ "1": -5 })))], "422 invalid-body"),
        (vec![("slots", slot("09:00-11:00", json!({ "1": 10_001 })))], "422 invalid-body"),
        (vec![("slots", slot("09:00-11:00", json!({ "4": 1 })))], "422 invalid-body"),
        (vec![("slots", slot("17:00-19:00", json!({ "1": 1 })))], "422 invalid-schedule"),
        (vec![("slots", slot("11:00-09:00", json!({ "1": 1 })))], "422 invalid-body"),
        (vec![("slots", Value::Null)], "422 invalid-body"),
        (vec![("availability", availability.clone())], "422 invalid-body"),
        (vec![("slots", Value::Null), ("availability", cut("slot_minutes", json!(4)))], "422 invalid-schedule"),
        (vec![("slots", Value::Null), ("availability", cut("ranges", json!([])))], "422 invalid-schedule"),
        (vec![("slots", Value::Null), ("availability", cut("ranges", Value::Null))], "422 invalid-body"),
        (vec![("opens_at", json!("09:00"))], "422 invalid-body"),
    ];
    for (changes, outcome) in cases {
        let body = with(schedule(), &changes);
        let answer = publish(&stage, &body).await;
        assert_eq!(answer.outcome(), outcome, "{changes:?}: {}", answer.text());
    }
    let doubled = schedule().to_string().replace("\"min_age\":18", "\"min_age\":18,\"min_age\":18");
    let answer =
        Call::post(&sessions_of(OWN)).by(&operator()).body("application/json", doubled).to(&stage.router).await;
    assert_eq!(answer.outcome(), "422 invalid-body");
    assert!(stage.sessions_of(OWN).await.is_empty());
}

#[tokio::test]
async fn capacity_is_raised_and_lowered() {
    let stage = Stage::new().await;
    let session = stage.session(&publish(&stage, &schedule()).await).await;
    let id = session.id.to_string();
    for (capacity, shards) in [(200, 8), (30, 8)] {
        let body = json!({ "slot": "09:00-11:00", "dose": 1, "capacity": capacity });
        let answer = set_capacity(&stage, &id, &operator(), &body).await;
        assert_eq!(answer.outcome(), "200", "{}", answer.text());
        assert_eq!(answer.json()["slots"][0]["capacity"][0]["capacity"], capacity);
        let stored = stage.session(&answer).await;
        assert_eq!(stored.pools[0].shards, shards);
        let first: u32 = stage.shards(&stored).await.iter().take(8).map(|shard| shard.capacity).sum();
        assert_eq!(first, capacity);
    }
    let cases = [
        (json!({ "slot": "10:00-11:00", "dose": 1, "capacity": 5 }), "404 no-such-slot"),
        (json!({ "slot": "09:00-11:00", "dose": 3, "capacity": 5 }), "422 dose-not-offered"),
        (json!({ "slot": "09:00-11:00", "dose": 4, "capacity": 5 }), "422 invalid-body"),
        (json!({ "slot": "09:00-11:00", "dose": 1, "capacity": 0 }), "422 invalid-body"),
        (json!({ "slot": "09:00-11:00", "dose": 1, "capacity": 99_999 }), "422 invalid-body"),
        (json!({ "slot": "09:00-11:00", "dose": 1 }), "422 invalid-body"),
    ];
    for (body, outcome) in cases {
        assert_eq!(set_capacity(&stage, &id, &operator(), &body).await.outcome(), outcome, "{body}");
    }
}

#[tokio::test]
async fn a_session_closes_with_all_its_shards_and_reopens() {
    let stage = Stage::new().await;
    let session = stage.session(&publish(&stage, &schedule()).await).await;
    for (turn, status, closed) in [("close", "CLOSED", true), ("close", "CLOSED", true), ("reopen", "OPEN", false)] {
        let path = format!("/v1/admin/sessions/{}/{turn}", session.id);
        let answer = Call::post(&path).by(&operator()).to(&stage.router).await;
        assert_eq!(answer.outcome(), "200", "{}", answer.text());
        assert_eq!(answer.json()["status"], status);
        assert!(stage.shards(&session).await.iter().all(|shard| shard.closed == closed));
        let with_body = stage.post(&path, &operator(), &json!({})).await;
        assert_eq!(with_body.outcome(), "400 unexpected-body");
    }
}

#[tokio::test]
async fn foreign_centers_and_sessions_look_absent() {
    let stage = Stage::new().await;
    let foreign = stage.post(&sessions_of(FOREIGN), &operator(), &schedule()).await;
    let absent = stage.post(&sessions_of(ABSENT), &operator(), &schedule()).await;
    assert_eq!(foreign.outcome(), "404 no-such-center");
    assert_eq!(foreign.text().replace(&FOREIGN.to_string(), &ABSENT.to_string()), absent.text());

    let theirs = stage.post(&sessions_of(FOREIGN), &admin(), &schedule()).await;
    let theirs = theirs.json()["session_id"].as_str().unwrap().to_owned();
    let nobodys = "00000000-0000-4000-8000-00000000abcd";
    let body = json!({ "slot": "09:00-11:00", "dose": 1, "capacity": 5 });
    let foreign = set_capacity(&stage, &theirs, &operator(), &body).await;
    let absent = set_capacity(&stage, nobodys, &operator(), &body).await;
    assert_eq!(foreign.outcome(), "404 no-such-session");
    assert_eq!(foreign.text().replace(&theirs, nobodys), absent.text());
    for turn in ["close", "reopen"] {
        let send = async |id: &str| {
            Call::post(&format!("/v1/admin/sessions/{id}/{turn}")).by(&operator()).to(&stage.router).await
        };
        let (foreign, absent) = (send(&theirs).await, send(nobodys).await);
        assert_eq!(foreign.outcome(), "404 no-such-session");
        assert_eq!(foreign.text().replace(&theirs, nobodys), absent.text());
    }
}
