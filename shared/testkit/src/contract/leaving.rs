use futures::future::{join, join_all};
use vaxslot_app::ports::{Added, Corrected, Store, Tried};
use vaxslot_domain::{
    appointment::Status,
    booking::{Check, Release},
    person::{Account, Beneficiary, Removal, Then},
    vaccine::Vaccine,
};

use super::support::{active, done, ended, free, person, publish, refused, register, reserve, withdrawn};
use crate::make::{Draft, Published, Wish, account, adult, born, name, phone, read, with_doses, with_photo_id};

fn of_a(number: u128) -> Beneficiary {
    adult(number, &account("a"))
}

async fn listed(store: &dyn Store) -> Account {
    store.account(&account("a")).await.unwrap().expect("the account is there")
}

async fn removal(store: &dyn Store, people: &[&Beneficiary], then: Then) -> Removal {
    let people = people.iter().map(|person| (*person).clone()).collect();
    Removal { account: listed(store).await, people, then, at: read("2026-11-21T10:00:00Z") }
}

async fn published(store: &dyn Store) -> Published {
    let published = Draft::new(1, &[5]).made();
    publish(store, &published).await;
    published
}

pub async fn a_person_is_corrected_from_what_was_read(store: &dyn Store) {
    let was = with_photo_id(of_a(1), "one");
    register(store, &[&was]).await;
    let renamed = Beneficiary { name: name("Usha Rao"), ..was.clone() };
    let reborn = born(renamed.clone(), "1984-02-29");
    let without = Beneficiary { photo_id: None, ..reborn.clone() };
    let with_other = with_photo_id(without.clone(), "two");
    for (was, is) in [(&was, &renamed), (&renamed, &reborn), (&reborn, &without), (&without, &with_other)] {
        assert_eq!(store.correct_beneficiary(was, is).await.unwrap(), Corrected::Done);
        assert_eq!(person(store, was.id).await, *is);
    }
}

pub async fn what_is_no_longer_as_it_was_read_is_not_corrected(store: &dyn Store) {
    let was = of_a(1);
    register(store, &[&was]).await;
    let renamed = Beneficiary { name: name("Usha Rao"), ..was.clone() };
    let others = Beneficiary { account: account("b"), ..was.clone() };
    let stale = [
        (born(was.clone(), "1991"), renamed.clone()),
        (Beneficiary { name: name("Ravi Rao"), ..was.clone() }, renamed.clone()),
        (with_photo_id(was.clone(), "one"), renamed.clone()),
        (others.clone(), Beneficiary { name: name("Usha Rao"), ..others }),
        (of_a(2), Beneficiary { name: name("Usha Rao"), ..of_a(2) }),
    ];
    for (was, is) in &stale {
        assert_eq!(store.correct_beneficiary(was, is).await.unwrap(), Corrected::Changed);
    }
    assert_eq!(person(store, was.id).await, was);
    assert_eq!(store.beneficiaries(&[of_a(2).id]).await.unwrap(), [None], "nobody comes into being by a correction");
}

pub async fn a_birth_stays_while_there_is_an_appointment_or_after_a_dose(store: &dyn Store) {
    let published = published(store).await;
    let (booked, vaccinated) = (of_a(1), with_doses(of_a(2), 1, Vaccine::Covaxin, read("2026-01-01")));
    register(store, &[&booked, &vaccinated]).await;
    reserve(store, Wish::new(&published.session, &[&booked]).reservation()).await;
    let stored = person(store, booked.id).await;
    for (was, is) in [(&booked, born(booked.clone(), "1991")), (&booked, with_photo_id(booked.clone(), "one"))] {
        assert_eq!(store.correct_beneficiary(was, &is).await.unwrap(), Corrected::Changed);
        assert_eq!(person(store, booked.id).await, stored);
    }
    let unvaccinated = with_doses(of_a(2), 0, Vaccine::Covaxin, read("2026-01-01"));
    let reborn = born(unvaccinated.clone(), "1991");
    assert_eq!(store.correct_beneficiary(&unvaccinated, &reborn).await.unwrap(), Corrected::Changed);
    let renamed = Beneficiary { name: name("Usha Rao"), ..booked.clone() };
    assert_eq!(store.correct_beneficiary(&booked, &renamed).await.unwrap(), Corrected::Done);
    assert_eq!(person(store, booked.id).await, Beneficiary { name: name("Usha Rao"), ..stored });
}

