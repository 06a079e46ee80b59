use async_trait::async_trait;
use vaxslot_app::ports::{Audits, StoreError, WalkPlace};

use crate::{
    keys,
    rows::{read_walk_place, write_audit_place},
    store::DynamoStore,
};

#[async_trait]
impl Audits for DynamoStore {
    async fn audit_place(&self) -> Result<Option<WalkPlace>, StoreError> {
        let found = self.read(&keys::audit_place()).await?;
        Ok(found.map(|item| read_walk_place(&self.row(&item))).transpose()?.flatten())
    }

    async fn note_audit_place(&self, place: Option<WalkPlace>) -> Result<(), StoreError> {
        self.put(write_audit_place(place)).await
    }
}
