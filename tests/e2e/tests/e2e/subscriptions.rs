//! A webhook on this machine is told what can be had, whatever people do meanwhile.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    consumer::Consumer,
    listener::Listener,
    request::{get, post, request},
    rows,
    stage::{Stage, own, text},
};

const OPENED: &str = "availability.opened";
const CLOSED: &str = "availability.closed";

/// How many places there are, and how many people want one at a time.
const PLACES: u64 = 3;
const AT_ONCE: usize = 8;
/// How many bookings, each of which is cancelled.
const BOOKINGS: usize = 500;
/// How many appointments a person may give up in a day.
const A_PERSON: usize = 10;
const PEOPLE_OF_AN_ACCOUNT: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_hears_each_turn_once_while_people_book_and_cancel() {
    let stage = Stage::set().await;
    let consumer = Consumer::start(&stage).await;
    let path = subscribe(&stage, &consumer).await;
    let center = json!({"center": [stage.center], "dose": [1], "min_age": [18]});
    let mut listener = Listener::subscribe(&stage, "availability_topic", &center).await;
    // Nothing for people of 30.
    publish(&stage, 45).await;
    let session = publish(&stage, 18).await;
    consumer.hears(&session, |told| !told.is_empty()).await;

    let (done, begun) = (AtomicUsize::new(0), Instant::now());
    join_all((0..AT_ONCE).map(|_| book_and_cancel(&stage, &session, &done))).await;
    let took = begun.elapsed();
    all_is_told(&stage, &consumer).await;
    consumer.hears(&session, |told| told.last().is_some_and(|last| last["type"] == OPENED)).await;
    let close = post(format!("/v1/admin/sessions/{session}/close")).by(&stage.operator);
    stage.send(&close).await.expect(200);
    let told = consumer.hears(&session, |told| told.last().is_some_and(|last| last["type"] == CLOSED)).await;
    assert_eq!(told.last().expect("turns")["available"], PLACES);

    let ids: BTreeSet<String> = told.iter().map(|turn| text(&turn["id"])).collect();
    assert_eq!(ids.len(), told.len(), "each turn comes once");
    for (place, turn) in told.iter().enumerate() {
        assert_eq!(turn["type"], if place % 2 == 0 { OPENED } else { CLOSED }, "{place}");
        if place % 2 == 1 {
            assert_eq!(turn["opened_at"], told[place - 1]["occurred_at"], "{place}");
        }
    }
    let of_session = |turn: &Value| turn["session_id"] == session.as_str();
    let queued = listener.hears(told.len(), of_session).await;
    let queued: BTreeSet<String> = queued.iter().map(|turn| text(&turn["id"])).collect();
    assert_eq!(queued, ids, "a queue hears the same");
    for turn in consumer.messages() {
        assert_eq!((&turn["pincode"], &turn["dose"]), (&json!(411_027), &json!(1)));
        assert!(turn["min_age"].as_u64() <= Some(30), "the filter lets nothing else pass");
    }
    println!("{BOOKINGS} bookings and as many cancellations in {took:.1?} turned the dose {} times", told.len());

    stage.send(&request(Method::DELETE, path.as_str()).by(&stage.citizen)).await.expect(204);
    let left = stage.send(&get("/v1/subscriptions").by(&stage.citizen)).await.expect(200);
    assert_eq!(left.json["subscriptions"], json!([]));
    assert!(!is_at_sns(&stage, &consumer.address).await, "SNS has forgotten the address");
}

/// Subscribes the consumer, and confirms with the token that it is sent. Returns the subscription's address.
async fn subscribe(stage: &Stage, consumer: &Consumer) -> String {
    let filter = json!({"pincode": 411_027, "dose": 1, "age": 30});
    let body = json!({"protocol": "https", "endpoint": consumer.address, "filter": filter});
    let subscribe = post("/v1/subscriptions").by(&stage.citizen).json(&body);
    let made = stage.send(&subscribe.clone().header("idempotency-key", "once")).await.expect(201);
    let again = stage.send(&subscribe.clone().header("idempotency-key", "once")).await.expect(201);
    assert_eq!((&made.json["status"], &made.text), (&json!("PENDING"), &again.text));
    assert!(!made.text.contains("127.0.0.1"), "an address is not shown");
    let foreign = stage.send(&subscribe.by(&stage.stranger())).await.expect(409);
    assert_eq!(foreign.slug(), "endpoint-subscribed");
    let path = format!("/v1/subscriptions/{}", text(&made.json["subscription_id"]));
    let confirm = |token: &str| post(format!("{path}/confirm")).by(&stage.citizen).json(&json!({"token": token}));
    assert_eq!(stage.send(&confirm("a-guess")).await.expect(422).slug(), "wrong-token");
    let token = consumer.says("token ").await;
    let confirmed = stage.send(&confirm(&token)).await.expect(200);
    assert_eq!((&confirmed.json["status"], &confirmed.json["filter"]), (&json!("CONFIRMED"), &filter));
    let exported = stage.send(&get("/v1/account/export").by(&stage.citizen)).await.expect(200);
    assert_eq!(exported.json["subscriptions"], json!([confirmed.json]));
    path
}

/// Publishes a session for people from an age on. Returns its id.
async fn publish(stage: &Stage, min_age: u8) -> String {
    let mut schedule = stage.schedule();
    schedule["slots"] = json!([{"slot": "12:00-13:00", "capacity": {"1": PLACES}}]);
    schedule["min_age"] = json!(min_age);
    schedule["max_age"] = json!(60);
    let path = format!("/v1/admin/centers/{}/sessions", stage.center);
    let published = stage.send(&post(path).by(&stage.operator).json(&schedule)).await.expect(201);
    text(&published.json["session_id"])
}

/// People book one after the other, and each gives up what they have, until there were as many bookings as wanted.
async fn book_and_cancel(stage: &Stage, session: &str, done: &AtomicUsize) {
    loop {
        let citizen = stage.stranger();
        for _ in 0..PEOPLE_OF_AN_ACCOUNT {
            let person = stage.register(&citizen, "1990").await;
            let order = json!({"session_id": session, "slot": "12:00-13:00", "dose": 1, "beneficiaries": [person]});
            for _ in 0..A_PERSON {
                if done.fetch_add(1, Ordering::Relaxed) >= BOOKINGS {
                    return;
                }
                let book = post("/v1/appointments").by(&citizen).json(&order);
                let mut booked = stage.send(&book).await.expect_one_of(&[201, 409]);
                while booked.status == 409 {
                    assert_eq!(booked.slug(), "sold-out");
                    booked = stage.send(&book).await.expect_one_of(&[201, 409]);
                }
                stage.send(&post("/v1/appointments/cancel").by(&citizen).json(&own(&booked))).await.expect(200);
            }
        }
    }
}

/// Awaits that all that was done before is told: what is published now is told of after that. What the sums' own change turned comes
/// after the change, so there are two.
async fn all_is_told(stage: &Stage, consumer: &Consumer) {
    for _ in 0..2 {
        let marker = publish(stage, 18).await;
        consumer.hears(&marker, |told| !told.is_empty()).await;
    }
}

async fn is_at_sns(stage: &Stage, address: &str) -> bool {
    let file = std::fs::read_to_string(stage.stack.file()).expect("the stack's description");
    let file: Value = serde_json::from_str(&file).expect("JSON");
    let client = aws_sdk_sns::Client::new(&rows::config(&stage.stack).await);
    let all = client.list_subscriptions_by_topic().topic_arn(text(&file["availability_topic"])).send().await;
    all.expect("subscriptions").subscriptions().iter().any(|one| one.endpoint() == Some(address))
}
