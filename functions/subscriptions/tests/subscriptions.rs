//! Subscriptions over HTTP, with the table and the topic in memory.

use std::{net::IpAddr, sync::Arc};

use async_trait::async_trait;
use axum::{Router, http::Method};
use serde_json::{Value, json};
use vaxslot_app::{once::Once, subscriptions::Announcements};
use vaxslot_domain::{access::Caller, subscription::Filter};
use vaxslot_subscriptions::{Desk, Names, router};
use vaxslot_testkit::{
    MemoryStore, MemoryTopic, TestHost,
    client::{Answer, Call},
    issuer,
    make::{account, phone, read},
};

/// Names that stand for what they say.
struct Telling;

#[async_trait]
impl Names for Telling {
    async fn addresses(&self, name: &str, _: u16) -> Vec<IpAddr> {
        match name.split('.').next().unwrap_or_default() {
            "nowhere" => vec![],
            "inside" => vec![IpAddr::from([8, 8, 8, 8]), IpAddr::from([10, 0, 0, 1])],
            _ => vec![IpAddr::from([8, 8, 8, 8])],
        }
    }
}

struct Stage {
    function: Router,
    topic: Arc<MemoryTopic>,
    store: Arc<MemoryStore>,
}

impl Stage {
    fn new() -> Self {
        let (store, topic) = (Arc::new(MemoryStore::default()), Arc::new(MemoryTopic::default()));
        let host = Arc::new(TestHost::at(read("2026-11-21T10:00:00Z")));
        let function = router(Desk {
            announcements: Announcements::new(store.clone(), topic.clone(), host.clone()),
            once: Once::new(store.clone(), host.clone()),
            buckets: store.clone(),
            names: Arc::new(Telling),
            labels: issuer::sealer(),
            local: false,
            gate: issuer::gate(host.clone()),
            host,
        });
        Self { function, topic, store }
    }

    async fn subscribe(&self, of: &str, protocol: &str, endpoint: &str) -> Answer {
        let body = json!({ "protocol": protocol, "endpoint": endpoint });
        Call::post("/v1/subscriptions").by(&citizen(of)).json(&body).to(&self.function).await
    }

    async fn list(&self, of: &str) -> Value {
        Call::get("/v1/subscriptions").by(&citizen(of)).to(&self.function).await.json()["subscriptions"].clone()
    }
}

fn citizen(name: &str) -> Caller {
    Caller::Citizen { account: account(name), phone: Some(phone(1)) }
}

fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["subscription_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_webhook_is_subscribed_confirmed_and_ended() {
    let stage = Stage::new();
    let filter = json!({ "district_id": 363, "pincode": 411_027, "vaccine": "COVAXIN", "dose": 2, "age": 45 });
    let body = json!({ "protocol": "https", "endpoint": "https://asha.example.org/hook?key=1", "filter": filter });
    let made = Call::post("/v1/subscriptions").by(&citizen("asha")).json(&body).to(&stage.function).await;
    let path = format!("/v1/subscriptions/{}", id(&made));
    assert_eq!(made.headers["location"], path.as_str());
    assert_eq!((&made.json()["status"], &made.json()["filter"]), (&json!("PENDING"), &filter));
    let subscriber = stage.topic.subscribers().remove(0);
    assert_eq!(subscriber.endpoint, "https://asha.example.org/hook?key=1");
    assert_ne!(subscriber.filter, Filter::default());
    let confirm = |token: &str| {
        let call = Call::post(&format!("{path}/confirm")).by(&citizen("asha")).json(&json!({ "token": token }));
        async { call.to(&stage.function).await }
    };
    assert_eq!(confirm("guess").await.outcome(), "422 wrong-token");
    assert_eq!(confirm(&subscriber.token).await.json()["status"], "CONFIRMED");
    assert_eq!(stage.list("asha").await[0]["status"], "CONFIRMED");
    let end = |of: &str| Call::new(Method::DELETE, &path).by(&citizen(of));
    assert_eq!(end("ravi").to(&stage.function).await.outcome(), "404 no-such-subscription");
    assert_eq!(end("asha").to(&stage.function).await.status, 204);
    assert_eq!((stage.list("asha").await, stage.topic.subscribers().len()), (json!([]), 0));
    assert_eq!(end("asha").to(&stage.function).await.outcome(), "404 no-such-subscription");
}

