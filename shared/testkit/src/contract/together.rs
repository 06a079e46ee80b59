use vaxslot_app::ports::{Store, Tried};
use vaxslot_domain::{
    booking::{Check, Rejection, Reservation, closed_ticket},
    person::Beneficiary,
    session::Shard,
};

use super::support::{active, done, free, publish, refused, register, reserve, shard};
use crate::make::{Draft, Published, Wish, account, adult, born, ticket_id};

/// A session with these shards, and so many people, each of an account of their own.
async fn crowd(store: &dyn Store, shards: &[u32], count: u128) -> (Published, Vec<Beneficiary>) {
    let published = Draft::new(1, shards).made();
    publish(store, &published).await;
    let people: Vec<Beneficiary> =
        (1..=count).map(|number| adult(number, &account(&format!("account-{number}")))).collect();
    register(store, &people.iter().collect::<Vec<_>>()).await;
    (published, people)
}

fn wishes(published: &Published, people: &[Beneficiary]) -> Vec<Reservation> {
    people.iter().map(|person| Wish::new(&published.session, &[person]).reservation()).collect()
}

pub async fn ten_reservations_are_made_at_once(store: &dyn Store) {
    let (published, people) = crowd(store, &[25], 10).await;
    let wanted = wishes(&published, &people);
    done(store.reserve_all(&wanted).await);
    let after = shard(store, published.shard(0)).await;
    assert_eq!((after.free, after.moves), (15, 1), "the shard is written once");
    for (person, reservation) in people.iter().zip(&wanted) {
        assert_eq!(active(store, person.id).await.as_ref(), reservation.appointments.first());
    }
}

pub async fn ten_families_are_reserved_at_once(store: &dyn Store) {
    let published = Draft::new(1, &[40]).made();
    publish(store, &published).await;
    let people: Vec<Beneficiary> =
        (0..40).map(|number| adult(number + 1, &account(&format!("account-{}", number / 4)))).collect();
    register(store, &people.iter().collect::<Vec<_>>()).await;
    let families = people.chunks(4).map(|family| family.iter().collect::<Vec<_>>());
    let wanted: Vec<Reservation> =
        families.map(|family| Wish::new(&published.session, &family).reservation()).collect();
    done(store.reserve_all(&wanted).await);
    assert_eq!(free(store, &published.keys()).await, [0]);
}

pub async fn several_shards_serve_several_reservations(store: &dyn Store) {
    let (published, people) = crowd(store, &[2, 2, 1], 5).await;
    let wanted: Vec<Reservation> = people
        .iter()
        .zip([0, 1, 0, 2, 1])
        .map(|(person, number)| Wish::new(&published.session, &[person]).from_shard(number).reservation())
        .collect();
    done(store.reserve_all(&wanted).await);
    assert_eq!(free(store, &published.keys()).await, [0, 0, 0]);
}

pub async fn the_same_reservations_again_take_nothing(store: &dyn Store) {
    let (published, people) = crowd(store, &[25], 3).await;
    let wanted = wishes(&published, &people);
    for _ in 0..2 {
        done(store.reserve_all(&wanted).await);
        assert_eq!(free(store, &published.keys()).await, [22]);
    }
    let found = refused(store.reserve_all(&wanted[..2]).await);
    assert!(found.iter().all(|found| matches!(found.people[0], Check::Failed(Some(_)))), "a part of them is another");
}

pub async fn one_bad_reservation_stops_the_others_and_is_told_by_its_position(store: &dyn Store) {
    let (published, people) = crowd(store, &[25], 3).await;
    let child = born(adult(9, &account("account-9")), "2020-05-17");
    register(store, &[&child]).await;
    let fine = Rejection { shards: vec![Check::Held], people: vec![Check::Held] };
    let bad = Rejection { shards: vec![Check::Held], people: vec![Check::Failed(Some(child.clone()))] };
    for place in 0..=people.len() {
        let mut party = people.clone();
        party.insert(place, child.clone());
        let mut expected = vec![fine.clone(); people.len()];
        expected.insert(place, bad.clone());
        assert_eq!(refused(store.reserve_all(&wishes(&published, &party)).await), expected);
    }
    assert_eq!(free(store, &published.keys()).await, [25]);
}

pub async fn a_shard_too_short_for_all_has_failed_for_each(store: &dyn Store) {
    let (published, people) = crowd(store, &[3, 5], 5).await;
    let mut wanted = wishes(&published, &people[..4]);
    wanted.push(Wish::new(&published.session, &[&people[4]]).from_shard(1).reservation());
    let found = refused(store.reserve_all(&wanted).await);
    let short: Check<Shard> = Check::Failed(Some(published.shards[0]));
    let expected = [short.clone(), short.clone(), short.clone(), short, Check::Held];
    assert_eq!(found.iter().map(|found| found.shards[0].clone()).collect::<Vec<_>>(), expected);
    assert!(found.iter().all(|found| found.people == [Check::Held]));
    done(store.reserve_all(&wanted[1..]).await);
    assert_eq!(free(store, &published.keys()).await, [0, 4]);
}

pub async fn a_family_among_others_is_all_or_none(store: &dyn Store) {
    let (published, people) = crowd(store, &[25], 2).await;
    let family: Vec<Beneficiary> = (11..=13).map(|number| adult(number, &account("family"))).collect();
    register(store, &family.iter().collect::<Vec<_>>()).await;
    reserve(store, Wish::new(&published.session, &[&family[1]]).numbered(99).reservation()).await;
    let [first, second] = [&people[0], &people[1]].map(|person| Wish::new(&published.session, &[person]).reservation());
    let together = Wish::new(&published.session, &family.iter().collect::<Vec<_>>()).reservation();
    let found = refused(store.reserve_all(&[first.clone(), together, second.clone()]).await);
    let held = |found: &Rejection| found.people.iter().map(|check| *check == Check::Held).collect::<Vec<_>>();
    assert_eq!(found.iter().map(held).collect::<Vec<_>>(), [vec![true], vec![true, false, true], vec![true]]);
    done(store.reserve_all(&[first, second]).await);
    assert_eq!(free(store, &published.keys()).await, [22]);
}

pub async fn a_closed_ticket_makes_no_appointment(store: &dyn Store) {
    let (published, people) = crowd(store, &[25], 1).await;
    let wish = Wish::new(&published.session, &[&people[0]]);
    let closing = super::tickets::closing(&wish.reservation(), ticket_id(7));
    done(store.close_ticket(&closing).await);
    for tickets in [&[ticket_id(7)][..], &[ticket_id(8), ticket_id(7)]] {
        let wanted = Wish { tickets, ..wish.clone() }.reservation();
        let found = refused(store.reserve_all(std::slice::from_ref(&wanted)).await);
        let Check::Failed(Some(person)) = &found[0].people[0] else { panic!("{found:?}") };
        assert_eq!(person.closed_tickets.get(&ticket_id(7)), Some(&closing.at));
        assert_eq!(closed_ticket(&wanted, &found[0]), Some(ticket_id(7)));
    }
    let other = Wish { tickets: &[ticket_id(8), ticket_id(9)], ..wish };
    assert_eq!(store.reserve_all(&[other.reservation()]).await.unwrap(), Tried::Done(()), "another ticket does");
}
