//! A request that comes again with its idempotency key is told its first answer again, whatever has become of the
//! appointments since.

use futures::future::{join, join_all};
use vaxslot_app::{
    booking::{BookingError, Finality},
    staff::Staff,
};
use vaxslot_domain::{
    SignedDuration,
    access::{Region, Scope},
    appointment::{Appointment, Status},
    booking::Refusal,
    person::Beneficiary,
};
use vaxslot_testkit::{
    make::{Draft, Published, own, read},
    wire::Fault,
};

use crate::{
    booking::{Drive, NOW, Outcome, reschedule, reserve},
    invariants,
};

/// Two people of one account, and two sessions.
struct Scene {
    drive: Drive,
    published: Published,
    other: Published,
    people: Vec<Beneficiary>,
}

impl Scene {
    async fn new() -> Self {
        let drive = Drive::new().await;
        let published = drive.publish(Draft::new(1, &[5, 5])).await;
        let other = drive.publish(Draft::new(2, &[5])).await;
        let people = drive.register(1, 2, 2).await;
        Self { drive, published, other, people }
    }

    async fn send(&self, finality: Finality, people: &[&Beneficiary]) -> Outcome {
        // Every request has a moment of its own.
        self.drive.host.advance(SignedDuration::from_millis(5));
        reserve(&self.drive.booking, &self.published, people, finality, Some("key")).await
    }

    async fn send_move(&self, to: &Published, people: &[&Beneficiary], had: &[Appointment], key: &str) -> Outcome {
        self.drive.host.advance(SignedDuration::from_millis(5));
        let had: Vec<_> = had.iter().map(own).collect();
        reschedule(&self.drive.booking, to, people, &had, Some(key)).await
    }

    async fn cancel(&self, made: &[Appointment]) {
        let own: Vec<_> = made.iter().map(own).collect();
        self.drive.booking.cancel(&self.people[0].account, &own, None).await.unwrap();
    }

    /// Sees that a repeat is told `first`, and changes nothing.
    async fn is_told_again(&self, finality: Finality, people: &[&Beneficiary], first: &[Appointment]) {
        let before = invariants::hold(&self.drive.table).await;
        for _ in 0..2 {
            let again = self.send(finality, people).await;
            assert_eq!(again.as_deref().unwrap_or_else(|error| panic!("{error:?}")), first);
        }
        let after = invariants::hold(&self.drive.table).await;
        assert_eq!((after.active(), after.free()), (before.active(), before.free()));
    }
}

fn key_reused(outcome: &Outcome) -> bool {
    matches!(outcome, Err(BookingError::Refused(Refusal::KeyReused)))
}

#[tokio::test]
async fn a_booking_is_told_again_after_it_was_cancelled() {
    let scene = Scene::new().await;
    let party = [&scene.people[0], &scene.people[1]];
    let first = scene.send(Finality::Book, &party).await.unwrap();
    scene.cancel(&first[..1]).await;
    scene.is_told_again(Finality::Book, &party, &first).await;
    scene.cancel(&first[1..]).await;
    scene.is_told_again(Finality::Book, &party, &first).await;
    assert!(first.iter().all(|made| made.status == Status::Confirmed));
}

#[tokio::test]
async fn a_booking_is_told_again_while_another_one_stands() {
    let scene = Scene::new().await;
    let party = [&scene.people[0]];
    let first = scene.send(Finality::Book, &party).await.unwrap();
    scene.cancel(&first).await;
    scene.drive.book(&scene.other, &party).await.unwrap();
    scene.is_told_again(Finality::Book, &party, &first).await;
}

#[tokio::test]
async fn a_hold_is_told_again_as_it_was_made() {
    let scene = Scene::new().await;
    let party = [&scene.people[0]];
    let first = scene.send(Finality::Hold, &party).await.unwrap();
    scene.drive.booking.confirm(&party[0].account, &[own(&first[0])], None).await.unwrap();
    scene.is_told_again(Finality::Hold, &party, &first).await;
    scene.cancel(&first).await;
    scene.is_told_again(Finality::Hold, &party, &first).await;
}

#[tokio::test]
async fn a_hold_is_told_again_after_it_ran_out() {
    let scene = Scene::new().await;
    let party = [&scene.people[0]];
    let first = scene.send(Finality::Hold, &party).await.unwrap();
    scene.drive.host.advance(SignedDuration::from_mins(31));
    scene.is_told_again(Finality::Hold, &party, &first).await;
    let next = scene.drive.book(&scene.other, &party).await.unwrap();
    scene.is_told_again(Finality::Hold, &party, &first).await;
    scene.cancel(&next).await;
    scene.is_told_again(Finality::Hold, &party, &first).await;
}

