use futures::future::join_all;
use vaxslot_app::ports::{Store, Tried};
use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{Ending, Release},
    person::Beneficiary,
};

use super::support::{active, done, ended, free, person, publish, refused, register, reserve, withdrawn};
use crate::make::{Draft, Published, Wish, account, adult, appointment_id, read};

fn later() -> Timestamp {
    read("2026-11-21T11:00:00.250Z")
}

fn cancelled(appointments: &[Appointment]) -> Release {
    Release(appointments.iter().map(|each| turned(each, Status::Cancelled, later())).collect())
}

fn turned(was: &Appointment, status: Status, at: Timestamp) -> Ending {
    withdrawn(was, was.turned(status, at))
}

/// Three people of one account, booked into two shards with five units each.
async fn booked(store: &dyn Store) -> (Published, Vec<Beneficiary>, Vec<Appointment>) {
    let published = Draft::new(1, &[5, 5]).made();
    publish(store, &published).await;
    let people: Vec<Beneficiary> = (1..=3).map(|number| adult(number, &account("a"))).collect();
    register(store, &people.iter().collect::<Vec<_>>()).await;
    let wish = Wish::new(&published.session, &[&people[0], &people[1]]);
    let mut made = reserve(store, wish.from_shard(0).reservation()).await;
    made.extend(reserve(store, Wish::new(&published.session, &[&people[2]]).from_shard(1).reservation()).await);
    assert_eq!(free(store, &published.keys()).await, [3, 4]);
    (published, people, made)
}

pub async fn a_released_unit_is_free_again(store: &dyn Store) {
    let (published, people, made) = booked(store).await;
    let release = cancelled(&made[..1]);
    done(store.release(&release).await);
    assert_eq!(free(store, &published.keys()).await, [4, 4]);
    let noted = Beneficiary { withdrawn: [(made[0].id, later())].into(), ..people[0].clone() };
    assert_eq!(person(store, people[0].id).await, noted, "else the beneficiary is as before the booking");
    assert_eq!(ended(store, people[0].id).await, release.ended());
    assert_eq!(active(store, people[1].id).await.as_ref(), made.get(1));
    assert_eq!(ended(store, people[1].id).await, []);
}

pub async fn a_family_is_released_together(store: &dyn Store) {
    let (published, people, made) = booked(store).await;
    let release = cancelled(&made);
    done(store.release(&release).await);
    assert_eq!(free(store, &published.keys()).await, [5, 5]);
    for (person, last) in people.iter().zip(release.ended()) {
        assert_eq!(active(store, person.id).await, None);
        assert_eq!(ended(store, person.id).await, [last]);
    }
}

pub async fn a_closed_shard_takes_units_back(store: &dyn Store) {
    let (published, _, made) = booked(store).await;
    store.mark_shard(published.shard(0), true).await.unwrap();
    done(store.release(&cancelled(&made[..1])).await);
    assert_eq!(free(store, &published.keys()).await, [4, 4]);
}

pub async fn the_same_release_again_returns_nothing(store: &dyn Store) {
    let (published, people, made) = booked(store).await;
    let release = cancelled(&made[..2]);
    for _ in 0..3 {
        done(store.release(&release).await);
    }
    assert_eq!(free(store, &published.keys()).await, [5, 4]);
    assert_eq!(ended(store, people[1].id).await, release.ended()[1..]);
}

pub async fn a_release_of_what_is_not_there_is_refused(store: &dyn Store) {
    let (published, people, made) = booked(store).await;
    let other = Appointment { id: appointment_id(99), ..made[0].clone() };
    let held = Appointment { status: Status::Held { until: later() }, ..made[0].clone() };
    let nobodys = Appointment { beneficiary: adult(99, &account("a")).id, ..made[0].clone() };
    for guard in [other, held, nobodys] {
        let guard = [guard];
        refused(store.release(&cancelled(&guard)).await);
    }
    done(store.release(&cancelled(&made[..1])).await);
    let again = Release(vec![turned(&made[0], Status::Expired, later())]);
    refused(store.release(&again).await);
    assert_eq!(free(store, &published.keys()).await, [4, 4]);
    assert_eq!(ended(store, people[0].id).await, cancelled(&made[..1]).ended(), "its end is not written twice");
    assert_eq!(store.history(adult(99, &account("a")).id).await.unwrap(), None);
}

pub async fn one_changed_appointment_stops_a_release(store: &dyn Store) {
    let (published, people, made) = booked(store).await;
    done(store.release(&cancelled(&made[1..2])).await);
    refused(store.release(&cancelled(&made)).await);
    assert_eq!(free(store, &published.keys()).await, [4, 4]);
    assert_eq!(active(store, people[0].id).await.as_ref(), made.first());
    assert_eq!(active(store, people[2].id).await.as_ref(), made.last());
    assert_eq!(ended(store, people[2].id).await, []);
}

