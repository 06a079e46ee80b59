use async_trait::async_trait;
use uuid::Uuid;
use vaxslot_app::ports::{KeyUse, Keys, RequestKey, StoreError, Tried};
use vaxslot_domain::Timestamp;
use vaxslot_testkit::{MemoryKey, MemoryStore};

use super::SimStore;
use crate::{plant::writes, store::at_once};

#[async_trait]
impl Keys for SimStore {
    async fn note_use(
        &self,
        key: RequestKey,
        first: &KeyUse,
        stale: Timestamp,
    ) -> Result<Tried<(), KeyUse>, StoreError> {
        let (bug, first) = (self.server.bug, first.clone());
        let work = move |memory: &MemoryStore| writes::note_use(bug, memory, key, &first, stale);
        self.put("note", MemoryKey::KeyUse(key), work).await
    }

    async fn renew_use(&self, key: RequestKey, of: Uuid, renewed: &KeyUse) -> Result<Tried<(), ()>, StoreError> {
        let (row, renewed) = (MemoryKey::KeyUse(key), renewed.clone());
        self.put("renew", row, move |memory: &MemoryStore| at_once(memory.renew_use(key, of, &renewed))).await
    }
}
