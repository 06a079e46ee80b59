//! A session, and how its capacity is divided.

use std::{fmt, str::FromStr};

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time},
};
use serde::{Deserialize, Serialize};

use crate::{
    availability::Turns,
    center::Center,
    id::SessionId,
    opening::{DAY, Opening},
    vaccine::{Dose, Vaccine},
    window::{Window, moment},
};

/// Whether a session can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SessionStatus {
    Open,
    Closed,
    /// For good: nobody has an appointment in it any more, or will have none in a moment.
    Cancelled,
}

impl SessionStatus {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Closed => "CLOSED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// Who is of age, in completed years on the day of the session, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgeBand {
    min: u8,
    max: Option<u8>,
}

/// An age band that no person fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("ages are from 0 to 120 years, and the lowest must not pass the highest")]
pub struct BadAges;

impl AgeBand {
    /// # Errors
    /// When an age is over 120 or the band is empty.
    pub fn new(min: u8, max: Option<u8>) -> Result<Self, BadAges> {
        if min <= max.unwrap_or(120) && max.unwrap_or(120) <= 120 { Ok(Self { min, max }) } else { Err(BadAges) }
    }

    #[must_use]
    pub fn min(self) -> u8 {
        self.min
    }

    #[must_use]
    pub fn max(self) -> Option<u8> {
        self.max
    }

    #[must_use]
    pub fn admits(self, age: u8) -> bool {
        self.min <= age && self.max.is_none_or(|max| age <= max)
    }
}

/// `18-44`, or `45+` without a limit.
impl fmt::Display for AgeBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.max {
            Some(max) => write!(f, "{}-{max}", self.min),
            None => write!(f, "{}+", self.min),
        }
    }
}

impl FromStr for AgeBand {
    type Err = BadAges;

    fn from_str(text: &str) -> Result<Self, BadAges> {
        let age = |text: &str| text.parse().map_err(|_| BadAges);
        match (text.strip_suffix('+'), text.split_once('-')) {
            (Some(min), _) => Self::new(age(min)?, None),
            (None, Some((min, max))) => Self::new(age(min)?, Some(age(max)?)),
            (None, None) => Err(BadAges),
        }
    }
}

/// The place of a slot in its session's list, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotNumber(pub u8);

/// The capacity of one slot of a session for one dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PoolKey {
    pub session: SessionId,
    pub slot: SlotNumber,
    pub dose: Dose,
}

impl PoolKey {
    #[must_use]
    pub fn shard(self, number: u8) -> ShardKey {
        ShardKey { pool: self, number }
    }
}

/// One part of a pool: what a booking takes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardKey {
    pub pool: PoolKey,
    pub number: u8,
}

impl fmt::Display for ShardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pool: PoolKey { session, slot, dose }, number } = self;
        write!(f, "{session}#{}#{dose}#{number}", slot.0)
    }
}

/// A shard as the store has it: the truth about its units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    pub key: ShardKey,
    pub capacity: u32,
    pub free: u32,
    /// It takes no bookings.
    pub closed: bool,
    /// Its session was cancelled: it never takes bookings again.
    pub cancelled: bool,
    /// How often it was written. Whoever reads it twice can tell whether it moved in between.
    pub moves: u64,
}

impl Shard {
    /// An open shard with all its units free.
    #[must_use]
    pub fn fresh(key: ShardKey, units: u32) -> Self {
        Self { key, capacity: units, free: units, closed: false, cancelled: false, moves: 0 }
    }
}

/// What a session knows of one of its pools: into how many shards it is divided, and what they held when last summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolSummary {
    pub shards: u8,
    pub capacity: u32,
    pub free: u32,
}

/// One center's day for one vaccine and one age band.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    pub id: SessionId,
    /// The center as it was when the session was last listed.
    pub center: Center,
    pub date: Date,
    pub vaccine: Vaccine,
    pub ages: AgeBand,
    /// What one shot costs, in whole rupees; 0 at a free center.
    pub fee: u32,
    pub status: SessionStatus,
    pub opening: Opening,
    /// When staff said last how it opens; none if they never did since it was published.
    pub opening_set_at: Option<Timestamp>,
    /// When its cancellation began, until that is carried to its end.
    pub cancelling: Option<Timestamp>,
    /// The doses it gives, in order.
    pub doses: Vec<Dose>,
    /// Its slots, in order of time.
    pub slots: Vec<Window>,
    /// One for each slot and dose, slot by slot.
    pub pools: Vec<PoolSummary>,
    /// Since when each dose can be had, or no longer.
    pub turns: Turns,
    /// Counts the changes of the session's own row, so that a stale write can be refused.
    pub version: u64,
}

