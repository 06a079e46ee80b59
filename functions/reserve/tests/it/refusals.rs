//! What is refused, and changes nothing.

use serde_json::{Value, json};
use vaxslot_app::ports::People;
use vaxslot_domain::access::{Caller, Region};
use vaxslot_testkit::{
    client::{Answer, Call},
    make::{born, phone, session_id},
};

use crate::stage::{ASHA, MINA, RAVI, RESCHEDULE, Stage, home, ids, next_door, own, person};

#[tokio::test]
async fn refusals_name_what_would_help() {
    let stage = Stage::with(&[1]).await;
    let child = born(person(0xd, "home"), "2020-05-05");
    stage.store.add_beneficiary(&child, &phone(9_812_345_678)).await.unwrap();
    let too_young = stage.book(&[0xd]).await;
    assert_eq!(too_young.outcome(), "422 too-young");
    assert_eq!(too_young.json()["from"], "2038-05-05");
    let fewer = stage.book(&[ASHA, RAVI]).await;
    assert_eq!((fewer.outcome().as_str(), &fewer.json()["left"]), ("409 fewer-left", &json!(1)));
    let booked = stage.book(&[ASHA]).await;
    assert_eq!(stage.book(&[RAVI]).await.outcome(), "409 sold-out");
    let twice = stage.book(&[ASHA]).await;
    assert_eq!(twice.outcome(), "409 already-booked");
    assert_eq!(twice.json()["appointment_id"], booked.json()["appointments"][0]["appointment_id"]);
}

#[tokio::test]
async fn bodies_that_do_not_fit_are_refused_and_change_nothing() {
    let stage = Stage::new().await;
    let order = |change: (&str, Value)| {
        let mut body = stage.order(&[ASHA]);
        body[change.0] = change.1;
        body
    };
    let missing = json!({ "slot": "09:00-11:00", "dose": 1, "beneficiaries": ids(&[ASHA]) });
    let cases = [
        (missing, "422 invalid-body", "/session_id"),
        (order(("session_id", json!("363"))), "422 invalid-body", "/session_id"),
        (order(("session_id", json!(session_id(99)))), "404 no-such-session", ""),
        (order(("slot", json!("11:00-09:00"))), "422 invalid-body", "/slot"),
        (order(("slot", json!("10:00-11:00"))), "404 no-such-slot", ""),
        (order(("dose", json!(0))), "422 invalid-body", "/dose"),
        (order(("dose", json!("1"))), "422 invalid-body", "/dose"),
        (order(("dose", json!(2))), "422 dose-not-offered", ""),
        (order(("beneficiaries", json!([]))), "422 invalid-body", "/beneficiaries"),
        (order(("beneficiaries", json!(ids(&[ASHA, ASHA])))), "422 invalid-body", "/beneficiaries"),
        (order(("beneficiaries", json!(ids(&[1, 2, 3, 4, 5])))), "422 invalid-body", "/beneficiaries"),
        (order(("beneficiaries", json!(["x"]))), "422 invalid-body", "/beneficiaries/0"),
        (order(("center_id", json!(7))), "422 invalid-body", "/center_id"),
    ];
    for path in ["/v1/appointments", "/v1/holds"] {
        for (body, outcome, pointer) in &cases {
            let answer = stage.post(path, &home(), body).await;
            assert_eq!(answer.outcome(), *outcome, "{body}");
            assert_eq!(answer.json().get("pointer").and_then(Value::as_str).unwrap_or_default(), *pointer, "{body}");
        }
    }
    assert_eq!(stage.free().await, 30);
}

#[tokio::test]
async fn changes_name_each_person_once() {
    let stage = Stage::new().await;
    let booked = own(&stage.book(&[ASHA]).await);
    let one = &booked["appointments"][0];
    for path in ["/v1/appointments/confirm", "/v1/appointments/cancel"] {
        for body in [json!({ "appointments": [] }), json!({ "appointments": [one, one] })] {
            let answer = stage.post(path, &home(), &body).await;
            assert_eq!(
                (answer.outcome().as_str(), &answer.json()["pointer"]),
                ("422 invalid-body", &json!("/appointments"))
            );
        }
        assert_eq!(stage.post(path, &home(), &json!({})).await.outcome(), "422 invalid-body");
    }
}

