//! Holds that ran out, ended by the sweep: once, whoever else is at them, and whatever fails.

use std::sync::Arc;

use futures::future::{join, join_all};
use vaxslot_app::{
    booking::BookingError,
    sweep::{Freed, LOOK_AHEAD, Sweep, SweepError, Swept},
};
use vaxslot_domain::{
    SignedDuration, Timestamp, appointment::Appointment, booking::ChangeRefusal, person::Beneficiary,
};
use vaxslot_sweeper::{Job, Sweeper};
use vaxslot_testkit::{
    TestHost,
    make::{Draft, Published, own, read},
    wire::Fault,
};

use crate::{booking::Drive, engine::Table, invariants, raw};

/// A sweep by a function of its own, at this drive's time.
fn sweep(drive: &Drive) -> Sweep {
    Sweep::new(drive.table.store.clone(), drive.host.clone())
}

fn never() -> Timestamp {
    read("9999-01-01T00:00:00Z")
}

/// A session in which so many people, each with an account of their own, hold a place.
async fn held(drive: &Drive, count: u128) -> (Published, Vec<Beneficiary>, Vec<Appointment>) {
    let published = drive.publish(Draft::new(1, &[25; 4])).await;
    let people = drive.register(1, count, 1).await;
    let mut holds = Vec::new();
    for person in &people {
        holds.extend(drive.hold(&published, &[person]).await.unwrap());
    }
    (published, people, holds)
}

fn sorted(mut freed: Vec<Freed>) -> Vec<Freed> {
    freed.sort_by_key(|freed| freed.appointment.to_string());
    freed
}

fn clean(swept: &Swept) {
    assert!(swept.failures.is_empty(), "{:?}", swept.failures);
    assert!(!swept.cut_short);
}

#[tokio::test]
async fn holds_that_ran_out_are_freed_and_listed_and_others_left_alone() {
    let drive = Drive::new().await;
    let (published, people, holds) = held(&drive, 6).await;
    let booked = drive.register(20, 1, 1).await;
    drive.book(&published, &[&booked[0]]).await.unwrap();
    drive.booking.confirm(&people[0].account, &[own(&holds[0])], None).await.unwrap();
    let swept = sweep(&drive).holds(never()).await;
    clean(&swept);
    assert_eq!((swept.freed, swept.again_at), (vec![], None), "nothing has run out, and nothing will in a moment");
    drive.host.advance(SignedDuration::from_mins(29));
    let late = drive.register(30, 1, 1).await;
    drive.hold(&published, &[&late[0]]).await.unwrap();
    drive.host.advance(SignedDuration::from_mins(1));
    let swept = sweep(&drive).holds(never()).await;
    assert_eq!(swept.freed, [], "a hold stands up to and including its last moment");
    let last_moment: Timestamp = read("2026-11-21T10:30:00Z");
    assert_eq!(swept.again_at, Some(last_moment));
    drive.host.advance(SignedDuration::from_millis(1));
    let swept = sweep(&drive).holds(never()).await;
    clean(&swept);
    let expected: Vec<Freed> = holds[1..].iter().map(Freed::from).collect();
    assert!(expected.iter().all(|freed| freed.ran_out == last_moment));
    assert_eq!(sorted(swept.freed), sorted(expected));
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (3, 97));
    for (person, hold) in people.iter().zip(&holds).skip(1) {
        assert_eq!(rows.status(&person.id.to_string(), &hold.id.to_string()), Some("EXPIRED"));
    }
    let swept = sweep(&drive).holds(never()).await;
    assert_eq!((swept.freed, swept.passed_over), (vec![], 0), "the lists are empty again");
}

#[tokio::test]
async fn a_sweep_says_when_to_come_again() {
    let drive = Drive::new().await;
    held(&drive, 3).await;
    let due: Timestamp = read("2026-11-21T10:30:00Z");
    drive.host.set(due.saturating_sub(LOOK_AHEAD).unwrap());
    assert_eq!(sweep(&drive).holds(never()).await.again_at, None);
    drive.host.advance(SignedDuration::from_millis(1));
    assert_eq!(sweep(&drive).holds(never()).await.again_at, Some(due));
}

