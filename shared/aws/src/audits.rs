use async_trait::async_trait;
use vaxslot_app::ports::{AuditPlace, Audits, StoreError};

use crate::{
    error::classify,
    keys,
    rows::{read_audit_place, write_audit_place},
    store::DynamoStore,
};

#[async_trait]
impl Audits for DynamoStore {
    async fn audit_place(&self) -> Result<Option<AuditPlace>, StoreError> {
        let found = self.read(&keys::audit_place()).await?;
        Ok(found.map(|item| read_audit_place(&self.row(&item))).transpose()?.flatten())
    }

    async fn note_audit_place(&self, place: Option<AuditPlace>) -> Result<(), StoreError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(write_audit_place(place)));
        put.send().await.map_err(classify).map(drop)
    }
}
