//! Callers who send too much, or what is not theirs.

use serde_json::json;
use vaxslot_api::limit::{Rate, Rates};
use vaxslot_app::ports::Host;
use vaxslot_domain::{SignedDuration, access::Caller};
use vaxslot_testkit::{client::Call, issuer};

use crate::stage::{ASHA, Stage, home, next_door};

#[tokio::test]
async fn who_sends_too_much_has_to_wait_and_nobody_else() {
    let rates = Rates { looks: Rate { account: 20, address: 1_000 }, ..Rates::USUAL };
    let stage = Stage::limited(rates).await;
    let list = async |caller: &Caller| Call::get("/v1/appointments").by(caller).to(&stage.router).await;
    for _ in 0..20 + 10 {
        assert_eq!(list(&home()).await.status, 200);
    }
    let refused = list(&home()).await;
    assert_eq!(
        (refused.outcome().as_str(), &refused.headers["retry-after"]),
        ("429 too-many-requests", &"3".parse().unwrap())
    );
    assert_eq!(list(&next_door()).await.status, 200);
    assert_eq!(stage.book(&[ASHA]).await.status, 201, "bookings are counted apart");
    stage.host.advance(SignedDuration::from_secs(3));
    assert_eq!(list(&home()).await.status, 200);
}

#[tokio::test]
async fn what_is_refused_for_being_too_much_is_not_even_read() {
    let stage = Stage::limited(Rates { changes: Rate { account: 1, address: 1_000 }, ..Rates::USUAL }).await;
    let ways = [
        "/v1/appointments",
        "/v1/holds",
        "/v1/appointments/confirm",
        "/v1/appointments/cancel",
        "/v1/appointments/reschedule",
    ];
    for way in [ways[0], ways[1]] {
        assert_eq!(stage.post(way, &home(), &json!({})).await.outcome(), "422 invalid-body", "bad requests count, too");
    }
    for way in ways {
        assert_eq!(stage.post(way, &home(), &stage.order(&[ASHA])).await.outcome(), "429 too-many-requests", "{way}");
        assert_eq!(stage.post(way, &home(), &json!({})).await.outcome(), "429 too-many-requests", "{way}");
    }
    assert_eq!(stage.free().await, 30);
}

#[tokio::test]
async fn no_forged_token_gets_in_or_changes_anything() {
    let stage = Stage::new().await;
    let good = issuer::token(&home());
    let forgeries = issuer::forgeries(&good, stage.host.now());
    assert!(forgeries.len() >= 40, "there are only {}", forgeries.len());
    let send =
        async |call: Call, authorization: &str| call.header("authorization", authorization).to(&stage.router).await;
    let book = || Call::post("/v1/appointments").json(&stage.order(&[ASHA]));
    for (name, token) in &forgeries {
        let bearer = format!("Bearer {token}");
        assert_eq!(send(Call::get("/v1/appointments"), &bearer).await.outcome(), "401 unauthorized", "{name}");
        assert_eq!(send(book(), &bearer).await.outcome(), "401 unauthorized", "{name}");
    }
    for header in
        ["", "Bearer", "Bearer ", &good, &format!("Basic {good}"), &format!("Bearer\t{good}"), &format!("JWT {good}")]
    {
        assert_eq!(send(book(), header).await.outcome(), "401 unauthorized", "{header}");
    }
    let bearer = format!("Bearer {good}");
    let twice = book().header("authorization", &bearer);
    assert_eq!(send(twice, &bearer).await.outcome(), "401 unauthorized", "two headers");
    assert_eq!(stage.free().await, 30);
    assert_eq!(send(book(), &bearer).await.status, 201, "the good one gets in");
}
