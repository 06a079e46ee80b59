use vaxslot_app::ports::{DueCancellation, Store};
use vaxslot_domain::{
    Timestamp,
    access::{Region, Scope},
    availability::Turns,
    booking::Check,
    opening::Opening,
    session::{Session, SessionStatus, Shard},
};

use super::{
    changes::{scopes_inside, scopes_outside},
    support::{done, publish, refused, register, session, shard, soon},
};
use crate::make::{Draft, Published, Wish, account, adult, center, name, read, session_id};

const EVERYWHERE: Scope = Scope::Region(Region::Country);

fn now() -> Timestamp {
    read("2026-11-21T10:00:00.125Z")
}

fn at_center_one(id: u128) -> Published {
    Draft { center: center(1), ..Draft::new(id, &[5, 5]) }.made()
}

async fn due(store: &dyn Store) -> Vec<DueCancellation> {
    store.due_cancellations(None, 100).await.unwrap()
}

pub async fn a_session_is_cancelled_in_steps(store: &dyn Store) {
    let published = at_center_one(1);
    publish(store, &published).await;
    let id = published.session.id;
    refused(store.declare_cancelled(id).await);
    refused(store.settle(id).await);
    let begun = done(store.begin_cancelling(id, &EVERYWHERE, now()).await);
    assert!(begun.version > published.session.version, "the change is counted");
    let (status, version) = (SessionStatus::Closed, begun.version);
    assert_eq!(begun, Session { status, cancelling: Some(now()), version, ..published.session });
    assert_eq!(session(store, &begun).await, begun);
    refused(store.settle(id).await);
    for _ in 0..2 {
        done(store.declare_cancelled(id).await);
        let declared = session(store, &begun).await;
        assert!(declared.version > begun.version);
        assert_eq!((declared.status, declared.cancelling), (SessionStatus::Cancelled, Some(now())));
    }
    done(store.settle(id).await);
    let settled = session(store, &begun).await;
    assert_eq!((settled.status, settled.cancelling), (SessionStatus::Cancelled, None));
    refused(store.settle(id).await);
    refused(store.declare_cancelled(id).await);
    assert_eq!(session(store, &begun).await, settled);
}

pub async fn a_cancellation_begins_once(store: &dyn Store) {
    let published = at_center_one(1);
    publish(store, &published).await;
    let id = published.session.id;
    let begun = done(store.begin_cancelling(id, &EVERYWHERE, now()).await);
    let again = || store.begin_cancelling(id, &EVERYWHERE, read("2026-11-21T11:00:00Z"));
    assert_eq!(refused(again().await), Some(begun));
    done(store.declare_cancelled(id).await);
    done(store.settle(id).await);
    let settled = session(store, &published.session).await;
    assert_eq!(refused(again().await).as_ref(), Some(&settled));
    assert_eq!(session(store, &settled).await, settled);
}

pub async fn a_cancellation_from_outside_the_scope_is_refused(store: &dyn Store) {
    let published = at_center_one(1);
    publish(store, &published).await;
    for scope in scopes_outside() {
        assert_eq!(refused(store.begin_cancelling(published.session.id, &scope, now()).await), None);
    }
    assert_eq!(refused(store.begin_cancelling(session_id(99), &EVERYWHERE, now()).await), None);
    assert_eq!(session(store, &published.session).await, published.session);
    for (scope, number) in scopes_inside().iter().zip(2..) {
        let published = at_center_one(number);
        publish(store, &published).await;
        done(store.begin_cancelling(published.session.id, scope, now()).await);
        for outside in scopes_outside() {
            assert_eq!(refused(store.begin_cancelling(published.session.id, &outside, now()).await), None);
        }
    }
}

pub async fn a_session_that_is_being_cancelled_neither_opens_nor_closes(store: &dyn Store) {
    let published = at_center_one(1);
    publish(store, &published).await;
    let id = published.session.id;
    done(store.begin_cancelling(id, &EVERYWHERE, now()).await);
    for step in 0..3 {
        let before = session(store, &published.session).await;
        for status in [SessionStatus::Open, SessionStatus::Closed] {
            assert_eq!(refused(store.set_status(id, &EVERYWHERE, status).await).as_ref(), Some(&before));
            assert_eq!(refused(store.set_status(id, &scopes_outside()[0], status).await), None);
        }
        let found = refused(store.set_opening(id, &EVERYWHERE, Opening::default(), now()).await);
        assert_eq!(found.as_ref(), Some(&before));
        assert_eq!(session(store, &before).await, before);
        match step {
            0 => done(store.declare_cancelled(id).await),
            1 => done(store.settle(id).await),
            _ => {}
        }
    }
}

pub async fn a_cancelled_shard_never_opens(store: &dyn Store) {
    let published = at_center_one(1);
    publish(store, &published).await;
    let person = adult(1, &account("a"));
    register(store, &[&person]).await;
    for moves in 1..=2 {
        store.cancel_shard(published.shard(0)).await.unwrap();
        let cancelled = Shard { closed: true, cancelled: true, moves, ..published.shards[0] };
        assert_eq!(shard(store, published.shard(0)).await, cancelled);
        for closed in [false, true] {
            store.mark_shard(published.shard(0), closed).await.unwrap();
        }
        assert_eq!(shard(store, published.shard(0)).await, cancelled, "a mark changes nothing");
        let found = refused(store.reserve(&Wish::new(&published.session, &[&person]).reservation()).await);
        assert_eq!(found.shards, [Check::Failed(Some(cancelled))]);
    }
    assert_eq!(shard(store, published.shard(1)).await, published.shards[1]);
    store.cancel_shard(published.shard(2)).await.unwrap();
    assert_eq!(store.shards(&[published.shard(2)]).await.unwrap(), []);
}

pub async fn a_cancellation_is_due_until_it_is_settled(store: &dyn Store) {
    let published = at_center_one(1);
    publish(store, &published).await;
    let id = published.session.id;
    assert_eq!(due(store).await, []);
    done(store.begin_cancelling(id, &EVERYWHERE, now()).await);
    let work = vec![DueCancellation { since: now(), session: id }];
    soon(|| due(store), work.clone()).await;
    let begun = session(store, &published.session).await;
    let moved = vaxslot_domain::center::Center { name: name("Moved"), ..center(1) };
    done(store.relist(&begun, &moved).await);
    let relisted = session(store, &begun).await;
    assert_eq!(relisted.cancelling, Some(now()), "new facts of its center leave it as it is");
    done(store.summarize(id, relisted.version, &relisted.pools, &Turns::new()).await);
    done(store.declare_cancelled(id).await);
    assert_eq!(due(store).await, work);
    done(store.settle(id).await);
    soon(|| due(store), vec![]).await;
}

pub async fn due_cancellations_come_in_pages(store: &dyn Store) {
    let mut expected = Vec::new();
    for (number, second) in (1..).zip([5, 1, 3, 4, 2]) {
        let published = at_center_one(number);
        publish(store, &published).await;
        let since = read(&format!("2026-11-21T10:00:0{second}Z"));
        done(store.begin_cancelling(published.session.id, &EVERYWHERE, since).await);
        expected.push(DueCancellation { since, session: published.session.id });
    }
    expected.sort_unstable();
    soon(|| due(store), expected.clone()).await;
    for most in 1..=6 {
        let mut found = Vec::new();
        loop {
            let page = store.due_cancellations(found.last().copied(), most).await.unwrap();
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, expected, "{most} a page");
    }
}
