use async_trait::async_trait;
use vaxslot_app::ports::{Contacts, StoreError};
use vaxslot_domain::{id::AccountId, preferences::Preferences};

use crate::{
    error::classify,
    keys,
    rows::{read_preferences, write_preferences},
    store::DynamoStore,
};

#[async_trait]
impl Contacts for DynamoStore {
    async fn preferences(&self, account: &AccountId) -> Result<Option<Preferences>, StoreError> {
        let item = self.read(&keys::preferences(account)).await?;
        item.map(|item| Ok(read_preferences(&self.row(&item))?)).transpose()
    }

    async fn prefer(&self, account: &AccountId, wanted: &Preferences) -> Result<(), StoreError> {
        self.put(write_preferences(account, wanted)).await
    }

    async fn forget_preferences(&self, account: &AccountId) -> Result<(), StoreError> {
        let key = Some(keys::preferences(account).attributes());
        let delete = self.client.delete_item().table_name(&self.table).set_key(key);
        delete.send().await.map_err(classify).map(drop)
    }
}
