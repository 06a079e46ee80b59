use async_trait::async_trait;
use vaxslot_app::ports::{Contacts, StoreError};
use vaxslot_domain::{id::AccountId, preferences::Preferences};

use super::SimStore;
use crate::store::at_once;

#[async_trait]
impl Contacts for SimStore {
    async fn preferences(&self, account: &AccountId) -> Result<Option<Preferences>, StoreError> {
        let account = account.clone();
        self.get("read preferences", Vec::new(), move |memory| at_once(memory.preferences(&account))).await
    }

    async fn prefer(&self, account: &AccountId, wanted: &Preferences) -> Result<(), StoreError> {
        let (account, wanted) = (account.clone(), wanted.clone());
        self.get("prefer", Vec::new(), move |memory| at_once(memory.prefer(&account, &wanted))).await
    }

    async fn forget_preferences(&self, account: &AccountId) -> Result<(), StoreError> {
        let account = account.clone();
        self.get("forget preferences", Vec::new(), move |memory| at_once(memory.forget_preferences(&account))).await
    }
}
