use async_trait::async_trait;
use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use vaxslot_app::ports::{ReminderPlace, ReminderPlaces, ReminderQueue, StoreError};
use vaxslot_domain::{
    appointment::Appointment,
    event::{Event, EventKind},
};

use crate::{
    error::classify,
    events::EventMessage,
    keys,
    rows::{read_reminder_place, write_reminder_place},
    store::DynamoStore,
};

#[async_trait]
impl ReminderPlaces for DynamoStore {
    async fn reminder_place(&self) -> Result<Option<ReminderPlace>, StoreError> {
        let found = self.read(&keys::reminder_place()).await?;
        found.map(|item| Ok(read_reminder_place(&self.row(&item))?)).transpose()
    }

    async fn note_reminder_place(&self, place: &ReminderPlace) -> Result<(), StoreError> {
        self.put(write_reminder_place(place)).await
    }
}

impl EventMessage {
    /// What a reminder is called.
    pub const REMINDER: &str = "appointment.reminder";

    /// A reminder of a confirmed appointment: no event, but told as one.
    #[must_use]
    pub fn reminder(of: &Appointment) -> Self {
        let confirmed = Self::from(&Event { kind: EventKind::Confirmed, appointment: of.clone() });
        Self { id: format!("{}:{}", of.id, Self::REMINDER), kind: Self::REMINDER.to_owned(), ..confirmed }
    }
}

/// Reminders as messages of the notifier's queue.
#[derive(Debug, Clone)]
pub struct SqsReminders {
    client: Client,
    url: String,
}

impl SqsReminders {
    #[must_use]
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self { client, url: url.into() }
    }
}

#[async_trait]
impl ReminderQueue for SqsReminders {
    async fn queue_reminders(&self, of: &[Appointment]) -> Result<(), StoreError> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Failed(error);
        let entry = |(place, one): (usize, &Appointment)| {
            let body = serde_json::to_string(&EventMessage::reminder(one)).map_err(|error| failed(error.into()))?;
            let entry = SendMessageBatchRequestEntry::builder().id(place.to_string()).message_body(body);
            entry.build().map_err(|error| failed(error.into()))
        };
        let entries: Vec<_> = of.iter().enumerate().map(entry).collect::<Result<_, _>>()?;
        let send = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        let left = send.send().await.map_err(classify)?.failed;
        match left.first() {
            None => Ok(()),
            Some(one) if one.sender_fault => Err(failed("the queue refused a reminder".into())),
            Some(_) => Err(StoreError::Throttled),
        }
    }
}
