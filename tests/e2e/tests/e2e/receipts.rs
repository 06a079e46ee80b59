//! What gateways, SES and SNS tell of messages is noted at their marks.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    listener::Listener,
    request::{post, request},
    rows,
    stage::{Stage, now, text},
};

const PATIENCE: usize = 900;
/// Where SNS logs text messages that did not arrive. The endpoint's account has no other number.
const LOG: &str = "sns/us-east-1/000000000000/DirectPublishToPhoneNumber/Failure";

/// A text of a mark, once it is there.
async fn awaited(stage: &Stage, event: &str, channel: &str, name: &str) -> String {
    for _ in 0..PATIENCE {
        if let Some(text) = rows::texts(&stage.stack, &format!("SENT#{event}"), channel).await.remove(name) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("there is no {name} at the mark of {channel} after 90 s");
}

/// Puts a body into the queue of receipts.
async fn put(stage: &Stage, body: &Value) {
    let client = aws_sdk_sqs::Client::new(&rows::config(&stage.stack).await);
    let queue = rows::field(&stage.stack, "receipts_queue");
    client.send_message().queue_url(queue).message_body(body.to_string()).send().await.expect("sent");
}

/// Writes a line of SNS's log, as SNS would.
async fn log(stage: &Stage, message: &Value) {
    let stream = json!({"logGroupName": LOG, "logStreamName": text(&message["notification"]["messageId"])});
    let event = json!({"timestamp": now().as_millisecond(), "message": message.to_string()});
    let mut events = stream.clone();
    events["logEvents"] = json!([event]);
    for (call, body) in [("CreateLogStream", stream), ("PutLogEvents", events)] {
        let sent = stage
            .client
            .post(rows::endpoint(&stage.stack))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Logs_20140328.{call}"))
            .header("authorization", rows::signed("logs"))
            .body(body.to_string());
        let answer = sent.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{call}: {}", answer.status());
    }
}

#[tokio::test]
async fn what_became_of_each_message_is_noted_at_its_mark() {
    let stage = Stage::set().await;
    let (citizen, phone) = stage.reachable_stranger();
    let mine = |message: &Value| message["to"] == phone.as_str();
    let mut gateway = Listener::subscribe(&stage, "channel_topic", &json!({"channel": ["WHATSAPP"]})).await;
    let email = format!("{}@example.org", phone.as_str().trim_start_matches('+'));
    let wanted = json!({"channels": ["SMS", "EMAIL", "WHATSAPP"], "email": email});
    stage.send(&request(Method::PUT, "/v1/account/preferences").by(&citizen).json(&wanted)).await.expect(204);
    let person = stage.register(&citizen, "1990").await;
    let order = json!({"session_id": stage.session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": [person]});
    stage.send(&post("/v1/appointments").by(&citizen).json(&order)).await.expect(201);

    // At once: it may come before the mark says that the message was sent, and comes again then.
    let id = text(&gateway.hears(1, mine).await[0]["id"]);
    put(&stage, &json!({"id": id, "status": "READ", "at": now().to_string()})).await;
    let event = id.strip_suffix(":WHATSAPP").expect("the id names event and channel");

    let delivery = awaited(&stage, event, "EMAIL", "delivery").await;
    let bounced = json!({"source": "aws.ses", "detail-type": "Email Bounced", "time": now().to_string(),
        "detail": {"mail": {"messageId": delivery, "destination": [email]}}});
    put(&stage, &bounced).await;

    let delivery = awaited(&stage, event, "SENT", "delivery").await;
    let blocked = json!({"notification": {"messageId": delivery, "timestamp": "2026-11-22 01:00:00.412"},
        "delivery": {"destination": phone.as_str()}, "status": "FAILURE"});
    log(&stage, &blocked).await;

    for (channel, status) in [("WHATSAPP", "READ"), ("EMAIL", "FAILED"), ("SENT", "FAILED")] {
        assert_eq!(awaited(&stage, event, channel, "status").await, status, "{channel}");
    }
}
