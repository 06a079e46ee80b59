//! Staff's writes with an idempotency key.

use axum::http::Method;
use serde_json::{Value, json};
use vaxslot_domain::SignedDuration;
use vaxslot_testkit::client::{Answer, Call};

use crate::stage::{OWN, Stage, admin, operator, with};

fn center(name: &str) -> Value {
    json!({
        "name": name, "address": "Pune Nashik Road", "district_id": 363, "pincode": 410_501,
        "opens": "09:00", "closes": "17:30", "fee_type": "Paid",
    })
}

async fn register(stage: &Stage, name: &str, key: &str) -> Answer {
    let call = Call::post("/v1/admin/centers").by(&admin()).header("idempotency-key", key);
    call.json(&center(name)).to(&stage.router).await
}

#[tokio::test]
async fn a_repeat_is_told_the_first_answer() {
    let stage = Stage::new().await;
    let first = register(&stage, "Khed", "k").await;
    assert_eq!(first.outcome(), "201", "{}", first.text());
    let again = register(&stage, "Khed", "k").await;
    assert_eq!((again.status, again.text()), (first.status, first.text()));
    for name in ["location", "content-type"] {
        assert_eq!(again.headers[name], first.headers[name], "{name}");
    }
    let other = register(&stage, "Khed", "l").await;
    assert_ne!(other.json()["center_id"], first.json()["center_id"], "another key is another request");
}

#[tokio::test]
async fn another_request_with_the_key_is_refused_and_changes_nothing() {
    let stage = Stage::new().await;
    let first = register(&stage, "Khed", "k").await;
    assert_eq!(register(&stage, "Kheda", "k").await.outcome(), "422 key-reused");
    let id = u32::try_from(first.json()["center_id"].as_u64().unwrap()).unwrap();
    assert_eq!(stage.center(id).await.unwrap().name.as_str(), "Khed");
    stage.host.advance(SignedDuration::from_hours(24));
    assert_eq!(register(&stage, "Kheda", "k").await.outcome(), "201", "a key counts for a day");
}

#[tokio::test]
async fn a_key_counts_for_one_operation_and_one_address() {
    let stage = Stage::new().await;
    let patch = async |id: u32, name: &str| {
        let call = Call::new(Method::PATCH, &format!("/v1/admin/centers/{id}")).by(&admin());
        call.header("idempotency-key", "k").json(&json!({ "name": name })).to(&stage.router).await.outcome()
    };
    assert_eq!(register(&stage, "Khed", "k").await.outcome(), "201");
    assert_eq!(patch(OWN, "Renamed").await, "200");
    assert_eq!(patch(crate::stage::FOREIGN, "Renamed").await, "422 key-reused");
}

#[tokio::test]
async fn what_was_not_carried_out_leaves_the_key_free() {
    let stage = Stage::new().await;
    let call = || Call::post("/v1/admin/centers").header("idempotency-key", "k");
    let forbidden = call().by(&operator()).json(&center("Khed")).to(&stage.router).await;
    assert_eq!(forbidden.outcome(), "403 forbidden");
    let bad = call().by(&admin()).json(&with(center("Khed"), &[("pincode", json!(1))])).to(&stage.router).await;
    assert_eq!(bad.outcome(), "422 invalid-body");
    assert_eq!(register(&stage, "Khed", "k").await.outcome(), "201");
}

#[tokio::test]
async fn a_refusal_is_told_again() {
    let stage = Stage::new().await;
    let refuse = async || {
        let body = with(center("Khed"), &[("district_id", json!(999))]);
        let call = Call::post("/v1/admin/centers").by(&admin()).header("idempotency-key", "k");
        call.json(&body).to(&stage.router).await
    };
    let (first, again) = (refuse().await, refuse().await);
    assert_eq!((first.outcome().as_str(), first.text()), ("404 no-such-district", again.text()));
}

#[tokio::test]
async fn wherever_the_process_dies_a_repeat_carries_it_out_once() {
    for calls in 0.. {
        let stage = Stage::new().await;
        stage.store.stop_after(calls);
        let router = stage.router.clone();
        let dying = tokio::spawn(async move {
            let call = Call::post("/v1/admin/centers").by(&admin()).header("idempotency-key", "k");
            call.json(&center("Khed")).to(&router).await
        });
        let first = dying.await;
        stage.store.go_on();
        if first.is_err() && calls > 0 {
            let early = register(&stage, "Khed", "k").await.outcome();
            assert!(matches!(early.as_str(), "201" | "409 request-in-progress"), "{early} after {calls} calls");
        }
        stage.host.advance(SignedDuration::from_mins(1));
        let again = register(&stage, "Khed", "k").await;
        assert_eq!(again.outcome(), "201", "after {calls} calls");
        assert_eq!(register(&stage, "Khed", "k").await.text(), again.text());
        assert_eq!(stage.store.centers_named("Khed"), 1, "after {calls} calls");
        if let Ok(first) = first {
            assert_eq!(first.text(), again.text());
            assert!(calls >= 3, "the key, the district, the center and the answer");
            return;
        }
    }
}
