//! When sessions open, and whether they queue.

use axum::http::Method;
use serde_json::{Value, json};
use vaxslot_domain::access::Caller;
use vaxslot_testkit::client::{Answer, Call};

use crate::stage::{FOREIGN, OWN, Stage, admin, bad_rows, notes, operator, schedule, with};

async fn publish(stage: &Stage, body: &Value) -> Answer {
    stage.post(&format!("/v1/admin/centers/{OWN}/sessions"), &operator(), body).await
}

async fn set_opening(stage: &Stage, id: &str, caller: &Caller, body: &Value) -> Answer {
    Call::new(Method::PUT, &format!("/v1/admin/sessions/{id}/opening")).by(caller).json(body).to(&stage.router).await
}

fn id(session: &Answer) -> String {
    session.json()["session_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_session_is_published_with_its_opening() {
    let stage = Stage::new().await;
    let shown = publish(&stage, &with(schedule(), &[("opens_at", json!("2026-11-22T10:00:00+05:30"))])).await.json();
    assert_eq!((&shown["opens_at"], &shown["queue"]), (&json!("2026-11-22T04:30:00Z"), &json!("AUTO")));
    let plain = publish(&stage, &schedule()).await.json();
    assert_eq!((&plain["opens_at"], &plain["queue"]), (&Value::Null, &json!("AUTO")));
}

#[tokio::test]
async fn staff_sets_and_clears_the_opening() {
    let stage = Stage::new().await;
    let session = id(&publish(&stage, &schedule()).await);
    let rows = [(json!("2026-11-22T04:30:00Z"), "AUTO"), (json!("2026-11-22T04:30:00Z"), "OFF"), (Value::Null, "ON")];
    for (opens_at, queue) in rows {
        let answer = set_opening(&stage, &session, &operator(), &json!({ "opens_at": opens_at, "queue": queue })).await;
        assert_eq!(answer.outcome(), "200", "{}", answer.text());
        assert_eq!((&answer.json()["opens_at"], &answer.json()["queue"]), (&opens_at, &json!(queue)));
        let stored = stage.session(&answer).await.opening;
        assert_eq!((stored.opens_at.is_none(), stored.queue.name()), (opens_at.is_null(), queue));
    }
}

#[tokio::test]
async fn bad_openings_are_refused() {
    let stage = Stage::new().await;
    let session = id(&publish(&stage, &schedule()).await);
    let foreign = stage.post(&format!("/v1/admin/centers/{FOREIGN}/sessions"), &admin(), &schedule()).await;
    let fine = json!({ "opens_at": null, "queue": "ON" });
    let rows = [
        (&session, with(fine.clone(), &[("queue", json!("on"))]), "422 invalid-body"),
        (&session, with(fine.clone(), &[("queue", Value::Null)]), "422 invalid-body"),
        (&session, with(fine.clone(), &[("opens_at", json!("2026-11-22"))]), "422 invalid-body"),
        (&session, with(fine.clone(), &[("opens_at", json!(1_795_255_200))]), "422 invalid-body"),
        (&session, with(fine.clone(), &[("opens", json!("now"))]), "422 invalid-body"),
        // The last slot begins at 11:00 in India.
        (&session, with(fine.clone(), &[("opens_at", json!("2026-11-23T05:30:00Z"))]), "422 invalid-schedule"),
        (&"00000000-0000-4000-8000-00000000abcd".to_owned(), fine.clone(), "404 no-such-session"),
        (&id(&foreign), fine.clone(), "404 no-such-session"),
    ];
    for (session, body, outcome) in rows {
        assert_eq!(set_opening(&stage, session, &operator(), &body).await.outcome(), outcome, "{body}");
    }
    let late = with(schedule(), &[("opens_at", json!("2026-11-23T05:30:00Z"))]);
    assert_eq!(publish(&stage, &late).await.outcome(), "422 invalid-schedule");
    let in_time = with(fine, &[("opens_at", json!("2026-11-23T05:29:59.999Z"))]);
    assert_eq!(set_opening(&stage, &session, &operator(), &in_time).await.outcome(), "200");
}

#[tokio::test]
async fn a_file_of_sessions_may_say_when_they_open() {
    let stage = Stage::new().await;
    let file = |opens_at: &str| {
        let row = format!("{OWN},2026-11-23,COVISHIELD,18,44,0,09:00-11:00,50,,,{opens_at}");
        format!("center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3,opens_at\n{row}\n")
    };
    let late = stage.import("sessions", &operator(), &file("2026-11-23T03:30:00Z")).await;
    assert_eq!(bad_rows(&late), [(2, "opens_at".to_owned())]);
    let first = stage.import("sessions", &operator(), &file("2026-11-22T04:30:00Z")).await;
    assert_eq!(first.outcome(), "200", "{}", first.text());
    let opening = stage.sessions_of(OWN).await[0].opening;
    assert_eq!(opening.opens_at.map(|moment| moment.to_string()).as_deref(), Some("2026-11-22T04:30:00Z"));
    let again = stage.import("sessions", &operator(), &file("2026-11-22T05:30:00Z")).await;
    assert_eq!(notes(&again.json()["warnings"]), [(2, "opens_at".to_owned())], "{}", again.text());
    assert_eq!(stage.sessions_of(OWN).await[0].opening, opening, "published already, it opens as it did");
}
