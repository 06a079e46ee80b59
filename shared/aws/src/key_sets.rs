use async_trait::async_trait;
use vaxslot_app::ports::{KeySets, StoreError};

use crate::{
    error::classify,
    keys,
    rows::{begin, put_text},
    store::DynamoStore,
};

#[async_trait]
impl KeySets for DynamoStore {
    async fn key_set(&self) -> Result<Option<String>, StoreError> {
        let item = self.read(&keys::key_set()).await?;
        item.map(|item| Ok(self.row(&item).text("jwks")?.to_owned())).transpose()
    }

    async fn publish_key_set(&self, jwks: &str) -> Result<(), StoreError> {
        let mut item = begin(&keys::key_set());
        put_text(&mut item, "jwks", jwks);
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        put.send().await.map_err(classify)?;
        Ok(())
    }
}
