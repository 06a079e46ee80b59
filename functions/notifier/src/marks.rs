use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    operation::put_item::{PutItemError, builders::PutItemFluentBuilder},
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure as OnFailure},
};
use vaxslot_app::ports::StoreError;
use vaxslot_aws::{
    classify,
    keys::{self, PK, SK},
    rows::write_delivery,
};
use vaxslot_domain::{Timestamp, preferences::Channel};

/// How long a sender has before another may take over, in seconds: longer than the function's timeout.
const LEASE: i64 = 60;
/// How long a mark is kept, in seconds: longer than a queue keeps a message.
const KEPT: i64 = 21 * 24 * 3600;

/// What a look at an event's mark said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marked {
    /// It is ours to send.
    Ours,
    /// It was sent, and its delivery goes by this.
    Sent { delivery: String },
    /// Another sender is at it.
    Busy,
}

/// What was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// Which text it was, such as `confirmed.hi`.
    pub text: String,
    /// What its delivery goes by, in the logs of who delivers it.
    pub delivery: String,
}

/// The marks that keep one event from being told twice by the same channel.
#[async_trait]
pub trait Marks: Send + Sync {
    /// Takes an event to be sent.
    ///
    /// # Errors
    /// As [`StoreError`] says.
    async fn take(&self, event: &str, channel: Channel, now: Timestamp) -> Result<Marked, StoreError>;

    /// Notes that it was sent.
    ///
    /// # Errors
    /// As [`StoreError`] says.
    async fn done(&self, event: &str, channel: Channel, handed: &Handed, now: Timestamp) -> Result<(), StoreError>;

    /// Notes which event it is that goes by this id where it is delivered, for those who look for it by that.
    ///
    /// # Errors
    /// As [`StoreError`] says.
    async fn name(&self, delivery: &str, event: &str, channel: Channel, now: Timestamp) -> Result<(), StoreError>;
}

/// Marks in the table.
#[derive(Debug, Clone)]
pub struct DynamoMarks {
    client: Client,
    table: String,
}

impl DynamoMarks {
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    fn put(&self, event: &str, channel: Channel, sent: bool, now: Timestamp) -> PutItemFluentBuilder {
        let key = keys::sent(event, channel);
        let number = |seconds: i64| AttributeValue::N(seconds.to_string());
        self.client
            .put_item()
            .table_name(&self.table)
            .item(PK, AttributeValue::S(key.pk))
            .item(SK, AttributeValue::S(key.sk))
            .item("channel", AttributeValue::S(channel.to_string()))
            .item("sent", AttributeValue::Bool(sent))
            .item("taken_at", number(now.as_second()))
            .item("expires", number(now.as_second() + KEPT))
    }
}

#[async_trait]
impl Marks for DynamoMarks {
    async fn take(&self, event: &str, channel: Channel, now: Timestamp) -> Result<Marked, StoreError> {
        let put = self
            .put(event, channel, false, now)
            .condition_expression("attribute_not_exists(pk) OR (#sent = :no AND #taken_at < :lapsed)")
            .expression_attribute_names("#sent", "sent")
            .expression_attribute_names("#taken_at", "taken_at")
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .expression_attribute_values(":lapsed", AttributeValue::N((now.as_second() - LEASE).to_string()))
            .return_values_on_condition_check_failure(OnFailure::AllOld);
        match put.send().await {
            Ok(_) => Ok(Marked::Ours),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    let found = |name: &str| failed.item().and_then(|item| item.get(name));
                    if found("sent").is_none_or(|sent| sent.as_bool() != Ok(&true)) {
                        return Ok(Marked::Busy);
                    }
                    let delivery = found("delivery").and_then(|delivery| delivery.as_s().ok());
                    Ok(Marked::Sent { delivery: delivery.cloned().unwrap_or_default() })
                }
                _ => Err(classify(error)),
            },
        }
    }

    async fn done(&self, event: &str, channel: Channel, handed: &Handed, now: Timestamp) -> Result<(), StoreError> {
        let put = self
            .put(event, channel, true, now)
            .item("text", AttributeValue::S(handed.text.clone()))
            .item("delivery", AttributeValue::S(handed.delivery.clone()));
        put.send().await.map_err(classify)?;
        Ok(())
    }

    async fn name(&self, delivery: &str, event: &str, channel: Channel, now: Timestamp) -> Result<(), StoreError> {
        let row = write_delivery(delivery, event, channel, now.as_second() + KEPT);
        let put = self.client.put_item().table_name(&self.table).set_item(Some(row));
        put.send().await.map_err(classify)?;
        Ok(())
    }
}
