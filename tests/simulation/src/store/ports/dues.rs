use async_trait::async_trait;
use vaxslot_app::ports::{DueCancellation, DueEnd, DueHold, Dues, StoreError};
use vaxslot_domain::{Timestamp, id::SessionId};
use vaxslot_testkit::{MemoryKey, MemoryStore};

use super::SimStore;
use crate::{plant::Bug, store::at_once};

#[async_trait]
impl Dues for SimStore {
    async fn due_holds(
        &self,
        list: u8,
        before: Timestamp,
        after: Option<DueHold>,
        most: u32,
    ) -> Result<Vec<DueHold>, StoreError> {
        if self.server.bug == Some(Bug::NeverSwept) {
            return Ok(Vec::new());
        }
        self.query("due holds", move |memory| at_once(memory.due_holds(list, before, after, most))).await
    }

    async fn due_cancellations(
        &self,
        after: Option<DueCancellation>,
        most: u32,
    ) -> Result<Vec<DueCancellation>, StoreError> {
        self.query("due cancellations", move |memory| at_once(memory.due_cancellations(after, most))).await
    }

    async fn due_ends(
        &self,
        list: u8,
        before: Timestamp,
        after: Option<DueEnd>,
        most: u32,
    ) -> Result<Vec<DueEnd>, StoreError> {
        self.query("due ends", move |memory| at_once(memory.due_ends(list, before, after, most))).await
    }

    async fn file_end(&self, end: DueEnd) -> Result<(), StoreError> {
        let work = move |memory: &MemoryStore| at_once(memory.file_end(end));
        self.put("file end", MemoryKey::End(end.session), work).await
    }

    async fn drop_end(&self, session: SessionId) -> Result<(), StoreError> {
        let work = move |memory: &MemoryStore| at_once(memory.drop_end(session));
        self.put("drop end", MemoryKey::End(session), work).await
    }
}
