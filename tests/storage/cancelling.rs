//! Cancelling a session while others book, reopen and resize it, and while calls fail: nobody is left in it, and nobody gets
//! in any more.

use std::sync::Arc;

use futures::future::{join, join_all, join3};
use vaxslot_app::{
    booking::{BookingError, Finality},
    cancelling::{Cancelling, Progress},
    ports::Sessions,
    staff::{Staff, StaffError},
};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    access::{Region, Scope},
    booking::Refusal,
    capacity::Capacity,
    person::Beneficiary,
    session::{Session, SessionStatus},
};
use vaxslot_testkit::{
    TestHost,
    make::{Draft, Published, own, read},
    wire::Fault,
};

use crate::{
    booking::{Drive, NOW, Outcome, reserve},
    invariants, raw,
};

const EVERYWHERE: Scope = Scope::Region(Region::Country);

fn staff(drive: &Drive) -> Staff {
    Staff::new(drive.table.store.clone(), drive.host.clone(), 5)
}

/// What the sweeper does about a cancellation.
async fn carry_on(drive: &Drive, published: &Published) -> Progress {
    let cancelling = Cancelling::new(drive.table.store.clone(), drive.host.clone());
    cancelling.carry_on(published.session.id, read("9999-01-01T00:00:00Z")).await.unwrap()
}

async fn now(drive: &Drive, published: &Published) -> Session {
    drive.table.store.session(published.session.id).await.unwrap().unwrap()
}

fn cancelled(outcome: &Outcome) -> bool {
    matches!(outcome, Err(BookingError::Refused(Refusal::SessionCancelled)))
}

/// Sees that the cancellation is at its end: nobody is in the session, and every shard is shut.
async fn settled(drive: &Drive, published: &Published, what: &str) {
    let session = now(drive, published).await;
    assert_eq!((session.status, session.cancelling), (SessionStatus::Cancelled, None), "{what}");
    let keys: Vec<_> = session.shard_keys().collect();
    let shards = drive.table.store.shards(&keys).await.unwrap();
    assert_eq!(shards.len(), keys.len(), "{what}");
    assert!(shards.iter().all(|shard| shard.cancelled && shard.closed && shard.free == shard.capacity), "{what}");
    let rows = invariants::hold(&drive.table).await;
    assert_eq!(rows.active(), 0, "{what}");
}

#[tokio::test]
async fn everybody_in_it_is_released_and_nobody_elsewhere() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5, 5])).await;
    let other = drive.publish(Draft::new(2, &[5])).await;
    let people = drive.register(1, 8, 1).await;
    let booked = drive.book(&published, &[&people[0]]).await.unwrap();
    let held = drive.hold(&published, &[&people[1]]).await.unwrap();
    drive.book(&other, &[&people[2]]).await.unwrap();
    drive.host.advance(SignedDuration::from_mins(31));
    let fresh = drive.hold(&published, &[&people[3]]).await.unwrap();
    let session = staff(&drive).cancel(published.session.id, &EVERYWHERE).await.unwrap();
    assert_eq!((session.status, session.cancelling), (SessionStatus::Cancelled, None));
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (1, 14));
    for (made, status) in [(booked, "CANCELLED"), (held, "EXPIRED"), (fresh, "CANCELLED")] {
        let (person, id) = (made[0].beneficiary.to_string(), made[0].id.to_string());
        assert_eq!(rows.status(&person, &id), Some(status));
    }
    // A function that remembers the session as it was, and one that does not.
    assert!(cancelled(&drive.book(&published, &[&people[4]]).await));
    let fresh = drive.sandbox(1);
    assert!(cancelled(&reserve(&fresh, &published, &[&people[4]], Finality::Book, None).await));
    drive.book(&other, &[&people[0]]).await.unwrap();
}