#[tokio::test]
async fn addresses_are_neither_shown_nor_kept() {
    let stage = Stage::new();
    for (protocol, endpoint) in [
        ("https", "https://secret.example.org/secret"),
        ("email", "secret@example.org"),
        ("sqs", "arn:aws:sqs:ap-south-1:123456789012:secret"),
    ] {
        let made = stage.subscribe("asha", protocol, endpoint).await;
        id(&made);
        assert!(!made.text().contains("secret"), "{}", made.text());
    }
    let rows = format!(
        "{:?}",
        vaxslot_app::ports::Subscriptions::subscriptions(&*stage.store, &account("asha")).await.unwrap()
    );
    assert!(!rows.contains("secret"), "{rows}");
}

#[tokio::test]
async fn addresses_inside_are_refused_also_by_name() {
    let stage = Stage::new();
    for bad in [
        "https://169.254.169.254/",
        "https://inside.example.org/",
        "https://nowhere.example.org/",
        "http://example.org/",
    ] {
        let refused = stage.subscribe("asha", "https", bad).await;
        assert_eq!(refused.outcome(), "422 invalid-body", "{bad}");
        assert_eq!(refused.json()["pointer"], "/endpoint");
        assert!(!refused.text().contains("example.org"), "{}", refused.text());
    }
    assert_eq!((stage.list("asha").await, stage.topic.subscribers().len()), (json!([]), 0));
}

#[tokio::test]
async fn an_address_is_subscribed_once_whoever_asks() {
    let stage = Stage::new();
    id(&stage.subscribe("asha", "email", "asha@example.org").await);
    for of in ["asha", "ravi"] {
        assert_eq!(stage.subscribe(of, "email", "asha@example.org").await.outcome(), "409 endpoint-subscribed");
    }
}

#[tokio::test]
async fn an_account_has_ten_and_asks_for_twenty_a_day() {
    let stage = Stage::new();
    for number in 0..10 {
        id(&stage.subscribe("asha", "email", &format!("a{number}@example.org")).await);
    }
    for _ in 0..10 {
        let refused = stage.subscribe("asha", "email", "more@example.org").await;
        assert_eq!((refused.outcome().as_str(), &refused.json()["most"]), ("409 subscriptions-full", &json!(10)));
    }
    assert_eq!(stage.subscribe("asha", "email", "more@example.org").await.outcome(), "429 too-many-requests");
    id(&stage.subscribe("ravi", "email", "more@example.org").await);
}

#[tokio::test]
async fn a_repeat_with_the_key_is_told_the_first_answer_and_subscribes_once() {
    let stage = Stage::new();
    let body = json!({ "protocol": "email", "endpoint": "asha@example.org" });
    let call = || Call::post("/v1/subscriptions").by(&citizen("asha")).header("idempotency-key", "once").json(&body);
    let first = call().to(&stage.function).await;
    assert_eq!(id(&first), id(&call().to(&stage.function).await));
    assert_eq!(stage.topic.subscribers().len(), 1);
}

#[tokio::test]
async fn what_the_topic_refuses_leaves_nothing() {
    let stage = Stage::new();
    let refused = stage.subscribe("asha", "sqs", "arn:aws:sqs:ap-south-1:123456789012:refused").await;
    assert_eq!((refused.outcome(), stage.list("asha").await), ("422 endpoint-refused".to_owned(), json!([])));
}

#[tokio::test]
async fn one_that_was_ended_from_its_address_is_shown_as_gone() {
    let stage = Stage::new();
    id(&stage.subscribe("asha", "email", "asha@example.org").await);
    stage.topic.leave("asha@example.org");
    assert_eq!(stage.list("asha").await[0]["status"], "GONE");
}
