use async_trait::async_trait;
use aws_sdk_sns::{Client, types::MessageAttributeValue};
use serde::{Deserialize, Serialize};
use vaxslot_app::ports::{Events, StoreError};
use vaxslot_domain::event::Event;

use crate::{error::classify, rows::instant};

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

/// Events on an SNS topic. Subscribers filter by the attributes `type`, `state`, `district` and `center`.
#[derive(Debug, Clone)]
pub struct SnsEvents {
    client: Client,
    topic: String,
}

impl SnsEvents {
    #[must_use]
    pub fn new(client: Client, topic_arn: impl Into<String>) -> Self {
        Self { client, topic: topic_arn.into() }
    }
}

#[async_trait]
impl Events for SnsEvents {
    async fn publish(&self, event: &Event) -> Result<(), StoreError> {
        let message = EventMessage::from(event);
        let text = serde_json::to_string(&message).map_err(|error| StoreError::Failed(error.into()))?;
        let attribute = |value: &dyn ToString, kind: &str| {
            MessageAttributeValue::builder().data_type(kind).string_value(value.to_string()).build()
        };
        let attributes = [
            ("type", attribute(&message.kind, "String")),
            ("state", attribute(&message.state_id, "Number")),
            ("district", attribute(&message.district_id, "Number")),
            ("center", attribute(&message.center_id, "Number")),
        ];
        let mut request = self.client.publish().topic_arn(&self.topic).message(text);
        for (name, value) in attributes {
            let value = value.map_err(|error| StoreError::Failed(error.into()))?;
            request = request.message_attributes(name, value);
        }
        request.send().await.map_err(classify)?;
        Ok(())
    }
}
