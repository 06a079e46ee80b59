//! Figures of a day, summed up the tree: session, center, district, state, country.

mod figures;
mod period;

use jiff::civil::Date;

use crate::{
    id::{CenterId, DistrictId, SessionId, StateId},
    session::Session,
};

pub use figures::{BadCell, Cell, Counts, Figures};
pub use period::{BadPeriod, Period};

/// By which day appointments are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The day that they are for.
    Appointment,
    /// The day on which they were made, by the center's clock.
    Booking,
}

/// A day that figures are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    pub basis: Basis,
    pub date: Date,
}

impl Day {
    /// The day that appointments are for.
    #[must_use]
    pub fn of_appointments(date: Date) -> Self {
        Self { basis: Basis::Appointment, date }
    }

    /// The day on which appointments were made.
    #[must_use]
    pub fn of_bookings(date: Date) -> Self {
        Self { basis: Basis::Booking, date }
    }
}

/// A place in the tree of a day whose children can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Where the country itself stands.
    Top,
    Country,
    State(StateId),
    District(DistrictId),
    Center(CenterId),
}

/// A row of the tree: one child of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    Country,
    State(StateId),
    District(DistrictId),
    Center(CenterId),
    Session(SessionId),
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    pub day: Day,
    /// The level whose child it is.
    pub under: Level,
    pub node: Node,
}

/// A child of a level with its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub node: Node,
    pub name: String,
    pub figures: Figures,
}

/// A sum to make: of which level's children, written as which row.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub of: Level,
    pub node: Node,
    pub name: String,
    pub under: Level,
}

/// What the row of the country is called.
const COUNTRY: &str = "India";

/// The sums above a session, lowest first: its center's, district's, state's and the country's.
#[must_use]
pub fn steps(session: &Session) -> [Step; 4] {
    let center = &session.center;
    let (district, state) = (&center.district, &center.district.state);
    let name = |name: &crate::text::Name| name.as_str().to_owned();
    let (of_center, of_district, of_state) =
        (Level::Center(center.id), Level::District(district.id), Level::State(state.id));
    [
        Step { of: of_center, node: Node::Center(center.id), name: name(&center.name), under: of_district },
        Step { of: of_district, node: Node::District(district.id), name: name(&district.name), under: of_state },
        Step { of: of_state, node: Node::State(state.id), name: name(&state.name), under: Level::Country },
        Step { of: Level::Country, node: Node::Country, name: COUNTRY.to_owned(), under: Level::Top },
    ]
}

/// Where the row of a session stands on a day.
#[must_use]
pub fn leaf(day: Day, session: &Session) -> Spot {
    Spot { day, under: Level::Center(session.center.id), node: Node::Session(session.id) }
}
