//! Bookings that wait their turn.

use serde_json::json;
use vaxslot_app::booker::Closer;
use vaxslot_domain::{SignedDuration, opening::Queueing};
use vaxslot_testkit::client::{Answer, Call};

use crate::stage::{ASHA, MINA, RAVI, Stage, home, next_door};

#[tokio::test]
async fn a_queued_booking_gets_a_ticket_that_tells_what_becomes_of_it() {
    let stage = Stage::with(&[1]).await;
    stage.open(Queueing::On).await;
    let queued = stage.book(&[ASHA]).await;
    assert_eq!((queued.status, &queued.json()["status"]), (202, &json!("PENDING")));
    assert!(queued.headers.contains_key("retry-after"));
    assert_eq!(stage.free().await, 1, "nothing is booked yet");
    let pending = stage.ticket(&home(), &queued).await;
    assert_eq!(
        (pending.status, &pending.json()["status"], &pending.json()["ahead"]),
        (200, &json!("PENDING"), &json!(0))
    );
    assert!(pending.headers.contains_key("retry-after"));
    assert_eq!(stage.ticket(&next_door(), &queued).await.status, 404, "it is nobody else's");
    let late = stage.post("/v1/holds", &next_door(), &stage.order(&[MINA])).await;
    assert_eq!(late.status, 202);
    stage.work().await;
    let confirmed = stage.ticket(&home(), &queued).await.json();
    assert_eq!((&confirmed["status"], &confirmed["problem"]), (&json!("CONFIRMED"), &json!(null)));
    assert_eq!(confirmed["appointments"][0]["status"], "CONFIRMED");
    let refused = stage.ticket(&next_door(), &late).await;
    assert!(!refused.headers.contains_key("retry-after"), "it has ended");
    assert_eq!(refused.json()["status"], "REFUSED");
    assert_eq!(refused.json()["problem"]["type"], "urn:vaxslot:problem:sold-out");
    let mut cancel = json!({"appointments": []});
    let made = &confirmed["appointments"][0];
    cancel["appointments"] =
        json!([{"beneficiary_id": made["beneficiary_id"], "appointment_id": made["appointment_id"]}]);
    assert_eq!(stage.post("/v1/appointments/cancel", &home(), &cancel).await.status, 200);
    let after = stage.ticket(&home(), &queued).await.json();
    assert_eq!(after["status"], "CONFIRMED", "a ticket ends once");
    assert_eq!(after["appointments"][0]["status"], "CANCELLED");
}

#[tokio::test]
async fn whoever_waits_is_told_to_look_again_when_their_turn_may_have_come() {
    let stage = Stage::new().await;
    stage.open(Queueing::On).await;
    let seconds = |answer: &Answer| answer.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap();
    let first = stage.book(&[ASHA]).await;
    assert!((1..=2).contains(&seconds(&first)), "{}", seconds(&first));
    for _ in 0..2_000 {
        stage.queue.send_nonsense("others");
    }
    stage.host.advance(SignedDuration::from_secs(1));
    let late = stage.book(&[RAVI]).await;
    assert!((10..=16).contains(&seconds(&late)), "{}", seconds(&late));
    let again = stage.ticket(&home(), &late).await;
    assert_eq!(seconds(&again), seconds(&late), "the same place, the same ticket");
    assert!(seconds(&stage.ticket(&home(), &first).await) <= 2, "those who came later are behind");
}

#[tokio::test]
async fn a_queued_hold_is_held_and_a_dead_letter_fails() {
    let stage = Stage::with(&[5]).await;
    stage.open(Queueing::On).await;
    let hold = stage.post("/v1/holds", &home(), &stage.order(&[ASHA, RAVI])).await;
    stage.work().await;
    let ticket = stage.ticket(&home(), &hold).await.json();
    assert_eq!((&ticket["status"], &ticket["appointments"][1]["status"]), (&json!("HELD"), &json!("HELD")));
    let dead = stage.post("/v1/appointments", &next_door(), &stage.order(&[MINA])).await;
    let again = Closer::new(stage.store.clone(), stage.host.clone()).take(stage.queue.receive(10)).await;
    assert_eq!(again, [] as [String; 0]);
    let failed = stage.ticket(&next_door(), &dead).await.json();
    assert_eq!((&failed["status"], &failed["problem"]), (&json!("FAILED"), &json!(null)));
}

#[tokio::test]
async fn a_key_that_was_refused_in_the_queue_is_refused_beside_it() {
    let stage = Stage::with(&[1]).await;
    stage.open(Queueing::On).await;
    let ask = async |key: &str| {
        let call = Call::post("/v1/appointments").by(&home()).header("idempotency-key", key);
        call.json(&stage.order(&[ASHA])).to(&stage.router).await
    };
    let served = stage.post("/v1/appointments", &next_door(), &stage.order(&[MINA])).await;
    stage.work().await;
    let refused = ask("first").await;
    stage.work().await;
    let made = stage.ticket(&next_door(), &served).await.json()["appointments"][0].clone();
    let own = json!({"beneficiary_id": made["beneficiary_id"], "appointment_id": made["appointment_id"]});
    let cancelled = stage.post("/v1/appointments/cancel", &next_door(), &json!({"appointments": [own]})).await;
    assert_eq!((cancelled.status, stage.free().await), (200, 1));
    stage.open(Queueing::Off).await;
    stage.host.advance(SignedDuration::from_secs(2));
    let again = ask("first").await;
    assert_eq!(again.status, 202);
    for answer in [&refused, &again] {
        let told = stage.ticket(&home(), answer).await.json();
        assert_eq!((&told["status"], &told["problem"]["status"]), (&json!("REFUSED"), &json!(409)), "{told}");
    }
    assert_eq!(stage.free().await, 1, "nothing was booked");
    assert_eq!(ask("second").await.status, 201);
}

#[tokio::test]
async fn what_is_no_ticket_is_not_found() {
    let stage = Stage::new().await;
    for word in ["x", "AAAA", "%F0%9F%92%89", &"A".repeat(300)] {
        let answer = Call::get(&format!("/v1/tickets/{word}")).by(&home()).to(&stage.router).await;
        assert_eq!(
            (answer.status, &answer.json()["type"]),
            (404, &json!("urn:vaxslot:problem:no-such-ticket")),
            "{word}"
        );
    }
    assert_eq!(Call::get("/v1/tickets/x").to(&stage.router).await.status, 401);
}
