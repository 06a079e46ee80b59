use async_trait::async_trait;

use super::StoreError;

/// The public keys of our own tokens, where every function finds them.
#[async_trait]
pub trait KeySets: Send + Sync {
    /// The keys as they are now (a consistent read): a JWKS document (RFC 7517). None before the first were published.
    async fn key_set(&self) -> Result<Option<String>, StoreError>;

    /// Replaces the keys.
    async fn publish_key_set(&self, jwks: &str) -> Result<(), StoreError>;
}
