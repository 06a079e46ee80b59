//! Changes of appointments: how often a person can give one up, and the same change asked for twice.

use vaxslot_app::{booking::BookingError, ports::Bookings};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    booking::{ChangeRefusal, Refusal},
    person::Beneficiary,
};
use vaxslot_testkit::{
    make::{Draft, Published, account as account_of, own, read},
    wire::Fault,
};

use crate::{
    booking::{Drive, NOW},
    invariants,
};

/// Books and cancels, a minute later each time.
async fn give_up(drive: &Drive, published: &Published, person: &Beneficiary) {
    drive.host.advance(SignedDuration::from_mins(1));
    let made = drive.book(published, &[person]).await.unwrap();
    drive.booking.cancel(&person.account, &[own(&made[0])], None).await.unwrap();
}

#[tokio::test]
async fn who_gave_up_ten_appointments_waits_until_one_is_a_day_old() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[2, 2])).await;
    let later = drive.publish(Draft { date: read("2026-11-25"), ..Draft::new(2, &[5]) }).await;
    let people = drive.register(1, 2, 2).await;
    for _ in 0..10 {
        give_up(&drive, &published, &people[0]).await;
    }
    let first: Timestamp = read(NOW);
    let again = first.saturating_add(SignedDuration::from_mins(24 * 60 + 1)).unwrap();
    for party in [vec![&people[0]], vec![&people[1], &people[0]]] {
        match drive.book(&published, &party).await {
            Err(BookingError::Refused(Refusal::TooManyChanges { beneficiary, most: 10, from })) => {
                assert_eq!((beneficiary, from), (people[0].id, again));
            }
            other => panic!("{other:?}"),
        }
    }
    drive.host.set(again.saturating_add(SignedDuration::from_millis(-1)).unwrap());
    assert!(drive.book(&later, &[&people[0]]).await.is_err());
    drive.host.set(again);
    drive.book(&later, &[&people[0], &people[1]]).await.unwrap();
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (2, 4 + 3));
    let row = drive.table.store.beneficiaries(&[people[0].id]).await.unwrap().remove(0).unwrap();
    assert_eq!(row.given_up.len(), 9, "what counts no more was dropped");
}

#[tokio::test]
async fn a_hold_that_ran_out_counts_as_given_up() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5])).await;
    let person = &drive.register(1, 1, 1).await[0];
    for _ in 0..9 {
        give_up(&drive, &published, person).await;
    }
    drive.hold(&published, &[person]).await.unwrap();
    drive.host.advance(SignedDuration::from_mins(31));
    let outcome = drive.book(&published, &[person]).await;
    assert!(matches!(outcome, Err(BookingError::Refused(Refusal::TooManyChanges { .. }))), "{outcome:?}");
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (0, 5), "the hold itself is given back");
}

#[tokio::test]
async fn a_change_with_the_mark_of_an_earlier_one_is_answered_as_then() {
    for count in [1, 3] {
        let drive = Drive::new().await;
        let published = drive.publish(Draft::new(1, &[5])).await;
        let people = drive.register(1, count, 4).await;
        let party: Vec<&Beneficiary> = people.iter().collect();
        let (booking, account) = (&drive.booking, &people[0].account);
        let mine: Vec<_> = drive.hold(&published, &party).await.unwrap().iter().map(own).collect();
        let confirmed = booking.confirm(account, &mine, Some("m1")).await.unwrap();
        drive.host.advance(SignedDuration::from_mins(60));
        assert_eq!(
            booking.confirm(account, &mine, Some("m1")).await.unwrap(),
            confirmed,
            "though the hold has run out"
        );
        let other = booking.confirm(account, &mine, Some("m2")).await;
        assert!(matches!(other, Err(BookingError::ChangeRefused(ChangeRefusal::AlreadyConfirmed(_)))), "{other:?}");
        let cancelled = booking.cancel(account, &mine, Some("m3")).await.unwrap();
        drive.host.advance(SignedDuration::from_mins(60));
        assert_eq!(booking.cancel(account, &mine, Some("m3")).await.unwrap(), cancelled);
        for again in [
            booking.cancel(account, &mine, Some("m1")).await,
            booking.cancel(account, &mine, None).await,
            booking.confirm(account, &mine, Some("m3")).await,
            booking.cancel(&account_of("somebody"), &mine, Some("m3")).await,
            booking.confirm(&account_of("somebody"), &mine, Some("m1")).await,
        ] {
            let gone = matches!(again, Err(BookingError::ChangeRefused(ChangeRefusal::NoSuchAppointment(_))));
            assert!(gone, "{again:?}");
        }
        assert_eq!(invariants::hold(&drive.table).await.free(), 5);
    }
}

#[tokio::test]
async fn a_change_whose_answers_were_all_lost_is_recognised_when_it_comes_again() {
    for fault in [Fault::AnswerLost, Fault::ServerErrorAfterwards] {
        let drive = Drive::new().await;
        let published = drive.publish(Draft::new(1, &[5])).await;
        let people = drive.register(1, 2, 4).await;
        let party: Vec<&Beneficiary> = people.iter().collect();
        let (booking, account) = (&drive.booking, &people[0].account);
        let mine: Vec<_> = drive.hold(&published, &party).await.unwrap().iter().map(own).collect();
        let lose_all = || drive.table.wire.fail("TransactWriteItems", 1..=u32::MAX, fault);
        drive.table.wire.reset();
        lose_all();
        let lost = booking.confirm(account, &mine, Some("m1")).await;
        assert!(matches!(lost, Err(BookingError::Unclear(_))), "{lost:?}");
        drive.table.wire.reset();
        drive.host.advance(SignedDuration::from_mins(15));
        let confirmed = booking.confirm(account, &mine, Some("m1")).await.unwrap();
        assert_eq!(confirmed[0].changed_at, read(NOW), "as it was then");
        lose_all();
        let lost = booking.cancel(account, &mine, Some("m2")).await;
        assert!(matches!(lost, Err(BookingError::Unclear(_))), "{lost:?}");
        drive.table.wire.reset();
        drive.host.advance(SignedDuration::from_mins(15));
        assert_eq!(booking.cancel(account, &mine, Some("m2")).await.unwrap().len(), 2);
        assert_eq!(invariants::hold(&drive.table).await.free(), 5);
    }
}

#[tokio::test]
async fn whoever_reads_a_mark_after_faults_is_told_the_truth() {
    for fault in [Fault::Throttled, Fault::NotSent, Fault::AnswerLost] {
        let drive = Drive::new().await;
        let published = drive.publish(Draft::new(1, &[5])).await;
        let people = drive.register(1, 2, 4).await;
        let party: Vec<&Beneficiary> = people.iter().collect();
        let (booking, account) = (&drive.booking, &people[0].account);
        let mine: Vec<_> = drive.book(&published, &party).await.unwrap().iter().map(own).collect();
        let cancelled = booking.cancel(account, &mine, Some("m1")).await.unwrap();
        drive.table.wire.reset();
        drive.table.wire.fail("BatchGetItem", 1..=2, fault);
        assert_eq!(booking.cancel(account, &mine, Some("m1")).await.unwrap(), cancelled);
        drive.table.wire.reset();
        drive.table.wire.fail("BatchGetItem", 2..=u32::MAX, fault);
        let unread = booking.cancel(account, &mine, Some("m1")).await;
        assert!(matches!(unread, Err(BookingError::Store(_) | BookingError::Unclear(_))), "{unread:?}");
    }
}