#[tokio::test]
async fn what_is_anothers_looks_absent() {
    let stage = Stage::new().await;
    let theirs = stage.book(&[MINA]).await;
    let nobodys = stage.book(&[0xff]).await;
    assert_eq!(theirs.outcome(), "404 no-such-beneficiary");
    let masked = |answer: &Answer, number: u128| answer.text().replace(&ids(&[number])[0], "ID");
    assert_eq!(masked(&theirs, MINA), masked(&nobodys, 0xff));

    let booked = stage.book(&[ASHA]).await;
    let own = own(&booked);
    for path in ["/v1/appointments/confirm", "/v1/appointments/cancel"] {
        let foreign = stage.post(path, &next_door(), &own).await;
        assert_eq!(foreign.outcome(), "404 no-such-appointment");
        let mut absent = own.clone();
        absent["appointments"][0]["beneficiary_id"] = json!(ids(&[0xff])[0]);
        let absent = stage.post(path, &home(), &absent).await;
        assert_eq!(masked(&foreign, ASHA), masked(&absent, 0xff));
    }
    let appointment = &own["appointments"][0]["appointment_id"].as_str().unwrap();
    let shown = async |caller: &Caller, number: u128| {
        let path = format!("/v1/appointments/{}/{appointment}", ids(&[number])[0]);
        masked(&Call::get(&path).by(caller).to(&stage.router).await, number)
    };
    assert_eq!(shown(&next_door(), ASHA).await, shown(&home(), 0xff).await);
    let listed = Call::get("/v1/appointments").by(&next_door()).to(&stage.router).await;
    assert_eq!(listed.json(), json!({ "appointments": [] }));
}

#[tokio::test]
async fn only_citizens_come_in_and_before_anything_is_read() {
    let stage = Stage::new().await;
    let paths = ["/v1/appointments", "/v1/holds", "/v1/appointments/confirm", "/v1/appointments/cancel", RESCHEDULE];
    let one = format!("/v1/appointments/{}/{}", ids(&[ASHA])[0], ids(&[ASHA])[0]);
    let mut calls: Vec<_> = paths.iter().map(|path| (true, *path)).collect();
    calls.extend([(false, "/v1/appointments"), (false, one.as_str())]);
    let staff = [
        Caller::Operator { centers: [].into() },
        Caller::Admin { region: Region::Country },
        Caller::Analyst { region: Region::Country },
    ];
    for (posts, path) in calls {
        let call = || if posts { Call::post(path).json(&json!("nonsense")) } else { Call::get(path) };
        assert_eq!(call().to(&stage.router).await.outcome(), "401 unauthorized", "{path}");
        for caller in &staff {
            assert_eq!(call().by(caller).to(&stage.router).await.outcome(), "403 forbidden", "{path}");
        }
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_problems() {
    let stage = Stage::new().await;
    assert_eq!(Call::get("/v1/appointments/x").by(&home()).to(&stage.router).await.outcome(), "404 no-such-route");
    let wrong = Call::get("/v1/holds").by(&home()).to(&stage.router).await;
    assert_eq!(
        (wrong.outcome().as_str(), &wrong.headers["allow"]),
        ("405 method-not-allowed", &"POST".parse().unwrap())
    );
    let bad_id = Call::get("/v1/appointments/x/y").by(&home()).to(&stage.router).await;
    assert_eq!(
        (bad_id.outcome().as_str(), &bad_id.json()["parameter"]),
        ("400 invalid-parameter", &json!("beneficiary_id"))
    );
}

#[test]
fn every_operation_is_described() {
    let document = vaxslot_api::openapi::document(vec![vaxslot_reserve::openapi()]).unwrap();
    let paths: Vec<&String> = document.paths.paths.keys().collect();
    assert_eq!(paths.len(), 7, "{paths:?}");
}
