//! The one layer of retries.
//!
//! Adapters make one attempt; here it is decided to try again. Waits are drawn evenly from zero to a bound that doubles
//! ("full jitter"), so that racers for one item do not meet again.

use std::{future::Future, time::Duration};

use vaxslot_domain::Timestamp;

use crate::{
    ports::{Host, StoreError},
    times::CALL,
};

/// How often to try, and how long to wait between.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub attempts: u32,
    pub first_wait: Duration,
    pub longest_wait: Duration,
}

impl Patience {
    /// Pauses add up to about a second in the worst case; [`CALL`] bounds what the attempts between them take.
    pub const USUAL: Self =
        Self { attempts: 8, first_wait: Duration::from_millis(10), longest_wait: Duration::from_millis(320) };

    /// The wait before attempt `attempt + 1`.
    #[must_use]
    pub fn wait(&self, attempt: u32, random: u64) -> Duration {
        let bound = self.first_wait.saturating_mul(1 << attempt.min(16)).min(self.longest_wait);
        let micros = u64::try_from(bound.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(random % micros.saturating_add(1))
    }
}

/// Whether another attempt may succeed.
#[must_use]
pub fn passing(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict | StoreError::Throttled | StoreError::Unclear(_))
}

/// When the last attempt of a call that begins now may begin.
#[must_use]
pub fn last_attempt(host: &dyn Host) -> Timestamp {
    host.now().saturating_add(CALL).unwrap_or(Timestamp::MAX)
}

/// Repeats `attempt` until it succeeds, fails for good, or patience or the time for a call ends. It must be safe to carry out
/// twice.
///
/// # Errors
/// The last failure; where an answer was lost on the way, that it was: no later failure undoes what may have happened.
pub async fn persist<T, Fut>(host: &dyn Host, attempt: impl FnMut() -> Fut) -> Result<T, StoreError>
where
    Fut: Future<Output = Result<T, StoreError>>,
{
    persist_until(host, Timestamp::MAX, attempt).await
}

/// As [`persist`], but no attempt begins after `deadline`, except the first.
///
/// # Errors
/// As [`persist`].
pub async fn persist_until<T, Fut>(
    host: &dyn Host,
    deadline: Timestamp,
    mut attempt: impl FnMut() -> Fut,
) -> Result<T, StoreError>
where
    Fut: Future<Output = Result<T, StoreError>>,
{
    let (patience, deadline) = (Patience::USUAL, deadline.min(last_attempt(host)));
    let mut lost = None;
    for number in 0.. {
        let error = match attempt().await {
            Ok(outcome) => return Ok(outcome),
            Err(error) => error,
        };
        let again = passing(&error) && number + 1 < patience.attempts && host.now() < deadline;
        let error = lost.take().unwrap_or(error);
        if !again {
            return Err(error);
        }
        lost = Some(error).filter(|error| matches!(error, StoreError::Unclear(_)));
        host.pause(patience.wait(number, host.random())).await;
    }
    unreachable!("the last attempt returns")
}
