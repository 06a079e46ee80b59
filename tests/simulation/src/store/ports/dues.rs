use async_trait::async_trait;
use vaxslot_app::ports::{DueCancellation, DueHold, Dues, StoreError};
use vaxslot_domain::Timestamp;

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
}
