use axum::http::Method;
use serde_json::json;
use vaxslot_app::ports::{Bookings, People, Tried};
use vaxslot_domain::session::Session;
use vaxslot_testkit::{
    client::{Answer, Call},
    make::{Wish, account, adult, phone},
};

use crate::stage::{FOREIGN, OWN, Stage, admin, operator, schedule};

async fn published(stage: &Stage, center: u32) -> Session {
    let answer = stage.post(&format!("/v1/admin/centers/{center}/sessions"), &admin(), &schedule()).await;
    stage.session(&answer).await
}

async fn turn(stage: &Stage, session: &str, turn: &str) -> Answer {
    Call::post(&format!("/v1/admin/sessions/{session}/{turn}")).by(&operator()).to(&stage.router).await
}

#[tokio::test]
async fn a_session_is_cancelled_with_everybody_in_it() {
    let stage = Stage::new().await;
    let session = published(&stage, OWN).await;
    let person = adult(1, &account("a"));
    stage.store.add_beneficiary(&person, &phone(1)).await.unwrap();
    let wish = Wish::new(&session, &[&person]).reservation();
    assert_eq!(stage.store.reserve(&wish).await.unwrap(), Tried::Done(()));
    let id = session.id.to_string();
    for _ in 0..2 {
        let answer = turn(&stage, &id, "cancel").await;
        assert_eq!(answer.outcome(), "200", "{}", answer.text());
        let shown = answer.json();
        assert_eq!(shown["status"], "CANCELLED");
        assert!(shown["available"].as_array().unwrap().iter().all(|dose| dose["available"] == 0), "{shown}");
        assert!(shown["slots"].as_array().unwrap().iter().all(|slot| slot["capacity"][0]["available"] == 0));
    }
    let stored = stage.session(&turn(&stage, &id, "cancel").await).await;
    assert_eq!(stored.cancelling, None, "nothing is left to do");
    assert!(stage.shards(&stored).await.iter().all(|shard| shard.cancelled && shard.free == shard.capacity));
    let (person, ended) = stage.store.history(person.id).await.unwrap().unwrap();
    assert_eq!((person.active, ended[0].status.name()), (None, "CANCELLED"));
    let noted = (person.given_up.len(), person.withdrawn.keys().eq([&ended[0].id]));
    assert_eq!(noted, (0, true), "it was not the person's doing");
}

#[tokio::test]
async fn a_cancelled_session_does_not_come_back() {
    let stage = Stage::new().await;
    let session = published(&stage, OWN).await;
    let id = session.id.to_string();
    assert_eq!(turn(&stage, &id, "cancel").await.outcome(), "200");
    for again in ["reopen", "close"] {
        let answer = turn(&stage, &id, again).await;
        assert_eq!((answer.outcome(), &answer.json()["session_id"]), ("409 session-cancelled".to_owned(), &json!(id)));
    }
    let put = async |what: &str, body| {
        let path = format!("/v1/admin/sessions/{id}/{what}");
        Call::new(Method::PUT, &path).by(&operator()).json(&body).to(&stage.router).await.outcome()
    };
    let capacity = json!({ "slot": "09:00-11:00", "dose": 1, "capacity": 100 });
    assert_eq!(put("capacity", capacity).await, "409 session-cancelled");
    assert_eq!(put("opening", json!({ "queue": "ON" })).await, "409 session-cancelled");
}

#[tokio::test]
async fn cancelling_takes_no_body_and_its_own_session() {
    let stage = Stage::new().await;
    let own = published(&stage, OWN).await.id.to_string();
    let path = format!("/v1/admin/sessions/{own}/cancel");
    assert_eq!(stage.post(&path, &operator(), &json!({})).await.outcome(), "400 unexpected-body");
    assert_eq!(turn(&stage, "7", "cancel").await.outcome(), "400 invalid-parameter");
    let theirs = published(&stage, FOREIGN).await.id.to_string();
    let nobodys = "00000000-0000-4000-8000-00000000abcd";
    let (foreign, absent) = (turn(&stage, &theirs, "cancel").await, turn(&stage, nobodys, "cancel").await);
    assert_eq!(foreign.outcome(), "404 no-such-session");
    assert_eq!(foreign.text().replace(&theirs, nobodys), absent.text());
    assert_eq!(stage.session(&turn(&stage, &own, "close").await).await.status.name(), "CLOSED");
}
