//! Sums written anew, from the shards of a session up to the country.
//!
//! Every sum is written under a version that was read before its parts were. Whoever writes in between has what was counted
//! refused, and counts again; so a sum that stands is never older than the last change that somebody counted after. It is written
//! even where it says what it said before: who read its version earlier and counted something else must be refused.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_domain::{
    Date,
    appointment::Appointment,
    availability::Turns,
    id::SessionId,
    rollup::{Day, Figures, Level, Row, Spot, leaf, steps},
    session::{PoolSummary, Session, Shard, ShardKey},
    tally::{ShardCount, Tally},
};

use super::{AT_ONCE, Projection, Touched, touched::Work};
use crate::{
    ports::{DueEnd, RollupWrite, StoreError, Tried},
    retry::persist,
};

/// How many appointments are filed at once.
const FILED_AT_ONCE: usize = 16;

/// A session of which figures were written, and for which days.
struct Filed {
    session: Session,
    days: Vec<Day>,
}

/// A sum to make.
struct Sum {
    of: Level,
    name: String,
}

impl Projection {
    /// Counts what was touched, and writes the figures above it anew: each sum once for all that lies below it.
    pub async fn recount(&self, touched: &Touched) -> Result<(), StoreError> {
        let counts: Vec<_> =
            touched.by_session().into_iter().map(|(id, work)| self.recount_session(id, work)).collect();
        let filed: Vec<Option<Filed>> = stream::iter(counts).buffer_unordered(AT_ONCE).try_collect().await?;
        // A level only after the one below it.
        let mut levels: [BTreeMap<Spot, Sum>; 4] = Default::default();
        for Filed { session, days } in filed.iter().flatten() {
            for (sums, step) in levels.iter_mut().zip(steps(session)) {
                for day in days {
                    let spot = Spot { day: *day, under: step.under, node: step.node };
                    sums.insert(spot, Sum { of: step.of, name: step.name.clone() });
                }
            }
        }
        for sums in levels {
            self.sum_up(sums).await?;
        }
        Ok(())
    }

    async fn recount_session(&self, id: SessionId, work: Work<'_>) -> Result<Option<Filed>, StoreError> {
        let session = if work.sums { self.sum_pools(id, work.ended).await? } else { self.session(id).await? };
        let Some(session) = session else { return Ok(None) };
        let mut dates = self.file(&session, &work.appointments).await?;
        if work.all_days {
            let counts = persist(&*self.host, || self.store.counts(id)).await?;
            dates.extend(counts.iter().flat_map(|count| count.days.keys()));
        }
        let bookings = dates.into_iter().map(Day::of_bookings);
        let days: Vec<Day> = std::iter::once(Day::of_appointments(session.date)).chain(bookings).collect();
        self.write_leaves(&session, &days).await?;
        Ok(Some(Filed { session, days }))
    }

