//! The opening: reservations are queued, and every ticket ends.

use std::{collections::BTreeMap, time::Duration};

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    request::{Answer, get, post, request},
    stage::{Stage, text},
};

const SEATS: u32 = 8;
const PEOPLE: usize = 24;

/// A session with a queue that staff switched on, for first doses in one slot.
pub async fn queueing_session(stage: &Stage, seats: u32) -> String {
    let session = session(stage, seats).await;
    switch(stage, &session, json!({"opens_at": null, "queue": "ON"})).await;
    session
}

async fn session(stage: &Stage, seats: u32) -> String {
    let mut schedule = stage.schedule();
    schedule["slots"] = json!([{"slot": "09:00-11:00", "capacity": {"1": seats}}]);
    let path = format!("/v1/admin/centers/{}/sessions", stage.center);
    let made = stage.send(&post(path).by(&stage.operator).json(&schedule)).await.expect(201);
    text(&made.json["session_id"])
}

/// Says how a session opens.
async fn switch(stage: &Stage, session: &str, opening: Value) {
    let path = format!("/v1/admin/sessions/{session}/opening");
    stage.send(&request(Method::PUT, path).by(&stage.operator).json(&opening)).await.expect(200);
}

fn order(session: &str, person: &str) -> Value {
    json!({"session_id": session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": [person]})
}

/// Looks at the ticket of an answer until it has ended.
async fn end(stage: &Stage, queued: &Answer, citizen: &str) -> Value {
    end_of(stage, &text(&queued.json["ticket"]), citizen).await
}

/// Looks at a ticket until it has ended.
pub async fn end_of(stage: &Stage, ticket: &str, citizen: &str) -> Value {
    let path = format!("/v1/tickets/{ticket}");
    for _ in 0..120 {
        let ticket = stage.send(&get(&path).by(citizen)).await.expect(200);
        if ticket.json["status"] != "PENDING" {
            return ticket.json;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("the ticket did not end in a minute");
}

#[tokio::test]
async fn a_rush_fills_every_seat_and_every_ticket_ends() {
    let stage = Stage::set().await;
    let session = queueing_session(&stage, SEATS).await;
    let crowd = join_all((0..PEOPLE).map(async |_| {
        let citizen = stage.stranger();
        let person = stage.register(&citizen, "1990").await;
        (citizen, person)
    }))
    .await;
    let ends = join_all(crowd.iter().map(async |(citizen, person)| {
        let queued = stage.send(&post("/v1/appointments").by(citizen).json(&order(&session, person))).await;
        // Who comes when the last seat is gone is told at once.
        if queued.status == 409 {
            return (queued.slug().to_owned(), citizen);
        }
        let queued = queued.expect(202);
        let ended = end(&stage, &queued, citizen).await;
        let kind = ended["problem"]["type"].as_str().and_then(|kind| kind.rsplit(':').next());
        let fate = kind.map_or_else(|| text(&ended["status"]), str::to_owned);
        (fate, citizen)
    }))
    .await;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (fate, _) in &ends {
        *counts.entry(fate).or_default() += 1;
    }
    let seats = usize::try_from(SEATS).expect("few");
    assert_eq!(counts, BTreeMap::from([("CONFIRMED", seats), ("sold-out", PEOPLE - seats)]));
    for (fate, citizen) in &ends {
        let mine = stage.send(&get("/v1/appointments").by(citizen)).await.expect(200);
        let appointments = mine.json["appointments"].as_array().expect("a list").len();
        assert_eq!(appointments, usize::from(fate == "CONFIRMED"));
    }
}

#[tokio::test]
async fn a_ticket_is_its_owners_and_a_repeat_finds_it() {
    let stage = Stage::set().await;
    let session = queueing_session(&stage, 3).await;
    let book = post("/v1/appointments").by(&stage.citizen).header("idempotency-key", "in-the-rush");
    let book = book.json(&order(&session, &stage.person));
    let queued = stage.send(&book).await.expect(202);
    let path = format!("/v1/tickets/{}", text(&queued.json["ticket"]));
    let foreign = stage.send(&get(&path).by(&stage.stranger())).await.expect(404);
    assert_eq!(foreign.slug(), "no-such-ticket");
    let first = end(&stage, &queued, &stage.citizen).await;
    assert_eq!((&first["status"], &first["appointments"][0]["session_id"]), (&json!("CONFIRMED"), &json!(session)));
    let again = stage.send(&book).await;
    assert!(matches!(again.status, 201 | 202), "{}", again.text);
    let made = match again.status {
        201 => again.json["appointments"].clone(),
        _ => end(&stage, &again, &stage.citizen).await["appointments"].clone(),
    };
    assert_eq!(made, first["appointments"], "the same request has the same end");
    let second = stage.register(&stage.citizen, "1991").await;
    let hold = stage.send(&post("/v1/holds").by(&stage.citizen).json(&order(&session, &second))).await.expect(202);
    assert_eq!(end(&stage, &hold, &stage.citizen).await["status"], "HELD");
}

#[tokio::test]
async fn staff_says_when_a_session_opens_and_switches_its_queue() {
    let stage = Stage::set().await;
    let book = post("/v1/appointments").by(&stage.citizen).json(&stage.order());
    let later = stage.today.tomorrow().expect("a day").to_string() + "T00:00:00Z";
    switch(&stage, &stage.session, json!({"opens_at": later, "queue": "AUTO"})).await;
    let await_status = async |wanted: u16| {
        // A function may remember for a second how it was.
        for _ in 0..50 {
            let answer = stage.send(&book).await;
            if answer.status == wanted {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no answer {wanted} in 5 s");
    };
    assert_eq!(await_status(409).await.slug(), "not-yet-open");
    switch(&stage, &stage.session, json!({"opens_at": null, "queue": "ON"})).await;
    let queued = await_status(202).await;
    end(&stage, &queued, &stage.citizen).await;
}

#[tokio::test]
async fn a_family_is_seated_whole_or_not_at_all() {
    let stage = Stage::set().await;
    // Two shards, of which none has places for two families: the booker has to look at both.
    let session = queueing_session(&stage, 26).await;
    let fewer = json!({"slot": "09:00-11:00", "dose": 1, "capacity": 3});
    let path = format!("/v1/admin/sessions/{session}/capacity");
    stage.send(&request(Method::PUT, path).by(&stage.operator).json(&fewer)).await.expect(200);
    let ends = join_all([stage.stranger(), stage.stranger()].map(async |citizen| {
        let family = [stage.register(&citizen, "1990").await, stage.register(&citizen, "1991").await];
        let mut order = order(&session, "");
        order["beneficiaries"] = json!(family);
        let queued = stage.send(&post("/v1/appointments").by(&citizen).json(&order)).await.expect(202);
        end(&stage, &queued, &citizen).await
    }))
    .await;
    let (made, refused): (Vec<Value>, Vec<Value>) =
        ends.into_iter().partition(|ticket| ticket["status"] == "CONFIRMED");
    assert_eq!((made.len(), refused.len()), (1, 1));
    assert_eq!(made[0]["appointments"].as_array().map(Vec::len), Some(2));
    let (status, left) = (&refused[0]["status"], &refused[0]["problem"]["left"]);
    assert_eq!((status, left), (&json!("REFUSED"), &json!(1)));
}

#[tokio::test]
async fn who_was_told_no_is_not_booked_later() {
    let stage = Stage::set().await;
    let session = session(&stage, 5).await;
    // The queue has just been switched off: the same request may still wait in it.
    switch(&stage, &session, json!({"opens_at": null, "queue": "OFF"})).await;
    let elder = stage.register(&stage.citizen, "1950").await;
    let book = post("/v1/appointments").by(&stage.citizen).header("idempotency-key", "too-late");
    let book = book.json(&order(&session, &elder));
    assert_eq!(stage.send(&book).await.expect(422).slug(), "too-old");
    switch(&stage, &session, json!({"opens_at": null, "queue": "ON"})).await;
    // The key was used, and its ticket has ended: whether it is told at once or in its turn, the answer is the first one.
    let again = stage.send(&book).await;
    let told = match again.status {
        422 => again.json.clone(),
        _ => end(&stage, &again.expect(202), &stage.citizen).await["problem"].clone(),
    };
    assert_eq!(told["type"], "urn:vaxslot:problem:too-old");
}
