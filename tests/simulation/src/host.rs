use std::{sync::Mutex, time::Duration};

use async_trait::async_trait;
use uuid::Uuid;
use vaxslot_app::ports::Host;
use vaxslot_domain::Timestamp;

use crate::world::{Chance, World, lock};

/// A machine's view of the world: its time, and chance of its own.
pub struct SimHost {
    world: World,
    chance: Mutex<Chance>,
}

impl SimHost {
    #[must_use]
    pub fn new(world: &World) -> Self {
        Self { world: world.clone(), chance: Mutex::new(world.fork()) }
    }
}

/// The world's time in milliseconds since 1970.
#[must_use]
pub fn millis(world: &World) -> i64 {
    world.begin().saturating_add(i64::try_from(world.now().as_millis()).unwrap_or(i64::MAX))
}

#[must_use]
pub fn timestamp(world: &World) -> Timestamp {
    Timestamp::from_millisecond(millis(world)).unwrap_or(Timestamp::MAX)
}

#[async_trait]
impl Host for SimHost {
    fn now(&self) -> Timestamp {
        timestamp(&self.world)
    }

    fn random(&self) -> u64 {
        lock(&self.chance).draw()
    }

    fn uuid(&self) -> Uuid {
        let mut chance = lock(&self.chance);
        let (high, low) = (u128::from(chance.draw()), u128::from(chance.draw()));
        uuid::Builder::from_random_bytes((high << 64 | low).to_be_bytes()).into_uuid()
    }

    async fn pause(&self, time: Duration) {
        self.world.sleep(time).await;
    }
}
