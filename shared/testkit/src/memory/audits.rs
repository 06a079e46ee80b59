use async_trait::async_trait;
use vaxslot_app::ports::{AuditPlace, Audits, StoreError};

use super::MemoryStore;

#[async_trait]
impl Audits for MemoryStore {
    async fn audit_place(&self) -> Result<Option<AuditPlace>, StoreError> {
        Ok(self.tables().audit_place)
    }

    async fn note_audit_place(&self, place: Option<AuditPlace>) -> Result<(), StoreError> {
        self.tables().audit_place = place;
        Ok(())
    }
}
