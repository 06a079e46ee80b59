use async_trait::async_trait;
use vaxslot_domain::person::Phone;

use super::StoreError;

/// Sends text messages.
#[async_trait]
pub trait Sms: Send + Sync {
    /// Hands a text over to be delivered, and returns what its delivery goes by. `template` says which text it is, such as
    /// `confirmed.hi`: operators in some countries deliver only what is registered with them.
    async fn send(&self, to: &Phone, text: &str, template: &str) -> Result<String, StoreError>;
}
