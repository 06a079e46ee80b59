use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use vaxslot_aws::EventMessage;

use crate::notify::{Notify, NotifyError};

/// Handles batches of the notification queue.
pub struct Notifier {
    notify: Notify,
}

impl Notifier {
    #[must_use]
    pub fn new(notify: Notify) -> Self {
        Self { notify }
    }

    /// Tells each event of a batch, and names those that are to come again.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        let mut response = SqsBatchResponse::default();
        for message in batch.records {
            if let Err(error) = self.tell(&message).await {
                let error = vaxslot_api::chain(&error);
                tracing::error!(error, message_id = message.message_id, "an event could not be told");
                let mut failure = BatchItemFailure::default();
                failure.item_identifier = message.message_id.unwrap_or_default();
                response.batch_item_failures.push(failure);
            }
        }
        response
    }

    async fn tell(&self, message: &SqsMessage) -> Result<(), NotifyError> {
        let body = message.body.as_deref().unwrap_or_default();
        let event: EventMessage = serde_json::from_str(body).map_err(|_| NotifyError::BadEvent("body"))?;
        self.notify.tell(&event).await
    }
}
