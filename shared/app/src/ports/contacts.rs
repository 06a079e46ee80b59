use async_trait::async_trait;
use vaxslot_domain::{id::AccountId, preferences::Preferences};

use super::StoreError;

/// How accounts want to be told.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// What an account wants, as it is now; none if it never said.
    async fn preferences(&self, account: &AccountId) -> Result<Option<Preferences>, StoreError>;

    /// Notes what an account wants, in place of what it wanted before.
    async fn prefer(&self, account: &AccountId, wanted: &Preferences) -> Result<(), StoreError>;

    /// Drops what an account wanted.
    async fn forget_preferences(&self, account: &AccountId) -> Result<(), StoreError>;
}
