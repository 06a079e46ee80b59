use futures::future::join_all;
use vaxslot_app::ports::{Store, Tried};
use vaxslot_domain::{
    appointment::Status,
    booking::{Check, Ending, Rejection, Release, Reservation},
    person::Beneficiary,
    session::Shard,
};

use super::support::{done, active, free, person, publish, refused, register, reserve, shard};
use crate::make::{Draft, Published, Wish, account, adult, appointment_id, born, read};

/// A session with these shards, and four people of one account, of whom the last is too young for it.
async fn family(store: &dyn Store, shards: &[u32]) -> (Published, Vec<Beneficiary>) {
    let published = Draft::new(1, shards).made();
    publish(store, &published).await;
    let mut people: Vec<Beneficiary> = (1..=4).map(|number| adult(number, &account("a"))).collect();
    people[3] = born(people[3].clone(), "2020-05-17");
    register(store, &people.iter().collect::<Vec<_>>()).await;
    (published, people)
}

/// Sees that a reservation is refused with these checks, and changes nothing.
async fn refuses(store: &dyn Store, wanted: &Reservation, shards: Vec<Check<Shard>>, people: Vec<Check<Beneficiary>>) {
    let shard_keys: Vec<_> = wanted.take.parts().iter().map(|(key, _)| *key).collect();
    let ids: Vec<_> = wanted.appointments.iter().map(|appointment| appointment.beneficiary).collect();
    let before = (store.shards(&shard_keys).await.unwrap(), store.beneficiaries(&ids).await.unwrap());
    for _ in 0..2 {
        assert_eq!(refused(store.reserve(wanted).await), Rejection { shards: shards.clone(), people: people.clone() });
    }
    let after = (store.shards(&shard_keys).await.unwrap(), store.beneficiaries(&ids).await.unwrap());
    assert_eq!(after, before, "nothing was written");
}

pub async fn a_shard_without_units_refuses(store: &dyn Store) {
    let (published, people) = family(store, &[1, 5]).await;
    reserve(store, Wish::new(&published.session, &[&people[0]]).reservation()).await;
    let empty = Shard { free: 0, moves: 1, ..published.shards[0] };
    let wanted = Wish::new(&published.session, &[&people[1]]).reservation();
    refuses(store, &wanted, vec![Check::Failed(Some(empty))], vec![Check::Held]).await;
}

pub async fn a_shard_with_fewer_units_than_people_refuses(store: &dyn Store) {
    let (published, people) = family(store, &[2, 5]).await;
    let three = Wish::new(&published.session, &[&people[0], &people[1], &people[2]]);
    let short = Check::Failed(Some(published.shards[0]));
    refuses(store, &three.reservation(), vec![short], vec![Check::Held; 3]).await;
    reserve(store, Wish::new(&published.session, &[&people[0], &people[1]]).reservation()).await;
    assert_eq!(free(store, &published.keys()).await, [0, 5], "the last unit goes too");
}

pub async fn a_closed_shard_refuses(store: &dyn Store) {
    let (published, people) = family(store, &[5]).await;
    store.mark_shard(published.shard(0), true).await.unwrap();
    let closed = Shard { closed: true, moves: 1, ..published.shards[0] };
    let wanted = Wish::new(&published.session, &[&people[0]]).reservation();
    refuses(store, &wanted, vec![Check::Failed(Some(closed))], vec![Check::Held]).await;
    store.mark_shard(published.shard(0), false).await.unwrap();
    reserve(store, wanted).await;
}

pub async fn an_absent_shard_refuses(store: &dyn Store) {
    let (published, people) = family(store, &[5]).await;
    let wanted = Wish::new(&published.session, &[&people[0]]).from_shard(1).reservation();
    refuses(store, &wanted, vec![Check::Failed(None)], vec![Check::Held]).await;
    assert_eq!(store.shards(&[published.shard(1)]).await.unwrap(), []);
}

pub async fn an_absent_beneficiary_is_refused(store: &dyn Store) {
    let (published, _) = family(store, &[5]).await;
    let nobody = adult(99, &account("a"));
    let wanted = Wish::new(&published.session, &[&nobody]).reservation();
    refuses(store, &wanted, vec![Check::Held], vec![Check::Failed(None)]).await;
    assert_eq!(store.beneficiaries(&[nobody.id]).await.unwrap(), [None]);
}

pub async fn another_accounts_beneficiary_is_refused(store: &dyn Store) {
    let (published, people) = family(store, &[5]).await;
    let wanted = Wish { account: account("b"), ..Wish::new(&published.session, &[&people[0]]) }.reservation();
    refuses(store, &wanted, vec![Check::Held], vec![Check::Failed(Some(people[0].clone()))]).await;
}

pub async fn a_booked_beneficiary_is_refused(store: &dyn Store) {
    let (published, people) = family(store, &[5]).await;
    let other = Draft::new(2, &[5]).made();
    publish(store, &other).await;
    let held = Wish::new(&other.session, &[&people[0]]).held_until("2026-11-21T10:30:00Z").reservation();
    reserve(store, held).await;
    let row = person(store, people[0].id).await;
    assert!(row.active.is_some());
    let wanted = Wish::new(&published.session, &[&people[0]]).numbered(77).reservation();
    refuses(store, &wanted, vec![Check::Held], vec![Check::Failed(Some(row))]).await;
}

