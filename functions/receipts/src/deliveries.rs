use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure as OnFailure},
};
use vaxslot_app::ports::StoreError;
use vaxslot_aws::{
    classify, keys,
    rows::{Row, instant, read_delivery},
};
use vaxslot_domain::{Timestamp, preferences::Channel};

use crate::status::Status;

/// A message to somebody: of an event, by a channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Message {
    pub event: String,
    pub channel: Channel,
}

/// What came of noting a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It stands now.
    Changed,
    /// The same, or a newer one, stood already.
    Older,
    /// There is no mark that this message was sent: not yet, or no longer.
    Unknown,
}

/// The messages that were handed over, and what became of them.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// The message that goes by this id where it is delivered.
    ///
    /// # Errors
    /// As [`StoreError`] says.
    async fn find(&self, delivery: &str) -> Result<Option<Message>, StoreError>;

    /// Notes what became of a message, unless something newer is known.
    ///
    /// # Errors
    /// As [`StoreError`] says.
    async fn note(&self, message: &Message, status: Status, at: Timestamp) -> Result<Noted, StoreError>;
}

/// Marks in the table, as `notifier` writes them.
#[derive(Debug, Clone)]
pub struct DynamoDeliveries {
    client: Client,
    table: String,
}

impl DynamoDeliveries {
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}

#[async_trait]
impl Deliveries for DynamoDeliveries {
    async fn find(&self, delivery: &str) -> Result<Option<Message>, StoreError> {
        let key = Some(keys::delivery(delivery).attributes());
        let get = self.client.get_item().table_name(&self.table).set_key(key).consistent_read(true);
        let Some(item) = get.send().await.map_err(classify)?.item else { return Ok(None) };
        let (event, channel) = read_delivery(&Row::new(&self.table, &item))?;
        Ok(Some(Message { event, channel }))
    }

    async fn note(&self, message: &Message, status: Status, at: Timestamp) -> Result<Noted, StoreError> {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let mut update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::sent(&message.event, message.channel).attributes()))
            .update_expression("SET #status = :status, #at = :at")
            .expression_attribute_names("#sent", "sent")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#at", "status_at")
            .expression_attribute_values(":sent", AttributeValue::Bool(true))
            .expression_attribute_values(":status", text(status.name()))
            .expression_attribute_values(":at", text(&instant(at)))
            .return_values_on_condition_check_failure(OnFailure::AllOld);
        let mut newer = vec!["attribute_not_exists(#at) OR #at < :at".to_owned()];
        for (number, weaker) in status.weaker().enumerate() {
            newer.push(format!("(#at = :at AND #status = :weaker{number})"));
            update = update.expression_attribute_values(format!(":weaker{number}"), text(weaker.name()));
        }
        // Who sends writes the mark anew when it was sent: before that nothing can be noted at it.
        match update.condition_expression(format!("#sent = :sent AND ({})", newer.join(" OR "))).send().await {
            Ok(_) => Ok(Noted::Changed),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    let sent = failed.item().and_then(|item| item.get("sent"));
                    let sent = sent.is_some_and(|sent| sent.as_bool() == Ok(&true));
                    Ok(if sent { Noted::Older } else { Noted::Unknown })
                }
                _ => Err(classify(error)),
            },
        }
    }
}
