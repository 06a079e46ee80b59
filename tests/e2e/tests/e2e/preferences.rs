//! People are told in their language, by the channels they want.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use vaxslot::{http::Call, outbox};

use crate::{
    listener::Listener,
    request::{post, request},
    stage::{Stage, text},
};

/// The e-mail that the local endpoint keeps instead of sending it, once there is some.
async fn letter(stage: &Stage, to: &str) -> Value {
    let endpoint = stage.stack.endpoint().expect("the endpoint");
    for _ in 0..900 {
        let kept = endpoint.call(&Call::get("/_ministack/ses/messages")).await.expect("the outbox").body;
        let accounts = kept["messages"].as_object().expect("messages by account").values();
        let mut letters = accounts.filter_map(Value::as_array).flatten();
        if let Some(letter) = letters.find(|letter| letter["To"] == json!([to])) {
            return letter.clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no e-mail came in 90 s");
}

#[tokio::test]
async fn a_booking_is_told_in_hindi_by_each_channel() {
    let stage = Stage::set().await;
    let (citizen, phone) = stage.reachable_stranger();
    let mine = |message: &Value| message["to"] == phone.as_str();
    let mut gateway = Listener::subscribe(&stage, "channel_topic", &json!({"channel": ["WHATSAPP"]})).await;
    let email = format!("{}@example.org", phone.as_str().trim_start_matches('+'));
    let wanted = json!({"language": "hi", "channels": ["SMS", "EMAIL", "WHATSAPP"], "email": email});
    stage.send(&request(Method::PUT, "/v1/account/preferences").by(&citizen).json(&wanted)).await.expect(204);
    let person = stage.register(&citizen, "1990").await;
    let order = json!({"session_id": stage.session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": [person]});
    stage.send(&post("/v1/appointments").by(&citizen).json(&order)).await.expect(201);
    // Channels are told one after the other, this one last.
    let message = &gateway.hears(1, mine).await[0];
    assert_eq!((&message["language"], &message["template"]), (&json!("hi"), &json!("confirmed")));
    let letter = letter(&stage, &email).await;
    assert!(text(&letter["Subject"]).contains("टीकाकरण"), "a subject in Hindi");
    assert!(text(&letter["BodyText"]).contains("बुक हो गया है"), "a letter in Hindi");
    let endpoint = stage.stack.endpoint().expect("the endpoint");
    let messages = outbox::messages(&endpoint, Some(&phone)).await.expect("the outbox");
    let booked = messages.iter().filter(|message| message.text.contains("बुक हो गया है"));
    assert_eq!(booked.count(), 1, "one text message in Hindi");
}
