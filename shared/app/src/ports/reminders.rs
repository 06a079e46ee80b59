use async_trait::async_trait;
use vaxslot_domain::{Date, appointment::Appointment};

use super::{StoreError, WalkPlace};

/// How far the reminders of a day have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReminderPlace {
    /// The day of the appointments.
    pub day: Date,
    /// Behind which session of which district to go on; nothing if everybody is reminded.
    pub next: Option<WalkPlace>,
}

/// Where reminding goes on.
#[async_trait]
pub trait ReminderPlaces: Send + Sync {
    /// How far the last day's reminders have come; nothing if there never were any (a consistent read).
    async fn reminder_place(&self) -> Result<Option<ReminderPlace>, StoreError>;

    /// Notes how far reminders have come.
    async fn note_reminder_place(&self, place: &ReminderPlace) -> Result<(), StoreError>;
}

/// Where reminders wait to be told.
#[async_trait]
pub trait ReminderQueue: Send + Sync {
    /// Queues a reminder of each appointment, of which there are ten at most. Each may come more than once.
    async fn queue_reminders(&self, of: &[Appointment]) -> Result<(), StoreError>;
}
