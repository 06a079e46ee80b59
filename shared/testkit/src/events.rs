use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use vaxslot_app::ports::{Events, StoreError};
use vaxslot_domain::event::Event;

/// A topic that keeps what it was told.
#[derive(Debug, Default)]
pub struct RecordedEvents(Mutex<Vec<Event>>);

impl RecordedEvents {
    /// Every event so far, in the order of telling.
    #[must_use]
    pub fn told(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Events for RecordedEvents {
    async fn publish(&self, event: &Event) -> Result<(), StoreError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
        Ok(())
    }
}
