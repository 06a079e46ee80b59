//! How often something may be done: so many times at once, and one more each time a while has passed.
//!
//! A bucket is known by one instant, the one at which it will be full again (the "virtual scheduling" form of the generic cell
//! rate algorithm, ITU-T I.371): an absent bucket is a full one.

use jiff::{SignedDuration, Timestamp};

/// A bucket that holds `burst` and gains one `every` so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub burst: u32,
    pub every: SignedDuration,
}

impl Allowance {
    /// So many evenly over a time, and as many at once. The time between two is rounded up to whole milliseconds.
    ///
    /// # Panics
    /// When it is none at all.
    #[must_use]
    pub fn per(number: u32, time: SignedDuration) -> Self {
        let parts = i32::try_from(number).unwrap_or(i32::MAX);
        assert!(parts > 0, "an allowance of nothing");
        let every = time / parts;
        let millis = every.as_millis() + i128::from(every.subsec_nanos() % 1_000_000 > 0);
        Self { burst: number, every: SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX)) }
    }

    /// When a bucket is full again that was full, after one was taken `now`.
    #[must_use]
    pub fn first(self, now: Timestamp) -> Timestamp {
        later(now, self.every)
    }

    /// The latest instant at which a bucket may become full again for one more to be in it `now`.
    #[must_use]
    pub fn latest(self, now: Timestamp) -> Timestamp {
        let rest = i64::from(self.burst.saturating_sub(1));
        later(now, self.every.saturating_mul(i32::try_from(rest).unwrap_or(i32::MAX)))
    }

    /// How long it takes until there is one again in a bucket that will be full at `full_at`; none if there is one `now`.
    #[must_use]
    pub fn wait(self, full_at: Timestamp, now: Timestamp) -> Option<SignedDuration> {
        let latest = self.latest(now);
        (full_at > latest).then(|| full_at.duration_since(latest))
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_255_200 + seconds).unwrap()
    }

    #[test]
    fn a_full_bucket_gives_its_burst_and_then_one_at_a_time() {
        let allowance = Allowance::per(3, SignedDuration::from_secs(60));
        assert_eq!(allowance.every, SignedDuration::from_secs(20));
        let mut full_at = allowance.first(at(0));
        for _ in 0..2 {
            assert_eq!(allowance.wait(full_at, at(0)), None);
            full_at = full_at.saturating_add(allowance.every).unwrap();
        }
        assert_eq!(allowance.wait(full_at, at(0)), Some(SignedDuration::from_secs(20)));
        assert_eq!(allowance.wait(full_at, at(19)), Some(SignedDuration::from_secs(1)));
        assert_eq!(allowance.wait(full_at, at(20)), None);
    }

    #[test]
    fn a_time_that_does_not_divide_is_rounded_up() {
        for (number, millis) in [(7, 8_572), (1_200, 50), (60_000, 1), (100_000, 1)] {
            let allowance = Allowance::per(number, SignedDuration::from_secs(60));
            assert_eq!(allowance.every, SignedDuration::from_millis(millis), "{number}");
        }
    }

    #[test]
    fn a_bucket_of_one_waits_for_each() {
        let allowance = Allowance::per(1, SignedDuration::from_secs(30));
        assert_eq!(allowance.wait(allowance.first(at(0)), at(0)), Some(SignedDuration::from_secs(30)));
        assert_eq!(allowance.wait(allowance.first(at(0)), at(30)), None);
    }
}
