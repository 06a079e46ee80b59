//! Tickets: giving them out for reservations that are queued, and telling how they stand.

mod code;
mod desk;
mod fate;
mod name;
mod waiting;

pub use code::Ticket;
pub(crate) use code::claim;
pub(crate) use desk::Wanted;
pub use desk::{Desk, TicketError, TicketState};
pub use fate::Fate;
pub(crate) use fate::{close, fates, key};
pub(crate) use name::Name;
