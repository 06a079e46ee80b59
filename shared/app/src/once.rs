//! Requests that come twice with one idempotency key: carried out once, answered the same.
//!
//! A key is noted before its request is carried out, and the answer after. A process that dies in between leaves a key
//! without an answer: whoever repeats the request then carries it out again, under the same mark, by which a use case knows
//! what it has done already.

use std::{sync::Arc, time::Duration};

use vaxslot_domain::{SignedDuration, Timestamp};

use crate::{
    derive,
    ports::{Host, KeptAnswer, KeyUse, Keys, RequestKey, StoreError, Tried},
    retry::persist,
};

/// How long a key counts.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long a request may take: longer than any function that carries one out may run.
pub const LONGEST: SignedDuration = SignedDuration::from_secs(30);
/// The most bytes of an answer that are kept. Only imports have longer ones, and those are safe to repeat.
const MOST_KEPT: usize = 32 * 1024;
/// How often to look whether another attempt has come to its end, and how long to wait each time.
const LOOKS: u32 = 8;
const WAIT: Duration = Duration::from_millis(150);

/// Carries out requests once.
pub struct Once {
    keys: Arc<dyn Keys>,
    host: Arc<dyn Host>,
}

/// What is to be done about a request.
#[derive(Debug)]
pub enum Turn {
    /// To carry it out.
    Ours(Running),
    /// It was carried out.
    Answered(KeptAnswer),
    /// The key was used for another request.
    Reused,
    /// Another attempt is at it, for so much longer at most.
    Elsewhere(SignedDuration),
}

/// A request that is being carried out.
#[derive(Debug)]
pub struct Running {
    key: RequestKey,
    noted: KeyUse,
}

impl Running {
    /// What tells the request from all others, and is the same for all its attempts.
    #[must_use]
    pub fn mark(&self) -> String {
        let since = self.noted.since.as_millisecond().to_string();
        derive::digest(&["mark", &self.key.uuid().to_string(), &self.noted.request, &since])
    }
}

impl Once {
    #[must_use]
    pub fn new(keys: Arc<dyn Keys>, host: Arc<dyn Host>) -> Self {
        Self { keys, host }
    }

    /// Begins with a request, of which `request` is a digest.
    ///
    /// # Errors
    /// When the store does not say whether it is new.
    pub async fn begin(&self, key: RequestKey, request: &str) -> Result<Turn, StoreError> {
        let attempt = self.host.uuid();
        let mut looks = 0;
        loop {
            let now = self.host.now();
            let first =
                KeyUse { request: request.to_owned(), since: now, attempt, until: later(now, LONGEST), answer: None };
            let stale = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
            let found = match persist(&*self.host, || self.keys.note_use(key, &first, stale)).await? {
                Tried::Done(()) => return Ok(Turn::Ours(Running { key, noted: first })),
                Tried::Refused(found) => found,
            };
            // The answer to an earlier try was lost, and it was carried out.
            if found.attempt == attempt {
                return Ok(Turn::Ours(Running { key, noted: found }));
            }
            if found.request != request {
                return Ok(Turn::Reused);
            }
            if let Some(answer) = found.answer {
                return Ok(Turn::Answered(answer));
            }
            if found.until <= now {
                // Whoever was at it is no more. Should somebody else be faster, the next look tells.
                let ours = KeyUse { attempt, until: first.until, ..found.clone() };
                persist(&*self.host, || self.keys.renew_use(key, found.attempt, &ours)).await?;
                continue;
            }
            if looks == LOOKS {
                return Ok(Turn::Elsewhere(found.until.duration_since(now)));
            }
            looks += 1;
            self.host.pause(WAIT).await;
        }
    }

    /// Keeps the answer.
    ///
    /// # Errors
    /// When it may not be kept. The answer holds all the same: a repeat is carried out again and recognised.
    pub async fn keep(&self, running: &Running, answer: KeptAnswer) -> Result<(), StoreError> {
        if answer.body.len() > MOST_KEPT {
            return self.leave(running).await;
        }
        self.renew(running, KeyUse { answer: Some(answer), ..running.noted.clone() }).await
    }

    /// Leaves a request without an answer to keep, to whoever repeats it.
    ///
    /// # Errors
    /// When a repeat may have to wait.
    pub async fn leave(&self, running: &Running) -> Result<(), StoreError> {
        self.renew(running, KeyUse { until: self.host.now(), ..running.noted.clone() }).await
    }

    /// Forgets a request of which nothing was carried out: its key is free for another.
    ///
    /// # Errors
    /// When the key may still be taken.
    pub async fn forget(&self, running: &Running) -> Result<(), StoreError> {
        self.renew(running, KeyUse { since: Timestamp::UNIX_EPOCH, ..running.noted.clone() }).await
    }

    async fn renew(&self, running: &Running, renewed: KeyUse) -> Result<(), StoreError> {
        // Refused where another attempt has taken over, or this very answer was kept before its confirmation was lost.
        persist(&*self.host, || self.keys.renew_use(running.key, running.noted.attempt, &renewed)).await?;
        Ok(())
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}
