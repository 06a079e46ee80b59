//! Counting shards against the appointments that name them.
//!
//! A shard is judged only if it did not move while it was looked at (`moves` counts every write of it), and found wrong
//! only if it stood still and as wrong for a while: the list of appointments lags behind. Nothing is written but how far
//! the audit has come. What is wrong is for people to look into.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_domain::{
    Date, SignedDuration, Timestamp,
    id::{DistrictId, SessionId},
    search::{Days, ListOf, Listing},
    session::{Session, Shard, ShardKey},
};

use crate::{
    ports::{Host, Store, StoreError, WalkPlace},
    retry::persist,
    walk::districts_from,
};

/// How many sessions of a list are read at a time.
const PAGE: u32 = 50;
/// How many shards are looked at side by side.
const SHARDS_AT_ONCE: usize = 16;
/// How often a shard must be found wrong.
const LOOKS: u32 = 4;
/// How long to wait between two looks. Together they outlast what an index usually lags behind, and more.
const WAIT: Duration = Duration::from_secs(7);
/// What of the time is kept for looking again.
const LOOKING_AGAIN: SignedDuration = SignedDuration::from_secs(25);

/// A shard whose units and appointments do not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drift {
    pub shard: ShardKey,
    /// Units that are taken as the shard has it; nothing if the shard is absent.
    pub taken: Option<i64>,
    /// Appointments that name it and hold a unit, or have used one up.
    pub appointments: i64,
}

