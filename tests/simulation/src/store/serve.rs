//! What the store does with a request that has arrived.

use std::{sync::Arc, time::Duration};

use futures::{Future, FutureExt};
use vaxslot_app::ports::{Added, Corrected, StoreError, Tried};
use vaxslot_testkit::{MemoryKey, MemoryStore};

use super::{Server, feed::Change, tokens::Known};
use crate::world::lock;

/// The write units of a row in a transaction.
const UNITS_IN_TRANSACTION: u64 = 2;

/// Whether a request was carried out.
pub trait Landed {
    fn landed(&self) -> bool;
}

impl<D, R> Landed for Tried<D, R> {
    fn landed(&self) -> bool {
        matches!(self, Self::Done(_))
    }
}

impl Landed for Added {
    fn landed(&self) -> bool {
        *self == Self::Done
    }
}

impl Landed for Corrected {
    fn landed(&self) -> bool {
        *self == Self::Done
    }
}

/// A request to write several rows together.
pub struct Transaction<Work, Again, Peek> {
    pub keys: Vec<MemoryKey>,
    /// The same for the same request.
    pub token: String,
    pub work: Work,
    /// The answer to a request that was carried out before.
    pub again: Again,
    /// The answer where some rows are held by others, if the free ones are enough to give one.
    pub peek: Peek,
}

/// The answer of the store in memory, which never has to wait.
pub fn at_once<T>(answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    answer.now_or_never().unwrap_or(Err(StoreError::Throttled))
}

impl Server {
    pub(super) fn read<T>(
        &self,
        keys: &[MemoryKey],
        look: impl FnOnce(&MemoryStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if !lock(&self.budgets).read(keys, self.world.now()) {
            return Err(StoreError::Throttled);
        }
        look(&self.memory)
    }

    /// Reads row by row, in any order and at different moments, as a batch does. What a partition refuses is asked for
    /// again.
    pub(super) async fn read_each<T>(
        self: Arc<Self>,
        keys: Vec<MemoryKey>,
        time: Duration,
        look: impl Fn(&MemoryStore, &MemoryKey) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let share = time / u32::try_from(keys.len().max(1)).unwrap_or(1);
        let mut left: Vec<usize> = (0..keys.len()).collect();
        let mut found: Vec<Option<T>> = keys.iter().map(|_| None).collect();
        let mut rounds = 0;
        while !left.is_empty() {
            let before = left.len();
            let mut throttled = Vec::new();
            while !left.is_empty() {
                let turn = lock(&self.weather).turn(left.len());
                let place = left.swap_remove(turn);
                if lock(&self.budgets).read(&keys[place..=place], self.world.now()) {
                    found[place] = Some(look(&self.memory, &keys[place])?);
                } else {
                    throttled.push(place);
                }
                if rounds == 0 && !left.is_empty() {
                    self.world.sleep(share).await;
                }
            }
            if throttled.len() == before && before == keys.len() {
                return Err(StoreError::Throttled);
            }
            left = throttled;
            rounds += 1;
            if !left.is_empty() {
                let way = lock(&self.weather).way();
                self.world.sleep(way * 2).await;
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// Writes one row, unless a transaction holds it.
    pub(super) fn write<T>(
        &self,
        key: MemoryKey,
        work: impl FnOnce(&MemoryStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if lock(&self.held).contains_key(&key) {
            return Err(StoreError::Conflict);
        }
        let keys = [key];
        if !lock(&self.budgets).write(&keys, 1, self.world.now()) {
            return Err(StoreError::Throttled);
        }
        self.commit(&keys, work)
    }

    /// Writes several rows, all or none. Of two transactions that share a row, the later one is cancelled.
    pub(super) async fn transact<T, Work, Again, Peek>(
        self: Arc<Self>,
        transaction: Transaction<Work, Again, Peek>,
        hold: Duration,
    ) -> Result<T, StoreError>
    where
        T: Landed,
        Work: FnOnce(&MemoryStore) -> Result<T, StoreError>,
        Again: FnOnce(&MemoryStore) -> Result<T, StoreError>,
        Peek: FnOnce(&MemoryStore, &[MemoryKey]) -> Option<T>,
    {
        let Transaction { keys, token, work, again, peek } = transaction;
        let known = lock(&self.tokens).begin(&token, self.world.now());
        match known {
            Known::New => {}
            Known::UnderWay => return Err(StoreError::Conflict),
            Known::Done => return again(&self.memory),
        }
        let taken = self.take(&keys);
        let outcome = match taken {
            Taken::Throttled => Err(StoreError::Throttled),
            Taken::Held(others) => peek(&self.memory, &others).ok_or(StoreError::Conflict),
            Taken::Ours(number) => {
                self.world.sleep(hold).await;
                let outcome = self.commit(&keys, work);
                lock(&self.held).retain(|_, holder| *holder != number);
                outcome
            }
        };
        let done = outcome.as_ref().is_ok_and(Landed::landed);
        lock(&self.tokens).end(&token, done, self.world.now());
        outcome
    }

    fn take(&self, keys: &[MemoryKey]) -> Taken {
        if !lock(&self.budgets).write(keys, UNITS_IN_TRANSACTION, self.world.now()) {
            return Taken::Throttled;
        }
        let mut held = lock(&self.held);
        let others: Vec<MemoryKey> = keys.iter().filter(|key| held.contains_key(key)).cloned().collect();
        if !others.is_empty() {
            return Taken::Held(others);
        }
        let mut count = lock(&self.transactions);
        *count += 1;
        held.extend(keys.iter().map(|key| (key.clone(), *count)));
        Taken::Ours(*count)
    }

    /// Carries a write out, and tells what it changed.
    fn commit<T>(
        &self,
        keys: &[MemoryKey],
        work: impl FnOnce(&MemoryStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let before: Vec<_> = keys.iter().map(|key| self.memory.row(key)).collect();
        // Tokens are known here, and for as long as they should be.
        self.memory.forget_requests();
        let outcome = work(&self.memory);
        for (key, before) in keys.iter().zip(before) {
            let after = self.memory.row(key);
            if before != after {
                let lag = lock(&self.weather).lag();
                self.feed.record(Change { key: key.clone(), before, after }, lag);
            }
        }
        outcome
    }
}

/// Whether a transaction may go on.
enum Taken {
    Throttled,
    /// Others hold these of the rows.
    Held(Vec<MemoryKey>),
    /// The rows are held under this number.
    Ours(u64),
}
