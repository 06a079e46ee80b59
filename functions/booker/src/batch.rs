use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use vaxslot_app::booker::Delivery;
use vaxslot_aws::QueuedMessage;

/// The messages of a batch, in the order in which they came.
#[must_use]
pub fn deliveries(batch: SqsEvent) -> Vec<Delivery> {
    batch.records.into_iter().map(delivery).collect()
}

fn delivery(message: SqsMessage) -> Delivery {
    let attribute = |name: &str| message.attributes.get(name).map(String::as_str);
    let body = message.body.as_deref().unwrap_or_default();
    Delivery {
        group: attribute("MessageGroupId").unwrap_or_default().to_owned(),
        // Whoever is not told looks whether it was carried out before.
        received: attribute("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(u32::MAX),
        queued: serde_json::from_str::<QueuedMessage>(body).ok().and_then(|message| message.queued()),
        id: message.message_id.unwrap_or_default(),
    }
}

/// Names the deliveries that are to come again.
#[must_use]
pub fn failures(again: Vec<String>) -> SqsBatchResponse {
    let failure = |id| {
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        failure
    };
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = again.into_iter().map(failure).collect();
    response
}
