use futures::future::join_all;
use vaxslot_app::ports::{Added, Store};
use vaxslot_domain::{
    person::{Account, Beneficiary},
    vaccine::Vaccine,
};

use super::support::{active, person, publish, register, reserve};
use crate::make::{Draft, Wish, account, adult, born, name, phone, read, with_doses};

fn of_a(number: u128) -> Beneficiary {
    adult(number, &account("a"))
}

pub async fn an_unknown_account_is_absent(store: &dyn Store) {
    assert_eq!(store.account(&account("a")).await.unwrap(), None);
}

pub async fn an_account_begins_with_its_first_beneficiary(store: &dyn Store) {
    let id = account("4c1e6f3a-79a4|+91~(x)/%\\\"'");
    // The ids are in no order of time.
    let people = [adult(50, &id), adult(20, &id), adult(90, &id)];
    for person in &people {
        assert_eq!(store.add_beneficiary(person, &phone(9_812_345_678)).await.unwrap(), Added::Done);
    }
    let beneficiaries = people.iter().map(|person| person.id).collect();
    let expected = Account { id: id.clone(), phone: phone(9_812_345_678), beneficiaries };
    assert_eq!(store.account(&id).await.unwrap(), Some(expected));
    assert_eq!(store.account(&account("4c1e6f3a-79a4")).await.unwrap(), None);
}

pub async fn a_beneficiary_reads_back_as_it_was_added(store: &dyn Store) {
    let exact = born(of_a(1), "1984-02-29");
    let vaccinated = with_doses(of_a(2), 2, Vaccine::SputnikV, read("2026-02-28"));
    let named = Beneficiary { name: name("க்\u{200D}ஷ ಶ್ರೀ"), ..of_a(3) };
    for added in [exact, vaccinated, named] {
        register(store, &[&added]).await;
        assert_eq!(person(store, added.id).await, added);
    }
}

pub async fn an_account_has_at_most_four_beneficiaries(store: &dyn Store) {
    for number in 1..=4 {
        register(store, &[&of_a(number)]).await;
    }
    let full = store.account(&account("a")).await.unwrap();
    assert_eq!(store.add_beneficiary(&of_a(5), &phone(1)).await.unwrap(), Added::Full);
    assert_eq!(store.account(&account("a")).await.unwrap(), full);
    assert_eq!(store.beneficiaries(&[of_a(5).id]).await.unwrap(), [None]);
    register(store, &[&adult(5, &account("b"))]).await;
}

pub async fn a_known_beneficiary_is_told_even_by_a_full_account(store: &dyn Store) {
    let published = Draft::new(1, &[5]).made();
    publish(store, &published).await;
    register(store, &[&of_a(1)]).await;
    reserve(store, Wish::new(&published.session, &[&of_a(1)]).reservation()).await;
    let stored = person(store, of_a(1).id).await;
    for number in 2..=4 {
        let again = Beneficiary { name: name("Somebody Else"), ..of_a(1) };
        let told = store.add_beneficiary(&again, &phone(1)).await.unwrap();
        assert_eq!(told, Added::Exists(Box::new(stored.clone())));
        register(store, &[&of_a(number)]).await;
    }
    let told = store.add_beneficiary(&of_a(1), &phone(1)).await.unwrap();
    assert_eq!(told, Added::Exists(Box::new(stored.clone())), "an account being full does not hide it");
    assert_eq!(active(store, of_a(1).id).await, stored.active);
    let account = store.account(&account("a")).await.unwrap().unwrap();
    assert_eq!(account.beneficiaries.len(), 4);
}

pub async fn another_accounts_beneficiary_cannot_be_added(store: &dyn Store) {
    register(store, &[&of_a(1)]).await;
    let taken = adult(1, &account("b"));
    let told = store.add_beneficiary(&taken, &phone(1)).await.unwrap();
    assert_eq!(told, Added::Exists(Box::new(of_a(1))));
    assert_eq!(person(store, taken.id).await, of_a(1));
    assert_eq!(store.account(&account("b")).await.unwrap(), None);
}

pub async fn of_many_added_at_once_four_stay(store: &dyn Store) {
    let people: Vec<Beneficiary> = (1..=12).map(of_a).collect();
    let phone = phone(9_812_345_678);
    let outcomes = join_all(people.iter().map(|person| store.add_beneficiary(person, &phone))).await;
    let count = |wanted: &Added| outcomes.iter().filter(|outcome| outcome.as_ref().unwrap() == wanted).count();
    assert_eq!((count(&Added::Done), count(&Added::Full)), (4, 8));
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let stored = store.beneficiaries(&ids).await.unwrap().into_iter().flatten();
    let mut stored: Vec<_> = stored.map(|person| person.id).collect();
    let mut listed = store.account(&account("a")).await.unwrap().unwrap().beneficiaries;
    stored.sort_unstable();
    listed.sort_unstable();
    assert_eq!(stored, listed, "the account names exactly those that are there");
    assert_eq!(stored.len(), 4);
}
