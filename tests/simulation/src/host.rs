use std::{sync::Mutex, time::Duration};

use async_trait::async_trait;
use uuid::Uuid;
use vaxslot_app::ports::Host;
use vaxslot_domain::{SignedDuration, Timestamp};

use crate::world::{Chance, World, lock};

/// When every world begins: the morning before the usual session. In milliseconds since 1970.
pub const BEGIN: i64 = 1_795_255_200_000;

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
    BEGIN + i64::try_from(world.now().as_millis()).unwrap_or(i64::MAX - BEGIN)
}

#[must_use]
pub fn timestamp(world: &World) -> Timestamp {
    let begin = Timestamp::from_millisecond(BEGIN).unwrap_or(Timestamp::MIN);
    begin.saturating_add(SignedDuration::from_millis(millis(world) - BEGIN)).unwrap_or(Timestamp::MAX)
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
