use async_trait::async_trait;
use vaxslot_domain::person::Phone;

use super::StoreError;

/// Sends text messages.
#[async_trait]
pub trait Sms: Send + Sync {
    /// Hands a text over to be delivered.
    async fn send(&self, to: &Phone, text: &str) -> Result<(), StoreError>;
}