pub async fn a_photo_id_is_registered_once(store: &dyn Store) {
    let first = with_photo_id(of_a(1), "one");
    register(store, &[&first, &of_a(2)]).await;
    let elsewhere = with_photo_id(adult(3, &account("b")), "one");
    assert_eq!(store.add_beneficiary(&elsewhere, &phone(1)).await.unwrap(), Added::PhotoIdTaken);
    assert_eq!(store.account(&account("b")).await.unwrap(), None);
    let second = with_photo_id(of_a(2), "one");
    assert_eq!(store.correct_beneficiary(&of_a(2), &second).await.unwrap(), Corrected::PhotoIdTaken);
    assert_eq!(person(store, second.id).await, of_a(2));
    let again = store.add_beneficiary(&first, &phone(1)).await.unwrap();
    assert_eq!(again, Added::Exists(Box::new(first)), "one's own is known before its photo ID");
}

pub async fn of_many_with_one_photo_id_at_once_one_is_registered(store: &dyn Store) {
    let people: Vec<Beneficiary> =
        (1..=50).map(|number| with_photo_id(adult(number, &account(&format!("account-{number}"))), "one")).collect();
    let phone = phone(1);
    let mut left: Vec<&Beneficiary> = people.iter().collect();
    let mut added = 0;
    // Whoever met another transaction asks again, as a use case does.
    while !left.is_empty() {
        let outcomes = join_all(left.iter().map(|person| store.add_beneficiary(person, &phone))).await;
        let mut again = Vec::new();
        for (person, outcome) in left.into_iter().zip(outcomes) {
            match outcome {
                Ok(Added::Done) => added += 1,
                Ok(outcome) => assert_eq!(outcome, Added::PhotoIdTaken),
                Err(_) => again.push(person),
            }
        }
        left = again;
    }
    assert_eq!(added, 1);
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    assert_eq!(store.beneficiaries(&ids).await.unwrap().into_iter().flatten().count(), 1);
}

pub async fn a_photo_id_that_was_given_up_is_free_again(store: &dyn Store) {
    let first = with_photo_id(of_a(1), "one");
    register(store, &[&first]).await;
    let other = with_photo_id(of_a(1), "two");
    assert_eq!(store.correct_beneficiary(&first, &other).await.unwrap(), Corrected::Done);
    register(store, &[&with_photo_id(adult(2, &account("b")), "one")]).await;
    done(store.remove_people(&removal(store, &[&other], Then::Keep).await).await);
    register(store, &[&with_photo_id(adult(3, &account("c")), "two")]).await;
}

pub async fn a_removed_person_is_gone_and_remembered(store: &dyn Store) {
    let published = published(store).await;
    let (asha, ravi) = (of_a(1), of_a(2));
    register(store, &[&asha, &ravi]).await;
    let made = reserve(store, Wish::new(&published.session, &[&asha]).reservation()).await;
    let cancelled = made[0].turned(Status::Cancelled, read("2026-11-21T11:00:00Z"));
    done(store.release(&Release(vec![withdrawn(&made[0], cancelled.clone())])).await);
    assert_eq!(store.removed(asha.id).await.unwrap(), None);
    done(store.remove_people(&removal(store, &[&asha], Then::Keep).await).await);
    assert_eq!(store.beneficiaries(&[asha.id, ravi.id]).await.unwrap(), [None, Some(ravi.clone())]);
    assert_eq!(listed(store).await.beneficiaries, [ravi.id]);
    assert_eq!(store.removed(asha.id).await.unwrap(), Some(account("a")));
    assert_eq!(store.removed(ravi.id).await.unwrap(), None);
    assert_eq!(store.history(asha.id).await.unwrap(), None);
    let own = crate::make::own(&made[0]);
    assert_eq!(store.ended(&[own]).await.unwrap(), [Some(cancelled)], "what ended stays");
}

pub async fn somebody_with_an_appointment_is_not_removed(store: &dyn Store) {
    let published = published(store).await;
    let (asha, ravi) = (of_a(1), of_a(2));
    register(store, &[&asha, &ravi]).await;
    let planned = removal(store, &[&ravi, &asha], Then::Keep).await;
    let made = reserve(store, Wish::new(&published.session, &[&asha]).reservation()).await;
    refused(store.remove_people(&planned).await);
    assert_eq!(active(store, asha.id).await.as_ref(), made.first());
    assert_eq!(person(store, ravi.id).await, ravi, "all or none");
    assert_eq!(listed(store).await.beneficiaries, [asha.id, ravi.id]);
    assert!(ended(store, asha.id).await.is_empty());
}

