use std::time::Duration;

use async_trait::async_trait;
use rand::{TryRngCore, rngs::OsRng};
use uuid::Uuid;
use vaxslot_app::ports::{Chance, Host};
use vaxslot_domain::Timestamp;

/// The machine's own clock and chance: the one place where both are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemHost;

#[async_trait]
impl Host for SystemHost {
    #[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where chance is drawn")]
    fn random(&self) -> u64 {
        rand::random()
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where ids are drawn")]
    fn uuid(&self) -> Uuid {
        Uuid::new_v4()
    }

    async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

impl Chance for SystemHost {
    /// # Panics
    /// When the machine has no randomness to give: nothing is secret then.
    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        OsRng.try_fill_bytes(&mut bytes).expect("the machine's randomness");
        bytes
    }
}
