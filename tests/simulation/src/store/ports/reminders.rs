use async_trait::async_trait;
use vaxslot_app::ports::{ReminderPlace, ReminderPlaces, StoreError};

use super::SimStore;
use crate::store::at_once;

#[async_trait]
impl ReminderPlaces for SimStore {
    async fn reminder_place(&self) -> Result<Option<ReminderPlace>, StoreError> {
        self.get("read reminder place", Vec::new(), |memory| at_once(memory.reminder_place())).await
    }

    async fn note_reminder_place(&self, place: &ReminderPlace) -> Result<(), StoreError> {
        let place = *place;
        self.get("note reminder place", Vec::new(), move |memory| at_once(memory.note_reminder_place(&place))).await
    }
}