pub async fn one_bad_member_stops_a_family(store: &dyn Store) {
    let (published, people) = family(store, &[5]).await;
    let stranger = adult(5, &account("b"));
    register(store, &[&stranger]).await;
    let nobody = adult(99, &account("a"));
    for bad in [&people[3], &stranger, &nobody] {
        for place in 0..3 {
            let mut party = vec![&people[0], &people[1]];
            party.insert(place, bad);
            let wanted = Wish { account: account("a"), ..Wish::new(&published.session, &party) }.reservation();
            let mut checks = vec![Check::Held; 2];
            checks.insert(place, Check::Failed(Some(bad.clone()).filter(|bad| bad.id != nobody.id)));
            refuses(store, &wanted, vec![Check::Held], checks).await;
        }
    }
}

pub async fn one_short_shard_stops_a_family(store: &dyn Store) {
    let (published, people) = family(store, &[1, 1, 1]).await;
    let wanted =
        Wish::new(&published.session, &[&people[0], &people[1], &people[2]]).among(&published.shards).reservation();
    let stranger = adult(5, &account("b"));
    register(store, &[&stranger]).await;
    reserve(store, Wish::new(&published.session, &[&stranger]).from_shard(1).reservation()).await;
    let short = Check::Failed(Some(shard(store, published.shard(1)).await));
    refuses(store, &wanted, vec![Check::Held, short, Check::Held], vec![Check::Held; 3]).await;
    assert_eq!(free(store, &published.keys()).await, [1, 0, 1]);
}

pub async fn every_failed_condition_is_told_by_its_position(store: &dyn Store) {
    let (published, people) = family(store, &[1, 1]).await;
    let nobody = adult(99, &account("a"));
    let wanted = Wish::new(&published.session, &[&nobody, &people[3]]).among(&published.shards).reservation();
    store.mark_shard(published.shard(0), true).await.unwrap();
    let closed = Check::Failed(Some(Shard { closed: true, moves: 1, ..published.shards[0] }));
    let checks = vec![Check::Failed(None), Check::Failed(Some(people[3].clone()))];
    refuses(store, &wanted, vec![closed, Check::Held], checks).await;
}

/// Books with this id, gives up, and returns the person's row as it is then.
async fn given_up(store: &dyn Store, published: &Published, who: &Beneficiary, number: u128) -> Beneficiary {
    let made = reserve(store, Wish::new(&published.session, &[who]).numbered(number).reservation()).await.remove(0);
    let ended = made.turned(Status::Cancelled, read("2026-11-21T11:00:00Z"));
    let ending = Ending::given_up(&person(store, who.id).await, &made, ended);
    assert_eq!(store.release(&Release(vec![ending])).await.unwrap(), Tried::Done(()));
    person(store, who.id).await
}

pub async fn whoever_gave_up_the_same_appointment_is_refused(store: &dyn Store) {
    let (published, people) = family(store, &[5]).await;
    let row = given_up(store, &published, &people[0], 50).await;
    let wish = |number| Wish::new(&published.session, &[&people[0], &people[1]]).numbered(number);
    let a_day_later = Wish { others: vec![appointment_id(50), appointment_id(51)], ..wish(70) }.reservation();
    for wanted in [wish(50).reservation(), a_day_later] {
        refuses(store, &wanted, vec![Check::Held], vec![Check::Failed(Some(row.clone())), Check::Held]).await;
    }
    reserve(store, Wish { others: vec![appointment_id(71)], ..wish(70) }.reservation()).await;
}

pub async fn whoever_lost_the_same_appointment_is_refused(store: &dyn Store) {
    let (published, people) = family(store, &[5]).await;
    let wish = |number| Wish { changes_a_day: 1, ..Wish::new(&published.session, &[&people[0]]).numbered(number) };
    let made = reserve(store, wish(50).reservation()).await.remove(0);
    let ended = made.turned(Status::Cancelled, read("2026-11-21T11:00:00Z"));
    done(store.release(&Release(vec![Ending::withdrawn(&people[0], &made, ended)])).await);
    let row = Check::Failed(Some(person(store, people[0].id).await));
    let another = wish(50).held_until("2026-11-21T12:00:00Z").reservation();
    let a_day_later = Wish { others: vec![appointment_id(50)], ..wish(70) }.reservation();
    for wanted in [another, a_day_later] {
        refuses(store, &wanted, vec![Check::Held], vec![row.clone()]).await;
    }
    reserve(store, Wish { others: vec![appointment_id(71)], ..wish(70) }.reservation()).await;
}

pub async fn whoever_gave_up_too_many_appointments_is_refused(store: &dyn Store) {
    let (published, people) = family(store, &[5]).await;
    given_up(store, &published, &people[0], 50).await;
    let row = given_up(store, &published, &people[0], 60).await;
    let wish = |changes_a_day| Wish { changes_a_day, ..Wish::new(&published.session, &[&people[0]]).numbered(70) };
    refuses(store, &wish(2).reservation(), vec![Check::Held], vec![Check::Failed(Some(row))]).await;
    reserve(store, wish(3).reservation()).await;
}

pub async fn one_person_racing_for_many_sessions_gets_one(store: &dyn Store) {
    let person = adult(1, &account("a"));
    register(store, &[&person]).await;
    let sessions: Vec<Published> = (1..=20).map(|id| Draft::new(id, &[5]).made()).collect();
    for session in &sessions {
        publish(store, session).await;
    }
    let race = sessions.iter().zip(100..).map(|(published, number)| {
        let reservation = Wish::new(&published.session, &[&person]).numbered(number).reservation();
        async move { store.reserve(&reservation).await.unwrap() }
    });
    let outcomes = join_all(race).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Tried::Done(())).count(), 1);
    let keys: Vec<_> = sessions.iter().map(|published| published.shard(0)).collect();
    assert_eq!(free(store, &keys).await.iter().sum::<u32>(), 20 * 5 - 1);
    let carried = active(store, person.id).await.expect("one appointment");
    assert_eq!(free(store, &[carried.shard]).await, [4], "the unit taken is the one the appointment names");
}
