use vaxslot_app::ports::{Listed, Store};
use vaxslot_domain::{
    Date,
    center::Center,
    id::SessionId,
    search::{Days, ListOf, Listing},
    session::Session,
};

use super::support::{lists_of, publish, soon};
use crate::make::{Draft, Published, center, center_id, district, pincode, position, read, session_id};

fn day(number: i8) -> Date {
    Date::new(2026, 11, number).unwrap()
}

fn days(from: i8, to: i8) -> Days {
    Days::new(day(from), day(to)).unwrap()
}

fn on(id: u128, center: &Center, date: i8) -> Published {
    Draft { center: center.clone(), date: day(date), ..Draft::new(id, &[25]) }.made()
}

fn ids(listed: &Listed) -> Vec<SessionId> {
    listed.sessions.iter().map(|session| session.id).collect()
}

fn numbered(numbers: &[u128]) -> Vec<SessionId> {
    numbers.iter().map(|number| session_id(*number)).collect()
}

/// Publishes sessions at the same place, and waits until a list has them all.
async fn published(store: &dyn Store, sessions: &[Published]) -> ListOf {
    for session in sessions {
        publish(store, session).await;
    }
    let list = ListOf::District(sessions[0].session.center.district.id);
    let mut all: Vec<&Session> = sessions.iter().map(|published| &published.session).collect();
    all.sort_by_key(|session| Listing::of(session));
    let all: Vec<Session> = all.into_iter().cloned().collect();
    let look = || async { store.list(list, days(1, 7), None, 100).await.unwrap().sessions };
    soon(look, all).await;
    list
}

pub async fn a_session_stands_in_each_list_of_its_place(store: &dyn Store) {
    let here = on(1, &center(1), 3);
    let there = Center {
        district: district(9, 3),
        pincode: pincode(110_001),
        position: Some(position(28.6139, 77.2090)),
        ..center(2)
    };
    let there = on(2, &there, 3);
    publish(store, &here).await;
    publish(store, &there).await;
    for published in [&here, &there] {
        let lists = lists_of(&published.session);
        assert_eq!(lists.len(), 4);
        for list in lists {
            let alone = Listed { sessions: vec![published.session.clone()], more: false };
            soon(|| async { store.list(list, days(1, 7), None, 10).await.unwrap() }, alone).await;
        }
    }
}

pub async fn a_center_without_position_is_in_no_cell(store: &dyn Store) {
    let nowhere = on(1, &Center { position: None, ..center(1) }, 3);
    let somewhere = on(2, &center(2), 3);
    published(store, &[nowhere, somewhere.clone()]).await;
    let cell = ListOf::Cell(somewhere.session.center.position.unwrap().cell());
    soon(|| async { ids(&store.list(cell, days(3, 3), None, 10).await.unwrap()) }, numbered(&[2])).await;
}

pub async fn a_list_is_in_order_of_date_center_and_id(store: &dyn Store) {
    let (small, large) = (center(9), center(13_274));
    let sessions = [on(5, &small, 2), on(4, &large, 1), on(3, &small, 1), on(2, &large, 1), on(1, &small, 2)];
    let list = published(store, &sessions).await;
    let listed = store.list(list, days(1, 7), None, 10).await.unwrap();
    assert_eq!(ids(&listed), numbered(&[3, 2, 4, 1, 5]));
}

pub async fn a_list_has_the_days_asked_for(store: &dyn Store) {
    let sessions: Vec<Published> = (1..=5u8).map(|date| on(date.into(), &center(1), date.cast_signed())).collect();
    let list = published(store, &sessions).await;
    for (from, to, expected) in [(2, 4, &[2, 3, 4][..]), (5, 5, &[5]), (6, 7, &[]), (1, 1, &[1])] {
        let listed = store.list(list, days(from, to), None, 10).await.unwrap();
        assert_eq!(ids(&listed), numbered(expected), "from {from} to {to}");
        assert!(!listed.more);
    }
}

pub async fn pages_follow_one_another(store: &dyn Store) {
    let sessions: Vec<Published> = (1..=7).map(|number| on(number, &center(1), 1)).collect();
    let list = published(store, &sessions).await;
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store.list(list, days(1, 2), after, 3).await.unwrap();
        assert!(page.sessions.len() <= 3);
        after = page.sessions.last().map(Listing::of);
        seen.extend(ids(&page));
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, numbered(&[1, 2, 3, 4, 5, 6, 7]));
}

pub async fn a_page_says_whether_the_list_goes_on(store: &dyn Store) {
    let sessions: Vec<Published> = (1..=3).map(|number| on(number, &center(1), 1)).collect();
    let list = published(store, &sessions).await;
    let more = |most| async move { store.list(list, days(1, 1), None, most).await.unwrap().more };
    assert_eq!((more(2).await, more(3).await, more(4).await), (true, false, false));
    let first = Some(Listing::of(&sessions[0].session));
    assert!(store.list(list, days(1, 1), first, 1).await.unwrap().more);
    assert!(!store.list(list, days(1, 1), first, 2).await.unwrap().more);
}

pub async fn a_page_begins_behind_any_place(store: &dyn Store) {
    let sessions: Vec<Published> = (2..=5u8).map(|date| on(date.into(), &center(7), date.cast_signed())).collect();
    let list = published(store, &sessions).await;
    let place = |date, center: u32, session| Listing {
        date: day(date),
        center: center_id(center),
        session: session_id(session),
    };
    let cases = [
        ("a session in the range", place(3, 7, 3), &[4][..]),
        ("a session before the range", place(2, 7, 2), &[3, 4]),
        ("the last session of the range", place(4, 7, 4), &[]),
        ("a session behind the range", place(5, 7, 5), &[]),
        ("a place that no session has", place(3, 6, 99), &[3, 4]),
        ("a place behind a session of the day", place(3, 8, 1), &[4]),
        ("a place long before", place(1, 1, 1), &[3, 4]),
        ("a place long after", place(28, 1, 1), &[]),
    ];
    for (what, after, expected) in cases {
        let listed = store.list(list, days(3, 4), Some(after), 10).await.unwrap();
        assert_eq!(ids(&listed), numbered(expected), "{what}");
        assert!(!listed.more, "{what}");
    }
}

pub async fn a_centers_sessions_are_listed_from_a_day_on(store: &dyn Store) {
    let here = center(1);
    let far = Draft { center: here.clone(), date: read("2028-02-29"), ..Draft::new(5, &[1]) }.made();
    for session in [&far, &on(1, &here, 1), &on(2, &here, 2), &on(3, &here, 3), &on(4, &center(2), 3)] {
        publish(store, session).await;
    }
    let look = || async { ids(&store.sessions_from(here.id, day(2), None, 10).await.unwrap()) };
    soon(look, numbered(&[2, 3, 5])).await;
    let first = store.sessions_from(here.id, day(2), None, 2).await.unwrap();
    assert_eq!((ids(&first), first.more), (numbered(&[2, 3]), true));
    let after = first.sessions.last().map(Listing::of);
    let second = store.sessions_from(here.id, day(2), after, 2).await.unwrap();
    assert_eq!((ids(&second), second.more), (numbered(&[5]), false));
    let before = Some(Listing::of(&on(1, &here, 1).session));
    let all = store.sessions_from(here.id, day(2), before, 10).await.unwrap();
    assert_eq!(ids(&all), numbered(&[2, 3, 5]));
}
