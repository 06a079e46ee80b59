use futures::future::join_all;
use vaxslot_app::ports::{Store, Taken, Tried};
use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{Attendance, Check, Given, Used, attend, lapse},
    person::{Beneficiary, DoseHistory, LastDose},
    reference::Reference,
    vaccine::Vaccine,
};

use super::support::{active, done, ended, free, person, publish, refused, register, reserve, shard, soon, withdrawn};
use crate::make::{Draft, Published, Wish, account, adult, own, person_id, read, with_doses};

/// The slot has begun.
fn later() -> Timestamp {
    read("2026-11-22T05:00:00.250Z")
}

/// A session with five units, and somebody with one of them.
async fn booked(store: &dyn Store) -> (Published, Beneficiary, Appointment) {
    let published = Draft::new(1, &[5]).made();
    publish(store, &published).await;
    let somebody = adult(1, &account("a"));
    register(store, &[&somebody]).await;
    let made = reserve(store, Wish::new(&published.session, &[&somebody]).reservation()).await.remove(0);
    (published, somebody, made)
}

async fn used(
    store: &dyn Store,
    attendance: Attendance,
    published: &Published,
    made: &Appointment,
    at: Timestamp,
) -> Used {
    let person = person(store, made.beneficiary).await;
    attend(attendance, &published.session, &person, made, "staff-1", at).expect("it can be said")
}

pub async fn a_completed_appointment_keeps_its_unit_and_is_a_dose(store: &dyn Store) {
    let (published, somebody, made) = booked(store).await;
    let moves = shard(store, published.shard(0)).await.moves;
    let used = used(store, Attendance::Completed, &published, &made, later()).await;
    done(store.use_up(&used).await);
    let last = LastDose { vaccine: Vaccine::Covishield, on: published.session.date };
    let after = Beneficiary {
        doses: DoseHistory { taken: 1, last: Some(last) },
        withdrawn: [(made.id, later())].into(),
        ..somebody.clone()
    };
    assert_eq!(person(store, somebody.id).await, after);
    let expected = Appointment { changed_by: Some("staff-1".to_owned()), ..made.turned(Status::Completed, later()) };
    assert_eq!(ended(store, somebody.id).await, [expected]);
    assert_eq!(free(store, &published.keys()).await, [4]);
    assert_eq!(shard(store, published.shard(0)).await.moves, moves, "the shard is not even written");
}

pub async fn a_missed_appointment_keeps_its_unit_and_is_no_dose(store: &dyn Store) {
    let (published, somebody, made) = booked(store).await;
    let used = used(store, Attendance::NoShow, &published, &made, later()).await;
    done(store.use_up(&used).await);
    let now = person(store, somebody.id).await;
    assert_eq!((now.active, now.doses), (None, DoseHistory::default()));
    assert_eq!(ended(store, somebody.id).await[0].status, Status::NoShow);
    assert_eq!(free(store, &published.keys()).await, [4]);
}

pub async fn a_hold_that_was_kept_is_not_due_any_more(store: &dyn Store) {
    let published = Draft::new(1, &[5]).made();
    publish(store, &published).await;
    let somebody = adult(1, &account("a"));
    register(store, &[&somebody]).await;
    let wish = Wish::new(&published.session, &[&somebody]).held_until("2026-11-22T05:30:00Z");
    let made = reserve(store, wish.reservation()).await.remove(0);
    let used = used(store, Attendance::Completed, &published, &made, later()).await;
    done(store.use_up(&used).await);
    let due = || async {
        let mut found = Vec::new();
        for list in 0..vaxslot_app::ports::HOLD_LISTS {
            found.extend(store.due_holds(list, Timestamp::MAX, None, 10).await.expect("the store answers"));
        }
        found
    };
    soon(due, Vec::new()).await;
    assert_eq!(ended(store, somebody.id).await[0].made_as, made.status, "it is still known as a hold");
}

