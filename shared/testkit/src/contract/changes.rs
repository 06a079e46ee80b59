use std::collections::BTreeSet;

use vaxslot_app::ports::Store;
use vaxslot_domain::{
    access::{Region, Scope},
    availability::{Turn, Turns},
    center::Center,
    opening::{Opening, Queueing},
    search::{Days, ListOf},
    session::{PoolSummary, Session, SessionStatus},
};

use super::support::{done, lists_of, publish, refused, session, shard, soon};
use crate::make::{Draft, Published, center, center_id, district, name, pincode, position, read, session_id};

fn centers(ids: &[u32]) -> Scope {
    Scope::Centers(ids.iter().map(|id| center_id(*id)).collect())
}

/// Scopes that reach center 1 in Pune.
pub fn scopes_inside() -> Vec<Scope> {
    let district = center(1).district;
    let regions = [Region::Country, Region::State(district.state.id), Region::District(district.id)];
    let many: Vec<u32> = (1..=250).collect();
    regions.into_iter().map(Scope::Region).chain([centers(&[1]), centers(&[9, 1]), centers(&many)]).collect()
}

/// Scopes that do not.
pub fn scopes_outside() -> Vec<Scope> {
    let elsewhere = district(9, 3);
    let regions = [Region::State(elsewhere.state.id), Region::District(elsewhere.id)];
    let many: Vec<u32> = (2..=250).collect();
    let none = Scope::Centers(BTreeSet::new());
    regions.into_iter().map(Scope::Region).chain([centers(&[2]), centers(&many), none]).collect()
}

fn at_center_one() -> Published {
    Draft { center: center(1), ..Draft::new(1, &[5, 5]) }.made()
}

fn sums(free: u32) -> Vec<PoolSummary> {
    vec![PoolSummary { shards: 2, capacity: 10, free }]
}

async fn listed(store: &dyn Store, list: ListOf, like: &Session) -> Vec<Session> {
    let day = Days::new(like.date, like.date).unwrap();
    store.list(list, day, None, 10).await.unwrap().sessions
}

pub async fn whoever_runs_a_session_says_how_it_opens(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    let now = read("2026-11-20T09:00:00.250Z");
    let mut before = published.session;
    let opens_at = Some(read("2026-11-21T04:30:00.125Z"));
    let openings = [
        Opening { opens_at, queue: Queueing::Auto },
        Opening { opens_at: None, queue: Queueing::On },
        Opening { opens_at, queue: Queueing::Off },
        Opening::default(),
    ];
    for scope in scopes_inside() {
        for opening in openings {
            let changed = done(store.set_opening(before.id, &scope, opening, now).await);
            assert!(changed.version > before.version, "the change is counted");
            assert_eq!(changed, Session { opening, opening_set_at: Some(now), version: changed.version, ..before });
            assert_eq!(session(store, &changed).await, changed);
            before = changed;
        }
    }
}

pub async fn an_opening_from_outside_the_scope_is_refused(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    let (opening, now) = (Opening { opens_at: None, queue: Queueing::On }, read("2026-11-20T09:00:00Z"));
    for scope in scopes_outside() {
        refused(store.set_opening(published.session.id, &scope, opening, now).await);
    }
    refused(store.set_opening(session_id(99), &Scope::Region(Region::Country), opening, now).await);
    assert_eq!(session(store, &published.session).await, published.session);
}

pub async fn whoever_runs_a_session_closes_and_reopens_it(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    let mut before = published.session;
    for scope in scopes_inside() {
        for status in [SessionStatus::Closed, SessionStatus::Open] {
            let changed = done(store.set_status(before.id, &scope, status).await);
            assert!(changed.version > before.version, "the change is counted");
            assert_eq!(changed, Session { status, version: changed.version, ..before });
            assert_eq!(session(store, &changed).await, changed);
            before = changed;
        }
    }
}

pub async fn a_status_from_outside_the_scope_is_refused(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    for scope in scopes_outside() {
        refused(store.set_status(published.session.id, &scope, SessionStatus::Closed).await);
    }
    assert_eq!(session(store, &published.session).await, published.session);
    let everywhere = Scope::Region(Region::Country);
    refused(store.set_status(session_id(2), &everywhere, SessionStatus::Closed).await);
    assert_eq!(store.session(session_id(2)).await.unwrap(), None);
}

