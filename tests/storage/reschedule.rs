//! Moves against all that may happen at the same time.

use futures::future::{join, join_all};
use vaxslot_app::{
    booking::{Booking, BookingError, Finality},
    ports::{Bookings, Sessions},
};
use vaxslot_domain::{
    SignedDuration,
    appointment::{Appointment, Status},
    booking::{ChangeRefusal, Own, Refusal},
    person::Beneficiary,
};
use vaxslot_testkit::{
    make::{Draft, Published, own, read},
    wire::Fault,
};

use crate::{
    booking::{Drive, Outcome, reschedule, reserve},
    invariants::{self, Rows},
};

const TRANSACT: &str = "TransactWriteItems";

fn all_own(made: &[Appointment]) -> Vec<Own> {
    made.iter().map(own).collect()
}

fn sold_out(outcome: &Outcome) -> bool {
    matches!(outcome, Err(BookingError::Refused(Refusal::SoldOut)))
}

fn gone(outcome: &Outcome) -> bool {
    matches!(outcome, Err(BookingError::ChangeRefused(ChangeRefusal::NoSuchAppointment(_))))
}

/// The id and status of what a person has, as the table tells.
fn has(rows: &Rows, person: &Beneficiary) -> Option<(String, String)> {
    rows.active_of(&person.id.to_string())
}

fn is(appointment: &Appointment) -> (String, String) {
    (appointment.id.to_string(), appointment.status.name().to_owned())
}

#[tokio::test]
async fn what_is_moved_keeps_its_state_and_leaves_its_unit() {
    let drive = Drive::new().await;
    let (old, new) = (drive.publish(Draft::new(1, &[2, 2])).await, drive.publish(Draft::new(2, &[1, 1, 1])).await);
    let people = drive.register(1, 3, 4).await;
    let mut had = drive.book(&old, &[&people[0], &people[1]]).await.unwrap();
    had.extend(drive.hold(&old, &[&people[2]]).await.unwrap());
    drive.host.advance(SignedDuration::from_mins(5));
    let party: Vec<&Beneficiary> = people.iter().collect();
    let moved = reschedule(&drive.booking, &new, &party, &all_own(&had), None).await.unwrap();
    let until = read("2026-11-21T10:30:00Z");
    let states: Vec<Status> = moved.iter().map(|made| made.status).collect();
    assert_eq!(states, [Status::Confirmed, Status::Confirmed, Status::Held { until }]);
    for (made, had) in moved.iter().zip(&had) {
        assert_eq!((made.moved_from, made.date, made.shard.pool.session), (Some(had.id), had.date, new.session.id));
        let ended = drive.table.store.ended(&[own(had)]).await.unwrap().remove(0).unwrap();
        assert_eq!((ended.moved_to, ended.status), (Some(made.id), Status::Cancelled));
    }
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (3, 4));
    let confirmed = drive.booking.confirm(&people[2].account, &[own(&moved[2])], None).await.unwrap();
    assert_eq!(confirmed[0].status, Status::Confirmed, "and can be confirmed where it is now");
}

#[tokio::test]
async fn a_move_within_a_session_leads_to_another_slot() {
    let drive = Drive::new().await;
    let slots = vec![read("09:00-11:00"), read("11:00-13:00")];
    let published = drive.publish(Draft { slots, ..Draft::new(1, &[1]) }).await;
    let people = drive.register(1, 1, 1).await;
    let had = drive.book(&published, &[&people[0]]).await.unwrap();
    let same = reschedule(&drive.booking, &published, &[&people[0]], &all_own(&had), None).await;
    assert!(matches!(same, Err(BookingError::ChangeRefused(ChangeRefusal::SameSlot(_)))), "{same:?}");
    let slot = published.session.slots[1];
    let account = people[0].account.clone();
    let order = vaxslot_domain::booking::MoveOrder::new(account, all_own(&had), published.session.id, slot).unwrap();
    let moved = drive.booking.reschedule(&order, None).await.unwrap();
    assert_eq!(moved[0].window, slot);
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (1, 1));
}

