//! Cancelling a session: it takes no more bookings, and every appointment in it ends.
//!
//! 1. The session's row is closed for good and filed as work: nobody reopens or resizes it from here on.
//! 2. Every shard is closed for good: no booking gets through any more.
//! 3. The session is declared cancelled. Now none can be made, whatever is still on its way.
//! 4. Appointments are released until every unit is free that was not used up.
//! 5. The session is taken off the list of work.
//!
//! Each step can be repeated, and whoever comes next goes on from the rows as they are: the same request again, or the
//! sweeper.

use std::{collections::HashMap, sync::Arc};

use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{Ending, Release},
    id::SessionId,
    person::Beneficiary,
    session::{Session, SessionStatus, Shard, ShardKey},
};

use crate::{
    people::each_person,
    ports::{Host, Store, StoreError, Tried},
    retry::{Patience, persist},
};

/// How many shards are worked on at once.
const SHARDS_AT_ONCE: usize = 16;

/// Where a cancellation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// No cancellation of it has begun, or there is no such session.
    NotBegun,
    /// Nobody can book any more; so many appointments are to be released yet.
    Releasing { released: u32, left: u32 },
    /// Every step is done; so many appointments were released just now.
    Settled { released: u32 },
}

/// How many unfinished cancellations are listed at a time.
const PAGE: u32 = 25;

/// What was done about the cancellations that were left unfinished.
#[derive(Debug, Default)]
pub struct Finished {
    pub settled: Vec<SessionId>,
    pub released: u32,
    /// Cancellations that are to be carried on another time.
    pub left: u32,
    pub failures: Vec<FinishError>,
    /// Whether time was up before the end of the list.
    pub cut_short: bool,
}

/// Why a cancellation could not be carried on.
#[derive(Debug, thiserror::Error)]
pub enum FinishError {
    #[error("the list of unfinished cancellations cannot be read")]
    List(#[source] StoreError),
    #[error("the cancellation of session {0} cannot be carried on")]
    Session(SessionId, #[source] StoreError),
}

/// Carries cancellations on.
pub struct Cancelling {
    store: Arc<dyn Store>,
    host: Arc<dyn Host>,
}

impl Cancelling {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        Self { store, host }
    }

    /// Carries on every cancellation that was left unfinished, the oldest first, as far as it gets until then. What fails is
    /// told, and stops nothing else.
    pub async fn finish(&self, until: Timestamp) -> Finished {
        let mut finished = Finished::default();
        let mut after = None;
        loop {
            let page = match persist(&*self.host, || self.store.due_cancellations(after, PAGE)).await {
                Ok(page) => page,
                Err(error) => {
                    finished.failures.push(FinishError::List(error));
                    return finished;
                }
            };
            for due in &page {
                if self.host.now() >= until {
                    finished.cut_short = true;
                    return finished;
                }
                match self.carry_on(due.session, until).await {
                    // The list lags behind: somebody else has finished it.
                    Ok(Progress::NotBegun) => {}
                    Ok(Progress::Settled { released }) => {
                        finished.settled.push(due.session);
                        finished.released += released;
                    }
                    Ok(Progress::Releasing { released, .. }) => {
                        finished.released += released;
                        finished.left += 1;
                    }
                    Err(error) => finished.failures.push(FinishError::Session(due.session, error)),
                }
            }
            if page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
                return finished;
            }
            after = page.last().copied();
        }
    }

    /// Carries the cancellation of a session on from wherever it stands. Steps 2 and 3 are always done; step 4 as far as it
    /// gets until `until`.
    ///
    /// # Errors
    /// The first failure, after everything that does not depend on it was tried.
    pub async fn carry_on(&self, id: SessionId, until: Timestamp) -> Result<Progress, StoreError> {
        let Some(session) = persist(&*self.host, || self.store.session(id)).await? else {
            return Ok(Progress::NotBegun);
        };
        match (session.status, session.cancelling) {
            (SessionStatus::Cancelled, None) => return Ok(Progress::Settled { released: 0 }),
            (_, None) => return Ok(Progress::NotBegun),
            (SessionStatus::Cancelled, Some(_)) => {}
            (_, Some(_)) => self.shut(&session).await?,
        }
        self.release_all(&session, until).await
    }

