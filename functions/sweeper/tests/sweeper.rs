//! Calls of the schedule over the store in memory.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use vaxslot_app::ports::{Bookings, Cancellations, DueEnd, Dues, END_LISTS, Host, People, Sessions};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    access::{Region, Scope},
    session::SessionStatus,
};
use vaxslot_sweeper::{Job, Report, Sweeper};
use vaxslot_testkit::{
    MemoryStore, TestHost,
    make::{self, Draft, Published, Wish, read},
};

const NOON: &str = "2026-11-21T12:00:00Z";

/// A clock that moves on when somebody waits.
struct Waiting(TestHost);

#[async_trait]
impl Host for Waiting {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn random(&self) -> u64 {
        self.0.random()
    }

    fn uuid(&self) -> uuid::Uuid {
        self.0.uuid()
    }

    async fn pause(&self, time: Duration) {
        self.0.advance(SignedDuration::try_from(time).unwrap());
    }
}

struct Stage {
    store: Arc<MemoryStore>,
    host: Arc<Waiting>,
    published: Published,
}

impl Stage {
    /// A session in which people hold a place until each of these moments.
    async fn with_holds(until: &[&str]) -> Self {
        let (store, published) = (Arc::new(MemoryStore::default()), Draft::new(1, &[25]).made());
        store.publish(&published.session, &published.shards).await.unwrap();
        for (number, until) in (1..).zip(until) {
            let person = make::adult(number, &make::account(&format!("account-{number}")));
            store.add_beneficiary(&person, &make::phone(7)).await.unwrap();
            let wish = Wish::new(&published.session, &[&person]).numbered(number * 10).held_until(until);
            store.reserve(&wish.reservation()).await.unwrap();
        }
        let host = Arc::new(Waiting(TestHost::at(read(NOON))));
        Self { store, host, published }
    }

    /// One call, with a minute of time.
    async fn call(&self) -> Report {
        let deadline = self.host.now().saturating_add(SignedDuration::from_mins(1)).unwrap();
        let sweeper = Sweeper::new(self.store.clone(), self.host.clone());
        sweeper.handle(Job::Sweep, deadline).await.unwrap()
    }

    async fn free(&self) -> u32 {
        let keys: Vec<_> = self.published.session.shard_keys().collect();
        self.store.shards(&keys).await.unwrap().iter().map(|shard| shard.free).sum()
    }
}

#[tokio::test]
async fn what_ran_out_is_freed_and_listed() {
    let stage = Stage::with_holds(&["2026-11-21T11:59:00Z", "2026-11-21T12:30:00Z"]).await;
    let report = stage.call().await;
    assert_eq!((report.freed, report.freed_holds.len(), report.more), (1, 1, false));
    assert_eq!(stage.free().await, 24);
    assert_eq!(stage.host.now(), read(NOON), "it does not stay for what is half an hour off");
    assert_eq!(stage.call().await, Report::default(), "nothing is left");
}

#[tokio::test]
async fn it_stays_for_what_runs_out_before_the_next_call() {
    let stage = Stage::with_holds(&["2026-11-21T12:00:10Z", "2026-11-21T12:00:40Z"]).await;
    assert_eq!(stage.call().await.freed, 2);
    assert_eq!(stage.free().await, 25);
    assert_eq!(stage.host.now(), read("2026-11-21T12:00:40.001Z"));
}

#[tokio::test]
async fn a_cancellation_that_broke_off_is_finished() {
    let stage = Stage::with_holds(&["2026-11-21T12:30:00Z"]).await;
    let id = stage.published.session.id;
    stage.store.begin_cancelling(id, &Scope::Region(Region::Country), read(NOON)).await.unwrap();
    let report = stage.call().await;
    assert_eq!((report.settled_sessions, report.released, report.more), (vec![id], 1, false));
    let session = stage.store.session(id).await.unwrap().unwrap();
    assert_eq!((session.status, session.cancelling), (SessionStatus::Cancelled, None));
    assert_eq!(stage.call().await, Report::default());
}

#[tokio::test]
async fn without_time_it_leaves_everything_to_the_next_call() {
    let stage = Stage::with_holds(&["2026-11-21T11:59:00Z"]).await;
    let sweeper = Sweeper::new(stage.store.clone(), stage.host.clone());
    let report = sweeper.handle(Job::Sweep, read(NOON)).await.unwrap();
    assert_eq!((report.freed, report.more), (0, true));
    assert_eq!(stage.free().await, 24);
    assert_eq!(stage.call().await.freed, 1);
}

#[tokio::test]
async fn sessions_whose_last_slot_has_begun_are_taken_off_their_lists() {
    let stage = Stage::with_holds(&[]).await;
    let end = |number: u128, at: &str| DueEnd { at: read(at), session: make::session_id(number) };
    let later = end(300, "2026-11-21T12:00:00.001Z");
    for number in 1..=250 {
        stage.store.file_end(end(number, "2026-11-21T11:59:00Z")).await.unwrap();
    }
    stage.store.file_end(later).await.unwrap();
    let report = stage.call().await;
    assert_eq!((report.ended, report.more), (250, false));
    let mut left = Vec::new();
    for list in 0..END_LISTS {
        left.extend(stage.store.due_ends(list, read("9999-01-01T00:00:00Z"), None, 100).await.unwrap());
    }
    assert_eq!(left, [later]);
    assert_eq!(stage.call().await.ended, 0);
}
