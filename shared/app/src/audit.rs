//! Counting shards against the appointments that name them.
//!
//! A shard is judged only if it did not move while it was looked at (`moves` counts every write of it), and found wrong
//! only if it is as wrong when it is looked at again: the list of appointments lags behind by moments. Nothing is ever
//! written. What is wrong is for people to look into.

use std::{collections::BTreeMap, sync::Arc};

use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_domain::{
    Date, Timestamp,
    id::{DistrictId, SessionId},
    search::{Days, ListOf, Listing},
    session::{Session, Shard, ShardKey},
};

use crate::{
    ports::{Host, Store, StoreError},
    retry::{Patience, persist},
};

/// How many sessions of a list are read at a time.
const PAGE: u32 = 50;
/// How many shards are looked at side by side.
const SHARDS_AT_ONCE: usize = 16;
/// How often a shard must be found wrong.
const LOOKS: u32 = 4;

/// A shard whose units and appointments do not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drift {
    pub shard: ShardKey,
    /// Units that are taken as the shard has it; nothing if the shard is absent.
    pub taken: Option<i64>,
    /// Active appointments that name it.
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

impl Audit {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        Self { store, host }
    }

    /// Counts the sessions of so many weeks from a day on, one after the other, until time is up. Each audit begins with
    /// another district, so that one without enough time does not pass over the same ones each time.
    pub async fn run(&self, from: Date, weeks: u32, until: Timestamp) -> Audited {
        let mut audited = Audited::default();
        let mut districts = match self.districts().await {
            Ok(districts) => districts,
            Err(error) => {
                audited.failures.push(AuditError::Districts(error));
                return audited;
            }
        };
        if let Some(most) = u64::try_from(districts.len()).ok().filter(|most| *most > 0) {
            let first = usize::try_from(self.host.random() % most).unwrap_or(0);
            districts.rotate_left(first);
        }
        for district in districts {
            for days in weeks_from(from, weeks) {
                if let Err(error) = self.list(district, days, until, &mut audited).await {
                    audited.failures.push(AuditError::District(district, error));
                }
                if audited.cut_short {
                    return audited;
                }
            }
        }
        audited
    }

    async fn districts(&self) -> Result<Vec<DistrictId>, StoreError> {
        let mut districts = Vec::new();
        for state in persist(&*self.host, || self.store.states()).await? {
            let of_state = persist(&*self.host, || self.store.districts(state.id)).await?;
            districts.extend(of_state.iter().map(|district| district.id));
        }
        Ok(districts)
    }

    async fn list(
        &self,
        district: DistrictId,
        days: Days,
        until: Timestamp,
        audited: &mut Audited,
    ) -> Result<(), StoreError> {
        let mut after: Option<Listing> = None;
        loop {
            if self.host.now() >= until {
                audited.cut_short = true;
                return Ok(());
            }
            let list = ListOf::District(district);
            let page = persist(&*self.host, || self.store.list(list, days, after, PAGE)).await?;
            for session in &page.sessions {
                if self.host.now() >= until {
                    audited.cut_short = true;
                    return Ok(());
                }
                if let Err(error) = self.session(session, audited).await {
                    audited.failures.push(AuditError::Session(session.id, error));
                }
            }
            match page.sessions.last().filter(|_| page.more) {
                Some(session) => after = Some(Listing::of(session)),
                None => return Ok(()),
            }
        }
    }

    async fn session(&self, session: &Session, audited: &mut Audited) -> Result<(), StoreError> {
        let mut keys: Vec<ShardKey> = session.shard_keys().collect();
        let mut before: Option<BTreeMap<ShardKey, Look>> = None;
        for look in 0..LOOKS {
            let seen = self.look(&keys).await?;
            let mut suspects = BTreeMap::new();
            for (key, now) in seen {
                match now {
                    None => audited.busy += 1,
                    Some(Look { drift: None, .. }) => audited.judged += 1,
                    // It is the same fault only if the shard stood still since it was seen before.
                    Some(now) if before.as_ref().is_some_and(|before| before.get(&key) != Some(&now)) => {
                        audited.busy += 1;
                    }
                    Some(now) => drop(suspects.insert(key, now)),
                }
            }
            if suspects.is_empty() || look + 1 == LOOKS {
                audited.judged += u32::try_from(suspects.len()).unwrap_or(u32::MAX);
                audited.drifts.extend(suspects.values().filter_map(|look| look.drift));
                break;
            }
            keys = suspects.keys().copied().collect();
            before = Some(suspects);
            self.host.pause(Patience::USUAL.wait(LOOKS, self.host.random())).await;
        }
        audited.sessions += 1;
        Ok(())
    }

    /// Looks at shards once: units, appointments, and units again. Nothing for a shard that moved meanwhile.
    async fn look(&self, keys: &[ShardKey]) -> Result<Vec<(ShardKey, Option<Look>)>, StoreError> {
        let before = self.shards(keys).await?;
        let counts = keys.iter().map(|key| async move {
            let listed = persist(&*self.host, || self.store.active_in(*key)).await?;
            Ok::<_, StoreError>(i64::try_from(listed.len()).unwrap_or(i64::MAX))
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
        let day = |days: u32| from.checked_add(vaxslot_domain::SignedDuration::from_hours(24 * i64::from(days))).ok();
        Days::new(day(7 * week)?, day(7 * week + 6)?).ok()
    })
}
