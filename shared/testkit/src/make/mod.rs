//! Makers of domain values: whole by default, so that a test says only what it is about.

mod booking;
mod person;
mod place;
mod session;
mod trail;

use std::{fmt::Debug, str::FromStr};

use uuid::Uuid;
use vaxslot_domain::{
    id::{AppointmentId, SessionId},
    session::SlotNumber,
    ticket::TicketId,
    vaccine::Dose,
    window::Window,
};

pub use booking::{Wish, order, own};
pub use person::{account, adult, born, person_id, phone, with_doses, with_photo_id};
pub use place::{center, center_id, district, name, pincode, position, pune};
pub use session::{Draft, Published};
pub use trail::entry;

/// Reads a value from text that is known to be right.
///
/// # Panics
/// When it is not.
#[must_use]
pub fn read<T>(text: &str) -> T
where
    T: FromStr,
    T::Err: Debug,
{
    text.parse().unwrap_or_else(|error| panic!("{text:?} should parse: {error:?}"))
}

#[must_use]
pub fn window(text: &str) -> Window {
    read(text)
}

#[must_use]
pub fn session_id(number: u128) -> SessionId {
    SessionId::new(Uuid::from_u128(number))
}

#[must_use]
pub fn appointment_id(number: u128) -> AppointmentId {
    AppointmentId::new(Uuid::from_u128(number))
}

/// The ticket with this mark, of one and the same request.
#[must_use]
pub fn ticket_id(mark: u64) -> TicketId {
    TicketId { request: Uuid::from_u128(0xf), mark }
}

/// The first slot of a session.
pub const FIRST_SLOT: SlotNumber = SlotNumber(0);

/// Every dose there is, in order.
pub const DOSES: [Dose; 3] = [Dose::FIRST, Dose::SECOND, Dose::PRECAUTION];
