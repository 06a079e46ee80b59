use vaxslot_domain::{Timestamp, booking::Take};

use super::Booking;
use crate::{
    ports::{Host, Source, StoreError},
    retry::{Patience, last_attempt, passing},
};

/// How often a booking looks around for units. Whoever finds them gone met somebody who got them, so a look in vain is no
/// failure of the store.
const MOST_LOOKS: u32 = 32;

/// How far the tries of one booking have come.
pub(super) struct Tries {
    /// When the last of them may begin.
    until: Timestamp,
    failures: u32,
    looks: u32,
    /// That an answer was lost, and why. No later failure undoes what may have happened.
    pub lost: Option<Source>,
}

impl Tries {
    pub fn new(host: &dyn Host) -> Self {
        Self { until: last_attempt(host), failures: 0, looks: 0, lost: None }
    }

    pub fn go_on(&self, host: &dyn Host) -> bool {
        self.failures < Patience::USUAL.attempts && self.looks < MOST_LOOKS && host.now() < self.until
    }

    /// Counts a refusal, after which the rows are looked at.
    pub fn refused(&mut self) {
        self.looks += 1;
    }
}

impl Booking {
    /// Waits after a failure that may pass. Whatever `take` is then, is to be tried next: the same while it is open what became
    /// of it, because the store knows the very same request by its token; and another one, by `hop`, if nothing was written.
    ///
    /// # Errors
    /// The failure, if it does not pass.
    pub(super) async fn wait_after(
        &self,
        error: StoreError,
        tries: &mut Tries,
        take: &mut Take,
        hop: impl FnOnce() -> Take,
    ) -> Result<(), StoreError> {
        if !passing(&error) {
            return Err(error);
        }
        self.host.pause(Patience::USUAL.wait(tries.failures, self.host.random())).await;
        tries.failures += 1;
        match error {
            StoreError::Unclear(source) => tries.lost = Some(source),
            _ if tries.lost.is_none() => *take = hop(),
            _ => {}
        }
        Ok(())
    }
}
