//! What can be had is told to whoever subscribed.

use serde_json::{Value, json};

use crate::{
    listener::Listener,
    request::post,
    stage::{Stage, own, text},
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
