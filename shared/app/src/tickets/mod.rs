//! Tickets: giving them out for reservations that are queued, and telling how they stand.

mod code;
mod desk;
mod fate;
mod name;
mod waiting;

pub use code::Ticket;
pub(crate) use code::claim;
pub use desk::{Desk, TicketError, TicketState};
pub(crate) use desk::{Tickets, Wanted};
pub use fate::Fate;
pub(crate) use fate::{close, fates, key};
pub(crate) use name::Name;
