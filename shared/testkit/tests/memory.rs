//! The store in memory keeps the contract, and holds back a flood.

use std::sync::Arc;

use vaxslot_api::limit::{Rate, Rates};
use vaxslot_app::ports::{Buckets, Store};
use vaxslot_testkit::{
    MemoryStore,
    flood::{Counted, Flood, Sandboxes},
    store_contract,
};

#[expect(clippy::unused_async, reason = "other stores take time to make")]
async fn empty() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

store_contract!(super::empty);

#[tokio::test]
async fn of_10000_requests_by_50_accounts_none_exceeds_its_quota_and_the_fair_one_gets_through() {
    let flood = Flood { accounts: 50, requests: 10_000, sandboxes: 8 };
    flood.is_held_back(Arc::new(MemoryStore::new())).await;
}

fn few() -> (Arc<Counted>, Sandboxes) {
    let rate = Rate { account: 4, address: 40 };
    let buckets = Counted::new(Arc::new(MemoryStore::new()));
    let shared: Arc<dyn Buckets> = buckets.clone();
    (buckets, Sandboxes::new(2, &shared, Rates { changes: rate, looks: rate }))
}

#[tokio::test]
async fn who_asks_little_costs_no_call_and_who_asks_more_one_each() {
    let (buckets, sandboxes) = few();
    for _ in 0..3 {
        assert_eq!(sandboxes.send(0, 1, 1, true).await, Ok(()));
    }
    assert_eq!(buckets.calls(), 0);
    for _ in 0..4 {
        assert_eq!(sandboxes.send(0, 1, 1, true).await, Ok(()));
    }
    assert_eq!(buckets.calls(), 4);
    assert_eq!(sandboxes.send(0, 1, 1, true).await, Err(15), "one more each quarter of a minute");
    assert_eq!(buckets.calls(), 5);
    for _ in 0..100 {
        assert_eq!(sandboxes.send(0, 1, 1, true).await, Err(15));
    }
    assert_eq!(buckets.calls(), 5, "a sandbox that was told to wait refuses by itself");
    sandboxes.host.advance(vaxslot_domain::SignedDuration::from_secs(15));
    assert_eq!(sandboxes.send(0, 1, 1, true).await, Ok(()));
}

#[tokio::test]
async fn no_limit_feeds_another() {
    let (_, sandboxes) = few();
    while sandboxes.send(0, 1, 1, true).await.is_ok() {}
    for _ in 0..4 {
        assert_eq!(sandboxes.send(0, 1, 1, false).await, Ok(()), "what is looked at is counted apart");
        assert_eq!(sandboxes.send(0, 2, 1, true).await, Ok(()), "another account at the same address");
    }
}

#[tokio::test]
async fn an_address_has_a_limit_whoever_asks() {
    let (_, sandboxes) = few();
    let mut passed = 0;
    for account in 0..300 {
        passed += usize::from(sandboxes.send(account % 2, account, 1, true).await.is_ok());
    }
    assert_eq!(passed, 40 + 2 * 30, "the bucket, and what each of the two sandboxes lets pass by itself");
    assert_eq!(sandboxes.send(0, 999, 2, true).await, Ok(()), "another address is counted apart");
    assert_eq!(sandboxes.send(0, 998, 1, false).await, Ok(()), "so is what is looked at");
    for _ in 0..50 {
        assert!(sandboxes.send(0, 5, 1, true).await.is_err());
    }
    for _ in 0..3 {
        assert_eq!(
            sandboxes.send(0, 5, 2, true).await,
            Ok(()),
            "being refused for the address took nothing from the account"
        );
    }
}