/// Why a part could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error("the districts cannot be read")]
    Districts(#[source] StoreError),
    #[error("the sessions of district {0} cannot be listed")]
    District(DistrictId, #[source] StoreError),
    #[error("session {0} cannot be counted")]
    Session(SessionId, #[source] StoreError),
    #[error("{0} shards that looked wrong cannot be looked at again")]
    Suspects(usize, #[source] StoreError),
    #[error("how far the audit has come cannot be read or noted")]
    Place(#[source] StoreError),
}

/// What an audit found.
#[derive(Debug, Default)]
pub struct Audited {
    pub sessions: u32,
    /// Shards that were judged.
    pub judged: u32,
    /// Shards that moved while they were looked at, and were not judged.
    pub busy: u32,
    pub drifts: Vec<Drift>,
    pub failures: Vec<AuditError>,
    /// Whether time was up before every session was counted.
    pub cut_short: bool,
}

/// Audits the shards of the sessions of some days.
pub struct Audit {
    store: Arc<dyn Store>,
    host: Arc<dyn Host>,
}

/// What was seen of a shard.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    moves: Option<u64>,
    drift: Option<Drift>,
}

/// One audit while it goes on.
struct Round {
    from: Date,
    weeks: u32,
    /// When to end counting.
    until: Timestamp,
    /// Whether to note how far it has come.
    notes: bool,
    audited: Audited,
    /// What looked wrong at first sight.
    suspects: BTreeMap<ShardKey, Look>,
}

impl Round {
    fn new(from: Date, weeks: u32, until: Timestamp) -> Self {
        let until = until.saturating_sub(LOOKING_AGAIN).unwrap_or(until);
        Self { from, weeks, until, notes: false, audited: Audited::default(), suspects: BTreeMap::new() }
    }
}

impl Audit {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        Self { store, host }
    }

    /// Counts the sessions of so many weeks from a day on, one after the other, until time is up.
    pub async fn run(&self, from: Date, weeks: u32, until: Timestamp) -> Audited {
        let mut round = Round::new(from, weeks, until);
        self.count(&mut round, None).await;
        self.conclude(round).await
    }

    /// As [`Audit::run`], but goes on where the last one stopped for lack of time, and notes how far it has come. So in
    /// time every session has its turn, however many there are.
    pub async fn go_on(&self, from: Date, weeks: u32, until: Timestamp) -> Audited {
        let mut round = Round { notes: true, ..Round::new(from, weeks, until) };
        match persist(&*self.host, || self.store.audit_place()).await {
            Ok(place) => self.count(&mut round, place).await,
            Err(error) => round.audited.failures.push(AuditError::Place(error)),
        }
        self.conclude(round).await
    }

    async fn count(&self, round: &mut Round, begin: Option<WalkPlace>) {
        let districts = match districts_from(&*self.store, &*self.host, begin).await {
            Ok(districts) => districts,
            Err(error) => return round.audited.failures.push(AuditError::Districts(error)),
        };
        for (district, after) in districts {
            for days in weeks_from(round.from, round.weeks) {
                if let Err(error) = self.list(district, days, after, round).await {
                    round.audited.failures.push(AuditError::District(district, error));
                }
                if round.audited.cut_short {
                    return;
                }
            }
        }
        self.note(round, None).await;
    }

    async fn note(&self, round: &mut Round, place: Option<WalkPlace>) {
        if !round.notes {
            return;
        }
        if let Err(error) = persist(&*self.host, || self.store.note_audit_place(place)).await {
            round.audited.failures.push(AuditError::Place(error));
        }
    }

    /// Looks at what looked wrong again and again: only what stands still, and stays as wrong, is.
    async fn conclude(&self, round: Round) -> Audited {
        let Round { mut audited, mut suspects, .. } = round;
        for _ in 1..LOOKS {
            if suspects.is_empty() {
                return audited;
            }
            self.host.pause(WAIT).await;
            let keys: Vec<ShardKey> = suspects.keys().copied().collect();
            let seen = match self.look(&keys).await {
                Ok(seen) => seen,
                Err(error) => {
                    audited.failures.push(AuditError::Suspects(keys.len(), error));
                    return audited;
                }
            };
            for (key, now) in seen {
                match now {
                    Some(Look { drift: None, .. }) => audited.judged += 1,
                    Some(now) if suspects.get(&key) == Some(&now) => continue,
                    _ => audited.busy += 1,
                }
                suspects.remove(&key);
            }
        }
        audited.judged += u32::try_from(suspects.len()).unwrap_or(u32::MAX);
        audited.drifts.extend(suspects.into_values().filter_map(|look| look.drift));
        audited
    }

    async fn list(
        &self,
        district: DistrictId,
        days: Days,
        mut after: Option<Listing>,
        round: &mut Round,
    ) -> Result<(), StoreError> {
        let list = ListOf::District(district);
        loop {
            if self.host.now() >= round.until {
                round.audited.cut_short = true;
                return Ok(());
            }
            let page = persist(&*self.host, || self.store.list(list, days, after, PAGE)).await?;
            for session in &page.sessions {
                if self.host.now() >= round.until {
                    round.audited.cut_short = true;
                    break;
                }
                if let Err(error) = self.session(session, round).await {
                    round.audited.failures.push(AuditError::Session(session.id, error));
                }
                after = Some(Listing::of(session));
            }
            if let Some(after) = after.filter(|_| !page.sessions.is_empty()) {
                self.note(round, Some(WalkPlace { district, after })).await;
            }
            if round.audited.cut_short || !page.more {
                return Ok(());
            }
        }
    }

    async fn session(&self, session: &Session, round: &mut Round) -> Result<(), StoreError> {
        let keys: Vec<ShardKey> = session.shard_keys().collect();
        for (key, look) in self.look(&keys).await? {
            match look {
                None => round.audited.busy += 1,
                Some(Look { drift: None, .. }) => round.audited.judged += 1,
                Some(look) => drop(round.suspects.insert(key, look)),
            }
        }
        round.audited.sessions += 1;
        Ok(())
    }

    /// Looks at shards once: units, appointments, and units again. Nothing for a shard that moved meanwhile.
    async fn look(&self, keys: &[ShardKey]) -> Result<Vec<(ShardKey, Option<Look>)>, StoreError> {
        let before = self.shards(keys).await?;
        let counts = keys.iter().map(|key| async move {
            let taken = persist(&*self.host, || self.store.taken_in(*key)).await?;
            Ok::<_, StoreError>(i64::from(taken.units()))
        });
        let counts: Vec<i64> = stream::iter(counts.collect::<Vec<_>>()).buffered(SHARDS_AT_ONCE).try_collect().await?;
        let after = self.shards(keys).await?;
        let seen = keys.iter().zip(counts).map(|(key, appointments)| {
            let (before, after) = (before.get(key), after.get(key));
            let moves = after.map(|shard| shard.moves);
            let taken = after.map(|shard| i64::from(shard.capacity) - i64::from(shard.free));
            let drift = (taken != Some(appointments)).then_some(Drift { shard: *key, taken, appointments });
            let stood = before.map(|shard| shard.moves) == moves;
            (*key, stood.then_some(Look { moves, drift }))
        });
        Ok(seen.collect())
    }

    async fn shards(&self, keys: &[ShardKey]) -> Result<BTreeMap<ShardKey, Shard>, StoreError> {
        let shards = persist(&*self.host, || self.store.shards(keys)).await?;
        Ok(shards.into_iter().map(|shard| (shard.key, shard)).collect())
    }
}

/// Spans of days that a list can be asked for.
fn weeks_from(from: Date, weeks: u32) -> impl Iterator<Item = Days> {
    (0..weeks).filter_map(move |week| {
        let day = |days: u32| from.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok();
        Days::new(day(7 * week)?, day(7 * week + 6)?).ok()
    })
}
