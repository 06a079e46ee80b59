//! Where appointments stand, as figures count them: each once, in the state that it is in.

use std::{
    collections::BTreeMap,
    ops::{Add, AddAssign},
};

use jiff::{civil::Date, tz::TimeZone};

use crate::{
    appointment::{Appointment, Status},
    id::AppointmentId,
    session::ShardKey,
};

/// Where an appointment stands. One that another took the place of is not among those that were cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    Held,
    Confirmed,
    Completed,
    NoShow,
    Cancelled,
    Expired,
    Moved,
}

impl Standing {
    pub const ALL: [Self; 7] =
        [Self::Held, Self::Confirmed, Self::Completed, Self::NoShow, Self::Cancelled, Self::Expired, Self::Moved];

    #[must_use]
    pub fn of(appointment: &Appointment) -> Self {
        match appointment.status {
            Status::Held { .. } => Self::Held,
            Status::Confirmed => Self::Confirmed,
            Status::Completed => Self::Completed,
            Status::NoShow => Self::NoShow,
            Status::Cancelled if appointment.moved_to.is_some() => Self::Moved,
            Status::Cancelled => Self::Cancelled,
            Status::Expired => Self::Expired,
        }
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "HELD",
            Self::Confirmed => "CONFIRMED",
            Self::Completed => "COMPLETED",
            Self::NoShow => "NO_SHOW",
            Self::Cancelled => "CANCELLED",
            Self::Expired => "EXPIRED",
            Self::Moved => "MOVED",
        }
    }

    /// The standings that come before it. An appointment passes each at most once, and stays in the one it ended in.
    #[must_use]
    pub fn earlier(self) -> &'static [Self] {
        match self {
            Self::Held => &[],
            Self::Confirmed => &[Self::Held],
            _ => &[Self::Held, Self::Confirmed],
        }
    }

    /// Whether a unit is taken by it, for a while or for good.
    #[must_use]
    pub fn takes_unit(self) -> bool {
        matches!(self, Self::Held | Self::Confirmed | Self::Completed | Self::NoShow)
    }

    fn place(self) -> usize {
        Self::ALL.iter().position(|standing| *standing == self).unwrap_or(0)
    }
}

/// A text that names no standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a standing is one of HELD, CONFIRMED, COMPLETED, NO_SHOW, CANCELLED, EXPIRED, MOVED")]
pub struct BadStanding;

impl std::str::FromStr for Standing {
    type Err = BadStanding;

    fn from_str(text: &str) -> Result<Self, BadStanding> {
        Self::ALL.into_iter().find(|standing| standing.name() == text).ok_or(BadStanding)
    }
}

/// How many appointments stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standings([u64; 7]);

impl Standings {
    /// From the numbers of [`Standing::ALL`], in that order.
    #[must_use]
    pub fn new(counts: [u64; 7]) -> Self {
        Self(counts)
    }

    /// In the order of [`Standing::ALL`].
    #[must_use]
    pub fn counts(self) -> [u64; 7] {
        self.0
    }

    #[must_use]
    pub fn get(self, standing: Standing) -> u64 {
        self.0[standing.place()]
    }

    /// One more that stands there.
    pub fn count(&mut self, standing: Standing) {
        self.0[standing.place()] += 1;
    }

    /// How many take a unit.
    #[must_use]
    pub fn taken(self) -> u64 {
        Standing::ALL.into_iter().filter(|standing| standing.takes_unit()).map(|standing| self.get(standing)).sum()
    }
}

impl Add for Standings {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl AddAssign for Standings {
    fn add_assign(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, part)| *sum += part);
    }
}

/// One appointment in the count of its shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub shard: ShardKey,
    pub appointment: AppointmentId,
    pub standing: Standing,
    /// The day on which it was made, by its center's clock.
    pub made_on: Date,
}

impl Tally {
    #[must_use]
    pub fn of(appointment: &Appointment, clock: &TimeZone) -> Self {
        Self {
            shard: appointment.shard,
            appointment: appointment.id,
            standing: Standing::of(appointment),
            made_on: appointment.made_at.to_zoned(clock.clone()).date(),
        }
    }
}

/// The appointments of a shard, by the day on which they were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardCount {
    pub shard: ShardKey,
    pub days: BTreeMap<Date, Standings>,
    /// Counts the changes of its row; 0 while there is none.
    pub version: u64,
}

impl ShardCount {
    /// Counts the tallies of a shard, to replace what was counted at `version`.
    #[must_use]
    pub fn of(shard: ShardKey, version: u64, tallies: &[Tally]) -> Self {
        let mut days: BTreeMap<Date, Standings> = BTreeMap::new();
        for tally in tallies {
            days.entry(tally.made_on).or_default().count(tally.standing);
        }
        Self { shard, days, version }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_appointment_moves_on_and_never_back() {
        for (standing, earlier) in [(Standing::Held, 0), (Standing::Confirmed, 1), (Standing::Moved, 2)] {
            assert_eq!(standing.earlier().len(), earlier);
        }
        for standing in Standing::ALL {
            assert!(standing.earlier().iter().all(|earlier| !earlier.earlier().contains(&standing)));
            assert_eq!(standing.name().parse(), Ok(standing));
        }
        assert_eq!("held".parse::<Standing>(), Err(BadStanding));
    }

    #[test]
    fn every_standing_is_counted_apart() {
        let mut all = Standings::default();
        for standing in Standing::ALL {
            all.count(standing);
            assert_eq!(all.get(standing), 1);
        }
        assert_eq!((all.counts(), all.taken()), ([1; 7], 4));
        assert_eq!((all + all).counts(), [2; 7]);
    }
}
