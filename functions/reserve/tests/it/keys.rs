//! Changes that are repeated under a key.

use serde_json::Value;
use vaxslot_domain::SignedDuration;
use vaxslot_testkit::client::{Answer, Call};

use crate::stage::{ASHA, MINA, RAVI, Stage, home, next_door, own};

async fn change(stage: &Stage, what: &str, key: &str, body: &Value) -> Answer {
    let call = Call::post(&format!("/v1/appointments/{what}")).by(&home()).header("idempotency-key", key);
    call.json(body).to(&stage.router).await
}

#[tokio::test]
async fn repeated_changes_are_told_their_first_answer() {
    let stage = Stage::new().await;
    let held = stage.post("/v1/holds", &home(), &stage.order(&[ASHA])).await;
    let confirmed = change(&stage, "confirm", "k", &own(&held)).await;
    assert_eq!(confirmed.outcome(), "200", "{}", confirmed.text());
    let cancelled = change(&stage, "cancel", "k", &own(&held)).await;
    assert_eq!(cancelled.outcome(), "200", "a key counts for one operation");
    assert_eq!(change(&stage, "confirm", "k", &own(&held)).await.text(), confirmed.text());
    assert_eq!(change(&stage, "cancel", "k", &own(&held)).await.text(), cancelled.text());
    assert_eq!(change(&stage, "cancel", "l", &own(&held)).await.outcome(), "404 no-such-appointment");
    let other = stage.book(&[RAVI]).await;
    assert_eq!(change(&stage, "cancel", "k", &own(&other)).await.outcome(), "422 key-reused");
    let theirs = stage.post("/v1/appointments", &next_door(), &stage.order(&[MINA])).await;
    let call = Call::post("/v1/appointments/cancel").by(&next_door()).header("idempotency-key", "k");
    assert_eq!(call.json(&own(&theirs)).to(&stage.router).await.outcome(), "200", "a key counts for one account");
}

#[tokio::test]
async fn wherever_the_process_dies_a_repeated_cancellation_is_carried_out_once() {
    for calls in 0.. {
        let stage = Stage::new().await;
        let body = own(&stage.book(&[ASHA, RAVI]).await);
        stage.store.stop_after(calls);
        let (router, sent) = (stage.router.clone(), body.clone());
        let dying = tokio::spawn(async move {
            let call = Call::post("/v1/appointments/cancel").by(&home()).header("idempotency-key", "k");
            call.json(&sent).to(&router).await
        });
        let first = dying.await;
        stage.store.go_on();
        stage.host.advance(SignedDuration::from_mins(1));
        let again = change(&stage, "cancel", "k", &body).await;
        assert_eq!((again.outcome().as_str(), stage.free().await), ("200", 30), "after {calls} calls");
        assert_eq!(again.json()["appointments"][1]["status"], "CANCELLED");
        if let Ok(first) = first {
            assert_eq!(first.text(), again.text());
            return;
        }
    }
}