pub async fn a_shard_is_marked_closed_and_open(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    for closed in [true, true, false, false] {
        store.mark_shard(published.shard(1), closed).await.unwrap();
        let marked = shard(store, published.shard(1)).await;
        assert_eq!((marked.closed, marked.capacity, marked.free), (closed, 5, 5));
        assert!(!shard(store, published.shard(0)).await.closed);
    }
}

pub async fn an_absent_shard_is_not_marked(store: &dyn Store) {
    let absent = at_center_one().shard(0);
    store.mark_shard(absent, true).await.unwrap();
    assert_eq!(store.shards(&[absent]).await.unwrap(), []);
}

pub async fn sums_are_written_at_their_version(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    done(store.summarize(published.session.id, published.session.version, &sums(7), &Turns::new()).await);
    let after = session(store, &published.session).await;
    assert!(after.version > published.session.version, "the change is counted");
    assert_eq!(after, Session { pools: sums(7), version: after.version, ..published.session });
}

pub async fn turns_are_written_with_the_sums_and_stay(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    let mut before = published.session;
    for (open, at) in [(true, "2026-11-21T10:00:00.125Z"), (false, "2026-11-21T10:01:00Z")] {
        let turns: Turns = before.doses.iter().map(|dose| (*dose, Turn { open, at: read(at) })).collect();
        done(store.summarize(before.id, before.version, &sums(7), &turns).await);
        before = session(store, &before).await;
        assert_eq!(before.turns, turns);
    }
    let kept = before.turns.clone();
    done(store.relist(&before, &moved()).await);
    done(store.set_status(before.id, &Scope::Region(Region::Country), SessionStatus::Closed).await);
    assert_eq!(session(store, &before).await.turns, kept, "what others write about the session leaves them");
}

pub async fn stale_sums_are_refused(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    let (id, first) = (published.session.id, published.session.version);
    done(store.summarize(id, first, &sums(7), &Turns::new()).await);
    let current = session(store, &published.session).await;
    for stale in [first, current.version + 1] {
        refused(store.summarize(id, stale, &sums(3), &Turns::new()).await);
    }
    let scope = Scope::Region(Region::Country);
    let closed = done(store.set_status(id, &scope, SessionStatus::Closed).await);
    refused(store.summarize(id, current.version, &sums(3), &Turns::new()).await);
    assert_eq!(session(store, &closed).await, closed);
    refused(store.summarize(session_id(2), first, &sums(3), &Turns::new()).await);
    assert_eq!(store.session(session_id(2)).await.unwrap(), None);
}

fn moved() -> Center {
    Center {
        name: name("Moved"),
        block: None,
        pincode: pincode(411_045),
        position: Some(position(19.9, 73.8)),
        ..center(1)
    }
}

pub async fn a_sessions_center_is_written_at_its_version(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    let mut before = published.session;
    for center in [moved(), Center { position: None, ..moved() }, center(1)] {
        done(store.relist(&before, &center).await);
        let after = session(store, &before).await;
        assert!(after.version > before.version, "the change is counted");
        assert_eq!(after, Session { center, version: after.version, ..before });
        before = after;
    }
}

pub async fn a_relisted_session_moves_between_lists(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    done(store.relist(&published.session, &moved()).await);
    let after = session(store, &published.session).await;
    for list in lists_of(&after) {
        soon(|| listed(store, list, &after), vec![after.clone()]).await;
    }
    for list in lists_of(&published.session).into_iter().filter(|list| !lists_of(&after).contains(list)) {
        soon(|| listed(store, list, &after), Vec::new()).await;
    }
    done(store.relist(&after, &Center { position: None, ..moved() }).await);
    let cell = ListOf::Cell(moved().position.unwrap().cell());
    soon(|| listed(store, cell, &after), Vec::new()).await;
}

pub async fn stale_center_facts_are_refused(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    let stale = published.session;
    done(store.summarize(stale.id, stale.version, &sums(7), &Turns::new()).await);
    let current = session(store, &stale).await;
    refused(store.relist(&stale, &moved()).await);
    assert_eq!(session(store, &stale).await, current);
    let absent = Session { id: session_id(2), ..current };
    refused(store.relist(&absent, &moved()).await);
    assert_eq!(store.session(absent.id).await.unwrap(), None);
}

pub async fn lists_show_the_latest_sums(store: &dyn Store) {
    let published = at_center_one();
    publish(store, &published).await;
    done(store.summarize(published.session.id, published.session.version, &sums(0), &Turns::new()).await);
    let after = session(store, &published.session).await;
    for list in lists_of(&after) {
        soon(|| listed(store, list, &after), vec![after.clone()]).await;
    }
}
