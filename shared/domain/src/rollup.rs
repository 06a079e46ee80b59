//! Figures of a day, summed up the tree: session, center, district, state, country.

use jiff::civil::Date;

use crate::{
    id::{CenterId, DistrictId, SessionId, StateId},
    session::{Session, SessionStatus},
};

/// A place in the tree of a day whose children can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Country,
    State(StateId),
    District(DistrictId),
    Center(CenterId),
}

/// A row of the tree: one child of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    State(StateId),
    District(DistrictId),
    Center(CenterId),
    Session(SessionId),
}

/// Units and sessions, summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    pub sessions: u64,
    /// All units.
    pub capacity: u64,
    /// Units taken by appointments that are held or confirmed.
    pub booked: u64,
}

impl Figures {
    /// A cancelled session offers nothing; what is booked in it counts until it is released.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        let (capacity, free) = (u64::from(session.capacity(None)), u64::from(session.free(None)));
        let booked = capacity.saturating_sub(free);
        match session.status {
            SessionStatus::Cancelled => Self { sessions: 0, capacity: booked, booked },
            _ => Self { sessions: 1, capacity, booked },
        }
    }
}

impl std::iter::Sum for Figures {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), |sum, part| Self {
            sessions: sum.sessions + part.sessions,
            capacity: sum.capacity + part.capacity,
            booked: sum.booked + part.booked,
        })
    }
}

/// A child of a level with its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub node: Node,
    pub name: String,
    pub figures: Figures,
}

/// Where a day's figures of a session go: the levels above it, lowest first, with the name of each.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    pub date: Date,
    pub center: (CenterId, String),
    pub district: (DistrictId, String),
    pub state: (StateId, String),
}

impl Path {
    #[must_use]
    pub fn of(session: &Session) -> Self {
        let center = &session.center;
        let district = &center.district;
        Self {
            date: session.date,
            center: (center.id, center.name.as_str().to_owned()),
            district: (district.id, district.name.as_str().to_owned()),
            state: (district.state.id, district.state.name.as_str().to_owned()),
        }
    }

    /// The sums to make, lowest first: of which level's children, written as which row of which level.
    #[must_use]
    pub fn steps(&self) -> [(Level, Node, String, Level); 3] {
        let (center, district, state) = (self.center.0, self.district.0, self.state.0);
        [
            (Level::Center(center), Node::Center(center), self.center.1.clone(), Level::District(district)),
            (Level::District(district), Node::District(district), self.district.1.clone(), Level::State(state)),
            (Level::State(state), Node::State(state), self.state.1.clone(), Level::Country),
        ]
    }
}