#[tokio::test]
async fn a_booking_is_told_again_after_its_session_was_cancelled_and_its_key_is_not_taken_for_another() {
    let scene = Scene::new().await;
    let party = [&scene.people[0]];
    let first = scene.send(Finality::Book, &party).await.unwrap();
    let staff = Staff::new(scene.drive.table.store.clone(), scene.drive.host.clone(), 5);
    staff.cancel(scene.published.session.id, &Scope::Region(Region::Country)).await.unwrap();
    scene.is_told_again(Finality::Book, &party, &first).await;
    let elsewhere = reserve(&scene.drive.booking, &scene.other, &party, Finality::Book, Some("key")).await;
    assert!(key_reused(&elsewhere), "{elsewhere:?}");
    scene.drive.book(&scene.other, &party).await.unwrap();
    scene.is_told_again(Finality::Book, &party, &first).await;
}

#[tokio::test]
async fn a_booking_is_told_again_after_its_slot_began() {
    let scene = Scene::new().await;
    scene.drive.host.set(read("2026-11-22T03:00:00Z"));
    let party = [&scene.people[0]];
    let first = scene.send(Finality::Book, &party).await.unwrap();
    scene.drive.host.set(read("2026-11-23T02:00:00Z"));
    scene.is_told_again(Finality::Book, &party, &first).await;
}

#[tokio::test]
async fn a_key_is_not_taken_for_another_request_whatever_became_of_the_first() {
    let scene = Scene::new().await;
    let [asha, ravi] = [&scene.people[0], &scene.people[1]];
    let first = scene.send(Finality::Book, &[asha]).await.unwrap();
    for cancelled in [false, true] {
        if cancelled {
            scene.cancel(&first).await;
        }
        assert!(key_reused(&scene.send(Finality::Hold, &[asha]).await));
        assert!(key_reused(&scene.send(Finality::Book, &[asha, ravi]).await));
        assert!(key_reused(&scene.send(Finality::Book, &[ravi, asha]).await));
        let elsewhere = reserve(&scene.drive.booking, &scene.other, &[asha], Finality::Book, Some("key")).await;
        assert!(key_reused(&elsewhere), "{elsewhere:?}");
    }
    let rows = invariants::hold(&scene.drive.table).await;
    assert_eq!((rows.active(), rows.free()), (0, 15));
}

#[tokio::test]
async fn a_booking_is_told_again_after_it_was_moved() {
    let scene = Scene::new().await;
    let party = [&scene.people[0], &scene.people[1]];
    let first = scene.send(Finality::Book, &party).await.unwrap();
    let moved = scene.send_move(&scene.other, &party, &first, "other").await.unwrap();
    scene.is_told_again(Finality::Book, &party, &first).await;
    scene.cancel(&moved).await;
    scene.is_told_again(Finality::Book, &party, &first).await;
}

#[tokio::test]
async fn a_move_is_told_again_whatever_became_of_it() {
    let scene = Scene::new().await;
    let party = [&scene.people[0], &scene.people[1]];
    let third = scene.drive.publish(Draft::new(3, &[5])).await;
    let first = scene.drive.book(&scene.published, &party).await.unwrap();
    let moved = scene.send_move(&scene.other, &party, &first, "key").await.unwrap();
    let again = || scene.send_move(&scene.other, &party, &first, "key");
    assert_eq!(again().await.unwrap(), moved);
    scene.drive.host.advance(SignedDuration::from_mins(5));
    let onward = scene.send_move(&third, &party, &moved, "onward").await.unwrap();
    assert_eq!(again().await.unwrap(), moved);
    scene.cancel(&onward[..1]).await;
    assert_eq!(again().await.unwrap(), moved);
    assert_eq!(scene.send_move(&third, &party, &moved, "onward").await.unwrap(), onward);
    scene.cancel(&onward[1..]).await;
    assert_eq!(again().await.unwrap(), moved);
    let rows = invariants::hold(&scene.drive.table).await;
    assert_eq!((rows.active(), rows.free()), (0, 20));
}

#[tokio::test]
async fn a_moves_key_is_not_taken_for_another_request() {
    let scene = Scene::new().await;
    let party = [&scene.people[0]];
    let first = scene.send(Finality::Book, &party).await.unwrap();
    assert!(key_reused(&scene.send_move(&scene.other, &party, &first, "key").await), "the key of the booking");
    let moved = scene.send_move(&scene.other, &party, &first, "move").await.unwrap();
    for (to, had) in [(&scene.published, &first), (&scene.published, &moved), (&scene.other, &moved)] {
        assert!(key_reused(&scene.send_move(to, &party, had, "move").await));
    }
    let booked = reserve(&scene.drive.booking, &scene.other, &party, Finality::Book, Some("move")).await;
    assert!(key_reused(&booked), "{booked:?}");
    scene.cancel(&moved).await;
    assert!(key_reused(&scene.send_move(&scene.published, &party, &first, "move").await));
    assert!(key_reused(&reserve(&scene.drive.booking, &scene.other, &party, Finality::Book, Some("move")).await));
}

