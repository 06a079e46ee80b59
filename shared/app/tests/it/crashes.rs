//! The worker stops at any call of the store. What it left is delivered again, and ends as if it had not stopped.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use vaxslot_app::booking::Finality;
use vaxslot_domain::{SignedDuration, person::Beneficiary};
use vaxslot_testkit::make::{account, adult, born};

use crate::stage::{Held, Stage};

/// More than fits into the session: people, families, a child, somebody twice, somebody whose hold has run out.
async fn rush() -> (Stage, Vec<Held>) {
    let stage = Stage::new(&[3, 2], 5).await;
    let child = born(adult(21, &account("account-1")), "2020-05-17");
    let family: Vec<Beneficiary> = (11..=13).map(|number| adult(number, &account("family"))).collect();
    for person in family.iter().chain([&child]) {
        stage.register(person).await;
    }
    let people = &stage.people;
    stage.queue_as(&[&people[4]], Finality::Hold, None).await;
    stage.work().await;
    stage.host.advance(SignedDuration::from_mins(31));
    let family: Vec<&Beneficiary> = family.iter().collect();
    let mut held = vec![
        stage.queue(&[&people[0]]).await,
        stage.queue_as(&[&child, &people[0]], Finality::Book, Some("key")).await,
        stage.queue(&[&people[4]]).await,
        stage.queue(&family).await,
        stage.queue_as(&[&people[0]], Finality::Hold, None).await,
    ];
    for person in &people[1..4] {
        held.push(stage.queue_as(&[person], Finality::Hold, Some("key")).await);
    }
    (stage, held)
}

/// Works until the queue is empty, stopping at the calls with these numbers. Returns whether it stopped each time.
async fn work(stage: &Stage, stops: &[u64]) -> bool {
    let mut stops = stops.iter();
    let mut stopped_as_told = true;
    while !stage.queue.is_empty() {
        let batch = stage.queue.receive(10);
        if batch.is_empty() {
            stage.host.advance(SignedDuration::from_secs(60));
            continue;
        }
        match stops.next() {
            Some(calls) => {
                stage.store.stop_after(*calls);
                let booker = stage.booker();
                let outcome = AssertUnwindSafe(booker.take(batch.clone())).catch_unwind().await;
                stage.store.go_on();
                stopped_as_told &= outcome.is_err();
            }
            None => {
                stage.work_on(&batch).await;
            }
        }
    }
    stopped_as_told
}

async fn outcome(stage: &Stage, held: &[Held]) -> (Vec<String>, usize) {
    (stage.ends(held).await, stage.booked().await)
}

#[tokio::test]
async fn the_rush_has_every_kind_of_end() {
    let (stage, held) = rush().await;
    work(&stage, &[]).await;
    let (ends, booked) = outcome(&stage, &held).await;
    assert_eq!(booked, 5);
    for end in ["CONFIRMED", "HELD", "SoldOut", "Ineligible", "AlreadyBooked"] {
        assert!(ends.iter().any(|each| each.starts_with(end)), "{end} is missing in {ends:?}");
    }
}

#[tokio::test]
async fn a_worker_that_stops_anywhere_leaves_nothing_half_done() {
    let (stage, held) = rush().await;
    work(&stage, &[]).await;
    let expected = outcome(&stage, &held).await;
    let mut stops = 0;
    for calls in 0.. {
        let (stage, held) = rush().await;
        let stopped = work(&stage, &[calls]).await;
        assert_eq!(outcome(&stage, &held).await, expected, "stopped after {calls} calls");
        if !stopped {
            break;
        }
        stops += 1;
    }
    assert!(stops > 10, "it stopped at only {stops} calls");
}

#[tokio::test]
async fn three_workers_that_stop_one_after_the_other_leave_nothing_half_done() {
    let (stage, held) = rush().await;
    work(&stage, &[]).await;
    let expected = outcome(&stage, &held).await;
    for first in 0..12 {
        for second in 0..12 {
            let stops = [first, second, (first + second) % 7];
            let (stage, held) = rush().await;
            work(&stage, &stops).await;
            assert_eq!(outcome(&stage, &held).await, expected, "stopped after {stops:?} calls");
        }
    }
}
