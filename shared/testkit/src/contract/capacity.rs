use vaxslot_app::ports::Store;
use vaxslot_domain::{
    access::{Region, Scope},
    appointment::Status,
    booking::Release,
    capacity::{MOST_SHARDS, ShardChange},
    session::{PoolSummary, Session, SessionStatus, Shard},
};

use super::{
    changes::{scopes_inside, scopes_outside},
    support::{done, publish, refused, register, reserve, session, shard, withdrawn},
};
use crate::make::{Draft, Published, Wish, account, adult, center};

const EVERYWHERE: Scope = Scope::Region(Region::Country);

fn at_center_one(shards: &[u32]) -> Published {
    Draft { center: center(1), ..Draft::new(1, shards) }.made()
}

fn with_pool(session: &Session, shards: u8, capacity: u32, free: u32) -> Session {
    Session { pools: vec![PoolSummary { shards, capacity, free }], ..session.clone() }
}

/// The units of each shard: capacity and free.
async fn units(store: &dyn Store, published: &Published, count: u8) -> Vec<(u32, u32)> {
    let keys: Vec<_> = (0..count).map(|number| published.shard(number)).collect();
    let mut shards = store.shards(&keys).await.unwrap();
    shards.sort_by_key(|shard| shard.key);
    shards.iter().map(|shard| (shard.capacity, shard.free)).collect()
}

fn raise(shard: Shard, by: u32) -> ShardChange {
    ShardChange::Raise { shard, by }
}

fn lower(shard: Shard, by: u32) -> ShardChange {
    ShardChange::Lower { shard, by }
}

fn fresh(published: &Published, number: u8, units: u32) -> ShardChange {
    ShardChange::Add(Shard::fresh(published.shard(number), units))
}

pub async fn capacity_is_raised_in_new_shards_and_old(store: &dyn Store) {
    let published = at_center_one(&[5, 5]);
    publish(store, &published).await;
    let changes = [fresh(&published, 2, 7), raise(published.shards[0], 3)];
    let target = with_pool(&published.session, 3, 20, 20);
    done(store.change_capacity(&target, &EVERYWHERE, &changes).await);
    assert_eq!(units(store, &published, 4).await, [(8, 8), (5, 5), (7, 7)]);
    let after = session(store, &target).await;
    assert!(after.version > target.version, "the change is counted");
    assert_eq!(after, Session { version: after.version, ..target });
}

pub async fn capacity_is_lowered_where_units_are_free(store: &dyn Store) {
    let published = at_center_one(&[5, 5]);
    publish(store, &published).await;
    let person = adult(1, &account("a"));
    register(store, &[&person]).await;
    reserve(store, Wish::new(&published.session, &[&person]).reservation()).await;
    let seen = shard(store, published.shard(0)).await;
    let changes = [lower(seen, 4), lower(published.shards[1], 5)];
    let target = with_pool(&published.session, 2, 1, 0);
    done(store.change_capacity(&target, &EVERYWHERE, &changes).await);
    assert_eq!(units(store, &published, 2).await, [(1, 0), (0, 0)]);
    assert_eq!(session(store, &target).await.pools, target.pools);
}

pub async fn a_pool_grows_to_its_most_shards_at_once(store: &dyn Store) {
    let published = at_center_one(&[1]);
    publish(store, &published).await;
    let added = (1..MOST_SHARDS).map(|number| fresh(&published, number, 25));
    let changes: Vec<ShardChange> = added.chain([raise(published.shards[0], 24)]).collect();
    let target = with_pool(&published.session, MOST_SHARDS, 1600, 1600);
    done(store.change_capacity(&target, &EVERYWHERE, &changes).await);
    assert_eq!(units(store, &published, MOST_SHARDS).await, [(25, 25); MOST_SHARDS as usize]);
}

pub async fn units_that_are_booked_cannot_be_taken_away(store: &dyn Store) {
    let published = at_center_one(&[2, 5]);
    publish(store, &published).await;
    let person = adult(1, &account("a"));
    register(store, &[&person]).await;
    reserve(store, Wish::new(&published.session, &[&person]).reservation()).await;
    // The first shard was seen before the booking. Nothing may happen to the others either.
    let changes = [lower(published.shards[1], 1), fresh(&published, 2, 9), lower(published.shards[0], 2)];
    let target = with_pool(&published.session, 3, 13, 13);
    refused(store.change_capacity(&target, &EVERYWHERE, &changes).await);
    assert_eq!(units(store, &published, 3).await, [(2, 1), (5, 5)]);
    assert_eq!(session(store, &target).await, published.session);
}

