use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use vaxslot_app::ports::{Events, StoreError};
use vaxslot_domain::{availability::Turned, event::Event};

/// A topic that keeps what it was told.
#[derive(Debug, Default)]
pub struct RecordedEvents {
    told: Mutex<Vec<Event>>,
    turned: Mutex<Vec<Turned>>,
}

impl RecordedEvents {
    /// Every event so far, in the order of telling.
    #[must_use]
    pub fn told(&self) -> Vec<Event> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every turn of a dose so far, in the order of announcing.
    #[must_use]
    pub fn announced(&self) -> Vec<Turned> {
        self.turned.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Events for RecordedEvents {
    async fn publish(&self, event: &Event) -> Result<(), StoreError> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
        Ok(())
    }

    async fn announce(&self, turned: &[&Turned]) -> Result<(), StoreError> {
        assert!((1..=10).contains(&turned.len()), "{}", turned.len());
        let mut told = self.turned.lock().unwrap_or_else(PoisonError::into_inner);
        told.extend(turned.iter().copied().cloned());
        Ok(())
    }
}
