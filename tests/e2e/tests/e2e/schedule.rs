//! What the schedule does with nobody asking for it.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde_json::json;

use crate::{
    request::{get, post},
    rows,
    stage::{Stage, now},
};

/// How soon what fell due is done.
const WITHIN: Duration = Duration::from_secs(90);

/// Awaits the status of the citizen's one appointment.
async fn ends_as(stage: &Stage, status: &str, begun: Instant) {
    loop {
        let mine = stage.send(&get("/v1/appointments").by(&stage.citizen)).await.expect(200);
        if mine.json["appointments"][0]["status"] == status {
            return;
        }
        assert!(begun.elapsed() < WITHIN, "{status} within 90 s: {}", mine.text);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Awaits that all of the session can be booked again, or none of it.
async fn available(stage: &Stage, units: u32) {
    let path = format!("/v1/sessions/{}", stage.session);
    for _ in 0..200 {
        let session = stage.send(&get(&path)).await.expect(200);
        if session.json["available"] == json!([{"dose": 1, "available": units}]) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{units} units did not become available");
}

#[tokio::test]
async fn a_hold_that_ran_out_is_freed_within_90_seconds() {
    let stage = Stage::set().await;
    let held = stage.send(&post("/v1/holds").by(&stage.citizen).json(&stage.order())).await.expect(201);
    assert_eq!(held.json["appointments"][0]["status"], "HELD");
    // As if it had been made half an hour ago.
    let past = now().checked_sub(SignedDuration::from_secs(1)).expect("a moment ago");
    let past = format!("{past:.3}");
    let person = format!("BENEFICIARY#{}", stage.person);
    rows::set(&stage.stack, &person, "PROFILE", &[("active.hold_until", &past), ("due_at", &past)]).await;
    let begun = Instant::now();
    ends_as(&stage, "EXPIRED", begun).await;
    available(&stage, 2).await;
}

#[tokio::test]
async fn a_cancellation_that_broke_off_is_finished_by_the_schedule() {
    let stage = Stage::set().await;
    stage.send(&post("/v1/appointments").by(&stage.citizen).json(&stage.order())).await.expect(201);
    // What stands when a request to cancel dies after its first step.
    let began = format!("{:.3}", now());
    let key = format!("SESSION#{}", stage.session);
    let step = [("status", "CLOSED"), ("due", "CANCEL"), ("due_at", &*began)];
    rows::set(&stage.stack, &key, "SESSION", &step).await;
    ends_as(&stage, "CANCELLED", Instant::now()).await;
    let session = stage.send(&get(format!("/v1/sessions/{}", stage.session))).await.expect(200);
    assert_eq!(session.json["status"], "CANCELLED");
}

#[tokio::test]
async fn a_cancelled_session_takes_nobody_and_keeps_nobody() {
    let stage = Stage::set().await;
    stage.send(&post("/v1/appointments").by(&stage.citizen).json(&stage.order())).await.expect(201);
    let cancel = post(format!("/v1/admin/sessions/{}/cancel", stage.session)).by(&stage.operator);
    let cancelled = stage.send(&cancel).await.expect(200);
    assert_eq!(cancelled.json["status"], "CANCELLED");
    ends_as(&stage, "CANCELLED", Instant::now()).await;
    let again = stage.send(&cancel).await.expect(200);
    assert_eq!(again.json["status"], "CANCELLED");
    let refused = stage.send(&post("/v1/appointments").by(&stage.citizen).json(&stage.order())).await.expect(409);
    assert_eq!(refused.slug(), "session-cancelled");
}

#[tokio::test]
async fn the_audit_counts_every_shard_and_finds_nothing_wrong() {
    let stage = Stage::set().await;
    stage.send(&post("/v1/appointments").by(&stage.citizen).json(&stage.order())).await.expect(201);
    let report = stage.run_job("audit").await;
    assert_eq!(report["drifting"], 0, "{report}");
    assert!(report["judged"].as_u64().is_some_and(|judged| judged > 0), "{report}");
}