    /// Steps 2 and 3. The layout is that of the row after step 1, which nobody changes any more.
    async fn shut(&self, session: &Session) -> Result<(), StoreError> {
        let marks = session.shard_keys().map(|key| persist(&*self.host, move || self.store.cancel_shard(key)));
        stream::iter(marks).buffer_unordered(SHARDS_AT_ONCE).try_collect::<Vec<()>>().await?;
        // A refusal means that somebody else has come as far, or farther.
        persist(&*self.host, || self.store.declare_cancelled(session.id)).await.map(drop)
    }

    /// Steps 4 and 5.
    async fn release_all(&self, session: &Session, until: Timestamp) -> Result<Progress, StoreError> {
        let keys: Vec<ShardKey> = session.shard_keys().collect();
        let patience = Patience::USUAL;
        let (mut released, mut in_vain) = (0, 0);
        // Units that were used up do not come back. However late they come into sight, they only grow more: what is taken of
        // a shard and not among them is an appointment that stands.
        let mut used: HashMap<ShardKey, u32> = HashMap::new();
        loop {
            let shards = persist(&*self.host, || self.store.shards(&keys)).await?;
            let standing = |shard: &Shard| {
                let used = used.get(&shard.key).copied().unwrap_or(0);
                (shard.capacity - shard.free).saturating_sub(used)
            };
            let taken: Vec<&Shard> = shards.iter().filter(|shard| standing(shard) > 0).collect();
            if taken.is_empty() {
                persist(&*self.host, || self.store.settle(session.id)).await?;
                return Ok(Progress::Settled { released });
            }
            if in_vain >= patience.attempts || self.host.now() >= until {
                let left = taken.into_iter().map(standing).sum();
                return Ok(Progress::Releasing { released, left });
            }
            let work: Vec<_> = taken.iter().map(|shard| self.release_shard(shard.key, until)).collect();
            let mut work = stream::iter(work).buffer_unordered(SHARDS_AT_ONCE);
            let (mut count, mut failure) = (0, None);
            while let Some((shard, seen)) = work.next().await {
                count += seen.released;
                used.extend(seen.used.map(|units| (shard, units)));
                failure = failure.or(seen.failure);
            }
            released += count;
            match failure {
                Some(error) => return Err(error),
                // The list of a shard's appointments lags behind: look again in a moment.
                None if count == 0 => {
                    self.host.pause(patience.wait(in_vain, self.host.random())).await;
                    in_vain += 1;
                }
                None => in_vain = 0,
            }
        }
    }

    /// Releases every appointment of a shard that is in sight.
    async fn release_shard(&self, shard: ShardKey, until: Timestamp) -> (ShardKey, Seen) {
        let mut seen = Seen::default();
        if let Err(error) = self.release_in(shard, until, &mut seen).await {
            seen.failure = Some(error);
        }
        (shard, seen)
    }

    async fn release_in(&self, shard: ShardKey, until: Timestamp, seen: &mut Seen) -> Result<(), StoreError> {
        let taken = persist(&*self.host, || self.store.taken_in(shard)).await?;
        seen.used = Some(taken.used);
        let ids: Vec<_> = taken.active.iter().map(|own| own.beneficiary).collect();
        for person in each_person(&*self.store, &*self.host, &ids).await? {
            if self.host.now() >= until {
                break;
            }
            match self.release(person, shard).await {
                Ok(true) => seen.released += 1,
                Ok(false) => {}
                Err(error) => seen.failure = seen.failure.take().or(Some(error)),
            }
        }
        Ok(())
    }

    /// Ends a person's appointment in a shard. False if it has none there any more, or changes it right now.
    async fn release(
        &self,
        person: Result<Option<Beneficiary>, StoreError>,
        shard: ShardKey,
    ) -> Result<bool, StoreError> {
        let Some(person) = person? else { return Ok(false) };
        let Some(active) = person.active.as_ref().filter(|active| active.shard == shard) else { return Ok(false) };
        let release = Release(vec![ended(&person, active, self.host.now())]);
        let tried = persist(&*self.host, || self.store.release(&release)).await?;
        Ok(tried == Tried::Done(()))
    }
}

/// What a look at a shard came to.
#[derive(Default)]
struct Seen {
    released: u32,
    /// How many units were used up, as far as it is in sight.
    used: Option<u32>,
    /// The first failure.
    failure: Option<StoreError>,
}

/// How an appointment of a cancelled session ends: a hold that has run out was given up, anything else is withdrawn.
fn ended(person: &Beneficiary, active: &Appointment, now: Timestamp) -> Ending {
    if active.status.expired_at(now) {
        Ending::given_up(person, active, active.turned(Status::Expired, now))
    } else {
        Ending::withdrawn(person, active, active.turned(Status::Cancelled, now))
    }
}
