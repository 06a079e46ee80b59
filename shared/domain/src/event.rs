//! What happened to an appointment, read from two states of the store.

use crate::{
    appointment::{Appointment, Status},
    person::Beneficiary,
};

/// Something that happened to an appointment. An appointment passes each kind at most once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    Held,
    Confirmed,
    Cancelled,
    Expired,
    Completed,
    NoShow,
}

impl EventKind {
    pub const ALL: [Self; 6] =
        [Self::Held, Self::Confirmed, Self::Cancelled, Self::Expired, Self::Completed, Self::NoShow];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "appointment.held",
            Self::Confirmed => "appointment.confirmed",
            Self::Cancelled => "appointment.cancelled",
            Self::Expired => "appointment.expired",
            Self::Completed => "appointment.completed",
            Self::NoShow => "appointment.no_show",
        }
    }

    fn of(status: Status) -> Self {
        match status {
            Status::Held { .. } => Self::Held,
            Status::Confirmed => Self::Confirmed,
            Status::Cancelled => Self::Cancelled,
            Status::Expired => Self::Expired,
            Status::Completed => Self::Completed,
            Status::NoShow => Self::NoShow,
        }
    }
}

/// An event with the appointment as it stood afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub kind: EventKind,
    pub appointment: Appointment,
}

impl Event {
    /// The same for every delivery of the same event.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}:{}", self.appointment.id, self.kind.name())
    }
}

/// The event between two states of a beneficiary, if an appointment was made or confirmed between them. An appointment
/// that ended tells its event through its own row.
#[must_use]
pub fn of_beneficiary(before: Option<&Beneficiary>, after: Option<&Beneficiary>) -> Option<Event> {
    let was = before.and_then(|person| person.active.as_ref());
    let is = after.and_then(|person| person.active.as_ref())?;
    let kind = EventKind::of(is.status);
    let told = was.is_some_and(|was| was.id == is.id && EventKind::of(was.status) == kind);
    (!told).then(|| Event { kind, appointment: is.clone() })
}

/// The event of an appointment that ended.
#[must_use]
pub fn of_ended(appointment: &Appointment) -> Event {
    Event { kind: EventKind::of(appointment.status), appointment: appointment.clone() }
}
