use async_trait::async_trait;
use vaxslot_app::ports::{Contacts, StoreError};
use vaxslot_domain::{id::AccountId, preferences::Preferences};

use super::MemoryStore;

#[async_trait]
impl Contacts for MemoryStore {
    async fn preferences(&self, account: &AccountId) -> Result<Option<Preferences>, StoreError> {
        Ok(self.tables().preferences.get(account).cloned())
    }

    async fn prefer(&self, account: &AccountId, wanted: &Preferences) -> Result<(), StoreError> {
        self.tables().preferences.insert(account.clone(), wanted.clone());
        Ok(())
    }

    async fn forget_preferences(&self, account: &AccountId) -> Result<(), StoreError> {
        self.tables().preferences.remove(account);
        Ok(())
    }
}