    async fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        persist(&*self.host, || self.store.session(id)).await
    }

    /// Writes a session's sums from its shards, and since when each dose can be had, or no longer. While one can be had, the session's
    /// end is listed; one that `ended` was on its list.
    async fn sum_pools(&self, id: SessionId, ended: bool) -> Result<Option<Session>, StoreError> {
        loop {
            let Some(mut session) = self.session(id).await? else { return Ok(None) };
            let keys: Vec<_> = session.shard_keys().collect();
            let shards = persist(&*self.host, || self.store.shards(&keys)).await?;
            let version = session.version;
            session.pools = sums(&session, &shards);
            let turns = session.turns_at(self.host.now());
            if ended || turns != session.turns {
                self.file_end(&session, &turns).await?;
            }
            session.turns = turns;
            let write = || self.store.summarize(id, version, &session.pools, &session.turns);
            if let Tried::Done(()) = persist(&*self.host, write).await? {
                return Ok(Some(session));
            }
        }
    }

    /// Lists when a session ends of which something can be had, so that it is looked at again then. The list comes before the turn that it
    /// is for: a crash between the two leaves nothing open for ever.
    async fn file_end(&self, session: &Session, turns: &Turns) -> Result<(), StoreError> {
        let Some(at) = session.last_start().filter(|_| turns.values().any(|turn| turn.open)) else { return Ok(()) };
        let end = DueEnd { at, session: session.id };
        persist(&*self.host, || self.store.file_end(end)).await
    }

    /// Files where appointments of a session stand, and counts their shards. Returns the days on which they were made.
    async fn file(&self, session: &Session, appointments: &[&Appointment]) -> Result<BTreeSet<Date>, StoreError> {
        if appointments.is_empty() {
            return Ok(BTreeSet::new());
        }
        let tallies: Vec<Tally> =
            appointments.iter().map(|appointment| Tally::of(appointment, session.center.zone.clock())).collect();
        let writes: Vec<_> =
            tallies.iter().map(|tally| persist(&*self.host, move || self.store.tally(tally))).collect();
        stream::iter(writes).buffer_unordered(FILED_AT_ONCE).try_collect::<()>().await?;
        let mut shards: BTreeSet<ShardKey> = tallies.iter().map(|tally| tally.shard).collect();
        while !shards.is_empty() {
            let counts = persist(&*self.host, || self.store.counts(session.id)).await?;
            let version =
                |shard: ShardKey| counts.iter().find(|count| count.shard == shard).map_or(0, |count| count.version);
            let writes: Vec<_> = shards.iter().map(|shard| self.count_shard(*shard, version(*shard))).collect();
            let refused = stream::iter(writes).buffer_unordered(AT_ONCE).try_collect::<Vec<Option<ShardKey>>>().await?;
            shards = refused.into_iter().flatten().collect();
        }
        Ok(tallies.into_iter().map(|tally| tally.made_on).collect())
    }

    /// Counts a shard. Returns it if somebody else did so meanwhile.
    async fn count_shard(&self, shard: ShardKey, version: u64) -> Result<Option<ShardKey>, StoreError> {
        let tallies = persist(&*self.host, || self.store.tallies(shard)).await?;
        let count = ShardCount::of(shard, version, &tallies);
        let written = persist(&*self.host, || self.store.write_count(&count)).await?;
        Ok(if let Tried::Done(()) = written { None } else { Some(shard) })
    }

    /// Writes the rows of a session, from its own row and the counts of its shards.
    async fn write_leaves(&self, session: &Session, days: &[Day]) -> Result<(), StoreError> {
        let mut spots: Vec<Spot> = days.iter().map(|day| leaf(*day, session)).collect();
        while !spots.is_empty() {
            let versions = self.versions(&spots).await?;
            let Some(session) = self.session(session.id).await? else { return Ok(()) };
            let counts = persist(&*self.host, || self.store.counts(session.id)).await?;
            let writes = spots.into_iter().zip(versions).map(|(spot, version)| {
                let figures = Figures::of(spot.day, &session, &counts);
                self.write(spot, session.vaccine.to_string(), figures, version)
            });
            let writes: Vec<_> = writes.collect();
            let refused = stream::iter(writes).buffer_unordered(AT_ONCE).try_collect::<Vec<Option<Spot>>>().await?;
            spots = refused.into_iter().flatten().collect();
        }
        Ok(())
    }

    /// Writes the sums of one level.
    async fn sum_up(&self, mut sums: BTreeMap<Spot, Sum>) -> Result<(), StoreError> {
        while !sums.is_empty() {
            let spots: Vec<Spot> = sums.keys().copied().collect();
            let versions = self.versions(&spots).await?;
            let writes: Vec<_> =
                sums.iter().zip(versions).map(|((spot, sum), version)| self.sum_one(*spot, sum, version)).collect();
            let refused = stream::iter(writes).buffer_unordered(AT_ONCE).try_collect::<Vec<Option<Spot>>>().await?;
            let refused: BTreeSet<Spot> = refused.into_iter().flatten().collect();
            sums.retain(|spot, _| refused.contains(spot));
        }
        Ok(())
    }

    async fn sum_one(&self, spot: Spot, sum: &Sum, version: u64) -> Result<Option<Spot>, StoreError> {
        let rows = persist(&*self.host, || self.store.rows(spot.day, sum.of)).await?;
        let figures = rows.iter().map(|row| &row.figures).sum();
        self.write(spot, sum.name.clone(), figures, version).await
    }

    async fn versions(&self, spots: &[Spot]) -> Result<Vec<u64>, StoreError> {
        let rows = persist(&*self.host, || self.store.rows_at(spots)).await?;
        Ok(rows.into_iter().map(|row| row.map_or(0, |row| row.version)).collect())
    }

    /// Writes a row. Returns its spot if somebody else did so meanwhile.
    async fn write(
        &self,
        spot: Spot,
        name: String,
        figures: Figures,
        version: u64,
    ) -> Result<Option<Spot>, StoreError> {
        let Spot { day, under, node } = spot;
        let write = RollupWrite { day, under, row: Row { node, name, figures }, version };
        let written = persist(&*self.host, || self.store.write_row(&write)).await?;
        Ok(if let Tried::Done(()) = written { None } else { Some(spot) })
    }
}

/// The sums of a session's pools. A shard that is not there counts nothing.
fn sums(session: &Session, shards: &[Shard]) -> Vec<PoolSummary> {
    let of_pool = |pool, summary: &PoolSummary| {
        let mine = || shards.iter().filter(move |shard| shard.key.pool == pool);
        PoolSummary {
            shards: summary.shards,
            capacity: mine().map(|shard| shard.capacity).sum(),
            free: mine().map(|shard| shard.free).sum(),
        }
    };
    session.keyed_pools().map(|(pool, summary)| of_pool(pool, summary)).collect()
}