pub async fn the_same_use_again_changes_nothing(store: &dyn Store) {
    let (published, somebody, made) = booked(store).await;
    let used = used(store, Attendance::Completed, &published, &made, later()).await;
    done(store.use_up(&used).await);
    let after = person(store, somebody.id).await;
    done(store.use_up(&used).await);
    assert_eq!(person(store, somebody.id).await, after);
    let second = Used { ending: withdrawn(&made, made.turned(Status::NoShow, later())), given: None };
    refused(store.use_up(&second).await);
    assert_eq!(person(store, somebody.id).await, after);
    assert_eq!(ended(store, somebody.id).await[0].status, Status::Completed);
}

pub async fn what_is_no_longer_as_it_was_is_not_used(store: &dyn Store) {
    let (published, somebody, made) = booked(store).await;
    let used = used(store, Attendance::Completed, &published, &made, later()).await;
    let mut otherwise = used.clone();
    otherwise.given = used.given.map(|given| Given { before: DoseHistory { taken: 1, last: None }, ..given });
    refused(store.use_up(&otherwise).await);
    let mut nobodys = used.clone();
    nobodys.ending.was.beneficiary = person_id(99);
    refused(store.use_up(&nobodys).await);
    let cancelled = withdrawn(&made, made.turned(Status::Cancelled, later()));
    done(store.release(&vaxslot_domain::booking::Release(vec![cancelled])).await);
    refused(store.use_up(&used).await);
    assert_eq!(person(store, somebody.id).await.doses, DoseHistory::default());
    assert_eq!(ended(store, somebody.id).await[0].status, Status::Cancelled);
    assert_eq!(free(store, &published.keys()).await, [5]);
}

pub async fn of_two_ends_at_once_one_happens(store: &dyn Store) {
    let (published, somebody, made) = booked(store).await;
    let came = used(store, Attendance::Completed, &published, &made, later()).await;
    let stayed = used(store, Attendance::NoShow, &published, &made, later()).await;
    let both = join_all([&came, &stayed].map(|used| store.use_up(used))).await;
    let happened = both.iter().filter(|tried| matches!(tried, Ok(Tried::Done(())))).count();
    assert_eq!(happened, 1, "{both:?}");
    let now = person(store, somebody.id).await;
    let completed = ended(store, somebody.id).await[0].status == Status::Completed;
    assert_eq!((now.active, now.doses.taken == 1), (None, completed));
    assert_eq!(free(store, &published.keys()).await, [4]);
}

pub async fn a_lapsed_appointment_makes_room_for_another(store: &dyn Store) {
    let (published, somebody, made) = booked(store).await;
    let now: Timestamp = read("2026-11-24T05:00:00Z");
    done(store.use_up(&lapse(&person(store, somebody.id).await, &made, now)).await);
    assert_eq!(ended(store, somebody.id).await, [made.turned(Status::NoShow, now)]);
    reserve(store, Wish::new(&published.session, &[&somebody]).numbered(50).reservation()).await;
    assert_eq!(free(store, &published.keys()).await, [3]);
}

pub async fn a_shard_tells_what_takes_its_units(store: &dyn Store) {
    let published = Draft::new(1, &[6, 5]).made();
    publish(store, &published).await;
    let people: Vec<Beneficiary> = (1..=4).map(|number| adult(number, &account("a"))).collect();
    register(store, &people.iter().collect::<Vec<_>>()).await;
    let mut made = Vec::new();
    for person in &people {
        made.extend(reserve(store, Wish::new(&published.session, &[person]).reservation()).await);
    }
    done(store.use_up(&used(store, Attendance::Completed, &published, &made[0], later()).await).await);
    done(store.use_up(&used(store, Attendance::NoShow, &published, &made[1], later()).await).await);
    let cancelled = withdrawn(&made[2], made[2].turned(Status::Cancelled, later()));
    done(store.release(&vaxslot_domain::booking::Release(vec![cancelled])).await);
    let published = &published;
    let look = |number| move || async move { store.taken_in(published.shard(number)).await.expect("the store answers") };
    let (look_0, look_1) = (look(0), look(1));
    soon(look_0, Taken { active: vec![own(&made[3])], used: 2 }).await;
    soon(look_1, Taken::default()).await;
}

