use async_trait::async_trait;
use aws_sdk_sns::{Client, types::MessageAttributeValue};
use vaxslot_app::ports::{Sms, StoreError};
use vaxslot_domain::person::Phone;

use crate::error::classify;

/// Text messages through SNS, as transactional ones: they go out at any hour.
#[derive(Debug, Clone)]
pub struct SnsSms {
    client: Client,
}

impl SnsSms {
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl Sms for SnsSms {
    async fn send(&self, to: &Phone, text: &str) -> Result<(), StoreError> {
        let kind = MessageAttributeValue::builder().data_type("String").string_value("Transactional").build();
        let kind = kind.map_err(|error| StoreError::Failed(error.into()))?;
        let request = self.client.publish().phone_number(to.as_str()).message(text);
        request.message_attributes("AWS.SNS.SMS.SMSType", kind).send().await.map_err(classify)?;
        Ok(())
    }
}
