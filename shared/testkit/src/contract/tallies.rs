use vaxslot_app::ports::Store;
use vaxslot_domain::{
    session::ShardKey,
    tally::{ShardCount, Standing, Standings, Tally},
};

use super::support::{done, refused};
use crate::make::{Draft, appointment_id, read};

fn shards() -> Vec<ShardKey> {
    Draft::new(1, &[5, 5]).made().keys()
}

fn tally(number: u128, standing: Standing) -> Tally {
    Tally { shard: shards()[0], appointment: appointment_id(number), standing, made_on: read("2026-11-20") }
}

pub async fn what_was_never_filed_is_not_there(store: &dyn Store) {
    assert_eq!(store.tallies(shards()[0]).await.unwrap(), []);
    assert_eq!(store.counts(shards()[0].pool.session).await.unwrap(), []);
}

pub async fn tallies_stand_by_their_shard(store: &dyn Store) {
    let (first, second) = (tally(9, Standing::Held), tally(1, Standing::Moved));
    let other = Tally { shard: shards()[1], ..tally(2, Standing::NoShow) };
    for tally in [first, second, other] {
        store.tally(&tally).await.unwrap();
    }
    assert_eq!(store.tallies(shards()[0]).await.unwrap(), [second, first]);
    assert_eq!(store.tallies(shards()[1]).await.unwrap(), [other]);
}

pub async fn an_older_sight_never_replaces_a_newer_one(store: &dyn Store) {
    let ends = [Standing::Completed, Standing::NoShow, Standing::Cancelled, Standing::Expired, Standing::Moved];
    for (number, end) in (1..).zip(ends) {
        let stands = async || {
            let tallies = store.tallies(shards()[0]).await.unwrap();
            tallies.iter().find(|tally| tally.appointment == appointment_id(number)).map(|tally| tally.standing)
        };
        let see = async |standing| store.tally(&tally(number, standing)).await.unwrap();
        for (seen, expected) in [
            (Standing::Held, Standing::Held),
            (Standing::Confirmed, Standing::Confirmed),
            (Standing::Held, Standing::Confirmed),
            (Standing::Confirmed, Standing::Confirmed),
            (end, end),
            (Standing::Confirmed, end),
            (Standing::Held, end),
            (Standing::Expired, end),
            (end, end),
        ] {
            see(seen).await;
            assert_eq!(stands().await, Some(expected), "{end:?}: after {seen:?}");
        }
    }
    // An end may be the first that is seen.
    store.tally(&tally(9, Standing::Cancelled)).await.unwrap();
    store.tally(&tally(9, Standing::Held)).await.unwrap();
    assert_eq!(store.tallies(shards()[0]).await.unwrap().last().unwrap().standing, Standing::Cancelled);
}

fn count(place: usize, version: u64, held: u64) -> ShardCount {
    let days = [("2026-11-20", held), ("2026-11-21", 2)];
    let days = days.map(|(day, held)| (read(day), Standings::new([held, 1, 2, 3, 4, 5, 6])));
    ShardCount { shard: shards()[place], days: days.into(), version }
}

pub async fn a_count_is_replaced_at_its_version(store: &dyn Store) {
    let session = shards()[0].pool.session;
    done(store.write_count(&count(1, 0, 1)).await);
    done(store.write_count(&count(0, 0, 1)).await);
    for held in 2..4 {
        let counts = store.counts(session).await.unwrap();
        let [first, second] = &counts[..] else { panic!("{counts:?}") };
        assert_eq!((first.shard, second.shard), (shards()[0], shards()[1]));
        assert_eq!(first.days, count(0, 0, held - 1).days);
        for stale in [0, first.version + 1] {
            refused(store.write_count(&count(0, stale, 7)).await);
        }
        done(store.write_count(&count(0, first.version, held)).await);
        assert_ne!(store.counts(session).await.unwrap()[0].version, first.version, "the change is counted");
    }
    let [first, second] = &store.counts(session).await.unwrap()[..] else { panic!("two") };
    assert_eq!((&first.days, &second.days), (&count(0, 0, 3).days, &count(1, 0, 1).days));
}
