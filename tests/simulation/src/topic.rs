//! The topic of booking events. It may keep what it said it lost.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use vaxslot_app::ports::{Events, StoreError};
use vaxslot_domain::event::Event;

use crate::{
    plant::Bug,
    store::weather::{Fate, Weather},
    world::{World, lock},
};

/// A topic that keeps what it was told.
pub struct Topic {
    world: World,
    weather: Mutex<Weather>,
    bug: Option<Bug>,
    told: Mutex<Vec<Event>>,
}

impl Topic {
    #[must_use]
    pub fn new(world: &World, weather: Weather, bug: Option<Bug>) -> Arc<Self> {
        Arc::new(Self { world: world.clone(), weather: Mutex::new(weather), bug, told: Mutex::default() })
    }

    pub fn calm(&self) {
        lock(&self.weather).calm();
    }

    /// Every event, once for each telling.
    #[must_use]
    pub fn told(&self) -> Vec<Event> {
        lock(&self.told).clone()
    }
}

#[async_trait]
impl Events for Topic {
    async fn publish(&self, event: &Event) -> Result<(), StoreError> {
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
        self.world.note(&"topic", format_args!("{}", event.id()));
        lock(&self.told).push(event.clone());
        self.world.sleep(way).await;
        if fate == Fate::Fair { Ok(()) } else { Err(lost()) }
    }
}
