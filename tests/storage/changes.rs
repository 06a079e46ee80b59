//! How often a person can give up an appointment.

use vaxslot_app::{booking::BookingError, ports::Bookings};
use vaxslot_domain::{SignedDuration, Timestamp, booking::Refusal, person::Beneficiary};
use vaxslot_testkit::make::{Draft, Published, own, read};

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
