use async_trait::async_trait;
use vaxslot_app::ports::{Listed, Sessions, StoreError, Tried};
use vaxslot_domain::{
    Date, Timestamp,
    access::Scope,
    availability::Turns,
    capacity::ShardChange,
    center::Center,
    id::{CenterId, SessionId},
    opening::Opening,
    search::{Days, ListOf, Listing},
    session::{PoolSummary, Session, SessionStatus, Shard, ShardKey},
};
use vaxslot_testkit::{MemoryKey, MemoryRow, MemoryStore};

use super::{SimStore, Transaction, wait};
use crate::{
    plant::{Bug, writes},
    store::at_once,
};

#[async_trait]
impl Sessions for SimStore {
    async fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.get("read session", vec![MemoryKey::Session(id)], move |memory| at_once(memory.session(id))).await
    }

    async fn list(&self, list: ListOf, days: Days, after: Option<Listing>, most: u32) -> Result<Listed, StoreError> {
        self.query("list", move |memory| at_once(memory.list(list, days, after, most))).await
    }

    async fn sessions_from(
        &self,
        center: CenterId,
        from: Date,
        after: Option<Listing>,
        most: u32,
    ) -> Result<Listed, StoreError> {
        self.query("list center", move |memory| at_once(memory.sessions_from(center, from, after, most))).await
    }

    async fn publish(&self, session: &Session, shards: &[Shard]) -> Result<Tried<(), Session>, StoreError> {
        let keys = shards.iter().map(|shard| MemoryKey::Shard(shard.key));
        let (session, shards) = (session.clone(), shards.to_vec());
        let transaction = Transaction {
            keys: std::iter::once(MemoryKey::Session(session.id)).chain(keys).collect(),
            token: format!("publish {session:?} {shards:?}"),
            work: move |memory: &MemoryStore| at_once(memory.publish(&session, &shards)),
            again: |_: &MemoryStore| Ok(Tried::Done(())),
            peek: wait,
        };
        self.transact("publish", transaction).await
    }

    async fn shards(&self, keys: &[ShardKey]) -> Result<Vec<Shard>, StoreError> {
        let keys: Vec<_> = keys.iter().map(|key| MemoryKey::Shard(*key)).collect();
        let look = |memory: &MemoryStore, key: &MemoryKey| {
            Ok(memory.row(key).and_then(|row| if let MemoryRow::Shard(shard) = row { Some(shard) } else { None }))
        };
        let found = if self.server.bug == Some(Bug::StaleRecount) && self.caller.starts_with("projector") {
            self.query("read old shards", move |memory| keys.iter().map(|key| look(memory, key)).collect()).await?
        } else {
            self.get_each("read shards", keys, look).await?
        };
        Ok(found.into_iter().flatten().collect())
    }

    async fn set_status(
        &self,
        id: SessionId,
        scope: &Scope,
        status: SessionStatus,
    ) -> Result<Tried<Session, Option<Session>>, StoreError> {
        let scope = scope.clone();
        let work = move |memory: &MemoryStore| at_once(memory.set_status(id, &scope, status));
        self.put("set status of", MemoryKey::Session(id), work).await
    }

    async fn set_opening(
        &self,
        id: SessionId,
        scope: &Scope,
        opening: Opening,
        now: Timestamp,
    ) -> Result<Tried<Session, Option<Session>>, StoreError> {
        let (bug, scope) = (self.server.bug, scope.clone());
        let work = move |memory: &MemoryStore| writes::set_opening(bug, memory, id, &scope, opening, now);
        self.put("set opening of", MemoryKey::Session(id), work).await
    }

    async fn mark_shard(&self, shard: ShardKey, closed: bool) -> Result<(), StoreError> {
        let (bug, what) = (self.server.bug, if closed { "close" } else { "open" });
        self.put(what, MemoryKey::Shard(shard), move |memory| writes::mark_shard(bug, memory, shard, closed)).await
    }

    async fn change_capacity(
        &self,
        session: &Session,
        scope: &Scope,
        changes: &[ShardChange],
    ) -> Result<Tried<(), ()>, StoreError> {
        let keys = changes.iter().map(|change| MemoryKey::Shard(change.shard().key));
        let bug = self.server.bug;
        let (session, scope, changes) = (session.clone(), scope.clone(), changes.to_vec());
        let transaction = Transaction {
            keys: std::iter::once(MemoryKey::Session(session.id)).chain(keys).collect(),
            token: format!("capacity {session:?} {scope:?} {changes:?}"),
            work: move |memory: &MemoryStore| writes::change_capacity(bug, memory, &session, &scope, &changes),
            again: |_: &MemoryStore| Ok(Tried::Done(())),
            peek: wait,
        };
        self.transact("change capacity", transaction).await
    }

    async fn summarize(
        &self,
        id: SessionId,
        version: u64,
        pools: &[PoolSummary],
        turns: &Turns,
    ) -> Result<Tried<(), ()>, StoreError> {
        let (bug, pools, turns) = (self.server.bug, pools.to_vec(), turns.clone());
        let work = move |memory: &MemoryStore| writes::summarize(bug, memory, id, version, &pools, &turns);
        self.put("summarize", MemoryKey::Session(id), work).await
    }

    async fn relist(&self, session: &Session, center: &Center) -> Result<Tried<(), ()>, StoreError> {
        let (session, center) = (session.clone(), center.clone());
        let key = MemoryKey::Session(session.id);
        self.put("relist", key, move |memory| at_once(memory.relist(&session, &center))).await
    }
}
