//! Moving to another slot.

use serde_json::{Value, json};
use vaxslot_domain::{
    SignedDuration,
    booking::Policy,
    opening::{Opening, Queueing},
    session::AgeBand,
    vaccine::Dose,
};
use vaxslot_testkit::{
    client::Call,
    make::{Draft, read, session_id},
};

use crate::stage::{ASHA, RAVI, RESCHEDULE, Stage, home, moving, next_door, own};

#[tokio::test]
async fn a_family_moves_to_another_session() {
    let stage = Stage::new().await;
    let other = stage.publish(Draft { date: read("2026-11-25"), ..Draft::new(2, &[2]) }).await;
    let booked = stage.book(&[ASHA, RAVI]).await;
    stage.host.advance(SignedDuration::from_mins(1));
    let moved = stage.post(RESCHEDULE, &home(), &moving(&booked, other)).await;
    assert_eq!((moved.outcome().as_str(), &moved.headers["cache-control"]), ("200", &"no-store".parse().unwrap()));
    let (old, new) = (&booked.json()["appointments"][1], &moved.json()["appointments"][1]);
    assert_eq!((&new["status"], &new["date"], &new["dose"]), (&json!("CONFIRMED"), &json!("2026-11-25"), &json!(1)));
    assert_eq!((&new["moved_from"], &new["moved_to"]), (&old["appointment_id"], &Value::Null));
    assert_eq!(stage.free().await, 30);
    let listed = Call::get("/v1/appointments").by(&home()).to(&stage.router).await.json();
    let listed = listed["appointments"].as_array().unwrap().clone();
    let statuses: Vec<&Value> = listed.iter().map(|each| &each["status"]).collect();
    assert_eq!(statuses, ["CONFIRMED", "CONFIRMED", "CANCELLED", "CANCELLED"]);
    let ended = listed.iter().find(|each| each["appointment_id"] == old["appointment_id"]).unwrap();
    assert_eq!(ended["moved_to"], new["appointment_id"]);
    assert_eq!(stage.post("/v1/appointments/cancel", &home(), &own(&moved)).await.outcome(), "200");
}

#[tokio::test]
async fn a_move_with_a_key_is_answered_again() {
    let stage = Stage::new().await;
    let other = stage.publish(Draft::new(2, &[2])).await;
    let held = stage.post("/v1/holds", &home(), &stage.order(&[ASHA])).await;
    let send = async |body: &Value| {
        Call::post(RESCHEDULE).by(&home()).header("idempotency-key", "m1").json(body).to(&stage.router).await
    };
    let moved = send(&moving(&held, other)).await;
    assert_eq!(moved.json()["appointments"][0]["hold_until"], "2026-11-21T06:30:00Z", "a hold keeps its last moment");
    stage.host.advance(SignedDuration::from_mins(5));
    assert_eq!(send(&moving(&held, other)).await.json(), moved.json());
    stage.post("/v1/appointments/cancel", &home(), &own(&moved)).await;
    assert_eq!(send(&moving(&held, other)).await.json(), moved.json());
    assert_eq!(send(&moving(&held, stage.session)).await.outcome(), "422 key-reused");
}

#[tokio::test]
async fn a_move_that_cannot_be_changes_nothing() {
    let policy = Policy { cut_off: SignedDuration::from_hours(12), ..Policy::USUAL };
    let stage = Stage::under(policy, &[15]).await;
    let (one, second) =
        (stage.publish(Draft::new(2, &[1])).await, Draft { doses: vec![Dose::SECOND], ..Draft::new(3, &[5]) });
    let second = stage.publish(second).await;
    let queued = Draft { opening: Opening { opens_at: None, queue: Queueing::On }, ..Draft::new(4, &[5]) };
    let queued = stage.publish(queued).await;
    let elders = stage.publish(Draft { ages: AgeBand::new(60, None).unwrap(), ..Draft::new(5, &[5]) }).await;
    let booked = stage.book(&[ASHA, RAVI]).await;
    let with = |field: &str, value: Value| {
        let mut body = moving(&booked, one);
        body[field] = value;
        body
    };
    let twice = json!([own(&booked)["appointments"][0], own(&booked)["appointments"][0]]);
    let rows = [
        (moving(&booked, stage.session), "409 same-slot"),
        (moving(&booked, one), "409 fewer-left"),
        (moving(&booked, second), "422 dose-not-offered"),
        (moving(&booked, queued), "409 queueing"),
        (moving(&booked, elders), "422 too-young"),
        (moving(&booked, session_id(99)), "404 no-such-session"),
        (with("slot", json!("11:00-13:00")), "404 no-such-slot"),
        (with("slot", json!("noon")), "422 invalid-body"),
        (with("dose", json!(1)), "422 invalid-body"),
        (with("appointments", json!([])), "422 invalid-body"),
        (with("appointments", twice), "422 invalid-body"),
        (own(&booked), "422 invalid-body"),
    ];
    for (body, outcome) in rows {
        assert_eq!(stage.post(RESCHEDULE, &home(), &body).await.outcome(), outcome, "{body}");
    }
    let foreign = stage.post(RESCHEDULE, &next_door(), &moving(&booked, one)).await;
    assert_eq!(foreign.outcome(), "404 no-such-appointment");
    stage.host.set(read("2026-11-21T15:30:00.001Z"));
    let late = stage.post(RESCHEDULE, &home(), &moving(&booked, one)).await;
    assert_eq!(
        (late.outcome().as_str(), &late.json()["latest"]),
        ("409 cut-off-passed", &json!("2026-11-21T15:30:00Z"))
    );
    assert_eq!(stage.free().await, 13);
    let listed = Call::get("/v1/appointments").by(&home()).to(&stage.router).await.json();
    assert_eq!(listed["appointments"].as_array().map(Vec::len), Some(2));
}
