//! The same request again, in the queue or beside it, and another one under the same name.

use vaxslot_app::{
    booking::{Finality, Reserved},
    ports::{Bookings, Host},
    tickets::Fate,
};
use vaxslot_domain::{SignedDuration, opening::Queueing, ticket::MOST_MARKS};
use vaxslot_testkit::make::{own, read};

use crate::stage::{Held, Stage};

#[tokio::test]
async fn a_repeat_has_the_same_ticket_and_is_one_message() {
    let stage = Stage::new(&[5, 5, 5], 1).await;
    let ask = async || stage.queue_as(&[&stage.people[0]], Finality::Book, Some("key")).await;
    let first = ask().await;
    let again = ask().await;
    assert_eq!((first.ticket.id, stage.queue.len()), (again.ticket.id, 1));
    stage.host.advance(SignedDuration::from_mins(6));
    let late = ask().await;
    assert_eq!((first.ticket.id, stage.queue.len()), (late.ticket.id, 2), "the queue has forgotten the first");
    stage.work().await;
    for held in [&first, &again, &late] {
        assert_eq!(stage.end(held).await, "CONFIRMED");
    }
    assert_eq!(stage.booked().await, 1);
}

#[tokio::test]
async fn a_repeat_after_a_refusal_is_refused_as_before() {
    let stage = Stage::new(&[1], 2).await;
    let second = &stage.people[1];
    let refused = stage.refused_once("key").await;
    stage.host.advance(SignedDuration::from_mins(20));
    let again = stage.queue_as(&[second], Finality::Book, Some("key")).await;
    stage.work().await;
    assert_eq!(stage.ends(&[refused, again]).await, ["SoldOut", "SoldOut"]);
    assert_eq!(stage.booked().await, 0);
    let anew = stage.queue_as(&[second], Finality::Book, Some("another key")).await;
    stage.work().await;
    assert_eq!(stage.end(&anew).await, "CONFIRMED");
}

#[tokio::test]
async fn a_repeat_after_the_appointment_ended_makes_no_other() {
    let stage = Stage::new(&[5], 1).await;
    let ask = async || stage.queue_as(&[&stage.people[0]], Finality::Book, Some("key")).await;
    let first = ask().await;
    stage.work().await;
    let Fate::Made(made) = stage.show(&first).await.fate else { panic!() };
    stage.booking.cancel(&first.account, &[own(&made[0])], None).await.unwrap();
    stage.host.advance(SignedDuration::from_mins(6));
    let again = ask().await;
    stage.work().await;
    assert_eq!(stage.ends(&[first, again]).await, ["CANCELLED", "CANCELLED"]);
    assert_eq!(stage.booked().await, 0);
}

