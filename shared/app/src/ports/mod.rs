//! What the use cases need of the world outside: a store, a clock, a topic. Adapters implement these; the test kit has a
//! twin of the store in memory that must behave the same.

mod audits;
mod buckets;
mod cancellations;
mod contacts;
mod dues;
mod figures;
mod host;
mod key_sets;
mod keys;
mod reminders;
mod sms;
mod store;
mod subscriptions;
mod tickets;
mod trail;
mod web;

pub use audits::{Audits, WalkPlace};
pub use buckets::Buckets;
pub use cancellations::Cancellations;
pub use contacts::Contacts;
pub use dues::{DueCancellation, DueEnd, DueHold, Dues, END_LISTS, HOLD_LISTS, end_list, hold_list};
pub use figures::{DayFigures, RollupWrite, Tallies, Versioned};
pub use host::{Chance, Host};
pub use key_sets::KeySets;
pub use keys::{KeptAnswer, KeyUse, Keys, RequestKey};
pub use reminders::{ReminderPlace, ReminderPlaces, ReminderQueue};
pub use sms::Sms;
pub use store::{Added, Bookings, Centers, Corrected, Events, Listed, People, Places, Sessions, Store, Taken, Tried};
pub use subscriptions::{Standing, Subscribers, Subscribing, Subscriptions};
pub use tickets::{Queue, Tickets};
pub use trail::{Signs, Stretch, Trail};
pub use web::Web;

/// A failure of a port.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another transaction held one of the items; nothing was written.
    #[error("another transaction was in the way")]
    Conflict,
    /// The store asked to slow down; nothing was written.
    #[error("the store asked to slow down")]
    Throttled,
    /// The answer was lost: the request may have been carried out, or may still be.
    #[error("the store's answer was lost")]
    Unclear(#[source] Source),
    /// A stored row cannot be read.
    #[error(transparent)]
    BadRow(#[from] BadRow),
    /// Anything else; nothing was written.
    #[error("the store failed")]
    Failed(#[source] Source),
}

/// The cause of a failure, for the operator's log.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// A stored row that does not parse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("table {table}: row {key}: attribute {attribute}: {reason}")]
pub struct BadRow {
    pub table: String,
    pub key: String,
    pub attribute: String,
    pub reason: String,
}