pub async fn a_pool_is_drained_only_as_it_was_seen(store: &dyn Store) {
    let published = at_center_one(&[1, 5]);
    publish(store, &published).await;
    let person = adult(1, &account("a"));
    register(store, &[&person]).await;
    let made = reserve(store, Wish::new(&published.session, &[&person]).reservation()).await;
    let drain = || async {
        let seen = [shard(store, published.shard(0)).await, shard(store, published.shard(1)).await];
        seen.map(ShardChange::Drain)
    };
    let before = drain().await;
    done(store.release(&Release(vec![withdrawn(&made[0], made[0].turned(Status::Cancelled, made[0].made_at))])).await);
    // A unit came back to a shard that had none.
    let drained = with_pool(&published.session, 2, 1, 0);
    refused(store.change_capacity(&drained, &EVERYWHERE, &before).await);
    assert_eq!(units(store, &published, 2).await, [(1, 1), (5, 5)]);
    assert_eq!(session(store, &drained).await, published.session);
    reserve(store, Wish { first_id: 2, ..Wish::new(&published.session, &[&person]) }.reservation()).await;
    done(store.change_capacity(&drained, &EVERYWHERE, &drain().await).await);
    assert_eq!(units(store, &published, 2).await, [(1, 0), (0, 0)]);
    assert_eq!(session(store, &drained).await.pools, drained.pools);
}

pub async fn a_capacity_at_a_stale_version_is_refused(store: &dyn Store) {
    let published = at_center_one(&[5]);
    publish(store, &published).await;
    let id = published.session.id;
    let closed = done(store.set_status(id, &EVERYWHERE, SessionStatus::Closed).await);
    let stale = with_pool(&published.session, 1, 6, 6);
    refused(store.change_capacity(&stale, &EVERYWHERE, &[raise(published.shards[0], 1)]).await);
    assert_eq!(units(store, &published, 1).await, [(5, 5)]);
    assert_eq!(session(store, &stale).await, closed);
    let current = with_pool(&closed, 1, 6, 6);
    done(store.change_capacity(&current, &EVERYWHERE, &[raise(published.shards[0], 1)]).await);
    assert_eq!(session(store, &stale).await.status, SessionStatus::Closed, "the rest of the row stays");
    let absent = with_pool(&Draft::new(2, &[5]).made().session, 1, 6, 6);
    refused(store.change_capacity(&absent, &EVERYWHERE, &[fresh(&published, 1, 1)]).await);
    assert_eq!(units(store, &published, 2).await, [(6, 6)]);
}

pub async fn a_capacity_from_outside_the_scope_is_refused(store: &dyn Store) {
    let published = at_center_one(&[5]);
    publish(store, &published).await;
    let target = with_pool(&published.session, 1, 6, 6);
    for scope in scopes_outside() {
        refused(store.change_capacity(&target, &scope, &[raise(published.shards[0], 1)]).await);
    }
    assert_eq!(units(store, &published, 1).await, [(5, 5)]);
    assert_eq!(session(store, &target).await, published.session);
    for (scope, capacity) in scopes_inside().into_iter().zip(6..) {
        let target = with_pool(&session(store, &target).await, 1, capacity, capacity);
        done(store.change_capacity(&target, &scope, &[raise(published.shards[0], 1)]).await);
        assert_eq!(units(store, &published, 1).await, [(capacity, capacity)]);
    }
}

pub async fn a_shard_cannot_be_added_twice(store: &dyn Store) {
    let published = at_center_one(&[5, 5]);
    publish(store, &published).await;
    let changes = [fresh(&published, 1, 9), raise(published.shards[0], 1)];
    let target = with_pool(&published.session, 2, 15, 15);
    refused(store.change_capacity(&target, &EVERYWHERE, &changes).await);
    assert_eq!(units(store, &published, 2).await, [(5, 5), (5, 5)]);
    assert_eq!(session(store, &target).await, published.session);
}
