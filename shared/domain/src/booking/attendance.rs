//! What becomes of an appointment at its center. Either way its unit is used up, and goes to nobody else: the shard stays as
//! it is.

use jiff::Timestamp;

use super::Ending;
use crate::{
    appointment::{Appointment, Status},
    person::{Beneficiary, DoseHistory, LastDose},
    session::Session,
};

/// What staff say of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// The person came, and got the dose.
    Completed,
    /// The person did not come.
    NoShow,
}

impl Attendance {
    /// The state in which it ends the appointment.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Completed => Status::Completed,
            Self::NoShow => Status::NoShow,
        }
    }
}

/// Why that cannot be said of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttendanceRefusal {
    /// The day has not come, or for who stayed away, the slot has not begun.
    TooSoon { from: Timestamp },
    /// The hold ran out before it was confirmed: its place is somebody else's.
    HoldExpired,
    /// It has ended, in another way.
    Ended(Status),
    /// The person has had as many doses already, or too few.
    OtherDoseDue { taken: u8 },
}

/// A dose that was given: what the person had had before, and has had since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    pub before: DoseHistory,
    pub after: DoseHistory,
}

/// One transaction: an appointment that ends and keeps its unit, and the dose that was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    pub ending: Ending,
    pub given: Option<Given>,
}

impl Used {
    /// Whether `person` meets what the transaction demands: the appointment and the doses are still as they were read.
    #[must_use]
    pub fn admits(&self, person: &Beneficiary) -> bool {
        person.active.as_ref() == Some(&self.ending.was) && self.given.is_none_or(|given| given.before == person.doses)
    }
}

/// Decides on what staff say of a person's active appointment in a session.
///
/// # Errors
/// Why it cannot be said.
pub fn attend(
    attendance: Attendance,
    session: &Session,
    person: &Beneficiary,
    active: &Appointment,
    by: &str,
    now: Timestamp,
) -> Result<Used, AttendanceRefusal> {
    let from = match attendance {
        Attendance::Completed => session.day_begins_at(),
        Attendance::NoShow => session.starts_at(active.window),
    };
    if now < from {
        return Err(AttendanceRefusal::TooSoon { from });
    }
    if active.status.expired_at(now) {
        return Err(AttendanceRefusal::HoldExpired);
    }
    let given = match attendance {
        Attendance::Completed => Some(give(person, active)?),
        Attendance::NoShow => None,
    };
    let is = Appointment { changed_by: Some(by.to_owned()), ..active.turned(attendance.status(), now) };
    Ok(Used { ending: Ending::withdrawn(person, active, is), given })
}

/// The end of an appointment of which nobody said anything until long after its day.
#[must_use]
pub fn lapse(person: &Beneficiary, active: &Appointment, now: Timestamp) -> Used {
    let ending = Ending::withdrawn(person, active, active.turned(Status::NoShow, now));
    Used { ending, given: None }
}

fn give(person: &Beneficiary, active: &Appointment) -> Result<Given, AttendanceRefusal> {
    let (before, dose) = (person.doses, active.shard.pool.dose.get());
    if before.taken + 1 != dose {
        return Err(AttendanceRefusal::OtherDoseDue { taken: before.taken });
    }
    let last = LastDose { vaccine: active.vaccine, on: active.date };
    Ok(Given { before, after: DoseHistory { taken: dose, last: Some(last) } })
}
