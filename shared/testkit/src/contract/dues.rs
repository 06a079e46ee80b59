use vaxslot_app::ports::{DueEnd, DueHold, END_LISTS, HOLD_LISTS, Store, end_list, hold_list};
use vaxslot_domain::{
    Timestamp,
    appointment::Status,
    booking::{Release},
    person::Beneficiary,
};

use super::support::{done, publish, register, reserve, soon, withdrawn};
use crate::make::{Draft, Published, Wish, account, adult, own, read, session_id};

fn at(text: &str) -> Timestamp {
    read(text)
}

fn end_of_time() -> Timestamp {
    at("9999-01-01T00:00:00Z")
}

async fn session_for(store: &dyn Store, people: &[&Beneficiary]) -> Published {
    let published = Draft::new(1, &[25]).made();
    publish(store, &published).await;
    register(store, people).await;
    published
}

/// Everybody whose hold is due before then, from every list.
async fn due(store: &dyn Store, before: Timestamp) -> Vec<DueHold> {
    let mut due = Vec::new();
    for list in 0..HOLD_LISTS {
        let held = store.due_holds(list, before, None, 100).await.unwrap();
        assert!(held.iter().all(|hold| hold_list(hold.person) == list), "each in the list of its person");
        due.extend(held);
    }
    due.sort_unstable();
    due
}

fn hold(person: &Beneficiary, until: &str) -> DueHold {
    DueHold { until: at(until), person: person.id }
}

pub async fn a_hold_is_due_when_it_has_run_out(store: &dyn Store) {
    let people = [adult(1, &account("a")), adult(2, &account("b")), adult(20, &account("c"))];
    let published = session_for(store, &[&people[0], &people[1], &people[2]]).await;
    let (first, second) = ("2026-11-21T10:30:00Z", "2026-11-21T10:30:00.001Z");
    reserve(store, Wish::new(&published.session, &[&people[0]]).held_until(second).reservation()).await;
    reserve(store, Wish::new(&published.session, &[&people[1]]).held_until(first).reservation()).await;
    reserve(store, Wish::new(&published.session, &[&people[2]]).reservation()).await;
    let both = vec![hold(&people[1], first), hold(&people[0], second)];
    soon(|| due(store, end_of_time()), both.clone()).await;
    assert_eq!(due(store, at(second)).await, both[..1], "a hold stands up to and including its last moment");
    assert_eq!(due(store, at(first)).await, []);
}

pub async fn what_was_confirmed_or_released_is_not_due(store: &dyn Store) {
    let people: Vec<Beneficiary> = (1..=4).map(|number| adult(number, &account("a"))).collect();
    let published = session_for(store, &people.iter().collect::<Vec<_>>()).await;
    let until = "2026-11-21T10:30:00Z";
    let party: Vec<&Beneficiary> = people.iter().collect();
    let made = reserve(store, Wish::new(&published.session, &party).held_until(until).reservation()).await;
    soon(|| due(store, end_of_time()), people.iter().map(|person| hold(person, until)).collect()).await;
    let now = at("2026-11-21T10:10:00Z");
    done(store.confirm(&account("a"), &[own(&made[0])], now, "mark").await);
    done(store.confirm(&account("a"), &[own(&made[1]), own(&made[2])], now, "mark").await);
    soon(|| due(store, end_of_time()), vec![hold(&people[3], until)]).await;
    let expired = made[3].turned(Status::Expired, at("2026-11-21T10:31:00Z"));
    done(store.release(&Release(vec![withdrawn(&made[3], expired)])).await);
    soon(|| due(store, end_of_time()), vec![]).await;
    let again = Wish::new(&published.session, &[&people[3]]).numbered(50);
    reserve(store, again.reservation()).await;
    assert_eq!(due(store, end_of_time()).await, [], "a booking is no hold, whatever was before");
}

pub async fn due_holds_come_in_pages(store: &dyn Store) {
    // All in one list.
    let people: Vec<Beneficiary> =
        (0..5).map(|step| adult(3 + step * u128::from(HOLD_LISTS), &account(&format!("a{step}")))).collect();
    let published = session_for(store, &people.iter().collect::<Vec<_>>()).await;
    let mut expected = Vec::new();
    for (person, minute) in people.iter().zip([30, 10, 20, 10, 50]) {
        let until = format!("2026-11-21T10:{minute}:00Z");
        reserve(store, Wish::new(&published.session, &[person]).held_until(&until).reservation()).await;
        expected.push(hold(person, &until));
    }
    expected.sort_unstable();
    soon(|| due(store, end_of_time()), expected.clone()).await;
    let list = hold_list(people[0].id);
    for most in 1..=6 {
        let mut found = Vec::new();
        loop {
            let page = store.due_holds(list, end_of_time(), found.last().copied(), most).await.unwrap();
            assert!(page.len() <= usize::try_from(most).unwrap());
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert!(found.is_sorted_by_key(|hold| hold.until), "the longest overdue first: {found:?}");
        found.sort_unstable();
        assert_eq!(found, expected, "{most} a page");
    }
    assert_eq!(store.due_holds(list + 1, end_of_time(), None, 9).await.unwrap(), []);
}

/// Sessions that end before then, from every list.
async fn ends(store: &dyn Store, before: Timestamp) -> Vec<DueEnd> {
    let mut ends = Vec::new();
    for list in 0..END_LISTS {
        let listed = store.due_ends(list, before, None, 100).await.unwrap();
        assert!(listed.iter().all(|end| end_list(end.session) == list), "each in the list of its session");
        ends.extend(listed);
    }
    ends.sort_unstable();
    ends
}

pub async fn an_end_is_listed_until_it_is_dropped(store: &dyn Store) {
    let end = |number: u128, time: &str| DueEnd { at: at(time), session: session_id(number) };
    let (noon, later) = ("2026-11-21T12:00:00Z", "2026-11-21T12:00:00.001Z");
    store.file_end(end(1, "2026-11-20T12:00:00Z")).await.unwrap();
    for filed in [end(1, noon), end(2, later)] {
        store.file_end(filed).await.unwrap();
    }
    soon(|| ends(store, end_of_time()), vec![end(1, noon), end(2, later)]).await;
    assert_eq!(ends(store, at(later)).await, [end(1, noon)], "what was filed last counts");
    assert_eq!(ends(store, at(noon)).await, []);
    for _ in 0..2 {
        store.drop_end(session_id(1)).await.unwrap();
        soon(|| ends(store, end_of_time()), vec![end(2, later)]).await;
    }
}

pub async fn ends_come_in_pages(store: &dyn Store) {
    // All in one list.
    let ids = (0..5).map(|step| session_id(3 + step * u128::from(END_LISTS)));
    let mut expected = Vec::new();
    for (session, minute) in ids.zip([30, 10, 20, 10, 50]) {
        let end = DueEnd { at: at(&format!("2026-11-21T10:{minute}:00Z")), session };
        store.file_end(end).await.unwrap();
        expected.push(end);
    }
    expected.sort_unstable();
    soon(|| ends(store, end_of_time()), expected.clone()).await;
    let list = end_list(expected[0].session);
    for most in 1..=6 {
        let mut found = Vec::new();
        loop {
            let page = store.due_ends(list, end_of_time(), found.last().copied(), most).await.unwrap();
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert!(found.is_sorted_by_key(|end| end.at), "the longest overdue first: {found:?}");
        found.sort_unstable();
        assert_eq!(found, expected, "{most} a page");
    }
}
