//! Booking, holding, confirming and cancelling.

use serde_json::{Value, json};
use vaxslot_domain::{SignedDuration, booking::Policy};
use vaxslot_testkit::client::Call;

use crate::stage::{ASHA, RAVI, Stage, home, ids, own};

#[tokio::test]
async fn a_family_books_lists_shows_and_cancels() {
    let stage = Stage::new().await;
    let booked = stage.book(&[ASHA, RAVI]).await;
    assert_eq!((booked.outcome().as_str(), &booked.headers["cache-control"]), ("201", &"no-store".parse().unwrap()));
    let first = &booked.json()["appointments"][0];
    assert_eq!(first["status"], "CONFIRMED");
    assert_eq!(first["hold_until"], Value::Null);
    assert_eq!(
        (&first["slot"], &first["dose"], &first["center_id"]),
        (&json!("09:00-11:00"), &json!(1), &json!(13274))
    );
    assert_eq!(stage.free().await, 28);

    let path = format!(
        "/v1/appointments/{}/{}",
        first["beneficiary_id"].as_str().unwrap(),
        first["appointment_id"].as_str().unwrap()
    );
    assert_eq!(Call::get(&path).by(&home()).to(&stage.router).await.json(), *first);

    let cancelled = stage.post("/v1/appointments/cancel", &home(), &own(&booked)).await;
    assert_eq!(cancelled.outcome(), "200");
    assert_eq!(cancelled.json()["appointments"][1]["status"], "CANCELLED");
    assert_eq!(stage.free().await, 30);

    let again = stage.book(&[ASHA]).await;
    assert_eq!(again.outcome(), "201");
    let listed = Call::get("/v1/appointments").by(&home()).to(&stage.router).await.json();
    let statuses: Vec<&Value> = listed["appointments"].as_array().unwrap().iter().map(|each| &each["status"]).collect();
    assert_eq!(statuses, ["CONFIRMED", "CANCELLED", "CANCELLED"]);
}

#[tokio::test]
async fn a_hold_is_confirmed_in_time_or_is_over() {
    let stage = Stage::new().await;
    let held = stage.post("/v1/holds", &home(), &stage.order(&[ASHA])).await;
    assert_eq!(held.outcome(), "201");
    assert_eq!(held.json()["appointments"][0]["status"], "HELD");
    assert_eq!(held.json()["appointments"][0]["hold_until"], "2026-11-21T06:30:00Z");
    let confirmed = stage.post("/v1/appointments/confirm", &home(), &own(&held)).await;
    assert_eq!(confirmed.outcome(), "200");
    assert_eq!(confirmed.json()["appointments"][0]["status"], "CONFIRMED");
    let twice = stage.post("/v1/appointments/confirm", &home(), &own(&held)).await;
    assert_eq!(twice.outcome(), "409 already-confirmed");

    let held = stage.post("/v1/holds", &home(), &stage.order(&[RAVI])).await;
    stage.host.advance(SignedDuration::from_mins(31));
    let late = stage.post("/v1/appointments/confirm", &home(), &own(&held)).await;
    assert_eq!(late.outcome(), "409 hold-expired");
}

#[tokio::test]
async fn a_repeated_key_gets_the_first_answer() {
    let stage = Stage::new().await;
    let send = async |people: &[u128]| {
        let call = Call::post("/v1/appointments").by(&home()).header("idempotency-key", "k1");
        call.json(&stage.order(people)).to(&stage.router).await
    };
    let first = send(&[ASHA]).await;
    stage.host.advance(SignedDuration::from_secs(5));
    assert_eq!(send(&[ASHA]).await.json(), first.json());
    assert_eq!(stage.free().await, 29);
    assert_eq!(send(&[ASHA, RAVI]).await.outcome(), "422 key-reused");
    let bad_key = Call::post("/v1/appointments").by(&home()).header("idempotency-key", "a key");
    assert_eq!(bad_key.json(&stage.order(&[RAVI])).to(&stage.router).await.outcome(), "400 invalid-idempotency-key");
}

#[tokio::test]
async fn a_repeated_key_gets_the_first_answer_after_its_appointment_ended() {
    let stage = Stage::new().await;
    let send = async |path: &str, key: &str, people: &[u128]| {
        let call = Call::post(path).by(&home()).header("idempotency-key", key);
        call.json(&stage.order(people)).to(&stage.router).await
    };
    for (path, key) in [("/v1/appointments", "k1"), ("/v1/holds", "k2")] {
        let first = send(path, key, &[ASHA, RAVI]).await;
        stage.post("/v1/appointments/cancel", &home(), &own(&first)).await;
        stage.host.advance(SignedDuration::from_mins(5));
        let again = send(path, key, &[ASHA, RAVI]).await;
        assert_eq!((again.outcome().as_str(), again.json()), ("201", first.json()));
        assert_eq!(send(path, key, &[RAVI]).await.outcome(), "422 key-reused");
        assert_eq!(stage.free().await, 30);
    }
}

#[tokio::test]
async fn who_changes_too_often_is_told_until_when_to_wait() {
    let stage = Stage::new().await;
    for _ in 0..10 {
        let booked = stage.book(&[ASHA]).await;
        stage.post("/v1/appointments/cancel", &home(), &own(&booked)).await;
    }
    let refused = stage.book(&[ASHA, RAVI]).await;
    assert_eq!(refused.outcome(), "409 too-many-changes");
    let told = refused.json();
    assert_eq!((&told["from"], &told["most"]), (&json!("2026-11-22T06:00:00Z"), &json!(10)));
    assert_eq!(told["beneficiary_id"], ids(&[ASHA])[0]);
    assert_eq!(stage.book(&[RAVI]).await.outcome(), "201");
}

#[tokio::test]
async fn after_the_cut_off_a_confirmed_appointment_is_kept() {
    let policy = Policy { cut_off: SignedDuration::from_hours(24), ..Policy::USUAL };
    let stage = Stage::under(policy, &[15]).await;
    let booked = stage.book(&[ASHA]).await;
    let held = stage.post("/v1/holds", &home(), &stage.order(&[RAVI])).await;
    let late = stage.post("/v1/appointments/cancel", &home(), &own(&booked)).await;
    assert_eq!(late.outcome(), "409 cut-off-passed");
    assert_eq!(late.json()["latest"], "2026-11-21T03:30:00Z");
    assert_eq!(late.json()["appointment_id"], booked.json()["appointments"][0]["appointment_id"]);
    assert_eq!(stage.post("/v1/appointments/cancel", &home(), &own(&held)).await.outcome(), "200");
    assert_eq!(stage.free().await, 14);
}
