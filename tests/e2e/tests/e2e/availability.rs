//! What can be had is told to whoever subscribed.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    desk::{center_in, midday},
    listener::Listener,
    request::post,
    stage::{Stage, now, own, text},
};

#[tokio::test]
async fn a_subscriber_hears_that_a_dose_opens_and_closes() {
    const OPENED: &str = "availability.opened";
    const CLOSED: &str = "availability.closed";
    let stage = Stage::set().await;
    let mut listener =
        Listener::subscribe(&stage, "availability_topic", &json!({"center": [stage.center], "dose": [1]})).await;
    let mut schedule = stage.schedule();
    schedule["slots"] = json!([{"slot": "12:00-13:00", "capacity": {"1": 1}}]);
    let path = format!("/v1/admin/centers/{}/sessions", stage.center);
    let made = stage.send(&post(path).by(&stage.operator).json(&schedule)).await.expect(201);
    let session = text(&made.json["session_id"]);
    // The stage has a session at the center, too.
    let mut kinds = async |count: usize| {
        let heard = listener.hears(count, |message| message["session_id"] == session.as_str()).await;
        // They come in any order.
        let mut heard = heard.to_vec();
        heard.sort_by_key(|message| text(&message["occurred_at"]));
        (heard.iter().map(|message| text(&message["type"])).collect::<Vec<_>>(), heard)
    };
    assert_eq!(kinds(1).await.0, [OPENED]);
    let mut order = stage.order();
    order["session_id"] = json!(session);
    order["slot"] = json!("12:00-13:00");
    let booked = stage.send(&post("/v1/appointments").by(&stage.citizen).json(&order)).await.expect(201);
    assert_eq!(kinds(2).await.0, [OPENED, CLOSED]);
    let cancel = post("/v1/appointments/cancel").by(&stage.citizen).json(&own(&booked));
    stage.send(&cancel).await.expect(200);
    assert_eq!(kinds(3).await.0, [OPENED, CLOSED, OPENED]);
    let close = post(format!("/v1/admin/sessions/{session}/close")).by(&stage.operator);
    stage.send(&close).await.expect(200);
    let (kinds, heard) = kinds(4).await;
    assert_eq!(kinds, [OPENED, CLOSED, OPENED, CLOSED]);
    let (first, last): (&Value, &Value) = (&heard[0], &heard[3]);
    assert_eq!((&first["available"], &first["center_id"]), (&json!(1), &json!(stage.center)));
    assert_eq!((&last["opened_at"], &last["available"]), (&heard[2]["occurred_at"], &json!(1)));
    assert!(last["open_seconds"].is_u64() && first["open_seconds"].is_null(), "{last}");
}

#[tokio::test]
async fn a_subscriber_hears_that_the_last_slot_has_begun() {
    let stage = Stage::set().await;
    // A slot that begins within two minutes, so that it is still to come when the session is published.
    let published = now().checked_add(SignedDuration::from_secs(30)).expect("a moment");
    let (zone, _) = midday(published);
    let minute = published.as_second().div_euclid(60) + 1;
    let begins = jiff::Timestamp::from_second(minute * 60).expect("a moment").in_tz(&zone).expect("a time zone");
    let ends = begins.time().wrapping_add(SignedDuration::from_mins(5));
    let center = center_in(&stage, &zone).await;
    let mut listener = Listener::subscribe(&stage, "availability_topic", &json!({"center": [center]})).await;
    let slot = format!("{}-{}", begins.strftime("%H:%M"), ends.strftime("%H:%M"));
    let session = json!({
        "date": begins.date().to_string(), "vaccine": "COVISHIELD", "min_age": 18,
        "slots": [{"slot": slot, "capacity": {"1": 2}}],
    });
    let path = format!("/v1/admin/centers/{center}/sessions");
    stage.send(&post(path).by(&stage.admin).json(&session)).await.expect(201);
    assert_eq!(listener.hears(1, |_| true).await[0]["type"], "availability.opened");
    let left = begins.timestamp().duration_since(now());
    tokio::time::sleep(Duration::try_from(left).unwrap_or_default()).await;
    stage.run_job("sweep").await;
    let closed = &listener.hears(2, |_| true).await[1];
    assert_eq!((&closed["type"], &closed["available"]), (&json!("availability.closed"), &json!(2)));
    let turned: jiff::Timestamp = text(&closed["occurred_at"]).parse().expect("an instant");
    assert!(turned >= begins.timestamp(), "{closed}");
}
