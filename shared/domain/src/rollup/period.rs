use jiff::{ToSpan, civil::Date};

/// Days in a row, both ends included, and no more than fit into one read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: Date,
    to: Date,
}

/// Two dates that are no period to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPeriod {
    #[error("the period must not end before it starts")]
    Reversed,
    #[error("a period has at most {} days", Period::MOST)]
    TooLong,
}

impl Period {
    /// Three months.
    pub const MOST: i32 = 92;

    /// # Errors
    /// When the period is reversed or too long.
    pub fn new(from: Date, to: Date) -> Result<Self, BadPeriod> {
        match () {
            () if to < from => Err(BadPeriod::Reversed),
            () if to > from.saturating_add((Self::MOST - 1).days()) => Err(BadPeriod::TooLong),
            () => Ok(Self { from, to }),
        }
    }

    #[must_use]
    pub fn from(self) -> Date {
        self.from
    }

    #[must_use]
    pub fn to(self) -> Date {
        self.to
    }

    #[must_use]
    pub fn dates(self) -> Vec<Date> {
        std::iter::successors(Some(self.from), |date| date.tomorrow().ok())
            .take_while(|date| *date <= self.to)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_period_has_from_one_to_ninety_two_days() {
        let from = date(2026, 11, 1);
        assert_eq!(Period::new(from, from).unwrap().dates(), [from]);
        let longest = Period::new(from, date(2027, 1, 31)).unwrap().dates();
        assert_eq!((longest.len(), longest.last()), (92, Some(&date(2027, 1, 31))));
        assert_eq!(Period::new(from, date(2027, 2, 1)), Err(BadPeriod::TooLong));
        assert_eq!(Period::new(from, date(2026, 10, 31)), Err(BadPeriod::Reversed));
        assert_eq!(Period::new(Date::MAX, Date::MAX).unwrap().dates(), [Date::MAX]);
    }
}