#[tokio::test]
async fn a_repeat_on_the_next_day_leads_to_the_appointment_of_the_first() {
    let stage = Stage::new(&[5, 5, 5], 1).await;
    stage.host.set(read("2026-11-21T23:59:59Z"));
    let ask = async || stage.queue_as(&[&stage.people[0]], Finality::Book, Some("key")).await;
    let first = ask().await;
    stage.host.set(read("2026-11-22T00:00:01Z"));
    let next_day = ask().await;
    assert_ne!(first.ticket.id, next_day.ticket.id);
    stage.work().await;
    let made = async |held| match stage.show(held).await.fate {
        Fate::Made(made) => made,
        other => panic!("{other:?}"),
    };
    assert_eq!(made(&first).await, made(&next_day).await);
    stage.booking.cancel(&first.account, &[own(&made(&first).await[0])], None).await.unwrap();
    stage.host.set(read("2026-11-22T03:00:00Z"));
    let later = ask().await;
    stage.work().await;
    assert_eq!(stage.ends(&[first, next_day, later]).await, ["CANCELLED", "CANCELLED", "CANCELLED"]);
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused_where_it_meets_the_first() {
    let stage = Stage::new(&[5], 1).await;
    let book = stage.queue_as(&[&stage.people[0]], Finality::Book, Some("key")).await;
    let hold = stage.queue_as(&[&stage.people[0]], Finality::Hold, Some("key")).await;
    assert_ne!(book.ticket.id, hold.ticket.id, "each has an end of its own");
    stage.work().await;
    assert_eq!(stage.ends(&[book.clone(), hold.clone()]).await, ["CONFIRMED", "KeyReused"]);
    let Fate::Made(made) = stage.show(&book).await.fate else { panic!() };
    stage.booking.cancel(&book.account, &[own(&made[0])], None).await.unwrap();
    stage.host.advance(SignedDuration::from_mins(20));
    let again = stage.queue_as(&[&stage.people[0]], Finality::Hold, Some("key")).await;
    stage.work().await;
    assert_eq!(stage.ends(&[book, hold, again]).await, ["CANCELLED", "KeyReused", "KeyReused"]);
}

/// Has staff switch the queue, and waits until everybody knows.
async fn switch(stage: &Stage, queue: Queueing) {
    stage.switch(queue, stage.host.now()).await;
    stage.host.advance(SignedDuration::from_secs(2));
}

#[tokio::test]
async fn a_key_books_once_in_the_queue_and_beside_it() {
    let stage = Stage::new(&[5], 2).await;
    let [first, second] = [&stage.people[0], &stage.people[1]];
    let queued = stage.queue_as(&[first], Finality::Book, Some("key")).await;
    switch(&stage, Queueing::Off).await;
    let beside = async |person| match stage.ask(&[person], Finality::Book, Some("key")).await {
        Ok(Reserved::Made(made)) => made,
        other => panic!("{other:?}"),
    };
    let made = beside(first).await;
    stage.work().await;
    let Fate::Made(shown) = stage.show(&queued).await.fate else { panic!() };
    assert_eq!((&shown, stage.booked().await), (&made, 1), "the ticket leads to what was made beside the queue");
    let made = beside(second).await;
    switch(&stage, Queueing::On).await;
    let queued = stage.queue_as(&[second], Finality::Book, Some("key")).await;
    stage.work().await;
    let Fate::Made(shown) = stage.show(&queued).await.fate else { panic!() };
    assert_eq!((shown, stage.booked().await), (made, 2));
}

/// Sees that a key whose ticket was refused leads to that ticket and books nothing, and that another key does.
async fn stays_refused(stage: &Stage, refused: &Held, key: &str) {
    let person = &stage.people[1];
    match stage.ask(&[person], Finality::Book, Some(key)).await {
        Ok(Reserved::Queued(ticket)) => assert_eq!(ticket.id, refused.ticket.id),
        other => panic!("{other:?}"),
    }
    assert_eq!((stage.end(refused).await.as_str(), stage.booked().await, stage.queue.len()), ("SoldOut", 0, 0));
    let anew = stage.ask(&[person], Finality::Book, Some("another key")).await;
    assert!(matches!(anew, Ok(Reserved::Made(_))), "{anew:?}");
}

#[tokio::test]
async fn a_refused_ticket_keeps_its_request_from_booking_beside_the_queue() {
    let stage = Stage::new(&[1], 2).await;
    let refused = stage.refused_once("key").await;
    // Nothing tells any more that reservations waited, so that its row is not looked at: the mark is there.
    stage.switch(Queueing::Auto, read("2026-11-19T10:00:00Z")).await;
    stage.host.advance(SignedDuration::from_secs(2));
    stays_refused(&stage, &refused, "key").await;
}

#[tokio::test]
async fn a_refused_ticket_is_known_when_its_mark_has_made_room() {
    let stage = Stage::new(&[1], 2).await;
    let refused = stage.refused_once("key").await;
    stage.take_away(0, &[&stage.people[0]]).await;
    stage.host.advance(SignedDuration::from_mins(20));
    for number in 0..MOST_MARKS {
        stage.queue_as(&[&stage.people[1]], Finality::Book, Some(&format!("key {number}"))).await;
        stage.work().await;
    }
    let people = stage.store.beneficiaries(&[stage.people[1].id]).await.unwrap();
    assert!(!people[0].as_ref().unwrap().closed_tickets.contains_key(&refused.ticket.id), "it is in nobody's way");
    let active = stage.store.beneficiaries(&[stage.people[0].id]).await.unwrap()[0].clone().unwrap().active.unwrap();
    stage.booking.cancel(&stage.people[0].account, &[own(&active)], None).await.unwrap();
    switch(&stage, Queueing::Auto).await;
    stays_refused(&stage, &refused, "key").await;
}
