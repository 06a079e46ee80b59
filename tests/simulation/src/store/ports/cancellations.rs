use async_trait::async_trait;
use vaxslot_app::ports::{Cancellations, StoreError, Tried};
use vaxslot_domain::{
    Timestamp,
    access::Scope,
    id::SessionId,
    session::{Session, ShardKey},
};
use vaxslot_testkit::{MemoryKey, MemoryStore};

use super::SimStore;
use crate::{plant::Bug, store::at_once};

#[async_trait]
impl Cancellations for SimStore {
    async fn begin_cancelling(
        &self,
        id: SessionId,
        scope: &Scope,
        now: Timestamp,
    ) -> Result<Tried<Session, Option<Session>>, StoreError> {
        let scope = scope.clone();
        let work = move |memory: &MemoryStore| at_once(memory.begin_cancelling(id, &scope, now));
        self.put("begin cancelling", MemoryKey::Session(id), work).await
    }

    async fn cancel_shard(&self, shard: ShardKey) -> Result<(), StoreError> {
        if self.server.bug == Some(Bug::Resold) {
            return Ok(());
        }
        self.put("cancel", MemoryKey::Shard(shard), move |memory| at_once(memory.cancel_shard(shard))).await
    }

    async fn declare_cancelled(&self, id: SessionId) -> Result<Tried<(), ()>, StoreError> {
        let work = move |memory: &MemoryStore| at_once(memory.declare_cancelled(id));
        self.put("declare cancelled", MemoryKey::Session(id), work).await
    }

    async fn settle(&self, id: SessionId) -> Result<Tried<(), ()>, StoreError> {
        self.put("settle", MemoryKey::Session(id), move |memory| at_once(memory.settle(id))).await
    }
}