pub async fn an_appointment_is_found_by_its_reference(store: &dyn Store) {
    let published = Draft::new(1, &[5, 5]).made();
    publish(store, &published).await;
    let people: Vec<Beneficiary> = (1..=3).map(|number| adult(number, &account("a"))).collect();
    register(store, &people.iter().collect::<Vec<_>>()).await;
    // The ids differ where the references do not end.
    let near = 0x1234_5678_9abc_4000_8000_0000_0000_0000_u128;
    let wish = |person, number: u128| Wish::new(&published.session, &[person]).numbered(number).reservation();
    let first = reserve(store, wish(&people[0], near)).await.remove(0);
    reserve(store, wish(&people[1], near + (1 << 80))).await;
    let third = reserve(store, wish(&people[2], near ^ (1 << 78))).await.remove(0);
    let published = &published;
    let look = |number, made: &Appointment| {
        let reference = Reference::of(made.id);
        move || async move { store.find_in(published.shard(number), reference).await.expect("the store answers") }
    };
    soon(look(0, &first), vec![own(&first)]).await;
    soon(look(0, &third), vec![own(&third)]).await;
    soon(look(1, &first), Vec::new()).await;
    done(store.use_up(&used(store, Attendance::Completed, published, &first, later()).await).await);
    soon(look(0, &first), vec![own(&first)]).await;
}

pub async fn a_newcomer_is_registered_with_the_appointment(store: &dyn Store) {
    let published = Draft::new(1, &[1]).made();
    publish(store, &published).await;
    let newcomer = adult(1, &account("center:13274"));
    let wish = Wish::new(&published.session, &[&newcomer]).of_newcomer();
    let made = reserve(store, wish.reservation()).await.remove(0);
    assert_eq!(made.changed_by.as_deref(), Some("staff"));
    assert_eq!(person(store, newcomer.id).await, Beneficiary { active: Some(made.clone()), ..newcomer.clone() });
    assert_eq!(free(store, &published.keys()).await, [0]);
    done(store.reserve(&wish.reservation()).await);
    assert_eq!(free(store, &published.keys()).await, [0], "the same again is the same");
}

pub async fn a_newcomer_who_is_known_is_told_and_not_overwritten(store: &dyn Store) {
    let published = Draft::new(1, &[5]).made();
    publish(store, &published).await;
    let known = with_doses(adult(1, &account("a")), 1, Vaccine::Covishield, read("2026-01-01"));
    register(store, &[&known]).await;
    let newcomer = adult(1, &account("center:13274"));
    let found = refused(store.reserve(&Wish::new(&published.session, &[&newcomer]).of_newcomer().reservation()).await);
    assert_eq!((found.shards, found.people), (vec![Check::Held], vec![Check::Failed(Some(known.clone()))]));
    assert_eq!(person(store, known.id).await, known);
    assert_eq!(free(store, &published.keys()).await, [5]);
}

pub async fn a_newcomer_is_not_registered_without_a_unit(store: &dyn Store) {
    let published = Draft::new(1, &[1]).made();
    publish(store, &published).await;
    let [first, second] = [1, 2].map(|number| adult(number, &account("center:13274")));
    reserve(store, Wish::new(&published.session, &[&first]).of_newcomer().reservation()).await;
    let found = refused(store.reserve(&Wish::new(&published.session, &[&second]).of_newcomer().reservation()).await);
    assert!(matches!(found.shards[..], [Check::Failed(Some(_))]), "{found:?}");
    assert_eq!(store.beneficiaries(&[second.id]).await.expect("the store answers"), [None]);
    assert!(active(store, first.id).await.is_some());
}
