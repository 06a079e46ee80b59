//! How often a caller may ask: counted for each account and for each address, apart for what is booked, what is changed about
//! people, and what is only looked at, so that no limit feeds another.
//!
//! The count is kept in the table, for all sandboxes together. But who asks little costs no call: each sandbox lets a few
//! requests a minute pass by itself, and charges the table for what goes beyond. So with `q` requests a minute allowed, `f` of
//! them free in a sandbox, and `n` sandboxes at work, of one account no more than `(q + n * f) * (1 + t)` requests pass in `t`
//! minutes; the same holds for an address. A sandbox that was told to wait refuses by itself until then, so that a flood of
//! refusals costs the table little.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use vaxslot_app::{
    ports::{Buckets, Host, Tried},
    retry::persist,
};
use vaxslot_domain::{SignedDuration, Timestamp, access::Caller, bucket::Allowance};

use crate::{
    env::{BadEnv, number_or},
    extract::{ClientAddress, block},
    problem::Problem,
    seal::Sealer,
};

/// The most names that a sandbox counts by itself. Whoever else comes is charged in the table at once.
const MOST_NAMES: usize = 20_000;

/// What a request is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Booking, holding, confirming, moving, cancelling.
    Booking,
    /// Registering and changing people.
    People,
    /// Reading what is not for everybody.
    Looking,
}

/// How many requests may be sent in a minute, evenly or all at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub account: u32,
    pub address: u32,
}

/// What a deployment allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Bookings; and as many changes about people, counted apart.
    pub changes: Rate,
    pub looks: Rate,
}

impl Rates {
    pub const USUAL: Self =
        Self { changes: Rate { account: 20, address: 1_200 }, looks: Rate { account: 120, address: 6_000 } };

    /// Requests a minute, each from 1 to 60,000: `BOOKINGS_PER_ACCOUNT` (normally 20), `BOOKINGS_PER_ADDRESS` (normally 1,200),
    /// `LOOKS_PER_ACCOUNT` (normally 120) and `LOOKS_PER_ADDRESS` (normally 6,000).
    pub fn from_env() -> Result<Self, BadEnv> {
        let rate = |account, address, usual: Rate| {
            let (account, address) = ((account, usual.account), (address, usual.address));
            let read = |(name, usual)| number_or(name, usual, 1..=60_000);
            Ok(Rate { account: read(account)?, address: read(address)? })
        };
        Ok(Self {
            changes: rate("BOOKINGS_PER_ACCOUNT", "BOOKINGS_PER_ADDRESS", Self::USUAL.changes)?,
            looks: rate("LOOKS_PER_ACCOUNT", "LOOKS_PER_ADDRESS", Self::USUAL.looks)?,
        })
    }

    fn of(self, purpose: Purpose) -> Rate {
        match purpose {
            Purpose::Booking | Purpose::People => self.changes,
            Purpose::Looking => self.looks,
        }
    }
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Booking => "booking",
            Self::People => "people",
            Self::Looking => "looking",
        }
    }

    /// How many requests a minute a sandbox lets pass by itself.
    fn free(self) -> Rate {
        match self {
            Self::Booking | Self::People => Rate { account: 3, address: 30 },
            Self::Looking => Rate { account: 10, address: 100 },
        }
    }
}

/// Counts requests.
pub struct Limits {
    buckets: Arc<dyn Buckets>,
    host: Arc<dyn Host>,
    sealer: Sealer,
    rates: Rates,
    /// What requests of citizens that change something are counted as.
    changes: Purpose,
    sandbox: Sandbox,
}

impl Limits {
    #[must_use]
    pub fn new(buckets: Arc<dyn Buckets>, host: Arc<dyn Host>, sealer: Sealer, rates: Rates, changes: Purpose) -> Self {
        Self { buckets, host, sealer, rates, changes, sandbox: Sandbox::default() }
    }

    /// Counts a request. What staff change is not counted: it is they who work through long lines.
    ///
    /// # Errors
    /// A problem of too many requests, with the time to wait: then nothing was taken from what others may. A problem of the store
    /// where the table cannot be charged.
    pub async fn count(
        &self,
        caller: &Caller,
        subject: &str,
        from: ClientAddress,
        changes: bool,
    ) -> Result<(), Problem> {
        let (purpose, whose) = match (caller, changes) {
            (Caller::Citizen { .. }, true) => (self.changes, "citizen"),
            (Caller::Citizen { .. }, false) => (Purpose::Looking, "citizen"),
            (_, true) => return Ok(()),
            (_, false) => (Purpose::Looking, "staff"),
        };
        let (rate, free) = (self.rates.of(purpose), purpose.free());
        let account = self.bucket(purpose, whose, subject.as_bytes());
        let mut wanted = vec![(account, rate.account, free.account)];
        // Requests of which no address is known are counted by their accounts.
        if !from.0.is_unspecified() {
            wanted.push((self.bucket(purpose, "address", &block(from.0)), rate.address, free.address));
        }
        let now = self.host.now();
        // Nothing is taken where it is known that another bucket is empty.
        for (bucket, ..) in &wanted {
            self.sandbox.refusal(bucket, now).map_or(Ok(()), |wait| Err(Problem::too_many_requests(wait)))?;
        }
        // The bucket of few comes before that of many, so that who is refused has taken nothing from others.
        for (bucket, allowed, free) in wanted {
            self.take(bucket, allowed, free.min(allowed), now).await?;
        }
        Ok(())
    }

