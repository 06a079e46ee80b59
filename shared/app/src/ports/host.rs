use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;
use vaxslot_domain::Timestamp;

/// Chance for secrets.
pub trait Chance: Send + Sync {
    /// Bytes that nobody can guess, whatever else they know.
    fn secret(&self) -> [u8; 32];
}

/// Time and chance, so that a test can hold both in its hand.
#[async_trait]
pub trait Host: Send + Sync {
    /// The current time, in whole milliseconds.
    fn now(&self) -> Timestamp;

    /// A random number, not for secrets.
    fn random(&self) -> u64;

    /// A random (version 4) UUID.
    fn uuid(&self) -> Uuid;

    /// Waits.
    async fn pause(&self, time: Duration);
}
