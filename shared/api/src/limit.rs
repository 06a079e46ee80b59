//! How many requests one caller may send, as far as one function's memory knows: each sandbox counts by itself.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use vaxslot_domain::Timestamp;

/// The most callers to remember. Who has not asked for a while is as good as new, and is forgotten first.
const MOST_CALLERS: usize = 20_000;

/// A caller may send `burst` requests at once, and `rate` a second on and on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub rate: u32,
    pub burst: u32,
}

/// Counts the requests of callers.
pub struct Limiter {
    limit: Limit,
    callers: Mutex<HashMap<String, Bucket>>,
}

/// Requests that a caller may still send, in thousandths, and when that was so.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: u64,
    at: Timestamp,
}

impl Limiter {
    #[must_use]
    pub fn new(limit: Limit) -> Self {
        Self { limit, callers: Mutex::new(HashMap::new()) }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// When there were too many: after how many seconds there may be another.
    pub fn count(&self, caller: &str, now: Timestamp) -> Result<(), u64> {
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= MOST_CALLERS && !callers.contains_key(caller) {
            callers.retain(|_, bucket| self.left(*bucket, now) < self.full());
            if callers.len() >= MOST_CALLERS {
                callers.clear();
            }
        }
        let bucket = callers.entry(caller.to_owned()).or_insert(Bucket { left: self.full(), at: now });
        let left = self.left(*bucket, now);
        let (left, outcome) = match left.checked_sub(1000) {
            Some(left) => (left, Ok(())),
            None => (left, Err((1000 - left).div_ceil(self.a_second()))),
        };
        // A clock that went back fills nobody's bucket.
        *bucket = Bucket { left, at: now.max(bucket.at) };
        outcome
    }

    fn full(&self) -> u64 {
        u64::from(self.limit.burst) * 1000
    }

    fn a_second(&self) -> u64 {
        u64::from(self.limit.rate) * 1000
    }

    fn left(&self, bucket: Bucket, now: Timestamp) -> u64 {
        let millis = u64::try_from(now.duration_since(bucket.at).as_millis()).unwrap_or(0);
        let gained = millis.saturating_mul(u64::from(self.limit.rate));
        bucket.left.saturating_add(gained).min(self.full())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_795_255_200_000 + millis).unwrap()
    }

    fn limiter(rate: u32, burst: u32) -> Limiter {
        Limiter::new(Limit { rate, burst })
    }

    #[test]
    fn a_burst_passes_and_then_so_many_a_second() {
        let limiter = limiter(2, 3);
        for _ in 0..3 {
            assert_eq!(limiter.count("a", at(0)), Ok(()));
        }
        assert_eq!(limiter.count("a", at(0)), Err(1));
        assert_eq!(limiter.count("a", at(499)), Err(1));
        assert_eq!(limiter.count("a", at(500)), Ok(()));
        assert_eq!(limiter.count("a", at(500)), Err(1));
        for _ in 0..3 {
            assert_eq!(limiter.count("a", at(60_000)), Ok(()));
        }
        assert_eq!(limiter.count("a", at(60_000)), Err(1), "rest makes no more than a burst");
    }

    #[test]
    fn callers_are_counted_apart() {
        let limiter = limiter(1, 1);
        assert_eq!(limiter.count("a", at(0)), Ok(()));
        assert_eq!(limiter.count("a", at(0)), Err(1));
        assert_eq!(limiter.count("b", at(0)), Ok(()));
    }

    #[test]
    fn a_clock_that_goes_back_changes_nothing() {
        let limiter = limiter(1, 1);
        assert_eq!(limiter.count("a", at(10_000)), Ok(()));
        assert_eq!(limiter.count("a", at(0)), Err(1));
        assert_eq!(limiter.count("a", at(10_500)), Err(1));
        assert_eq!(limiter.count("a", at(11_000)), Ok(()));
    }

    #[test]
    fn who_has_rested_is_forgotten_first_and_memory_is_bounded() {
        let limiter = limiter(1, 2);
        assert_eq!([limiter.count("busy", at(0)), limiter.count("busy", at(0))], [Ok(()); 2]);
        let most = i64::try_from(MOST_CALLERS).unwrap();
        for number in 1..most {
            assert_eq!(limiter.count(&number.to_string(), at(0)), Ok(()));
        }
        assert_eq!(limiter.count("new", at(1_500)), Ok(()));
        assert_eq!(limiter.callers.lock().unwrap().len(), 2, "all but the busy one have rested");
        assert_eq!([limiter.count("busy", at(1_500)), limiter.count("busy", at(1_500))], [Ok(()), Err(1)]);
    }
}
