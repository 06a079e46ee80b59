use async_trait::async_trait;
use vaxslot_app::ports::{Audits, StoreError, WalkPlace};
use vaxslot_testkit::MemoryKey;

use super::SimStore;
use crate::store::at_once;

#[async_trait]
impl Audits for SimStore {
    async fn audit_place(&self) -> Result<Option<WalkPlace>, StoreError> {
        self.get("read audit place", vec![MemoryKey::WalkPlace], |memory| at_once(memory.audit_place())).await
    }

    async fn note_audit_place(&self, place: Option<WalkPlace>) -> Result<(), StoreError> {
        self.put("note", MemoryKey::WalkPlace, move |memory| at_once(memory.note_audit_place(place))).await
    }
}