#[tokio::test]
async fn a_refusal_is_not_remembered() {
    let scene = Scene::new().await;
    let party = [&scene.people[0]];
    let other = scene.drive.book(&scene.other, &party).await.unwrap();
    assert!(matches!(
        scene.send(Finality::Book, &party).await,
        Err(BookingError::Refused(Refusal::AlreadyBooked { .. }))
    ));
    scene.cancel(&other).await;
    scene.send(Finality::Book, &party).await.unwrap();
}

#[tokio::test]
async fn a_key_can_be_used_anew_after_two_days() {
    let scene = Scene::new().await;
    let party = [&scene.people[0]];
    scene.drive.host.set(read("2026-11-19T23:59:59Z"));
    let first = scene.send(Finality::Book, &party).await.unwrap();
    scene.cancel(&first).await;
    scene.drive.host.set(read("2026-11-20T23:59:58Z"));
    scene.is_told_again(Finality::Book, &party, &first).await;
    scene.drive.host.set(read(NOW));
    let second = scene.send(Finality::Book, &party).await.unwrap();
    assert_ne!(first[0].id, second[0].id, "or the end of the second would be written over that of the first");
    scene.cancel(&second).await;
    scene.is_told_again(Finality::Book, &party, &second).await;
    let rows = invariants::hold(&scene.drive.table).await;
    assert_eq!(rows.count(&party[0].id.to_string()), 2);
}

#[tokio::test]
async fn one_fault_at_any_call_of_a_repeat_is_not_noticed() {
    for (operation, faults) in [
        ("TransactWriteItems", &[Fault::Conflict, Fault::ThrottledInside, Fault::InProgress, Fault::AnswerLost][..]),
        ("BatchGetItem", &[Fault::Throttled, Fault::NotSent, Fault::AnswerLost]),
    ] {
        for fault in faults {
            let scene = Scene::new().await;
            let party = [&scene.people[0], &scene.people[1]];
            let first = scene.send(Finality::Book, &party).await.unwrap();
            scene.cancel(&first).await;
            scene.drive.table.wire.reset();
            scene.drive.table.wire.fail(operation, 1..=1, *fault);
            scene.is_told_again(Finality::Book, &party, &first).await;
        }
    }
}

#[tokio::test]
async fn a_repeat_that_cannot_be_read_up_is_told_to_come_again() {
    for fault in [Fault::Throttled, Fault::NotSent, Fault::AnswerLost] {
        let scene = Scene::new().await;
        let party = [&scene.people[0], &scene.people[1]];
        let first = scene.send(Finality::Book, &party).await.unwrap();
        scene.cancel(&first).await;
        scene.drive.table.wire.reset();
        scene.drive.table.wire.fail("BatchGetItem", 1..=u32::MAX, fault);
        let outcome = scene.send(Finality::Book, &party).await;
        assert!(matches!(outcome, Err(BookingError::Store(_) | BookingError::Unclear(_))), "{fault:?}: {outcome:?}");
        scene.drive.table.wire.reset();
        scene.is_told_again(Finality::Book, &party, &first).await;
    }
}

#[tokio::test]
async fn a_repeat_whose_transaction_is_never_answered_is_read_back() {
    let scene = Scene::new().await;
    let party = [&scene.people[0]];
    let first = scene.send(Finality::Book, &party).await.unwrap();
    scene.cancel(&first).await;
    scene.drive.table.wire.reset();
    scene.drive.table.wire.fail("TransactWriteItems", 1..=u32::MAX, Fault::NotSent);
    scene.is_told_again(Finality::Book, &party, &first).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_and_a_cancellation_at_once_leave_nothing_booked() {
    let scene = Scene::new().await;
    let party = [&scene.people[0]];
    for round in 0..10 {
        let key = format!("key-{round}");
        let send = || reserve(&scene.drive.booking, &scene.published, &party, Finality::Book, Some(&key));
        let first = send().await.unwrap();
        let mine = [own(&first[0])];
        let cancel = scene.drive.booking.cancel(&party[0].account, &mine, None);
        let repeats = join_all((0..6).map(|_| send()));
        let (cancelled, repeats) = join(cancel, repeats).await;
        cancelled.unwrap();
        for repeat in repeats {
            assert_eq!(repeat.unwrap(), first);
        }
        let rows = invariants::hold(&scene.drive.table).await;
        assert_eq!((rows.active(), rows.free()), (0, 15));
    }
}
