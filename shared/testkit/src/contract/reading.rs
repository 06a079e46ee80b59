use vaxslot_app::ports::Store;
use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{Own, Release},
    person::Beneficiary,
};

use super::support::{active, done, publish, register, reserve, soon, withdrawn};
use crate::make::{Draft, Wish, account, adult, appointment_id, born, own, person_id, read};

fn moment(minute: u32) -> Timestamp {
    read(&format!("2026-11-21T10:{minute:02}:00Z"))
}

pub async fn beneficiaries_come_in_the_order_asked_for(store: &dyn Store) {
    let people: Vec<Beneficiary> = (1..=3).map(|number| born(adult(number, &account("a")), "1984-02-29")).collect();
    register(store, &people.iter().collect::<Vec<_>>()).await;
    let found = |numbers: &[usize]| -> Vec<Option<Beneficiary>> {
        numbers.iter().map(|number| people.get(number - 1).cloned()).collect()
    };
    for numbers in [&[3, 1, 2][..], &[1], &[9, 2, 8, 1], &[9], &[]] {
        let ids: Vec<_> = numbers.iter().map(|number| person_id(*number as u128)).collect();
        assert_eq!(store.beneficiaries(&ids).await.unwrap(), found(numbers), "{numbers:?}");
    }
}

pub async fn an_unknown_beneficiary_has_no_history(store: &dyn Store) {
    assert_eq!(store.history(person_id(1)).await.unwrap(), None);
}

pub async fn a_history_is_newest_first(store: &dyn Store) {
    let published = Draft::new(1, &[5]).made();
    let person = adult(1, &account("a"));
    publish(store, &published).await;
    register(store, &[&person]).await;
    assert_eq!(store.history(person.id).await.unwrap(), Some((person.clone(), Vec::new())));
    let mut ended: Vec<Appointment> = Vec::new();
    // The ids are in no order of time.
    for (minute, number) in (0..).step_by(2).zip([50, 20, 90, 40]) {
        let wish = Wish { now: moment(minute), ..Wish::new(&published.session, &[&person]) }.numbered(number);
        let made = reserve(store, wish.reservation()).await;
        let last = made[0].turned(Status::Cancelled, moment(minute + 1));
        done(store.release(&Release(vec![withdrawn(&made[0], last.clone())])).await);
        ended.insert(0, last);
    }
    let person = Beneficiary { withdrawn: [(ended[0].id, ended[0].changed_at)].into(), ..person };
    assert_eq!(store.history(person.id).await.unwrap(), Some((person.clone(), ended.clone())));
    let wish = Wish { now: moment(30), ..Wish::new(&published.session, &[&person]) };
    let active = reserve(store, wish.reservation()).await.into_iter().next();
    assert_eq!(store.history(person.id).await.unwrap(), Some((Beneficiary { active, ..person }, ended)));
}

pub async fn ended_appointments_are_found_by_their_ids(store: &dyn Store) {
    let published = Draft::new(1, &[5]).made();
    let people: Vec<Beneficiary> = (1..=3).map(|number| adult(number, &account("a"))).collect();
    publish(store, &published).await;
    register(store, &people.iter().collect::<Vec<_>>()).await;
    let made = reserve(store, Wish::new(&published.session, &[&people[0], &people[1], &people[2]]).reservation()).await;
    let ended: Vec<Appointment> = made[..2].iter().map(|one| one.turned(Status::Cancelled, moment(1))).collect();
    let endings = made.iter().zip(&ended).map(|(was, is)| withdrawn(was, is.clone()));
    done(store.release(&Release(endings.collect())).await);
    let [first, second, active] = [0, 1, 2].map(|place| own(&made[place]));
    let never = Own { appointment: second.appointment, ..first };
    let found = store.ended(&[second, active, never, first]).await.unwrap();
    assert_eq!(found, [Some(ended[1].clone()), None, None, Some(ended[0].clone())]);
    assert_eq!(store.ended(&[active]).await.unwrap(), [None]);
}

pub async fn every_fact_of_an_appointment_is_kept(store: &dyn Store) {
    let published = Draft::new(1, &[5]).made();
    let asha = adult(1, &account("a"));
    publish(store, &published).await;
    register(store, &[&asha]).await;
    let mut reservation = Wish::new(&published.session, &[&asha]).held_until("2026-11-21T10:30:00Z").reservation();
    let made = &mut reservation.appointments[0];
    made.request = Some("0123456789abcdef".to_owned());
    made.moved_from = Some(appointment_id(77));
    let made = reserve(store, reservation).await.remove(0);
    assert_eq!(active(store, asha.id).await.as_ref(), Some(&made));
    let confirmed = done(store.confirm(&asha.account, &[own(&made)], moment(1), "a mark").await).remove(0);
    assert_eq!(confirmed.made_as, made.status, "it is known that it was a hold");
    assert_eq!(active(store, asha.id).await.as_ref(), Some(&confirmed));
    let ended = confirmed.turned_by("another mark", Status::Cancelled, moment(2));
    let ended = Appointment { moved_to: Some(appointment_id(78)), ..ended };
    done(store.release(&Release(vec![withdrawn(&confirmed, ended.clone())])).await);
    assert_eq!(store.ended(&[own(&made)]).await.unwrap(), [Some(ended)]);
}

pub async fn a_shard_lists_its_appointments(store: &dyn Store) {
    let published = Draft::new(1, &[5, 5]).made();
    let people: Vec<Beneficiary> = (1..=3).map(|number| adult(number, &account("a"))).collect();
    publish(store, &published).await;
    register(store, &people.iter().collect::<Vec<_>>()).await;
    let wish = |person| Wish::new(&published.session, &[person]);
    let first = reserve(store, wish(&people[0]).reservation()).await;
    let second = reserve(store, wish(&people[1]).held_until("2026-11-21T10:30:00Z").reservation()).await;
    let elsewhere = reserve(store, wish(&people[2]).from_shard(1).reservation()).await;
    let gone = first[0].turned(Status::Cancelled, moment(20));
    done(store.release(&Release(vec![withdrawn(&first[0], gone.clone())])).await);
    let look = |number| {
        let key = published.shard(number);
        move || async move {
            let mut found = store.appointments_of(key).await.unwrap();
            found.sort_by_key(|appointment| appointment.id);
            found
        }
    };
    soon(look(0), vec![gone.clone(), second[0].clone()]).await;
    soon(look(1), elsewhere.clone()).await;
    assert_eq!(store.appointments_of(published.shard(2)).await.unwrap(), []);
    let again = reserve(store, wish(&people[0]).numbered(60).reservation()).await;
    soon(look(0), vec![gone, second[0].clone(), again[0].clone()]).await;
}
