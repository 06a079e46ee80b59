use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use rand::{Rng, SeedableRng, rngs::StdRng};
use uuid::Uuid;
use vaxslot_app::ports::{Chance, Host};
use vaxslot_domain::{SignedDuration, Timestamp};

/// A clock that stands until it is moved, and chance that comes out the same every time.
#[derive(Debug)]
pub struct TestHost {
    now_ms: AtomicI64,
    chance: Mutex<StdRng>,
}

impl TestHost {
    /// A host whose clock shows `now`, cut to whole milliseconds.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self::seeded(now, 0)
    }

    /// A host with randomness of its own.
    #[must_use]
    pub fn seeded(now: Timestamp, seed: u64) -> Self {
        Self { now_ms: AtomicI64::new(now.as_millisecond()), chance: Mutex::new(StdRng::seed_from_u64(seed)) }
    }

    /// Sets the clock, cut to whole milliseconds.
    pub fn set(&self, now: Timestamp) {
        self.now_ms.store(now.as_millisecond(), Ordering::SeqCst);
    }

    /// Moves the clock, cut to whole milliseconds.
    pub fn advance(&self, by: SignedDuration) {
        let millis = i64::try_from(by.as_millis()).expect("a step that fits into the clock");
        self.now_ms.fetch_add(millis, Ordering::SeqCst);
    }

    fn chance(&self) -> std::sync::MutexGuard<'_, StdRng> {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Host for TestHost {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now_ms.load(Ordering::SeqCst)).expect("a clock within the calendar")
    }

    fn random(&self) -> u64 {
        self.chance().random()
    }

    fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.chance().random()).into_uuid()
    }

    /// Lets others run, and leaves the clock alone.
    async fn pause(&self, _time: Duration) {
        tokio::task::yield_now().await;
    }
}

impl Chance for TestHost {
    fn secret(&self) -> [u8; 32] {
        self.chance().random()
    }
}
