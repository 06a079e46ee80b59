use async_trait::async_trait;
use vaxslot_app::ports::{ReminderPlace, ReminderPlaces, StoreError};

use super::MemoryStore;

#[async_trait]
impl ReminderPlaces for MemoryStore {
    async fn reminder_place(&self) -> Result<Option<ReminderPlace>, StoreError> {
        Ok(self.tables().reminder_place)
    }

    async fn note_reminder_place(&self, place: &ReminderPlace) -> Result<(), StoreError> {
        self.tables().reminder_place = Some(*place);
        Ok(())
    }
}
