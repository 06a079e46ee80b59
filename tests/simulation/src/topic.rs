//! The topics of booking events and of what can be had. They may keep what they said they lost.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use vaxslot_app::ports::{Events, StoreError};
use vaxslot_domain::{availability::Turned, event::Event};

use crate::{
    plant::Bug,
    store::weather::{Fate, Weather},
    world::{World, lock},
};

/// Topics that keep what they were told.
pub struct Topic {
    world: World,
    weather: Mutex<Weather>,
    bug: Option<Bug>,
    told: Mutex<Vec<Event>>,
    turned: Mutex<Vec<Turned>>,
}

impl Topic {
    #[must_use]
    pub fn new(world: &World, weather: Weather, bug: Option<Bug>) -> Arc<Self> {
        Arc::new(Self {
            world: world.clone(),
            weather: Mutex::new(weather),
            bug,
            told: Mutex::default(),
            turned: Mutex::default(),
        })
    }

    pub fn calm(&self) {
        lock(&self.weather).calm();
    }

    /// Every event, once for each telling.
    #[must_use]
    pub fn told(&self) -> Vec<Event> {
        lock(&self.told).clone()
    }

    /// Every turn of a dose, once for each announcement.
    #[must_use]
    pub fn announced(&self) -> Vec<Turned> {
        lock(&self.turned).clone()
    }

    /// Takes a message as the weather will have it.
    async fn take(&self, id: &str, keep: impl FnOnce() + Send) -> Result<(), StoreError> {
        let (fate, way) = {
            let mut weather = lock(&self.weather);
            (weather.fate(), weather.way())
        };
        self.world.sleep(way).await;
        let lost = || StoreError::Unclear("the topic's answer was lost".into());
        match fate {
            Fate::Throttled => return Err(StoreError::Throttled),
            Fate::RequestLost(_) | Fate::ServerError if self.bug == Some(Bug::EventLost) => return Ok(()),
            Fate::RequestLost(_) | Fate::ServerError => return Err(lost()),
            _ => {}
        }
        self.world.note(&"topic", format_args!("{id}"));
        keep();
        self.world.sleep(way).await;
        if fate == Fate::Fair { Ok(()) } else { Err(lost()) }
    }
}

#[async_trait]
impl Events for Topic {
    async fn publish(&self, event: &Event) -> Result<(), StoreError> {
        self.take(&event.id(), || lock(&self.told).push(event.clone())).await
    }

    /// One after the other, so that some may be told where the whole is not.
    async fn announce(&self, turned: &[&Turned]) -> Result<(), StoreError> {
        for one in turned {
            self.take(&one.id(), || lock(&self.turned).push((*one).clone())).await?;
        }
        Ok(())
    }
}
