//! Judges whether what must hold does hold, from two things: the raw rows of the table, and what clients asked and were told.
//!
//! It depends on nothing, least of all on the crates that it judges: a mistake in them is not repeated here. A row comes as
//! a plain map of texts, numbers and lists; a deed as plain data. Each invariant of the design is a function of its own.

pub mod answers;
pub mod availability;
pub mod bookings;
pub mod cancelled;
pub mod doses;
pub mod events;
pub mod history;
pub mod holds;
pub mod instant;
pub mod keys;
pub mod people;
pub mod refusals;
pub mod shards;
pub mod staff;
pub mod sums;
pub mod table;
pub mod tickets;
pub mod told;
pub mod value;

use std::fmt;

pub use history::{Asked, Deed, Held, History, Made, Told};
pub use table::Table;
pub use value::{Row, Value};

/// What can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// A row that cannot be, whatever happened before.
    Row,
    I1,
    I2,
    I3,
    I4,
    I5,
    I6,
    I7,
    I8,
    I9,
    /// A refusal is true: of the store while it was asked, and of what became of the request.
    Honest,
    /// No answer stays unclear: whoever asks again is told in the end.
    Resolved,
    /// The audit finds what is wrong, and nothing else.
    Audit,
}

impl Invariant {
    /// Its number in the design, or its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::I1 => "I1",
            Self::I2 => "I2",
            Self::I3 => "I3",
            Self::I4 => "I4",
            Self::I5 => "I5",
            Self::I6 => "I6",
            Self::I7 => "I7",
            Self::I8 => "I8",
            Self::I9 => "I9",
            Self::Honest => "honest",
            Self::Resolved => "resolved",
            Self::Audit => "audit",
        }
    }
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub invariant: Invariant,
    /// What was found where, in ids and numbers: never a name or a phone.
    pub message: String,
}

impl Broken {
    pub(crate) fn new(invariant: Invariant, message: impl Into<String>) -> Self {
        Self { invariant, message: message.into() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant.name(), self.message)
    }
}

/// What holds at every moment, whatever is under way.
#[must_use]
pub fn at_any_moment(table: &Table) -> Vec<Broken> {
    [table.malformed(), shards::check(table), bookings::check(table), cancelled::rows(table)].concat()
}
