//! An audit that has no time for everything goes on where it stopped.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use uuid::Uuid;
use vaxslot_app::{
    audit::{Audit, Audited},
    ports::{Audits, Host, Places, Sessions},
};
use vaxslot_domain::{SignedDuration, Timestamp};
use vaxslot_testkit::{
    MemoryStore, TestHost,
    make::{Draft, pune, read},
};

/// A clock on which a second is over whenever somebody looks.
struct Ticking(TestHost);

#[async_trait]
impl Host for Ticking {
    fn now(&self) -> Timestamp {
        self.0.advance(SignedDuration::from_secs(1));
        self.0.now()
    }

    fn random(&self) -> u64 {
        self.0.random()
    }

    fn uuid(&self) -> Uuid {
        self.0.uuid()
    }

    async fn pause(&self, _: Duration) {}
}

async fn stage(sessions: u128) -> (Arc<MemoryStore>, Arc<Ticking>) {
    let store = Arc::new(MemoryStore::new());
    store.save_districts(&[pune()]).await.unwrap();
    for number in 1..=sessions {
        let published = Draft::new(number, &[5]).made();
        store.publish(&published.session, &published.shards).await.unwrap();
    }
    (store, Arc::new(Ticking(TestHost::at(read("2026-11-21T10:00:00Z")))))
}

/// One call, with so many seconds for counting.
async fn go_on(store: &Arc<MemoryStore>, host: &Arc<Ticking>, seconds: i64) -> Audited {
    let until = host.0.now() + SignedDuration::from_secs(25 + seconds);
    Audit::new(store.clone(), host.clone()).go_on(read("2026-11-20"), 2, until).await
}

#[tokio::test]
async fn every_session_is_counted_once_in_a_round_of_short_audits() {
    let (store, host) = stage(20).await;
    for _ in 0..2 {
        let (mut counted, mut calls) = (0, 0);
        loop {
            let audited = go_on(&store, &host, 30).await;
            assert!(audited.failures.is_empty() && audited.sessions > 0, "{audited:?}");
            (counted, calls) = (counted + audited.sessions, calls + 1);
            if !audited.cut_short {
                break;
            }
        }
        assert!(calls > 1, "one call has no time for all");
        assert_eq!(counted, 20);
        assert_eq!(store.audit_place().await.unwrap(), None, "the next round begins anew");
    }
}

#[tokio::test]
async fn an_audit_of_everything_neither_goes_on_nor_notes() {
    let (store, host) = stage(3).await;
    let audit = Audit::new(store.clone(), host.clone());
    assert!(go_on(&store, &host, 15).await.cut_short);
    let place = store.audit_place().await.unwrap();
    assert!(place.is_some());
    let audited = audit.run(read("2026-11-20"), 2, read("9999-01-01T00:00:00Z")).await;
    assert_eq!((audited.sessions, audited.cut_short), (3, false));
    assert_eq!(store.audit_place().await.unwrap(), place);
}

#[tokio::test]
async fn a_place_in_a_district_that_is_gone_is_no_place() {
    let (store, host) = stage(3).await;
    assert!(go_on(&store, &host, 15).await.cut_short);
    let mut place = store.audit_place().await.unwrap().unwrap();
    place.district = read("999");
    store.note_audit_place(Some(place)).await.unwrap();
    assert_eq!(go_on(&store, &host, 900).await.sessions, 3);
}