pub async fn of_two_releases_at_once_one_returns_the_unit(store: &dyn Store) {
    let (published, people, made) = booked(store).await;
    let mut releases = vec![Release(vec![turned(&made[0], Status::Expired, later())])];
    let moments = (1..=9).map(|step| read::<Timestamp>(&format!("2026-11-21T11:00:0{step}Z")));
    releases.extend(moments.map(|now| Release(vec![turned(&made[0], Status::Cancelled, now)])));
    let outcomes = join_all(releases.iter().map(|release| store.release(release))).await;
    let went_through: Vec<&Release> =
        outcomes.iter().zip(&releases).filter(|(outcome, _)| matches!(outcome, Ok(Tried::Done(())))).map(|(_, r)| r).collect();
    assert_eq!(went_through.len(), 1, "{outcomes:?}");
    assert_eq!(free(store, &published.keys()).await, [4, 4]);
    assert_eq!(ended(store, people[0].id).await, went_through[0].ended());
}

pub async fn what_a_person_gives_up_is_noted(store: &dyn Store) {
    let (_, people, made) = booked(store).await;
    let ending = |place: usize, status| Ending::given_up(&people[place], &made[place], made[place].turned(status, later()));
    let both = Release(vec![ending(0, Status::Cancelled), ending(1, Status::Expired)]);
    done(store.release(&both).await);
    for (one, appointment) in people.iter().zip(&made[..2]) {
        let given_up = [(appointment.id, later())].into();
        assert_eq!(person(store, one.id).await, Beneficiary { given_up, ..one.clone() });
    }
    assert_eq!(person(store, people[2].id).await.given_up, [].into());
}

pub async fn what_is_withdrawn_from_a_person_is_noted_for_a_day(store: &dyn Store) {
    let published = Draft::new(1, &[5]).made();
    publish(store, &published).await;
    let asha = adult(1, &account("a"));
    register(store, &[&asha]).await;
    let mut kept = Vec::new();
    for (number, at) in [(11, "2026-11-20T11:00:00Z"), (12, "2026-11-20T11:00:00.001Z"), (13, "2026-11-21T11:00:00Z")] {
        let wish = Wish::new(&published.session, &[&asha]).numbered(number);
        let made = reserve(store, wish.reservation()).await.remove(0);
        let ending = Ending::withdrawn(&person(store, asha.id).await, &made, made.turned(Status::Cancelled, read(at)));
        done(store.release(&Release(vec![ending])).await);
        let row = person(store, asha.id).await;
        assert_eq!(row.given_up, [].into(), "it was not the person's doing");
        kept = row.withdrawn.into_iter().collect();
    }
    let noted = [(12, "2026-11-20T11:00:00.001Z"), (13, "2026-11-21T11:00:00Z")];
    assert_eq!(kept, noted.map(|(number, at)| (appointment_id(number), read(at))));
}

pub async fn notes_that_count_no_more_are_dropped_at_the_next_change(store: &dyn Store) {
    let published = Draft::new(1, &[5]).made();
    publish(store, &published).await;
    let asha = adult(1, &account("a"));
    register(store, &[&asha]).await;
    let mut noted = Vec::new();
    for (number, at) in [(11, "2026-11-20T11:00:00Z"), (12, "2026-11-20T11:00:00.001Z"), (13, "2026-11-21T11:00:00Z")] {
        let wish = Wish::new(&published.session, &[&asha]).numbered(number);
        let made = reserve(store, wish.reservation()).await.remove(0);
        let ending = Ending::given_up(&person(store, asha.id).await, &made, made.turned(Status::Cancelled, read(at)));
        done(store.release(&Release(vec![ending])).await);
        noted = person(store, asha.id).await.given_up.into_keys().collect();
    }
    assert_eq!(noted, [appointment_id(12), appointment_id(13)], "the first was given up exactly a day before");
    assert_eq!(ended(store, asha.id).await.len(), 3, "the appointments themselves are kept");
}

pub async fn notes_can_be_dropped_by_themselves(store: &dyn Store) {
    let (_, people, made) = booked(store).await;
    let ending = Ending::given_up(&people[0], &made[0], made[0].turned(Status::Cancelled, later()));
    done(store.release(&Release(vec![ending])).await);
    for faded in [&[][..], &[appointment_id(99)]] {
        store.forget(people[0].id, faded).await.unwrap();
        assert_eq!(person(store, people[0].id).await.given_up, [(made[0].id, later())].into());
    }
    for _ in 0..2 {
        store.forget(people[0].id, &[appointment_id(99), made[0].id]).await.unwrap();
        assert_eq!(person(store, people[0].id).await, people[0]);
    }
    let nobody = adult(99, &account("a"));
    store.forget(nobody.id, &[made[0].id]).await.unwrap();
    assert_eq!(store.beneficiaries(&[nobody.id]).await.unwrap(), [None], "nobody comes to be by being forgotten");
}