#[tokio::test(flavor = "multi_thread")]
async fn holds_are_freed_once_by_three_sweeps_at_once() {
    let drive = Drive::new().await;
    let (_, _, holds) = held_at_once(&drive, 80).await;
    // Each has a moment of its own, so that their releases are not the same request to the store.
    let clock = |millis| Arc::new(TestHost::at(read(&format!("2026-11-21T10:31:00.00{millis}Z"))));
    let sweeps = [1, 2, 3].map(|millis| Sweep::new(drive.table.store.clone(), clock(millis)));
    let swept = join_all(sweeps.iter().map(|sweep| sweep.holds(never()))).await;
    let mut freed = Vec::new();
    for swept in swept {
        clean(&swept);
        freed.extend(swept.freed);
    }
    assert_eq!(sorted(freed), sorted(holds.iter().map(Freed::from).collect()), "each is told by the one that freed it");
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (0, 100));
}

async fn held_at_once(drive: &Drive, count: u128) -> (Published, Vec<Beneficiary>, Vec<Appointment>) {
    let published = drive.publish(Draft::new(1, &[25; 4])).await;
    let people = drive.register(1, count, 1).await;
    let parties: Vec<_> = people.iter().map(|person| [person]).collect();
    let holds = join_all(parties.iter().map(|party| drive.hold(&published, party))).await;
    let holds = holds.into_iter().flat_map(Result::unwrap).collect();
    (published, people, holds)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_that_races_its_expiry_wins_or_loses_and_nothing_between() {
    let drive = Drive::new().await;
    let (_, people, holds) = held_at_once(&drive, 24).await;
    // Confirmed by a clock that is at the last moment, swept by one that is just past it.
    let clock = Arc::new(TestHost::at(read("2026-11-21T10:30:00Z")));
    let citizen = crate::booking::sandbox(&drive.table, clock);
    drive.host.set(read("2026-11-21T10:30:00.001Z"));
    let named: Vec<_> = holds.iter().map(|hold| [own(hold)]).collect();
    let confirms = people.iter().zip(&named).map(|(person, own)| citizen.confirm(&person.account, own, None));
    let sweep = sweep(&drive);
    let (confirmed, swept) = join(join_all(confirms), sweep.holds(never())).await;
    clean(&swept);
    let rows = invariants::hold(&drive.table).await;
    for ((person, hold), outcome) in people.iter().zip(&holds).zip(confirmed) {
        let status = rows.status(&person.id.to_string(), &hold.id.to_string());
        let freed = swept.freed.iter().any(|freed| freed.appointment == hold.id);
        match outcome {
            Ok(_) => assert_eq!((status, freed), (Some("CONFIRMED"), false)),
            Err(BookingError::ChangeRefused(ChangeRefusal::NoSuchAppointment(_))) => {
                assert_eq!((status, freed), (Some("EXPIRED"), true));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(rows.active() + swept.freed.len(), 24);
}

#[tokio::test]
async fn a_row_that_does_not_parse_and_a_shard_without_room_stop_no_other_hold() {
    let drive = Drive::new().await;
    // People 16 apart stand in one list, and are read together.
    let published = drive.publish(Draft::new(1, &[25; 2])).await;
    let mut people = Vec::new();
    for number in 0..4 {
        people.extend(drive.register(1 + 16 * number, 1, 1).await);
    }
    let mut holds = Vec::new();
    for person in &people {
        holds.extend(drive.hold(&published, &[person]).await.unwrap());
    }
    let (bad, stuck) = (&holds[0], holds.iter().find(|hold| hold.shard != holds[0].shard));
    let profile = format!("BENEFICIARY#{}", bad.beneficiary);
    raw::set_text(&drive.table, &profile, "PROFILE", "born", "the year of the flood").await;
    if let Some(stuck) = stuck {
        raw::set_number(&drive.table, &format!("POOL#{}", stuck.shard), "SHARD", "free", "25").await;
    }
    drive.host.advance(SignedDuration::from_mins(31));
    let swept = sweep(&drive).holds(never()).await;
    let no_room = holds.iter().filter(|hold| stuck.is_some_and(|stuck| stuck.shard == hold.shard)).count();
    assert_eq!(swept.freed.len(), 3 - no_room, "{:?}", swept.failures);
    assert_eq!(swept.failures.len(), 1 + no_room);
    for failure in &swept.failures {
        match failure {
            SweepError::Person(id, error) => {
                assert_eq!(*id, bad.beneficiary);
                assert!(!error.to_string().contains("flood") && !error.to_string().contains("Asha"), "{error}");
            }
            SweepError::NoRoom(_, shard) => assert_ne!(*shard, bad.shard),
            other => panic!("{other:?}"),
        }
    }
}

/// How many holds are active, and the free units.
async fn standing(table: &Table) -> (usize, i64) {
    let rows = invariants::hold(table).await;
    (rows.active(), rows.free())
}

#[tokio::test]
async fn one_fault_at_each_call_is_not_noticed() {
    let faults =
        [Fault::Conflict, Fault::Throttled, Fault::ServerError, Fault::AnswerLost, Fault::ServerErrorAfterwards];
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[25; 4])).await;
    for (number, operation) in (1..).zip(["Query", "GetItem", "TransactWriteItems"]) {
        for (turn, fault) in (1..).zip(faults) {
            for person in &drive.register(100 * number + 10 * turn, 2, 1).await {
                drive.hold(&published, &[person]).await.unwrap();
            }
            drive.host.advance(SignedDuration::from_mins(31));
            drive.table.wire.reset();
            drive.table.wire.fail(operation, 1..=1, fault);
            let swept = sweep(&drive).holds(never()).await;
            clean(&swept);
            assert_eq!(swept.freed.len(), 2, "{operation} with {fault:?}");
            assert_eq!(standing(&drive.table).await, (0, 100), "{operation} with {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_sweep_that_dies_at_any_call_is_finished_by_the_next() {
    for carried_out in [false, true] {
        let drive = Drive::new().await;
        let published = drive.publish(Draft::new(1, &[25; 4])).await;
        for call in 1.. {
            let people = drive.register(u128::from(call) * 100, 3, 1).await;
            for person in &people {
                drive.hold(&published, &[person]).await.unwrap();
            }
            drive.host.advance(SignedDuration::from_mins(31));
            drive.table.wire.reset();
            drive.table.wire.die(call, carried_out);
            let first = sweep(&drive).holds(never()).await;
            let died = !first.failures.is_empty();
            drive.table.wire.reset();
            let second = sweep(&drive).holds(never()).await;
            clean(&second);
            let freed = first.freed.len() + second.freed.len();
            // A release whose answer was lost is told by neither.
            assert!(freed == 3 || died && carried_out && freed == 2, "died at call {call}: {freed} freed");
            assert_eq!(standing(&drive.table).await, (0, 100), "died at call {call}");
            if !died {
                assert!(call > 19, "sixteen lists, three people and their holds");
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_sweep_ends_when_its_time_is_up() {
    let drive = Drive::new().await;
    held(&drive, 2).await;
    drive.host.advance(SignedDuration::from_mins(31));
    let now = read("2026-11-21T10:31:00Z");
    let swept = sweep(&drive).holds(now).await;
    assert!(swept.cut_short && swept.freed.is_empty());
    assert_eq!(standing(&drive.table).await, (2, 98));
}

#[tokio::test]
async fn a_call_of_the_schedule_that_fails_has_done_everything_else() {
    let drive = Drive::new().await;
    let (_, people, _) = held(&drive, 3).await;
    let profile = format!("BENEFICIARY#{}", people[1].id);
    raw::set_text(&drive.table, &profile, "PROFILE", "born", "unknown").await;
    drive.host.advance(SignedDuration::from_mins(31));
    let sweeper = Sweeper::new(drive.table.store.clone(), drive.host.clone());
    assert!(sweeper.handle(Job::Sweep, never()).await.is_err(), "it counts in the function's metric");
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (1, 99));
    raw::set_text(&drive.table, &profile, "PROFILE", "born", "1990").await;
    assert_eq!(sweeper.handle(Job::Sweep, never()).await.unwrap().freed, 1);
}
