use vaxslot_app::ports::Store;
use vaxslot_domain::{
    access::{Region, Scope},
    appointment::Status,
    booking::{Release},
    capacity::ShardChange,
    session::{PoolSummary, Session},
};

use super::support::{done, publish, refused, register, reserve, session, shard, withdrawn};
use crate::make::{Draft, Published, Wish, account, adult, own, read};

const EVERYWHERE: Scope = Scope::Region(Region::Country);

/// How often each shard was written.
async fn moves(store: &dyn Store, published: &Published) -> [u64; 2] {
    [shard(store, published.shard(0)).await.moves, shard(store, published.shard(1)).await.moves]
}

fn with_capacity(session: Session, capacity: u32) -> Session {
    Session { pools: vec![PoolSummary { shards: 2, capacity, free: capacity }], ..session }
}

pub async fn each_write_of_a_shard_is_counted(store: &dyn Store) {
    let published = Draft::new(1, &[5, 5]).made();
    publish(store, &published).await;
    assert_eq!(moves(store, &published).await, [0, 0]);
    let people = [adult(1, &account("a")), adult(2, &account("a"))];
    register(store, &[&people[0], &people[1]]).await;
    let wish = Wish::new(&published.session, &[&people[0], &people[1]]).held_until("2026-11-21T10:30:00Z");
    let made = reserve(store, wish.reservation()).await;
    assert_eq!(moves(store, &published).await, [1, 0], "a family of two is one write");
    let now = read("2026-11-21T10:10:00Z");
    done(store.confirm(&account("a"), &[own(&made[0])], now, "mark").await);
    assert_eq!(moves(store, &published).await, [1, 0], "a confirmation leaves the shard alone");
    let ending = withdrawn(&made[1], made[1].turned(Status::Cancelled, now));
    done(store.release(&Release(vec![ending])).await);
    assert_eq!(moves(store, &published).await, [2, 0]);
    store.mark_shard(published.shard(1), true).await.unwrap();
    assert_eq!(moves(store, &published).await, [2, 1]);
    let changes = [
        ShardChange::Raise { shard: published.shards[0], by: 1 },
        ShardChange::Lower { shard: published.shards[1], by: 1 },
    ];
    let target = with_capacity(session(store, &published.session).await, 10);
    done(store.change_capacity(&target, &EVERYWHERE, &changes).await);
    assert_eq!(moves(store, &published).await, [3, 2]);
}

pub async fn what_is_refused_or_repeated_does_not_count(store: &dyn Store) {
    let published = Draft::new(1, &[1, 5]).made();
    publish(store, &published).await;
    let people = [adult(1, &account("a")), adult(2, &account("a"))];
    register(store, &[&people[0], &people[1]]).await;
    let first = Wish::new(&published.session, &[&people[0]]).reservation();
    let made = reserve(store, first.clone()).await;
    reserve(store, first).await;
    refused(store.reserve(&Wish::new(&published.session, &[&people[1]]).reservation()).await);
    assert_eq!(moves(store, &published).await, [1, 0]);
    let later = read("2026-11-21T11:00:00Z");
    let release =
        |status| Release(vec![withdrawn(&made[0], made[0].turned(status, later))]);
    done(store.release(&release(Status::Cancelled)).await);
    done(store.release(&release(Status::Cancelled)).await);
    refused(store.release(&release(Status::Expired)).await);
    assert_eq!(moves(store, &published).await, [2, 0]);
    let stale = Session { version: 99, ..with_capacity(published.session.clone(), 7) };
    let raise = ShardChange::Raise { shard: published.shards[1], by: 1 };
    refused(store.change_capacity(&stale, &EVERYWHERE, &[raise]).await);
    assert_eq!(moves(store, &published).await, [2, 0]);
}
