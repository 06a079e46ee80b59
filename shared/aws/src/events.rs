mod availability;

use async_trait::async_trait;
use aws_sdk_sns::{
    Client,
    types::{MessageAttributeValue, PublishBatchRequestEntry},
};
use serde::{Deserialize, Serialize};
use vaxslot_app::ports::{Events, StoreError};
use vaxslot_domain::{availability::Turned, event::Event};

use crate::{error::classify, rows::instant};

pub use availability::AvailabilityMessage;

/// An event as other systems read it. It names people by id only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventMessage {
    /// The same for every delivery of the same event.
    pub id: String,
    /// `appointment.held`, `.confirmed`, `.rescheduled`, `.cancelled`, `.expired`, `.completed` or `.no_show`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened (RFC 3339, UTC).
    pub occurred_at: String,
    pub appointment_id: String,
    /// As the interface names it: `HELD`, `CONFIRMED` and so on.
    pub status: String,
    /// The appointment whose place it took, where it was rescheduled.
    pub moved_from: Option<String>,
    pub beneficiary_id: String,
    pub session_id: String,
    pub center_id: u32,
    pub district_id: u32,
    pub state_id: u32,
    pub date: String,
    pub slot: String,
    pub dose: u8,
    pub vaccine: String,
}

impl From<&Event> for EventMessage {
    fn from(event: &Event) -> Self {
        let appointment = &event.appointment;
        Self {
            id: event.id(),
            kind: event.kind.name().to_owned(),
            occurred_at: instant(appointment.changed_at),
            appointment_id: appointment.id.to_string(),
            status: appointment.status.name().to_owned(),
            moved_from: appointment.moved_from.map(|other| other.to_string()),
            beneficiary_id: appointment.beneficiary.to_string(),
            session_id: appointment.shard.pool.session.to_string(),
            center_id: appointment.center.get(),
            district_id: appointment.district.get(),
            state_id: appointment.state.get(),
            date: appointment.date.to_string(),
            slot: appointment.window.to_string(),
            dose: appointment.shard.pool.dose.get(),
            vaccine: appointment.vaccine.to_string(),
        }
    }
}

/// What subscribers filter by, beside a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    Text(String),
    Number(u32),
}

impl Attribute {
    /// As SNS takes it.
    pub fn value(&self) -> Result<MessageAttributeValue, StoreError> {
        let (kind, value) = match self {
            Self::Text(text) => ("String", text.clone()),
            Self::Number(number) => ("Number", number.to_string()),
        };
        let value = MessageAttributeValue::builder().data_type(kind).string_value(value).build();
        value.map_err(|error| StoreError::Failed(error.into()))
    }
}

/// Events on two SNS topics: of appointments, and of what can be had. Subscribers of the first filter by the attributes `type`,
/// `state`, `district` and `center`, those of the second by [`AvailabilityMessage::attributes`].
#[derive(Debug, Clone)]
pub struct SnsEvents {
    client: Client,
    events: String,
    availability: String,
}

impl SnsEvents {
    /// By the ARNs of both topics.
    #[must_use]
    pub fn new(client: Client, events: impl Into<String>, availability: impl Into<String>) -> Self {
        Self { client, events: events.into(), availability: availability.into() }
    }
}

#[async_trait]
impl Events for SnsEvents {
    async fn publish(&self, event: &Event) -> Result<(), StoreError> {
        let message = EventMessage::from(event);
        let attributes = [
            ("type", Attribute::Text(message.kind.clone())),
            ("state", Attribute::Number(message.state_id)),
            ("district", Attribute::Number(message.district_id)),
            ("center", Attribute::Number(message.center_id)),
        ];
        let mut request = self.client.publish().topic_arn(&self.events).message(text(&message)?);
        for (name, attribute) in attributes {
            request = request.message_attributes(name, attribute.value()?);
        }
        request.send().await.map_err(classify)?;
        Ok(())
    }

    async fn announce(&self, turned: &[&Turned]) -> Result<(), StoreError> {
        let entries: Vec<_> = turned.iter().enumerate().map(entry).collect::<Result<_, _>>()?;
        let send = self.client.publish_batch().topic_arn(&self.availability);
        let left = send.set_publish_batch_request_entries(Some(entries)).send().await.map_err(classify)?.failed;
        match left.unwrap_or_default().first() {
            None => Ok(()),
            Some(one) if one.sender_fault => Err(StoreError::Failed("the topic refused a message".into())),
            Some(_) => Err(StoreError::Throttled),
        }
    }
}

fn entry((place, turned): (usize, &&Turned)) -> Result<PublishBatchRequestEntry, StoreError> {
    let message = AvailabilityMessage::from(*turned);
    let mut entry = PublishBatchRequestEntry::builder().id(place.to_string()).message(text(&message)?);
    for (name, attribute) in message.attributes() {
        entry = entry.message_attributes(name, attribute.value()?);
    }
    entry.build().map_err(|error| StoreError::Failed(error.into()))
}

fn text(message: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(message).map_err(|error| StoreError::Failed(error.into()))
}