    async fn take(&self, bucket: String, allowed: u32, free: u32, now: Timestamp) -> Result<(), Problem> {
        if self.sandbox.take(&bucket, a_minute(free), now) {
            return Ok(());
        }
        match persist(&*self.host, || self.buckets.take(&bucket, a_minute(allowed), now)).await? {
            Tried::Done(()) => Ok(()),
            Tried::Refused(wait) => {
                self.sandbox.refuse(bucket, now, wait);
                Err(Problem::too_many_requests(wait))
            }
        }
    }

    fn bucket(&self, purpose: Purpose, whose: &str, who: &[u8]) -> String {
        format!(
            "{}/{}",
            purpose.name(),
            self.sealer.name("bucket", &[purpose.name().as_bytes(), whose.as_bytes(), who])
        )
    }
}

fn a_minute(number: u32) -> Allowance {
    Allowance::per(number, SignedDuration::from_mins(1))
}

/// What one sandbox knows of the callers it has seen.
#[derive(Default)]
struct Sandbox(Mutex<HashMap<String, Seen>>);

#[derive(Debug, Clone, Copy)]
struct Seen {
    /// When there will be again as many free requests as there can be.
    full_at: Timestamp,
    /// Until when the table would refuse.
    empty_until: Timestamp,
}

impl Sandbox {
    /// How long the table would refuse.
    fn refusal(&self, bucket: &str, now: Timestamp) -> Option<SignedDuration> {
        let seen = self.lock().get(bucket).copied()?;
        (seen.empty_until > now).then(|| seen.empty_until.duration_since(now))
    }

    /// Takes one of the free requests, if there is one.
    fn take(&self, bucket: &str, free: Allowance, now: Timestamp) -> bool {
        let mut all = self.lock();
        if !Self::has_room(&mut all, bucket, now) {
            return false;
        }
        let seen = all.entry(bucket.to_owned()).or_insert(Seen { full_at: now, empty_until: now });
        let full_at = seen.full_at.max(now);
        let is_free = free.wait(full_at, now).is_none();
        if is_free {
            seen.full_at = full_at.saturating_add(free.every).unwrap_or(Timestamp::MAX);
        }
        is_free
    }

    fn refuse(&self, bucket: String, now: Timestamp, wait: SignedDuration) {
        let mut all = self.lock();
        if Self::has_room(&mut all, &bucket, now) {
            let empty_until = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
            all.entry(bucket).or_insert(Seen { full_at: now, empty_until }).empty_until = empty_until;
        }
    }

    /// Those of whom nothing would be lost are forgotten first, and nobody else is: who is forgotten has free requests again.
    fn has_room(all: &mut HashMap<String, Seen>, bucket: &str, now: Timestamp) -> bool {
        if all.len() >= MOST_NAMES && !all.contains_key(bucket) {
            all.retain(|_, seen| seen.full_at > now || seen.empty_until > now);
        }
        all.len() < MOST_NAMES || all.contains_key(bucket)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_795_255_200_000 + millis).unwrap()
    }

    #[test]
    fn a_sandbox_lets_a_few_pass_and_then_one_at_a_time() {
        let (sandbox, free) = (Sandbox::default(), a_minute(3));
        assert_eq!(
            [0, 0, 1, 2, 19_999].map(|millis| sandbox.take("a", free, at(millis))),
            [true, true, true, false, false]
        );
        assert!(sandbox.take("b", free, at(2)), "another is counted apart");
        assert!(sandbox.take("a", free, at(20_000)));
        assert!(!sandbox.take("a", free, at(20_001)));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing() {
        let (sandbox, free) = (Sandbox::default(), a_minute(1));
        assert!(sandbox.take("a", free, at(10_000)));
        assert!(!sandbox.take("a", free, at(0)));
        assert!(!sandbox.take("a", free, at(69_999)));
        assert!(sandbox.take("a", free, at(70_000)));
    }

    #[test]
    fn a_refusal_is_known_until_its_time_is_over() {
        let sandbox = Sandbox::default();
        assert_eq!(sandbox.refusal("a", at(0)), None);
        sandbox.refuse("a".to_owned(), at(0), SignedDuration::from_secs(3));
        assert_eq!(sandbox.refusal("a", at(1_000)), Some(SignedDuration::from_secs(2)));
        assert_eq!((sandbox.refusal("a", at(3_000)), sandbox.refusal("b", at(1_000))), (None, None));
    }

    #[test]
    fn memory_is_bounded_and_nobody_gains_by_it() {
        let (sandbox, free) = (Sandbox::default(), a_minute(1));
        assert!(sandbox.take("busy", free, at(30_000)));
        for number in 1..MOST_NAMES {
            assert!(sandbox.take(&number.to_string(), free, at(0)));
        }
        assert!(!sandbox.take("new", free, at(59_999)), "charged in the table");
        assert!(!sandbox.take("busy", free, at(59_999)));
        assert!(sandbox.take("new", free, at(60_000)), "all but the busy one have rested");
        assert_eq!(sandbox.lock().len(), 2);
        assert!(!sandbox.take("busy", free, at(60_000)));
    }
}
