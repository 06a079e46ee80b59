use async_trait::async_trait;
use vaxslot_app::ports::{Audits, StoreError, WalkPlace};

use super::MemoryStore;

#[async_trait]
impl Audits for MemoryStore {
    async fn audit_place(&self) -> Result<Option<WalkPlace>, StoreError> {
        Ok(self.tables().audit_place)
    }

    async fn note_audit_place(&self, place: Option<WalkPlace>) -> Result<(), StoreError> {
        self.tables().audit_place = place;
        Ok(())
    }
}
