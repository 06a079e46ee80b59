use async_trait::async_trait;
use aws_sdk_sqs::Client;
use vaxslot_app::ports::StoreError;
use vaxslot_aws::{EventMessage, classify};
use vaxslot_domain::SignedDuration;

/// The longest that a queue holds a message back, in seconds (SQS developer guide, "Message timers").
const LONGEST: i64 = 900;

/// Brings events again.
#[async_trait]
pub trait Later: Send + Sync {
    /// Has an event come again after a while, or a quarter of an hour if that is longer: it asks again then.
    ///
    /// # Errors
    /// As [`StoreError`] says.
    async fn bring(&self, event: &EventMessage, after: SignedDuration) -> Result<(), StoreError>;
}

/// The queue that events come from. A message goes to its end with a delay, and so begins anew: waiting through a night does not use
/// up its attempts.
#[derive(Debug, Clone)]
pub struct SqsLater {
    client: Client,
    url: String,
}

impl SqsLater {
    #[must_use]
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self { client, url: url.into() }
    }
}

#[async_trait]
impl Later for SqsLater {
    async fn bring(&self, event: &EventMessage, after: SignedDuration) -> Result<(), StoreError> {
        let body = serde_json::to_string(event).map_err(|error| StoreError::Failed(error.into()))?;
        let seconds = i32::try_from(after.as_secs().clamp(1, LONGEST)).unwrap_or(i32::MAX);
        let send = self.client.send_message().queue_url(&self.url).message_body(body).delay_seconds(seconds);
        send.send().await.map_err(classify)?;
        Ok(())
    }
}
