use futures::future::join_all;
use vaxslot_app::ports::{Store, Tried};
use vaxslot_domain::{
    appointment::{Appointment, Status},
    booking::{Check, Release},
    person::Beneficiary,
};

use super::support::{active, done, free, person, publish, refused, register, reserve, withdrawn};
use crate::make::{Draft, Wish, account, adult, read};

pub async fn a_booking_takes_a_unit_and_stands_in_its_beneficiary(store: &dyn Store) {
    let published = Draft::new(1, &[5, 5]).made();
    let (booked, other) = (adult(1, &account("a")), adult(2, &account("a")));
    publish(store, &published).await;
    register(store, &[&booked, &other]).await;
    let request = Some("0123456789abcdef");
    let wish = Wish { request, ..Wish::new(&published.session, &[&booked]) };
    let made = reserve(store, wish.from_shard(1).reservation()).await;
    assert_eq!(free(store, &published.keys()).await, [5, 4]);
    assert_eq!(person(store, booked.id).await, Beneficiary { active: Some(made[0].clone()), ..booked });
    assert_eq!(person(store, other.id).await, other);
    assert_eq!(store.session(published.session.id).await.unwrap(), Some(published.session), "sums follow later");
}

pub async fn a_hold_keeps_its_last_moment(store: &dyn Store) {
    let published = Draft::new(1, &[5]).made();
    let person = adult(1, &account("a"));
    publish(store, &published).await;
    register(store, &[&person]).await;
    let wish = Wish { now: read("2026-11-21T10:00:00.007Z"), ..Wish::new(&published.session, &[&person]) };
    let made = reserve(store, wish.held_until("2026-11-21T10:30:00.007Z").reservation()).await;
    assert_eq!(made[0].status, Status::Held { until: read("2026-11-21T10:30:00.007Z") });
    assert_eq!(active(store, person.id).await.as_ref(), made.first());
}

pub async fn a_family_takes_its_units_from_one_shard(store: &dyn Store) {
    let published = Draft::new(1, &[5, 5]).made();
    let family: Vec<Beneficiary> = (1..=4).map(|number| adult(number, &account("a"))).collect();
    let family: Vec<&Beneficiary> = family.iter().collect();
    publish(store, &published).await;
    register(store, &family).await;
    let made = reserve(store, Wish::new(&published.session, &family).reservation()).await;
    assert_eq!(free(store, &published.keys()).await, [1, 5]);
    for (member, appointment) in family.iter().zip(made) {
        assert_eq!(active(store, member.id).await, Some(appointment));
    }
}

pub async fn a_family_takes_its_units_from_several_shards(store: &dyn Store) {
    let published = Draft::new(1, &[1, 2, 1]).made();
    let family: Vec<Beneficiary> = (1..=4).map(|number| adult(number, &account("a"))).collect();
    let family: Vec<&Beneficiary> = family.iter().collect();
    publish(store, &published).await;
    register(store, &family).await;
    let reservation = Wish::new(&published.session, &family).among(&published.shards).reservation();
    assert_eq!(reservation.take.parts().len(), 3);
    let made = reserve(store, reservation).await;
    assert_eq!(free(store, &published.keys()).await, [0, 0, 0]);
    for (member, appointment) in family.iter().zip(made) {
        assert_eq!(active(store, member.id).await, Some(appointment));
    }
}

pub async fn the_same_reservation_again_takes_nothing(store: &dyn Store) {
    let published = Draft::new(1, &[5]).made();
    let family = [adult(1, &account("a")), adult(2, &account("a"))];
    publish(store, &published).await;
    register(store, &[&family[0], &family[1]]).await;
    let reservation = Wish::new(&published.session, &[&family[0], &family[1]]).reservation();
    for _ in 0..3 {
        done(store.reserve(&reservation).await);
    }
    let again = join_all((0..5).map(|_| store.reserve(&reservation))).await;
    assert!(again.into_iter().all(|outcome| outcome.unwrap() == Tried::Done(())));
    assert_eq!(free(store, &published.keys()).await, [3]);
    assert_eq!(active(store, family[1].id).await.as_ref(), reservation.appointments.last());
}

pub async fn the_same_ids_in_another_reservation_are_another_request(store: &dyn Store) {
    let published = Draft::new(1, &[5, 5]).made();
    let person = adult(1, &account("a"));
    publish(store, &published).await;
    register(store, &[&person]).await;
    let wish = Wish { request: Some("one"), ..Wish::new(&published.session, &[&person]) };
    let made = reserve(store, wish.reservation()).await;
    let later = Wish { now: read("2026-11-21T10:00:00.001Z"), ..wish.clone() };
    let others =
        [wish.clone().from_shard(1), wish.clone().held_until("2026-11-21T10:30:00Z"), later, Wish { request: None, ..wish }];
    for other in others {
        let found = refused(store.reserve(&other.reservation()).await);
        assert_eq!(found.shards, [Check::Held]);
        let [Check::Failed(Some(row))] = &found.people[..] else { panic!("{:?}", found.people) };
        assert_eq!(row.active.as_ref(), made.first(), "the row tells what the first request made");
    }
    assert_eq!(free(store, &published.keys()).await, [4, 5]);
}

pub async fn the_last_units_are_reserved_by_as_many_racers(store: &dyn Store) {
    let published = Draft::new(1, &[3, 4]).made();
    publish(store, &published).await;
    let people: Vec<Beneficiary> = (1..=30u32).map(|n| adult(n.into(), &account(&format!("a{n}")))).collect();
    register(store, &people.iter().collect::<Vec<_>>()).await;
    let racers = people.iter().zip((0..=1).cycle());
    let racers = racers.map(|(person, number)| Wish::new(&published.session, &[person]).from_shard(number).reservation());
    let outcomes = join_all(racers.map(|reservation| async move { store.reserve(&reservation).await.unwrap() })).await;
    let served = outcomes.iter().filter(|outcome| **outcome == Tried::Done(())).count();
    assert_eq!(served, 7);
    assert_eq!(free(store, &published.keys()).await, [0, 0]);
    let mut carried = 0;
    for person in &people {
        carried += usize::from(active(store, person.id).await.is_some());
    }
    assert_eq!(carried, served);
}

pub async fn whoever_was_released_can_reserve_again(store: &dyn Store) {
    let published = Draft::new(1, &[1]).made();
    let person = adult(1, &account("a"));
    publish(store, &published).await;
    register(store, &[&person]).await;
    let mut made: Vec<Appointment> = Vec::new();
    for number in 1..=3 {
        made = reserve(store, Wish::new(&published.session, &[&person]).numbered(number).reservation()).await;
        assert_eq!(free(store, &published.keys()).await, [0]);
        if number < 3 {
            let ended = made[0].turned(Status::Cancelled, read("2026-11-21T11:00:00Z"));
            done(store.release(&Release(vec![withdrawn(&made[0], ended)])).await);
        }
    }
    assert_eq!(active(store, person.id).await.as_ref(), made.first());
}
