//! Many at once, each through the real use case.

use futures::future::{join, join_all};
use vaxslot_app::booking::{BookingError, Finality};
use vaxslot_domain::{
    SignedDuration,
    booking::{ChangeRefusal, Refusal},
    person::Beneficiary,
};
use vaxslot_testkit::make::{Draft, Published, own};

use crate::{
    booking::{Drive, Outcome, reserve},
    invariants::{self, Rows},
};

/// Sees that everybody was told the truth: each success is in the table as told, and nobody else has anything.
fn told_the_truth(rows: &Rows, people: &[&Beneficiary], outcome: &Outcome) {
    for (place, person) in people.iter().enumerate() {
        let id = person.id.to_string();
        match outcome {
            Ok(made) => {
                assert_eq!(rows.status(&id, &made[place].id.to_string()), Some("CONFIRMED"));
                assert_eq!(rows.count(&id), 1);
            }
            Err(_) => assert_eq!(rows.count(&id), 0, "{outcome:?}"),
        }
    }
}

fn sold_out(outcome: &Outcome) -> bool {
    matches!(outcome, Err(BookingError::Refused(Refusal::SoldOut)))
}

#[tokio::test(flavor = "multi_thread")]
async fn of_640_racers_for_200_seats_200_are_served_and_the_others_told_that_it_is_sold_out() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[25; 8])).await;
    let people = drive.register(1, 640, 1).await;
    let sandboxes: Vec<_> = (1..=4).map(|seed| drive.sandbox(seed)).collect();
    let race = people.iter().zip(sandboxes.iter().cycle());
    let race =
        race.map(|(person, sandbox)| async { reserve(sandbox, &published, &[person], Finality::Book, None).await });
    let outcomes = join_all(race).await;
    let served = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let others: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.is_err() && !sold_out(outcome)).collect();
    assert!(others.is_empty(), "{} were told something else, such as {:?}", others.len(), others[0]);
    assert_eq!((served, outcomes.len() - served), (200, 440));
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (200, 0));
    for (person, outcome) in people.iter().zip(&outcomes) {
        told_the_truth(&rows, &[person], outcome);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_booking_into_50_sessions_at_once_gets_one() {
    let drive = Drive::new().await;
    let mut sessions: Vec<Published> = Vec::new();
    for id in 1..=50 {
        sessions.push(drive.publish(Draft::new(id, &[5])).await);
    }
    let person = &drive.register(1, 1, 1).await[0];
    let sandboxes: Vec<_> = (1..=4).map(|seed| drive.sandbox(seed)).collect();
    let race = sessions.iter().zip(sandboxes.iter().cycle());
    let race =
        race.map(|(published, sandbox)| async { reserve(sandbox, published, &[person], Finality::Book, None).await });
    let outcomes = join_all(race).await;
    let made: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).flatten().collect();
    let [made] = made[..] else { panic!("{} succeeded", made.len()) };
    for outcome in outcomes.iter().filter(|outcome| outcome.is_err()) {
        match outcome {
            Err(BookingError::Refused(Refusal::AlreadyBooked { appointment, .. })) => assert_eq!(*appointment, made.id),
            other => panic!("{other:?}"),
        }
    }
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (1, 50 * 5 - 1));
    assert_eq!(rows.status(&person.id.to_string(), &made.id.to_string()), Some("CONFIRMED"));
}

