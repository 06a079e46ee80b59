//! What follows a write later: the indexes, the stream, and the notes that the checker reads.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use futures::channel::mpsc::UnboundedSender;
use vaxslot_checker::history::ShardAt;
use vaxslot_testkit::{MemoryKey, MemoryRow, MemoryStore};

use crate::{
    host::millis,
    world::{World, lock},
};

/// A row before and after a write.
#[derive(Debug, Clone)]
pub struct Change {
    pub key: MemoryKey,
    pub before: Option<MemoryRow>,
    pub after: Option<MemoryRow>,
}

/// Where changes go.
pub struct Feed {
    world: World,
    lagging: Mutex<Lagging>,
    followers: Mutex<Vec<UnboundedSender<Change>>>,
    shards: Mutex<BTreeMap<String, Vec<ShardAt>>>,
}

/// The rows as the indexes have them.
#[derive(Default)]
pub struct Lagging {
    memory: MemoryStore,
    /// What is not seen yet, by the moment it will be; equals in order.
    coming: BTreeMap<(Duration, u64), (MemoryKey, Option<MemoryRow>)>,
    count: u64,
    /// When the last change of each row is seen: no earlier one comes after it.
    last: BTreeMap<MemoryKey, Duration>,
}

impl Lagging {
    fn add(&mut self, seen_at: Duration, change: &Change) {
        let last = self.last.entry(change.key.clone()).or_default();
        *last = seen_at.max(*last);
        self.count += 1;
        self.coming.insert((*last, self.count), (change.key.clone(), change.after.clone()));
    }

    fn catch_up(&mut self, now: Duration) {
        while let Some(entry) = self.coming.first_entry().filter(|entry| entry.key().0 <= now) {
            match entry.remove() {
                (_, Some(row)) => self.memory.put(row),
                (key, None) => self.memory.remove(&key),
            }
        }
    }

    /// The indexes, as a store to be asked.
    #[must_use]
    pub fn memory(&self) -> &MemoryStore {
        &self.memory
    }
}

impl Feed {
    pub(super) fn new(world: &World) -> Self {
        let world = world.clone();
        Self { world, lagging: Mutex::default(), followers: Mutex::default(), shards: Mutex::default() }
    }

    /// Notes a row that is there from the beginning.
    pub(super) fn begin(&self, row: &MemoryRow) {
        lock(&self.lagging).memory.put(row.clone());
        self.note_shard(row);
    }

    pub(super) fn record(&self, change: Change, lag: Duration) {
        lock(&self.lagging).add(self.world.now() + lag, &change);
        if let Some(row) = &change.after {
            self.note_shard(row);
        }
        lock(&self.followers).retain(|follower| follower.unbounded_send(change.clone()).is_ok());
    }

    /// Sends every change from now on.
    pub fn follow(&self, follower: UnboundedSender<Change>) {
        lock(&self.followers).push(follower);
    }

    /// The rows as the indexes have them by now.
    pub fn lagging(&self) -> MutexGuard<'_, Lagging> {
        let mut lagging = lock(&self.lagging);
        lagging.catch_up(self.world.now());
        lagging
    }

    /// Every state that each shard has had.
    #[must_use]
    pub fn shards(&self) -> BTreeMap<String, Vec<ShardAt>> {
        lock(&self.shards).clone()
    }

    fn note_shard(&self, row: &MemoryRow) {
        let MemoryRow::Shard(shard) = row else { return };
        let from = millis(&self.world);
        let state = ShardAt { from, capacity: shard.capacity.into(), free: shard.free.into(), closed: shard.closed };
        lock(&self.shards).entry(shard.key.to_string()).or_default().push(state);
    }
}
