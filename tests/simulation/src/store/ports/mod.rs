//! The store's ports over the line: each says which rows a call is about, and leaves what it does to the store in memory.

mod audits;
mod bookings;
mod cancellations;
mod contacts;
mod dues;
mod figures;
mod key_uses;
mod people;
mod places;
mod reminders;
mod sessions;
mod subscriptions;
mod tickets;
mod trail;

use std::fmt::{self, Debug};

use vaxslot_app::ports::StoreError;
use vaxslot_testkit::{MemoryKey, MemoryStore};

use super::{
    SimStore,
    serve::{Landed, Transaction},
};

impl SimStore {
    /// Reads rows, all at one moment.
    async fn get<T: Debug + Send + 'static>(
        &self,
        what: &str,
        keys: Vec<MemoryKey>,
        look: impl FnOnce(&MemoryStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.send(&what, |server, _| async move { server.read(&keys, look) }).await
    }

    /// Reads rows, each at a moment of its own, in the order asked for.
    async fn get_each<T: Debug + Send + 'static>(
        &self,
        what: &str,
        keys: Vec<MemoryKey>,
        look: impl Fn(&MemoryStore, &MemoryKey) -> Result<T, StoreError> + Send + Sync + 'static,
    ) -> Result<Vec<T>, StoreError> {
        self.send(&what, |server, time| server.read_each(keys, time, look)).await
    }

    /// Asks an index.
    async fn query<T: Debug + Send + 'static>(
        &self,
        what: &str,
        look: impl FnOnce(&MemoryStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.send(&what, |server, _| async move { look(server.feed.lagging().memory()) }).await
    }

    /// Writes one row.
    async fn put<T: Debug + Send + 'static>(
        &self,
        what: &str,
        key: MemoryKey,
        work: impl FnOnce(&MemoryStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.send(&Named(what, vec![key.clone()]), |server, _| async move { server.write(key, work) }).await
    }

    /// Writes several rows, all or none.
    async fn transact<T, Work, Again, Peek>(
        &self,
        what: &str,
        transaction: Transaction<Work, Again, Peek>,
    ) -> Result<T, StoreError>
    where
        T: Landed + Debug + Send + 'static,
        Work: FnOnce(&MemoryStore) -> Result<T, StoreError> + Send + 'static,
        Again: FnOnce(&MemoryStore) -> Result<T, StoreError> + Send + 'static,
        Peek: FnOnce(&MemoryStore, &[MemoryKey]) -> Option<T> + Send + 'static,
    {
        let what = Named(what, transaction.keys.clone());
        self.send(&what, |server, hold| server.transact(transaction, hold)).await
    }
}

/// A call and the rows that it is about.
struct Named<'a>(&'a str, Vec<MemoryKey>);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        self.1.iter().try_for_each(|key| write!(f, " {}", Spelled(key)))
    }
}

/// A key as a reader of a history tells it from others: the end of each id.
struct Spelled<'a>(&'a MemoryKey);

impl fmt::Display for Spelled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tail = |id: &dyn ToString| id.to_string().split_off(32);
        match self.0 {
            MemoryKey::Session(id) => write!(f, "session:{}", tail(id)),
            MemoryKey::Shard(key) => {
                write!(f, "shard:{}#{}#{}#{}", tail(&key.pool.session), key.pool.slot.0, key.pool.dose, key.number)
            }
            MemoryKey::Person(id) => write!(f, "person:{}", tail(id)),
            MemoryKey::Ended(_, id) => write!(f, "ended:{}", tail(id)),
            MemoryKey::Ticket(key) => write!(f, "ticket:{}", tail(&key.ticket.request)),
            MemoryKey::Account(_) => f.write_str("account"),
            MemoryKey::Figures(spot) => write!(f, "{:?}:{:?}/{:?}", spot.day.basis, spot.under, spot.node),
            MemoryKey::Tally(_, id) => write!(f, "tally:{}", tail(id)),
            MemoryKey::Count(key) => {
                write!(f, "count:{}#{}#{}#{}", tail(&key.pool.session), key.pool.slot.0, key.pool.dose, key.number)
            }
            other => write!(f, "{other:?}"),
        }
    }
}

/// No answer for a transaction some of whose rows are held, whatever the others say.
fn wait<T>(_: &MemoryStore, _: &[MemoryKey]) -> Option<T> {
    None
}
