use async_trait::async_trait;

use super::StoreError;

/// Documents of others that are found on the web.
#[async_trait]
pub trait Web: Send + Sync {
    /// The text at an address, of at most 64 KiB; one attempt, given up after a moment.
    async fn fetch(&self, address: &str) -> Result<String, StoreError>;
}
