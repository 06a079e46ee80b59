//! People are reminded the day before.

use std::time::Duration;

use serde_json::json;
use vaxslot::outbox;
use vaxslot_domain::person::Phone;

use crate::{
    request::{Answer, post},
    rows,
    stage::{Stage, own},
};

/// Somebody new books a place of tomorrow's session.
async fn books(stage: &Stage) -> (String, Phone, Answer) {
    let (citizen, phone) = stage.reachable_stranger();
    let person = stage.register(&citizen, "1990").await;
    let order = json!({"session_id": stage.session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": [person]});
    let made = stage.send(&post("/v1/appointments").by(&citizen).json(&order)).await.expect(201);
    (citizen, phone, made)
}

async fn reminders(stage: &Stage, phone: &Phone) -> usize {
    let endpoint = stage.stack.endpoint().expect("the endpoint");
    let messages = outbox::messages(&endpoint, Some(phone)).await.expect("the outbox");
    messages.iter().filter(|message| message.is_reminder()).count()
}

/// Has everybody reminded as if nobody had been, until somebody is. The schedule reminds, too, and may have passed them by
/// before they booked.
async fn remind_until_told(stage: &Stage, phone: &Phone) {
    for _ in 0..10 {
        rows::remove(&stage.stack, "REMINDERS", "PLACE").await;
        while stage.run_job("remind").await["more"] == true {}
        for _ in 0..100 {
            if reminders(stage, phone).await > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    panic!("no reminder came");
}

#[tokio::test]
async fn whoever_still_comes_tomorrow_is_reminded_once() {
    let stage = Stage::set().await;
    let (citizen, cancelled, made) = books(&stage).await;
    let (_, phone, _) = books(&stage).await;
    stage.send(&post("/v1/appointments/cancel").by(&citizen).json(&own(&made))).await.expect(200);
    remind_until_told(&stage, &phone).await;
    // Whoever comes later is reminded by another round, which queues a second message for the first.
    let (_, later, _) = books(&stage).await;
    remind_until_told(&stage, &later).await;
    assert_eq!(reminders(&stage, &phone).await, 1, "each is told once");
    assert_eq!(reminders(&stage, &cancelled).await, 0, "whoever cancelled is left in peace");
}
