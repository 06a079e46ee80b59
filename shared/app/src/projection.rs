//! What follows from a change of the table: sums written anew, and events told.
//!
//! Sums are recomputed from what lies below them and written under a version, never incremented: a record that comes
//! twice, late or out of order leaves them right.

use std::{collections::BTreeMap, sync::Arc};

use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_domain::{
    Date, SignedDuration, Timestamp,
    center::Center,
    event::Event,
    id::{CenterId, SessionId},
    rollup::{Figures, Level, Node, Path, Row},
    session::{PoolSummary, Session, Shard},
    trail::Entry,
};

use crate::{
    ports::{Events, Host, RollupWrite, Store, StoreError, Tried},
    retry::persist,
};

/// How many sessions or sums are worked on at once.
const AT_ONCE: usize = 8;

/// How many entries are noted at once.
const NOTED_AT_ONCE: usize = 16;

/// How many rows of a center's sessions are read at a time.
const RELISTED_AT_ONCE: u32 = 100;

/// Keeps the sums.
pub struct Projection {
    store: Arc<dyn Store>,
    events: Arc<dyn Events>,
    host: Arc<dyn Host>,
}

impl Projection {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, events: Arc<dyn Events>, host: Arc<dyn Host>) -> Self {
        Self { store, events, host }
    }

    /// Tells an event.
    pub async fn tell(&self, event: &Event) -> Result<(), StoreError> {
        persist(&*self.host, || self.events.publish(event)).await
    }

    /// Adds entries to the trail of staff that may be cleaned up so much later, some at once: each has its place. Tells what became
    /// of each.
    pub async fn note(&self, entries: &[&Entry], kept: SignedDuration) -> Vec<Result<(), StoreError>> {
        let notes: Vec<_> = entries.iter().map(|entry| self.note_one(entry, kept)).collect();
        stream::iter(notes).buffered(NOTED_AT_ONCE).collect().await
    }

    async fn note_one(&self, entry: &Entry, kept: SignedDuration) -> Result<(), StoreError> {
        let until = entry.signature.at.saturating_add(kept).unwrap_or(Timestamp::MAX);
        persist(&*self.host, || self.store.note(entry, until)).await
    }

    /// Recounts sessions from their shards, and the day's figures above them.
    pub async fn recount(&self, sessions: &[SessionId]) -> Result<(), StoreError> {
        let counts: Vec<_> = sessions.iter().copied().map(|id| self.recount_session(id)).collect();
        let counted: Vec<Option<Session>> = stream::iter(counts).buffer_unordered(AT_ONCE).try_collect().await?;
        // Each sum once for all the sessions of a batch, and a level only after the one below it.
        let mut levels: [BTreeMap<_, _>; 3] = Default::default();
        for session in counted.iter().flatten() {
            for (sums, (of, node, name, under)) in levels.iter_mut().zip(Path::of(session).steps()) {
                sums.insert((session.date, of), (node, name, under));
            }
        }
        for sums in levels {
            let writes = sums.into_iter();
            let writes = writes.map(|((date, of), (node, name, under))| self.sum_up(date, of, node, name, under));
            let writes: Vec<_> = writes.collect();
            stream::iter(writes).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        }
        Ok(())
    }

    async fn recount_session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        loop {
            // The version is read before the shards: if another recount writes in between, ours is refused.
            let Some(mut session) = persist(&*self.host, || self.store.session(id)).await? else { return Ok(None) };
            let keys: Vec<_> = session.shard_keys().collect();
            let shards = persist(&*self.host, || self.store.shards(&keys)).await?;
            let pools = sums(&session, &shards);
            if pools != session.pools {
                let write = || self.store.summarize(id, session.version, &pools);
                if let Tried::Refused(()) = persist(&*self.host, write).await? {
                    continue;
                }
                session.pools = pools;
            }
            let row =
                Row { node: Node::Session(id), name: session.vaccine.to_string(), figures: Figures::of(&session) };
            let under = Level::Center(session.center.id);
            let date = session.date;
            let version = persist(&*self.host, || self.store.row_version(date, under, row.node)).await?;
            if self.is_current(&session).await? {
                let write = RollupWrite { date, under, row, version };
                if let Tried::Done(()) = persist(&*self.host, || self.store.write_row(&write)).await? {
                    return Ok(Some(session));
                }
            }
        }
    }

    /// Whether the session still counts as it does at hand, so that an older count cannot replace a newer row: its sums may
    /// be the same, and it be cancelled meanwhile.
    async fn is_current(&self, session: &Session) -> Result<bool, StoreError> {
        let now = persist(&*self.host, || self.store.session(session.id)).await?;
        Ok(now.is_some_and(|now| Figures::of(&now) == Figures::of(session)))
    }

    async fn sum_up(&self, date: Date, of: Level, node: Node, name: String, under: Level) -> Result<(), StoreError> {
        loop {
            let version = persist(&*self.host, || self.store.row_version(date, under, node)).await?;
            let rows = persist(&*self.host, || self.store.rows(date, of)).await?;
            let figures: Figures = rows.iter().map(|row| row.figures).sum();
            let write = RollupWrite { date, under, row: Row { node, name: name.clone(), figures }, version };
            if let Tried::Done(()) = persist(&*self.host, || self.store.write_row(&write)).await? {
                return Ok(());
            }
        }
    }

    /// Writes a changed center's facts into its sessions from today on.
    pub async fn relist(&self, id: CenterId) -> Result<(), StoreError> {
        let Some(center) = persist(&*self.host, || self.store.center(id)).await? else { return Ok(()) };
        let today = self.host.now().to_zoned(center.zone.clock().clone()).date();
        let mut after = None;
        loop {
            let page = persist(&*self.host, || self.store.sessions_from(id, today, after, RELISTED_AT_ONCE)).await?;
            for session in &page.sessions {
                self.relist_one(session.id, &center).await?;
            }
            after = page.sessions.last().map(vaxslot_domain::search::Listing::of);
            if !page.more {
                return Ok(());
            }
        }
    }

    async fn relist_one(&self, id: SessionId, center: &Center) -> Result<(), StoreError> {
        loop {
            let Some(session) = persist(&*self.host, || self.store.session(id)).await? else { return Ok(()) };
            if session.center == *center {
                return Ok(());
            }
            if let Tried::Done(()) = persist(&*self.host, || self.store.relist(&session, center)).await? {
                return Ok(());
            }
        }
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