pub async fn a_removal_from_another_list_is_refused(store: &dyn Store) {
    let (asha, ravi) = (with_photo_id(of_a(1), "one"), of_a(2));
    register(store, &[&asha]).await;
    let early = removal(store, &[&asha], Then::Keep).await;
    register(store, &[&ravi]).await;
    refused(store.remove_people(&early).await);
    refused(store.remove_people(&Removal { then: Then::Erase, ..early }).await);
    let stranger = adult(3, &account("b"));
    register(store, &[&stranger]).await;
    refused(store.remove_people(&removal(store, &[&stranger], Then::Keep).await).await);
    refused(store.remove_people(&removal(store, &[&of_a(1)], Then::Keep).await).await);
    refused(store.remove_people(&removal(store, &[&of_a(7)], Then::Keep).await).await);
    assert_eq!(store.beneficiaries(&[asha.id, ravi.id, stranger.id]).await.unwrap().into_iter().flatten().count(), 3);
}

pub async fn whoever_was_removed_is_not_added_again(store: &dyn Store) {
    register(store, &[&of_a(1)]).await;
    done(store.remove_people(&removal(store, &[&of_a(1)], Then::Keep).await).await);
    assert_eq!(store.add_beneficiary(&of_a(1), &phone(1)).await.unwrap(), Added::Removed);
    assert_eq!(listed(store).await.beneficiaries, []);
    register(store, &[&of_a(2)]).await;
}

pub async fn nobody_books_for_a_removed_person(store: &dyn Store) {
    let published = published(store).await;
    register(store, &[&of_a(1)]).await;
    let reservation = Wish::new(&published.session, &[&of_a(1)]).reservation();
    done(store.remove_people(&removal(store, &[&of_a(1)], Then::Keep).await).await);
    let found = refused(store.reserve(&reservation).await);
    assert_eq!(found.people, [Check::Failed(None)]);
    assert_eq!(free(store, &published.keys()).await, [5]);
}

pub async fn of_a_booking_and_a_removal_at_once_one_happens(store: &dyn Store) {
    let published = Draft::new(1, &[50]).made();
    publish(store, &published).await;
    let mut booked = 0;
    for number in 1..=20 {
        let asha = adult(number, &account(&format!("account-{number}")));
        register(store, &[&asha]).await;
        let reservation = Wish::new(&published.session, &[&asha]).reservation();
        let list = store.account(&asha.account).await.unwrap().expect("the account is there");
        let at = read("2026-11-21T10:00:00Z");
        let removal = Removal { account: list, people: vec![asha.clone()], then: Then::Keep, at };
        let (mut made, mut removed) = join(store.reserve(&reservation), store.remove_people(&removal)).await;
        while made.is_err() || removed.is_err() {
            if made.is_err() {
                made = store.reserve(&reservation).await;
            }
            if removed.is_err() {
                removed = store.remove_people(&removal).await;
            }
        }
        let (made, removed) = (made.unwrap() == Tried::Done(()), removed.unwrap() == Tried::Done(()));
        assert_ne!(made, removed, "one of them happens, and not both");
        booked += u32::from(made);
        let found = store.beneficiaries(&[asha.id]).await.unwrap().remove(0);
        assert_eq!(found.and_then(|person| person.active).is_some(), made);
    }
    assert_eq!(free(store, &published.keys()).await, [50 - booked]);
}

pub async fn an_account_is_erased_with_its_people(store: &dyn Store) {
    let people = [with_photo_id(of_a(1), "one"), of_a(2), with_photo_id(of_a(3), "three"), of_a(4)];
    register(store, &people.iter().collect::<Vec<_>>()).await;
    done(store.remove_people(&removal(store, &people.iter().collect::<Vec<_>>(), Then::Erase).await).await);
    assert_eq!(store.account(&account("a")).await.unwrap(), None);
    for one in &people {
        assert_eq!(store.beneficiaries(&[one.id]).await.unwrap(), [None]);
        assert_eq!(store.removed(one.id).await.unwrap(), Some(account("a")));
    }
    register(store, &[&with_photo_id(of_a(5), "one"), &with_photo_id(adult(6, &account("b")), "three")]).await;
}

pub async fn an_account_is_not_erased_while_one_has_an_appointment(store: &dyn Store) {
    let published = published(store).await;
    let (asha, ravi) = (of_a(1), of_a(2));
    register(store, &[&asha, &ravi]).await;
    reserve(store, Wish::new(&published.session, &[&ravi]).reservation()).await;
    refused(store.remove_people(&removal(store, &[&asha, &ravi], Then::Erase).await).await);
    assert_eq!(listed(store).await.beneficiaries, [asha.id, ravi.id]);
    assert_eq!(person(store, asha.id).await, asha);
}
