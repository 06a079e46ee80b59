//! A search for sessions: where, when, and for whom.

use std::{fmt, str::FromStr};

use jiff::{Span, civil::Date};

use crate::{
    center::FeeType,
    id::{CenterId, DistrictId, SessionId},
    person::parse_date,
    place::{Cell, Circle, Pincode},
    session::{Session, SessionStatus},
    vaccine::{Dose, Vaccine},
};

/// Where to search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    District(DistrictId),
    Pincode(Pincode),
    Center(CenterId),
    Around(Circle),
}

/// A list of sessions that the store keeps in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListOf {
    District(DistrictId),
    Pincode(Pincode),
    Center(CenterId),
    Cell(Cell),
}

impl Place {
    /// The lists that together hold every session of the place.
    #[must_use]
    pub fn lists(self) -> Vec<ListOf> {
        match self {
            Self::District(id) => vec![ListOf::District(id)],
            Self::Pincode(pincode) => vec![ListOf::Pincode(pincode)],
            Self::Center(id) => vec![ListOf::Center(id)],
            Self::Around(circle) => circle.cells().into_iter().map(ListOf::Cell).collect(),
        }
    }

    /// Whether a session that stands in one of the lists lies in the place.
    #[must_use]
    pub fn contains(self, session: &Session) -> bool {
        match self {
            Self::Around(circle) => session.center.position.is_some_and(|position| circle.contains(position)),
            _ => true,
        }
    }
}

/// From one day to seven, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Days {
    from: Date,
    to: Date,
}

/// Two dates that are no range to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadDays {
    #[error("the range must not end before it starts")]
    Reversed,
    #[error("a range has at most {} days", Days::MOST)]
    TooLong,
}

impl Days {
    pub const MOST: i32 = 7;

    /// # Errors
    /// When the range is reversed or too long.
    pub fn new(from: Date, to: Date) -> Result<Self, BadDays> {
        let last = from.saturating_add(Span::new().days(Self::MOST - 1));
        match () {
            () if to < from => Err(BadDays::Reversed),
            () if to > last => Err(BadDays::TooLong),
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
}

/// What a session must offer to be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Filter {
    pub vaccine: Option<Vaccine>,
    pub dose: Option<Dose>,
    /// Completed years on the day of the session.
    pub age: Option<u8>,
    pub fee_type: Option<FeeType>,
    /// Only sessions that are open and have a unit left (for the dose, if one is named).
    pub available: bool,
}

impl Filter {
    #[must_use]
    pub fn admits(&self, session: &Session) -> bool {
        self.vaccine.is_none_or(|vaccine| session.vaccine == vaccine)
            && self.dose.is_none_or(|dose| session.doses.contains(&dose))
            && self.age.is_none_or(|age| session.ages.admits(age))
            && self.fee_type.is_none_or(|fee| session.center.fee_type == fee)
            && (!self.available || session.status == SessionStatus::Open && session.free(self.dose) > 0)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A session's place in every list: by date, then center, then id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listing {
    pub date: Date,
    pub center: CenterId,
    pub session: SessionId,
}

/// A text that is no place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in a list of sessions")]
pub struct BadListing;

impl Listing {
    #[must_use]
    pub fn of(session: &Session) -> Self {
        Self { date: session.date, center: session.center.id, session: session.id }
    }
}

impl fmt::Display for Listing {
    /// Sorts as text the way it sorts as a value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{:010}#{}", self.date, self.center.get(), self.session)
    }
}

impl FromStr for Listing {
    type Err = BadListing;

    fn from_str(text: &str) -> Result<Self, BadListing> {
        let mut parts = text.split('#');
        let (Some(date), Some(center), Some(session), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BadListing);
        };
        let listing = Self {
            date: parse_date(date).ok_or(BadListing)?,
            center: center.parse::<u32>().ok().and_then(|id| id.try_into().ok()).ok_or(BadListing)?,
            session: session.parse().map_err(|_| BadListing)?,
        };
        if listing.to_string() == text { Ok(listing) } else { Err(BadListing) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_range_is_one_to_seven_days() {
        let start = date(2028, 2, 27);
        assert!(Days::new(start, start).is_ok());
        assert!(Days::new(start, date(2028, 3, 4)).is_ok(), "seven days, one of them 29 February");
        assert_eq!(Days::new(start, date(2028, 3, 5)), Err(BadDays::TooLong));
        assert_eq!(Days::new(start, date(2028, 2, 26)), Err(BadDays::Reversed));
        assert!(Days::new(Date::MAX, Date::MAX).is_ok());
    }

    #[test]
    fn a_listing_reads_back_and_sorts_as_text() {
        let listing = |day, center: u32| Listing {
            date: date(2026, 11, day),
            center: CenterId::try_from(center).unwrap(),
            session: SessionId::new(Uuid::from_u128(7)),
        };
        let (first, second, third) = (listing(21, 9), listing(21, 13_274), listing(22, 1));
        assert!(first.to_string() < second.to_string() && second.to_string() < third.to_string());
        assert_eq!(second.to_string().parse(), Ok(second));
        for bad in ["", "2026-11-21#9#x", "2026-11-21#9#00000000-0000-0000-0000-000000000007", "a#b#c#d"] {
            assert_eq!(bad.parse::<Listing>(), Err(BadListing), "{bad}");
        }
    }
}
