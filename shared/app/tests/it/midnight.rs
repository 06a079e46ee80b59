//! The same request on two days, by whose names it is two: it has one answer.

use vaxslot_app::{
    booking::{BookingError, Finality, Reserved},
    ports::{Host, Sessions},
    tickets::Fate,
};
use vaxslot_domain::{booking::Refusal, opening::Queueing, person::Beneficiary, session::SessionStatus};
use vaxslot_testkit::make::read;

use crate::stage::{EVERYWHERE, Held, Stage};

const EVE: &str = "2026-11-21T23:59:58Z";
const MORROW: &str = "2026-11-22T00:00:02Z";

/// A session that is queued for, late on the eve.
async fn eve(units: u32) -> Stage {
    let stage = Stage::new(&[units], 2).await;
    stage.host.set(read(EVE));
    stage
}

async fn switch(stage: &Stage, queue: Queueing) {
    stage.switch(queue, stage.host.now()).await;
}

async fn queue(stage: &Stage, person: &Beneficiary) -> Held {
    stage.queue_as(&[person], Finality::Book, Some("key")).await
}

async fn ask(stage: &Stage, person: &Beneficiary) -> Result<Reserved, BookingError> {
    stage.ask(&[person], Finality::Book, Some("key")).await
}

#[tokio::test]
async fn what_was_refused_on_the_eve_is_refused_in_the_queue_and_beside_it() {
    for way in [Queueing::On, Queueing::Off] {
        let stage = eve(1).await;
        let before = stage.refused_once("key").await;
        switch(&stage, way).await;
        stage.host.set(read(MORROW));
        let after = queue(&stage, &stage.people[1]).await;
        assert_ne!(before.ticket.id, after.ticket.id, "a day has names of its own");
        stage.work().await;
        assert_eq!((stage.end(&after).await.as_str(), stage.booked().await), ("SoldOut", 0), "{way}");
        let again = queue(&stage, &stage.people[1]).await;
        assert_eq!(again.ticket.id, after.ticket.id, "the same on one day");
    }
}

#[tokio::test]
async fn what_was_refused_days_ago_is_refused_each_day_that_it_is_asked_again() {
    let stage = eve(1).await;
    let mut held = vec![stage.refused_once("key").await];
    for day in 22..=27 {
        stage.host.set(read(&format!("2026-11-{day}T10:00:00Z")));
        // Nobody can book by now, which is another reason.
        held.push(queue(&stage, &stage.people[1]).await);
        stage.work().await;
        let ends = stage.ends(&held).await;
        assert!(ends.iter().all(|end| end == "SoldOut"), "{day}: {ends:?}");
    }
}

#[tokio::test]
async fn what_waits_since_the_eve_and_what_is_made_beside_it_is_one() {
    let stage = eve(5).await;
    let person = &stage.people[0];
    let waiting = queue(&stage, person).await;
    switch(&stage, Queueing::Off).await;
    stage.host.set(read(MORROW));
    let made = match ask(&stage, person).await {
        Ok(Reserved::Made(made)) => made,
        other => panic!("{other:?}"),
    };
    stage.work().await;
    let Fate::Made(told) = stage.show(&waiting).await.fate else { panic!("{}", stage.end(&waiting).await) };
    assert_eq!((told, stage.booked().await), (made, 1));
}

#[tokio::test]
async fn what_waits_since_the_eve_is_refused_with_what_comes_after_it() {
    let stage = eve(1).await;
    let person = &stage.people[0];
    let waiting = queue(&stage, person).await;
    stage.take_away(0, &[&stage.people[1]]).await;
    switch(&stage, Queueing::Off).await;
    stage.host.set(read(MORROW));
    let told = ask(&stage, person).await;
    assert!(matches!(told, Err(BookingError::Refused(Refusal::SoldOut))), "{told:?}");
    assert_eq!(stage.end(&waiting).await, "SoldOut", "its message still waits");
    stage.work().await;
    assert_eq!(stage.end(&waiting).await, "SoldOut");
    assert_eq!(stage.end(&queue(&stage, person).await).await, "SoldOut");
}

#[tokio::test]
async fn whoever_was_served_on_the_eve_hears_of_that_though_all_is_gone() {
    let stage = eve(5).await;
    let person = &stage.people[0];
    let served = queue(&stage, person).await;
    stage.work().await;
    stage.sell_out().await;
    stage.host.set(read(MORROW));
    let again = queue(&stage, person).await;
    assert_eq!(stage.ends(&[served, again]).await, ["CONFIRMED", "CONFIRMED"]);
    assert_eq!(stage.booked().await, 1);
}

#[tokio::test]
async fn whoever_was_served_on_the_eve_hears_of_that_though_the_session_closed_while_they_wait() {
    let stage = eve(5).await;
    let person = &stage.people[0];
    let served = queue(&stage, person).await;
    stage.work().await;
    stage.host.set(read(MORROW));
    let again = queue(&stage, person).await;
    stage.store.set_status(stage.published.session.id, &EVERYWHERE, SessionStatus::Closed).await.unwrap();
    stage.host.set(read("2026-11-22T00:00:05Z"));
    stage.work().await;
    assert_eq!(stage.ends(&[served, again]).await, ["CONFIRMED", "CONFIRMED"]);
}
