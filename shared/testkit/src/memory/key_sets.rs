use async_trait::async_trait;
use vaxslot_app::ports::{KeySets, StoreError};

use super::MemoryStore;

#[async_trait]
impl KeySets for MemoryStore {
    async fn key_set(&self) -> Result<Option<String>, StoreError> {
        Ok(self.tables().key_set.clone())
    }

    async fn publish_key_set(&self, jwks: &str) -> Result<(), StoreError> {
        self.tables().key_set = Some(jwks.to_owned());
        Ok(())
    }
}