/// Sixty families of four race for a session, and as many as fit are served.
async fn families_race(shards: &[u32]) {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, shards)).await;
    let people = drive.register(1, 240, 4).await;
    let families: Vec<Vec<&Beneficiary>> = people.chunks(4).map(|family| family.iter().collect()).collect();
    let outcomes = join_all(families.iter().map(|family| drive.book(&published, family))).await;
    let rows = invariants::hold(&drive.table).await;
    for (family, outcome) in families.iter().zip(&outcomes) {
        told_the_truth(&rows, family, outcome);
        let told = matches!(outcome, Ok(_) | Err(BookingError::Refused(Refusal::SoldOut | Refusal::FewerLeft { .. })));
        assert!(told, "{outcome:?}");
    }
    let units: u32 = shards.iter().sum();
    let served = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(served, usize::try_from(units / 4).unwrap());
    assert_eq!(rows.free(), i64::from(units % 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn families_of_four_are_never_split() {
    families_race(&[25; 4]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn families_of_four_are_never_split_where_no_shard_has_room_for_one() {
    families_race(&[3; 14]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_sent_twenty_times_at_once_books_once() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5, 5, 5])).await;
    let people = drive.register(1, 2, 2).await;
    let family: Vec<&Beneficiary> = people.iter().collect();
    let sandboxes: Vec<_> = (1..=4).map(|seed| drive.sandbox(seed)).collect();
    let race = (0..20).map(|number| {
        // Each sandbox has a moment of its own, so that the requests are not the same to the store.
        let (sandbox, family, published) = (&sandboxes[number % 4], &family, &published);
        async move { reserve(sandbox, published, family, Finality::Book, Some("key")).await }
    });
    let outcomes = join_all(race).await;
    let first = outcomes[0].as_ref().unwrap();
    for outcome in &outcomes {
        let ids = |made: &[vaxslot_domain::appointment::Appointment]| made.iter().map(|one| one.id).collect::<Vec<_>>();
        assert_eq!(ids(outcome.as_ref().unwrap()), ids(first));
        assert_eq!(outcome.as_ref().unwrap(), first, "the same answer, to the shard");
    }
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (2, 13));
}

#[tokio::test]
async fn two_people_booked_with_one_key_have_appointments_of_their_own() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5])).await;
    let people = drive.register(1, 2, 2).await;
    let mut ids = Vec::new();
    for person in &people {
        let made = reserve(&drive.booking, &published, &[person], Finality::Book, Some("key")).await.unwrap();
        ids.extend(made.iter().map(|one| one.id));
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_ran_out_is_given_back_once_by_many_bookings_at_once() {
    let drive = Drive::new().await;
    let held_in = drive.publish(Draft::new(1, &[5])).await;
    let wanted = drive.publish(Draft::new(2, &[5, 5])).await;
    let person = &drive.register(1, 1, 1).await[0];
    let hold = drive.hold(&held_in, &[person]).await.unwrap().remove(0);
    drive.host.advance(SignedDuration::from_mins(31));
    let party = [person];
    let outcomes = join_all((0..20).map(|_| drive.book(&wanted, &party))).await;
    let made: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).flatten().collect();
    let [made] = made[..] else { panic!("{} succeeded", made.len()) };
    for outcome in outcomes.iter().filter(|outcome| outcome.is_err()) {
        assert!(matches!(outcome, Err(BookingError::Refused(Refusal::AlreadyBooked { .. }))), "{outcome:?}");
    }
    let rows = invariants::hold(&drive.table).await;
    let id = person.id.to_string();
    assert_eq!(rows.status(&id, &hold.id.to_string()), Some("EXPIRED"));
    assert_eq!(rows.status(&id, &made.id.to_string()), Some("CONFIRMED"));
    assert_eq!((rows.count(&id), rows.free()), (2, 14));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_cancelled_and_confirmed_at_once_is_one_or_the_other() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[25])).await;
    let people = drive.register(1, 12, 1).await;
    for person in &people {
        let hold = [own(&drive.hold(&published, &[person]).await.unwrap()[0])];
        let confirm = drive.booking.confirm(&person.account, &hold, None);
        let cancel = drive.booking.cancel(&person.account, &hold, None);
        let (confirmed, cancelled) = join(confirm, cancel).await;
        assert!(cancelled.is_ok(), "whether confirmed or not, it can be cancelled: {cancelled:?}");
        let refused = matches!(confirmed, Err(BookingError::ChangeRefused(ChangeRefusal::NoSuchAppointment(_))));
        assert!(confirmed.is_ok() || refused, "{confirmed:?}");
    }
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.active(), rows.free()), (0, 25));
}
