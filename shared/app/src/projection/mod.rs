//! What follows from a change of the table: sums written anew, and events told.
//!
//! Sums are recomputed from what lies below them and written under a version, never incremented: a record that comes
//! twice, late or out of order leaves them right.

mod recount;
mod touched;

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_domain::{
    SignedDuration,
    availability::Turned,
    center::Center,
    event::Event,
    id::{CenterId, SessionId},
    trail::Entry,
};

use crate::{
    ports::{Events, Host, Store, StoreError, Tried},
    retry::persist,
};

pub use touched::Touched;

/// How many sessions or sums are worked on at once.
const AT_ONCE: usize = 8;

/// How many entries are noted, or batches of turns announced, at once.
const NOTED_AT_ONCE: usize = 16;

/// How many turns are announced in one call.
const ANNOUNCED_TOGETHER: usize = 10;

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

    /// Tells which doses can be had, or no longer, some at once.
    ///
    /// # Errors
    /// With the place from which on some were not told.
    pub async fn announce(&self, turned: &[&Turned]) -> Result<(), (usize, StoreError)> {
        let tell = |(batch, turned)| async move {
            let told = persist(&*self.host, move || self.events.announce(turned)).await;
            told.map_err(|error| (batch * ANNOUNCED_TOGETHER, error))
        };
        let told: Vec<_> = turned.chunks(ANNOUNCED_TOGETHER).enumerate().map(tell).collect();
        stream::iter(told).buffered(NOTED_AT_ONCE).try_collect().await
    }

    /// Adds entries to the trail of staff that may be cleaned up so much later, some at once: each has its place. Tells what became
    /// of each.
    pub async fn note(&self, entries: &[&Entry], kept: SignedDuration) -> Vec<Result<(), StoreError>> {
        let notes: Vec<_> = entries.iter().map(|entry| self.note_one(entry, kept)).collect();
        stream::iter(notes).buffered(NOTED_AT_ONCE).collect().await
    }

    async fn note_one(&self, entry: &Entry, kept: SignedDuration) -> Result<(), StoreError> {
        persist(&*self.host, || self.store.note(entry, entry.kept_until(kept))).await
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
