//! What is drawn by lot, all of it from one seed.

use std::{
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rand::{Rng, SeedableRng, rngs::StdRng};

/// A lot. Clones share it.
#[derive(Clone)]
pub struct Chance(Arc<Mutex<StdRng>>);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// A lot of its own, so that what others draw does not change it.
    pub fn fork(&self) -> Self {
        Self::new(self.among(0..u64::MAX))
    }

    pub fn among(&self, range: Range<u64>) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random_range(range)
    }

    pub fn below(&self, end: usize) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..end)
    }

    pub fn one_in(&self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub fn millis(&self, range: Range<u64>) -> Duration {
        Duration::from_millis(self.among(range))
    }

    pub fn pick<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Some in a row, at least one.
    pub fn some<T: Clone>(&self, of: &[T]) -> Vec<T> {
        let count = 1 + self.below(of.len());
        let begin = self.below(of.len() - count + 1);
        of[begin..begin + count].to_vec()
    }
}