/// Half of them book, the others hold and confirm, while staff cancels.
async fn race(drive: &Drive, published: &Published, people: &[Beneficiary]) -> Vec<Outcome> {
    let sandboxes: Vec<_> = (1..=4).map(|seed| drive.sandbox(seed)).collect();
    for sandbox in &sandboxes {
        // So that each remembers the session as one that is open.
        let nobody = vaxslot_testkit::make::adult(u128::MAX, &vaxslot_testkit::make::account("nobody"));
        assert!(reserve(sandbox, published, &[&nobody], Finality::Book, None).await.is_err());
    }
    let racers = people.iter().zip(sandboxes.iter().cycle()).enumerate().map(|(place, (person, sandbox))| async move {
        if place % 2 == 0 {
            return reserve(sandbox, published, &[person], Finality::Book, None).await;
        }
        let held = reserve(sandbox, published, &[person], Finality::Hold, None).await?;
        sandbox.confirm(&person.account, &[own(&held[0])], None).await
    });
    let staff = staff(drive);
    let (outcomes, cancelled) = join(join_all(racers), staff.cancel(published.session.id, &EVERYWHERE)).await;
    assert_eq!(cancelled.unwrap().status, SessionStatus::Cancelled);
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_book_meanwhile_none_is_left_in_it() {
    for round in 1..=3 {
        let drive = Drive::new().await;
        let published = drive.publish(Draft::new(1, &[25; 4])).await;
        let people = drive.register(1, 40 * round, 1).await;
        let outcomes = race(&drive, &published, &people).await;
        assert!(matches!(carry_on(&drive, &published).await, Progress::Settled { .. }));
        settled(&drive, &published, "after the race").await;
        let rows = invariants::hold(&drive.table).await;
        for (person, outcome) in people.iter().zip(&outcomes) {
            match outcome {
                Ok(made) => {
                    let status = rows.status(&person.id.to_string(), &made[0].id.to_string());
                    assert_eq!(status, Some("CANCELLED"), "whoever was told of a booking has a cancelled one");
                }
                Err(error) => {
                    let told = Refusal::SessionClosed;
                    let full = Refusal::SoldOut;
                    let expected = match error {
                        BookingError::Refused(refusal) => *refusal == told || *refusal == full || cancelled(outcome),
                        BookingError::ChangeRefused(_) => true,
                        _ => false,
                    };
                    assert!(expected, "{outcome:?}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reopening_closing_and_resizing_at_once_leave_no_way_in() {
    for round in 0..12 {
        let drive = Drive::new().await;
        let published = drive.publish(Draft::new(1, &[5; 6])).await;
        let id = published.session.id;
        let staff = staff(&drive);
        let (slot, dose) = (published.session.slots[0], published.session.doses[0]);
        if round % 3 == 0 {
            staff.set_status(id, &EVERYWHERE, SessionStatus::Closed).await.unwrap();
        }
        let switch = async {
            for status in [SessionStatus::Open, SessionStatus::Closed, SessionStatus::Open] {
                let outcome = staff.set_status(id, &EVERYWHERE, status).await;
                assert!(matches!(outcome, Ok(_) | Err(StaffError::SessionCancelled(_))), "{outcome:?}");
            }
        };
        let resize = async {
            for target in [35, 20, 60] {
                let target = Capacity::try_from(target).unwrap();
                let outcome = staff.set_capacity(id, &EVERYWHERE, slot, dose, target).await;
                let told = matches!(outcome, Ok(_) | Err(StaffError::SessionCancelled(_) | StaffError::Busy));
                assert!(told, "{outcome:?}");
            }
        };
        let cancel = async {
            for _ in 0..round {
                tokio::task::yield_now().await;
            }
            staff.cancel(id, &EVERYWHERE).await.unwrap()
        };
        join3(switch, resize, cancel).await;
        settled(&drive, &published, &format!("round {round}")).await;
    }
}

#[tokio::test]
async fn a_cancellation_that_dies_at_any_call_is_finished_by_the_next() {
    for (again_by_request, carried_out) in [(true, false), (true, true), (false, false), (false, true)] {
        let drive = Drive::new().await;
        for call in 1.. {
            let what = format!("died at call {call}, carried out: {carried_out}");
            let published = drive.publish(Draft::new(u128::from(call), &[5, 5])).await;
            let people = drive.register(u128::from(call) * 100, 4, 1).await;
            for person in &people[..3] {
                drive.book(&published, &[person]).await.unwrap();
            }
            drive.table.wire.reset();
            drive.table.wire.die(call, carried_out);
            let first = staff(&drive).cancel(published.session.id, &EVERYWHERE).await;
            drive.table.wire.reset();
            let found = now(&drive, &published).await;
            if found.status == SessionStatus::Cancelled {
                // This function remembers the session as one that is open.
                assert!(cancelled(&drive.book(&published, &[&people[3]]).await), "{what}");
            }
            if again_by_request || !found.is_ending() {
                staff(&drive).cancel(published.session.id, &EVERYWHERE).await.unwrap();
            } else {
                assert!(matches!(carry_on(&drive, &published).await, Progress::Settled { .. }), "{what}");
            }
            settled(&drive, &published, &what).await;
            if first.is_ok_and(|session| session.cancelling.is_none()) {
                assert!(call > 14, "{call} calls are too few for two shards and three people");
                break;
            }
        }
    }
}

#[tokio::test]
async fn it_goes_through_although_calls_fail() {
    let faults = [Fault::AnswerLost, Fault::Conflict, Fault::ServerErrorAfterwards, Fault::Throttled, Fault::NotSent];
    let drive = Drive::new().await;
    for (number, every) in (1..).zip([2, 3, 5]) {
        let published = drive.publish(Draft::new(number, &[5, 5, 5])).await;
        for person in &drive.register(number * 100, 12, 1).await {
            drive.book(&published, &[person]).await.unwrap();
        }
        drive.table.wire.fail_often(every, &faults);
        let outcome = staff(&drive).cancel(published.session.id, &EVERYWHERE).await;
        drive.table.wire.reset();
        assert_eq!(outcome.unwrap().status, SessionStatus::Cancelled);
        carry_on(&drive, &published).await;
        settled(&drive, &published, &format!("a fault every {every} calls")).await;
    }
}

#[tokio::test]
async fn what_time_does_not_allow_is_left_to_the_sweeper() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5, 5])).await;
    for person in &drive.register(1, 6, 1).await {
        drive.book(&published, &[person]).await.unwrap();
    }
    let (store, id) = (&drive.table.store, published.session.id);
    let begun: Timestamp = read(NOW);
    vaxslot_app::ports::Cancellations::begin_cancelling(&**store, id, &EVERYWHERE, begun).await.unwrap();
    let cancelling = Cancelling::new(store.clone(), drive.host.clone());
    assert_eq!(cancelling.carry_on(id, begun).await.unwrap(), Progress::Releasing { released: 0, left: 6 });
    assert_eq!(now(&drive, &published).await.status, SessionStatus::Cancelled, "the doors are shut all the same");
    assert_eq!(carry_on(&drive, &published).await, Progress::Settled { released: 6 });
    assert_eq!(carry_on(&drive, &published).await, Progress::Settled { released: 0 });
    settled(&drive, &published, "by the sweeper").await;
}

#[tokio::test]
async fn a_row_that_does_not_parse_keeps_nobody_else_in_it() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5])).await;
    let people = drive.register(1, 4, 1).await;
    for person in &people {
        drive.book(&published, &[person]).await.unwrap();
    }
    let profile = format!("BENEFICIARY#{}", people[1].id);
    raw::set_text(&drive.table, &profile, "PROFILE", "born", "unknown").await;
    let session = staff(&drive).cancel(published.session.id, &EVERYWHERE).await.unwrap();
    assert_eq!(session.status, SessionStatus::Cancelled);
    assert!(session.cancelling.is_some(), "it is not at its end");
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (1, 4));
    raw::set_text(&drive.table, &profile, "PROFILE", "born", "1990").await;
    assert_eq!(carry_on(&drive, &published).await, Progress::Settled { released: 1 });
    settled(&drive, &published, "when the row is mended").await;
}

#[tokio::test]
async fn what_never_began_is_not_carried_on() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5])).await;
    assert_eq!(carry_on(&drive, &published).await, Progress::NotBegun);
    assert_eq!(now(&drive, &published).await, published.session);
    assert_eq!(carry_on(&drive, &Draft::new(9, &[1]).made()).await, Progress::NotBegun);
    let host = Arc::new(TestHost::at(read(NOW)));
    let staff = Staff::new(drive.table.store.clone(), host, 5);
    let absent = staff.cancel(vaxslot_testkit::make::session_id(9), &EVERYWHERE).await;
    assert!(matches!(absent, Err(StaffError::NoSuchSession(_))), "{absent:?}");
}