impl Session {
    /// Whether it is cancelled, or about to be.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.status == SessionStatus::Cancelled || self.cancelling.is_some()
    }

    /// Whether reservations may have been queued in the last day. `window` is how long after the opening they are.
    #[must_use]
    pub fn queued_lately(&self, window: SignedDuration, now: Timestamp) -> bool {
        let set_lately = self.opening_set_at.is_some_and(|at| now.duration_since(at) < DAY);
        set_lately || self.opening.queued_lately(window, now)
    }

    /// Whether it may have been open to reservations before a moment.
    #[must_use]
    pub fn opened_before(&self, moment: Timestamp) -> bool {
        self.opening.opens_at.is_none_or(|opens_at| opens_at < moment) || self.opening_set_at.is_some()
    }

    #[must_use]
    pub fn slot(&self, number: SlotNumber) -> Option<Window> {
        self.slots.get(usize::from(number.0)).copied()
    }

    #[must_use]
    pub fn slot_number(&self, window: Window) -> Option<SlotNumber> {
        let place = self.slots.iter().position(|slot| *slot == window)?;
        u8::try_from(place).ok().map(SlotNumber)
    }

    #[must_use]
    pub fn pool(&self, slot: SlotNumber, dose: Dose) -> Option<&PoolSummary> {
        self.pools.get(self.pool_place(slot, dose)?)
    }

    /// Where the pool of `slot` and `dose` stands in [`Session::pools`].
    #[must_use]
    pub fn pool_place(&self, slot: SlotNumber, dose: Dose) -> Option<usize> {
        let column = self.doses.iter().position(|offered| *offered == dose)?;
        let row = usize::from(slot.0);
        (row < self.slots.len()).then_some(row * self.doses.len() + column)
    }

    /// Every pool with its key, slot by slot.
    pub fn keyed_pools(&self) -> impl Iterator<Item = (PoolKey, &PoolSummary)> {
        let keys = (0u8..).map(SlotNumber).zip(&self.slots).flat_map(move |(slot, _)| {
            self.doses.iter().map(move |dose| PoolKey { session: self.id, slot, dose: *dose })
        });
        keys.zip(&self.pools)
    }

    /// Every shard of every pool.
    pub fn shard_keys(&self) -> impl Iterator<Item = ShardKey> {
        self.keyed_pools().flat_map(|(pool, summary)| (0..summary.shards).map(move |number| pool.shard(number)))
    }

    /// The open units for one dose, or for all.
    #[must_use]
    pub fn free(&self, dose: Option<Dose>) -> u32 {
        self.sum(dose, |pool| pool.free)
    }

    /// All units for one dose, or for all.
    #[must_use]
    pub fn capacity(&self, dose: Option<Dose>) -> u32 {
        self.sum(dose, |pool| pool.capacity)
    }

    fn sum(&self, dose: Option<Dose>, units: impl Fn(&PoolSummary) -> u32) -> u32 {
        self.keyed_pools()
            .filter(|(key, _)| dose.is_none_or(|wanted| key.dose == wanted))
            .map(|(_, pool)| units(pool))
            .sum()
    }

    /// The moment a slot starts, by the center's clock.
    #[must_use]
    pub fn starts_at(&self, slot: Window) -> Timestamp {
        slot.starts_at(self.date, self.center.zone.clock())
    }

    /// The moment a slot ends, by the center's clock.
    #[must_use]
    pub fn ends_at(&self, slot: Window) -> Timestamp {
        slot.ends_at(self.date, self.center.zone.clock())
    }

    /// The moment its day begins, by the center's clock.
    #[must_use]
    pub fn day_begins_at(&self) -> Timestamp {
        moment(self.date, Time::midnight(), self.center.zone.clock())
    }

    /// From when its appointments are in nobody's way any more: the end of the day after its day, by the center's clock.
    #[must_use]
    pub fn lapses_at(&self) -> Timestamp {
        let day = self.date.checked_add(2.days()).unwrap_or(Date::MAX);
        moment(day, Time::midnight(), self.center.zone.clock())
    }

    /// The moment its last slot starts.
    #[must_use]
    pub fn last_start(&self) -> Option<Timestamp> {
        self.slots.last().map(|slot| self.starts_at(*slot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_band_includes_both_ends() {
        let band = AgeBand::new(18, Some(44)).unwrap();
        assert!(band.admits(18) && band.admits(44));
        assert!(!band.admits(17) && !band.admits(45));
        assert!(AgeBand::new(45, None).unwrap().admits(104));
        assert_eq!(AgeBand::new(45, Some(44)), Err(BadAges));
        assert_eq!(AgeBand::new(121, None), Err(BadAges));
        assert_eq!(AgeBand::new(18, Some(121)), Err(BadAges));
    }

    #[test]
    fn an_age_band_reads_back_as_it_is_spelled() {
        for text in ["18-44", "45+", "0-120"] {
            assert_eq!(text.parse::<AgeBand>().map(|band| band.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "18", "-", "+", "44-18", "18-44+", "x+"] {
            assert_eq!(text.parse::<AgeBand>(), Err(BadAges), "{text}");
        }
    }
}