#[tokio::test]
async fn a_seat_that_cannot_be_had_leaves_the_old_one() {
    let drive = Drive::new().await;
    let old = drive.publish(Draft::new(1, &[5])).await;
    let full = drive.publish(Draft::new(2, &[1, 1])).await;
    let people = drive.register(1, 4, 4).await;
    drive.book(&full, &[&people[2]]).await.unwrap();
    let party = [&people[0], &people[1]];
    let had = drive.book(&old, &party).await.unwrap();
    let mine = all_own(&had);
    let fewer = reschedule(&drive.booking, &full, &party, &mine, None).await;
    assert!(matches!(fewer, Err(BookingError::Refused(Refusal::FewerLeft { left: 1 }))), "{fewer:?}");
    drive.book(&full, &[&people[3]]).await.unwrap();
    assert!(sold_out(&reschedule(&drive.booking, &full, &party, &mine, None).await));
    for shard in full.keys() {
        drive.table.store.mark_shard(shard, true).await.unwrap();
    }
    let closed = reschedule(&drive.booking, &full, &party, &mine, None).await;
    assert!(matches!(closed, Err(BookingError::Refused(Refusal::SessionClosed))), "{closed:?}");
    let rows = invariants::hold(&drive.table).await;
    for (person, had) in party.iter().zip(&had) {
        assert_eq!(has(&rows, person), Some(is(had)));
        assert_eq!(rows.count(&person.id.to_string()), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_want_each_others_last_seat_keep_their_own() {
    let drive = Drive::new().await;
    let people = drive.register(1, 2, 1).await;
    let sandboxes = [drive.sandbox(1), drive.sandbox(2)];
    for round in 0..8 {
        let here = drive.publish(Draft::new(10 + 2 * round, &[1])).await;
        let there = drive.publish(Draft::new(11 + 2 * round, &[1])).await;
        let asha = drive.book(&here, &[&people[0]]).await.unwrap();
        let ravi = drive.book(&there, &[&people[1]]).await.unwrap();
        let (ashas, ravis, of_asha, of_ravi) = (all_own(&asha), all_own(&ravi), [&people[0]], [&people[1]]);
        let outcomes = join(
            reschedule(&sandboxes[0], &there, &of_asha, &ashas, None),
            reschedule(&sandboxes[1], &here, &of_ravi, &ravis, None),
        );
        let (first, second) = outcomes.await;
        assert!(sold_out(&first) && sold_out(&second), "{first:?}, {second:?}");
        let rows = invariants::hold(&drive.table).await;
        assert_eq!((has(&rows, &people[0]), has(&rows, &people[1])), (Some(is(&asha[0])), Some(is(&ravi[0]))));
        drive.booking.cancel(&people[0].account, &ashas, None).await.unwrap();
        drive.booking.cancel(&people[1].account, &ravis, None).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn movers_and_newcomers_race_for_what_is_left_and_everybody_is_told_the_truth() {
    let drive = Drive::new().await;
    let old = drive.publish(Draft::new(1, &[10, 10, 10])).await;
    let new = drive.publish(Draft::new(2, &[5, 5, 5])).await;
    let people = drive.register(1, 60, 1).await;
    let mut had = Vec::new();
    for person in &people[..30] {
        had.push(drive.book(&old, &[person]).await.unwrap().remove(0));
    }
    let sandboxes: Vec<Booking> = (1..=4).map(|seed| drive.sandbox(seed)).collect();
    let moves = people[..30].iter().zip(&had).zip(sandboxes.iter().cycle()).map(|((person, had), sandbox)| {
        let new = &new;
        async move { reschedule(sandbox, new, &[person], &[own(had)], None).await }
    });
    let bookings = people[30..].iter().zip(sandboxes.iter().cycle()).map(|(person, sandbox)| {
        let (old, new) = (&old, &new);
        async move {
            match reserve(sandbox, new, &[person], Finality::Book, None).await {
                refused if sold_out(&refused) => reserve(sandbox, old, &[person], Finality::Book, None).await,
                outcome => outcome,
            }
        }
    });
    let (of_movers, of_newcomers) = join(join_all(moves), join_all(bookings)).await;
    let rows = invariants::hold(&drive.table).await;
    for ((person, outcome), had) in people.iter().zip(&of_movers).zip(&had) {
        match outcome {
            Ok(made) => assert_eq!(has(&rows, person), Some(is(&made[0]))),
            refused => {
                assert!(sold_out(refused), "{refused:?}");
                assert_eq!(has(&rows, person), Some(is(had)), "the old seat is kept");
            }
        }
    }
    for (person, outcome) in people[30..].iter().zip(&of_newcomers) {
        let made = outcome.as_ref().ok();
        assert!(made.is_some() || sold_out(outcome), "{outcome:?}");
        assert_eq!(has(&rows, person), made.map(|made| is(&made[0])));
    }
    let in_new = of_movers.iter().chain(&of_newcomers).flatten().flatten();
    let in_new = in_new.filter(|made| made.shard.pool.session == new.session.id).count();
    assert_eq!(in_new, 15, "no seat of the new session was left over");
    assert_eq!(i64::try_from(rows.active()).unwrap() + rows.free(), 45);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_moved_confirmed_and_cancelled_at_once_is_in_one_place_or_none() {
    let drive = Drive::new().await;
    let old = drive.publish(Draft::new(1, &[25])).await;
    let targets = [drive.publish(Draft::new(2, &[25])).await, drive.publish(Draft::new(3, &[25])).await];
    let people = drive.register(1, 16, 1).await;
    let (one, other) = (drive.sandbox(1), drive.sandbox(2));
    for (number, person) in people.iter().enumerate() {
        let hold = all_own(&drive.hold(&old, &[person]).await.unwrap());
        let party = [person];
        let moves = join(
            reschedule(&one, &targets[0], &party, &hold, None),
            reschedule(&other, &targets[1], &party, &hold, None),
        );
        let cancel = async {
            if number % 2 == 0 { Some(drive.booking.cancel(&person.account, &hold, None).await) } else { None }
        };
        let confirm = drive.booking.confirm(&person.account, &hold, None);
        let ((first, second), (cancelled, confirmed)) = join(moves, join(cancel, confirm)).await;
        let through = [&first, &second].into_iter().filter(|outcome| outcome.is_ok()).count();
        let cancelled = cancelled.map(|outcome| outcome.is_ok() || !gone(&outcome));
        assert_eq!(through + usize::from(cancelled.unwrap_or(false)), 1, "{first:?} {second:?} {cancelled:?}");
        assert!(confirmed.is_ok() || gone(&confirmed), "{confirmed:?}");
        let rows = invariants::hold(&drive.table).await;
        let made = [first, second].into_iter().find_map(Result::ok);
        assert_eq!(has(&rows, person), made.map(|made| is(&made[0])));
        assert_eq!(rows.count(&person.id.to_string()), if through == 1 { 2 } else { 1 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_sent_twenty_times_at_once_with_a_key_moves_once() {
    let drive = Drive::new().await;
    let (old, new) = (drive.publish(Draft::new(1, &[5])).await, drive.publish(Draft::new(2, &[2, 2, 2])).await);
    let people = drive.register(1, 2, 2).await;
    let family: Vec<&Beneficiary> = people.iter().collect();
    let had = all_own(&drive.book(&old, &family).await.unwrap());
    let sandboxes: Vec<Booking> = (1..=4).map(|seed| drive.sandbox(seed)).collect();
    let race = (0..20).map(|number| {
        let (sandbox, family, new, had) = (&sandboxes[number % 4], &family, &new, &had);
        async move { reschedule(sandbox, new, family, had, Some("key")).await }
    });
    let outcomes = join_all(race).await;
    let first = outcomes[0].as_ref().unwrap();
    for outcome in &outcomes {
        assert_eq!(outcome.as_ref().unwrap(), first);
    }
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (2, 9));
}

#[tokio::test]
async fn a_lost_move_is_found_by_its_key_also_by_another_function() {
    for fault in [Fault::AnswerLost, Fault::ServerErrorAfterwards] {
        let drive = Drive::new().await;
        let (old, new) = (drive.publish(Draft::new(1, &[5])).await, drive.publish(Draft::new(2, &[5])).await);
        let people = drive.register(1, 1, 1).await;
        let had = all_own(&drive.book(&old, &[&people[0]]).await.unwrap());
        drive.warm_up(&new).await;
        drive.table.wire.fail(TRANSACT, 1..=u32::MAX, fault);
        // The reads fail, too, from the second on: this function never learns what came of it.
        drive.table.wire.fail("GetItem", 2..=u32::MAX, Fault::NotSent);
        let lost = reschedule(&drive.booking, &new, &[&people[0]], &had, Some("key")).await;
        assert!(matches!(lost, Err(BookingError::Unclear(_))), "{lost:?}");
        drive.table.wire.reset();
        let found = reschedule(&drive.sandbox(5), &new, &[&people[0]], &had, Some("key")).await.unwrap();
        let rows = invariants::hold(&drive.table).await;
        assert_eq!(has(&rows, &people[0]), Some(is(&found[0])));
        assert_eq!((rows.active(), rows.free()), (1, 9));
    }
}

#[tokio::test]
async fn a_lost_answer_does_not_hide_that_somebody_was_faster() {
    let drive = Drive::new().await;
    let (old, new) = (drive.publish(Draft::new(1, &[5])).await, drive.publish(Draft::new(2, &[1])).await);
    let people = drive.register(1, 2, 1).await;
    let had = drive.book(&old, &[&people[0]]).await.unwrap();
    drive.book(&new, &[&people[1]]).await.unwrap();
    drive.table.wire.reset();
    drive.table.wire.fail(TRANSACT, 1..=2, Fault::AnswerLost);
    assert!(sold_out(&reschedule(&drive.booking, &new, &[&people[0]], &all_own(&had), None).await));
    let rows = invariants::hold(&drive.table).await;
    assert_eq!(has(&rows, &people[0]), Some(is(&had[0])));
}

#[tokio::test]
async fn moving_counts_as_a_change() {
    let drive = Drive::new().await;
    let sessions: Vec<Published> =
        vec![drive.publish(Draft::new(1, &[5])).await, drive.publish(Draft::new(2, &[5])).await];
    let person = &drive.register(1, 1, 1).await[0];
    let mut had = drive.book(&sessions[0], &[person]).await.unwrap();
    for number in 1..=10 {
        had = reschedule(&drive.booking, &sessions[number % 2], &[person], &all_own(&had), None).await.unwrap();
    }
    let eleventh = reschedule(&drive.booking, &sessions[1], &[person], &all_own(&had), None).await;
    assert!(matches!(eleventh, Err(BookingError::Refused(Refusal::TooManyChanges { .. }))), "{eleventh:?}");
    let cancelled = drive.booking.cancel(&person.account, &all_own(&had), None).await;
    assert!(cancelled.is_ok(), "giving up is always possible");
    invariants::hold(&drive.table).await;
}
