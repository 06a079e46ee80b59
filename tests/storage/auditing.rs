//! Shards that do not agree with their appointments are found, those that move are not judged, and nothing is written.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::{join, join_all};
use uuid::Uuid;
use vaxslot_app::{
    audit::{Audit, Audited},
    ports::{Host, Places},
};
use vaxslot_domain::{Date, Timestamp};
use vaxslot_testkit::{
    TestHost,
    make::{self, Draft, read},
};

use crate::{booking::Drive, raw};

async fn audit(drive: &Drive) -> Audited {
    let day: Date = read("2026-11-20");
    let audit = Audit::new(drive.table.store.clone(), drive.host.clone());
    let audited = audit.run(day, 2, read("9999-01-01T00:00:00Z")).await;
    assert!(audited.failures.is_empty() && !audited.cut_short, "{audited:?}");
    audited
}

/// Every row as it stands.
async fn everything(drive: &Drive) -> BTreeMap<String, HashMap<String, AttributeValue>> {
    let scan = drive.table.raw.scan().table_name(&drive.table.name).consistent_read(true).send().await.unwrap();
    scan.items().iter().map(|item| (format!("{:?} {:?}", item["pk"], item["sk"]), item.clone())).collect()
}

#[tokio::test]
async fn a_planted_drift_is_found_and_left_as_it_is() {
    let drive = Drive::new().await;
    drive.table.store.save_districts(&[make::pune()]).await.unwrap();
    let published = drive.publish(Draft::new(1, &[5, 5])).await;
    for person in &drive.register(1, 3, 1).await {
        drive.book(&published, &[person]).await.unwrap();
    }
    let clean = audit(&drive).await;
    assert_eq!((clean.sessions, clean.judged, clean.busy, &clean.drifts[..]), (1, 2, 0, &[][..]));
    let shard = published.shard(0);
    raw::set_number(&drive.table, &format!("POOL#{shard}"), "SHARD", "free", "1").await;
    let before = everything(&drive).await;
    let found = audit(&drive).await;
    assert_eq!((found.judged, found.drifts.len()), (2, 1), "{found:?}");
    assert_eq!((found.drifts[0].shard, found.drifts[0].taken), (shard, Some(4)));
    assert!(before == everything(&drive).await, "nothing is repaired, nothing is written");
}

/// A host on which a shard moves whenever somebody waits.
struct Busy {
    host: TestHost,
    drive: Arc<Drive>,
    shard: String,
    moves: AtomicU32,
}

#[async_trait]
impl Host for Busy {
    fn now(&self) -> Timestamp {
        self.host.now()
    }

    fn random(&self) -> u64 {
        self.host.random()
    }

    fn uuid(&self) -> Uuid {
        self.host.uuid()
    }

    async fn pause(&self, _time: Duration) {
        let moves = self.moves.fetch_add(1, Ordering::SeqCst);
        raw::set_number(&self.drive.table, &self.shard, "SHARD", "moves", &moves.to_string()).await;
    }
}

#[tokio::test]
async fn a_shard_that_moves_is_not_judged() {
    let drive = Arc::new(Drive::new().await);
    drive.table.store.save_districts(&[make::pune()]).await.unwrap();
    let published = drive.publish(Draft::new(1, &[5, 5])).await;
    let shard = format!("POOL#{}", published.shard(0));
    raw::set_number(&drive.table, &shard, "SHARD", "free", "1").await;
    let host = TestHost::at(read("2026-11-21T10:00:00Z"));
    let busy = Busy { host, drive: drive.clone(), shard, moves: AtomicU32::new(100) };
    let audit = Audit::new(drive.table.store.clone(), Arc::new(busy));
    let audited = audit.run(read("2026-11-20"), 1, read("9999-01-01T00:00:00Z")).await;
    assert_eq!((audited.judged, audited.busy, &audited.drifts[..]), (1, 1, &[][..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rush_is_no_drift() {
    let drive = Drive::new().await;
    drive.table.store.save_districts(&[make::pune()]).await.unwrap();
    let published = drive.publish(Draft::new(1, &[25; 4])).await;
    let people = drive.register(1, 60, 1).await;
    let parties: Vec<_> = people.iter().map(|person| [person]).collect();
    let rush = join_all(parties.iter().map(|party| drive.book(&published, party)));
    let audits = async {
        for _ in 0..5 {
            assert_eq!(audit(&drive).await.drifts, []);
        }
    };
    let (booked, ()) = join(rush, audits).await;
    assert!(booked.iter().all(Result::is_ok));
    let after = audit(&drive).await;
    assert_eq!((after.judged, after.busy, &after.drifts[..]), (4, 0, &[][..]));
}

#[tokio::test]
async fn without_time_nothing_is_judged() {
    let drive = Drive::new().await;
    drive.table.store.save_districts(&[make::pune()]).await.unwrap();
    drive.publish(Draft::new(1, &[5])).await;
    let audit = Audit::new(drive.table.store.clone(), drive.host.clone());
    let audited = audit.run(read("2026-11-20"), 1, read("2000-01-01T00:00:00Z")).await;
    assert_eq!((audited.judged, audited.cut_short), (0, true));
}
