use std::{collections::BTreeMap, fmt, iter::Sum, ops::AddAssign, str::FromStr};

use jiff::civil::Date;

use super::{Basis, Day};
use crate::{
    center::FeeType,
    session::{AgeBand, Session, SessionStatus},
    tally::{ShardCount, Standings},
    vaccine::{Dose, Vaccine},
};

/// What figures are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    pub vaccine: Vaccine,
    pub ages: AgeBand,
    pub fee: FeeType,
    pub dose: Dose,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.vaccine, self.ages, self.fee.name(), self.dose)
    }
}

/// A text that is no cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cell is vaccine, ages, fee type and dose, such as COVISHIELD/18-44/Free/1")]
pub struct BadCell;

impl FromStr for Cell {
    type Err = BadCell;

    fn from_str(text: &str) -> Result<Self, BadCell> {
        let mut parts = text.split('/');
        let mut next = || parts.next().ok_or(BadCell);
        let cell = Self {
            vaccine: next()?.parse().map_err(|_| BadCell)?,
            ages: next()?.parse().map_err(|_| BadCell)?,
            fee: next()?.parse().map_err(|_| BadCell)?,
            dose: next()?.parse().map_err(|_| BadCell)?,
        };
        if parts.next().is_none() { Ok(cell) } else { Err(BadCell) }
    }
}

/// Units, and where appointments stand. By day of booking there are no units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// All units.
    pub capacity: u64,
    /// Those of them that nobody has.
    pub free: u64,
    pub standings: Standings,
}

impl Counts {
    /// The units that are taken, as their shards have it.
    #[must_use]
    pub fn taken(self) -> u64 {
        self.capacity.saturating_sub(self.free)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.capacity += other.capacity;
        self.free += other.free;
        self.standings += other.standings;
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), |mut sum, part| {
            sum += part;
            sum
        })
    }
}

/// Sessions and what is counted in them, summed. Cells that count nothing are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// By day of appointment, those that take place; by day of booking, those that appointments were made for.
    pub sessions: u64,
    pub cells: BTreeMap<Cell, Counts>,
}

impl Figures {
    /// What a session counts for on a day.
    #[must_use]
    pub fn of(day: Day, session: &Session, counts: &[ShardCount]) -> Self {
        match day.basis {
            Basis::Appointment => Self::of_appointments(session, counts),
            Basis::Booking => Self::of_bookings(session, counts, day),
        }
    }

    /// A cancelled session offers nothing; what is taken in it counts until it is released.
    fn of_appointments(session: &Session, counts: &[ShardCount]) -> Self {
        let cancelled = session.status == SessionStatus::Cancelled;
        let of_dose = |dose: Dose| {
            let (capacity, free) = (u64::from(session.capacity(Some(dose))), u64::from(session.free(Some(dose))));
            let standings = standings(counts, dose, |_| true);
            if cancelled {
                Counts { capacity: capacity.saturating_sub(free), free: 0, standings }
            } else {
                Counts { capacity, free, standings }
            }
        };
        Self { sessions: u64::from(!cancelled), cells: cells(session, of_dose) }
    }

    fn of_bookings(session: &Session, counts: &[ShardCount], day: Day) -> Self {
        let on_day = |date: Date| date == day.date;
        let of_dose = |dose| Counts { standings: standings(counts, dose, on_day), ..Counts::default() };
        let cells = cells(session, of_dose);
        Self { sessions: u64::from(!cells.is_empty()), cells }
    }

    /// The sum of all cells.
    #[must_use]
    pub fn total(&self) -> Counts {
        self.cells.values().copied().sum()
    }

    /// The sums of the cells that have something in common.
    #[must_use]
    pub fn by<K: Ord>(&self, common: impl Fn(&Cell) -> K) -> BTreeMap<K, Counts> {
        let mut parts: BTreeMap<K, Counts> = BTreeMap::new();
        for (cell, counts) in &self.cells {
            *parts.entry(common(cell)).or_default() += *counts;
        }
        parts
    }
}

fn standings(counts: &[ShardCount], dose: Dose, wanted: impl Fn(Date) -> bool) -> Standings {
    let of_dose = counts.iter().filter(|count| count.shard.pool.dose == dose);
    let days = of_dose.flat_map(|count| &count.days).filter(|(date, _)| wanted(**date));
    days.fold(Standings::default(), |sum, (_, standings)| sum + *standings)
}

fn cells(session: &Session, of_dose: impl Fn(Dose) -> Counts) -> BTreeMap<Cell, Counts> {
    let cell = |dose| Cell { vaccine: session.vaccine, ages: session.ages, fee: session.center.fee_type, dose };
    let cells = session.doses.iter().map(|dose| (cell(*dose), of_dose(*dose)));
    cells.filter(|(_, counts)| *counts != Counts::default()).collect()
}

impl<'a> Sum<&'a Self> for Figures {
    fn sum<I: Iterator<Item = &'a Self>>(parts: I) -> Self {
        let mut sum = Self::default();
        for part in parts {
            sum.sessions += part.sessions;
            for (cell, counts) in &part.cells {
                *sum.cells.entry(*cell).or_default() += *counts;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_reads_back_as_it_is_spelled() {
        for text in ["COVISHIELD/18-44/Free/1", "SPUTNIK V/45+/Paid/3"] {
            assert_eq!(text.parse::<Cell>().map(|cell| cell.to_string()).as_deref(), Ok(text));
        }
        for text in
            ["", "COVISHIELD/18-44/Free", "COVISHIELD/44-18/Free/1", "COVISHIELD/18-44/Free/1/2", "X/18+/Free/1"]
        {
            assert_eq!(text.parse::<Cell>(), Err(BadCell), "{text}");
        }
    }
}
