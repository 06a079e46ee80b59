//! What the use cases answer, in the checker's words.

use std::fmt;

use vaxslot_app::{
    booking::{BookingError, Reserved},
    people::{PersonError, RegisterError},
    ports::StoreError,
    reception::ReceptionError,
    staff::StaffError,
    tickets::{Fate, TicketError, TicketState},
};
use vaxslot_checker::{Held, Made, Told};
use vaxslot_domain::{
    appointment::{Appointment, Status},
    booking::{ChangeRefusal, Own, Refusal},
    id::AccountId,
    ticket::TicketEnd,
};

pub fn booking(outcome: Result<Vec<Appointment>, BookingError>) -> Told {
    match outcome {
        Ok(appointments) => Told::Made(appointments.iter().map(made).collect()),
        Err(BookingError::Refused(refusal)) => refused(&refusal),
        Err(BookingError::ChangeRefused(refusal)) => change_refused(refusal),
        Err(BookingError::Unclear(_) | BookingError::Store(StoreError::Unclear(_))) => Told::Unclear,
        Err(BookingError::Store(_)) => Told::Busy,
    }
}

pub fn reserved(account: &AccountId, outcome: Result<Reserved, BookingError>) -> Told {
    match outcome {
        Ok(Reserved::Made(made)) => booking(Ok(made)),
        Ok(Reserved::Queued(ticket)) => Told::Accepted { ticket: ticket.id.to_string(), word: ticket.encode(account) },
        Err(error) => booking(Err(error)),
    }
}

pub fn ticket(outcome: Result<TicketState, TicketError>) -> Told {
    match outcome.map(|state| state.fate) {
        Ok(Fate::Open) => Told::Pending,
        Ok(Fate::Made(made)) => booking(Ok(made)),
        Ok(Fate::Over(TicketEnd::Refused(refusal))) => refused(&refusal),
        Ok(Fate::Over(_)) => refusal("ticket-failed"),
        Err(TicketError::NoSuchTicket) => refusal("no-such-ticket"),
        Err(TicketError::Store(_)) => Told::Busy,
    }
}

pub fn staff<T>(outcome: Result<T, StaffError>) -> Told {
    match outcome {
        Ok(_) => Told::Done,
        // Some of what staff ask for takes several writes.
        Err(StaffError::Store(_)) => Told::Unclear,
        Err(StaffError::Busy) => Told::Busy,
        Err(StaffError::BelowBooked(_)) => refusal("below-booked"),
        Err(_) => refusal("refused"),
    }
}

pub fn registered<T>(outcome: Result<T, RegisterError>) -> Told {
    match outcome {
        Ok(_) => Told::Done,
        Err(RegisterError::Store(StoreError::Unclear(_))) => Told::Unclear,
        Err(RegisterError::Store(_)) => Told::Busy,
        Err(RegisterError::Full) => refusal("account-full"),
        Err(RegisterError::Removed(_)) => refusal("beneficiary-removed"),
        Err(_) => refusal("refused"),
    }
}

pub fn removed(outcome: Result<(), PersonError>) -> Told {
    match outcome {
        Ok(()) => Told::Done,
        Err(PersonError::Store(StoreError::Unclear(_))) => Told::Unclear,
        Err(PersonError::Store(_) | PersonError::Busy) => Told::Busy,
        Err(PersonError::NoSuchBeneficiary(_)) => refusal("no-such-beneficiary"),
        Err(_) => refusal("appointment-active"),
    }
}

pub fn reception(outcome: Result<Appointment, ReceptionError>) -> Told {
    match outcome {
        Ok(appointment) => booking(Ok(vec![appointment])),
        Err(ReceptionError::Booking(error)) => booking(Err(error)),
        Err(ReceptionError::Store(error)) => booking(Err(BookingError::from(error))),
        Err(ReceptionError::Refused(why)) => refusal(&kebab(&why)),
        Err(other) => refusal(&kebab(&other)),
    }
}

pub fn refusal(why: &str) -> Told {
    Told::Refused { why: why.to_owned(), about: None }
}

fn made(appointment: &Appointment) -> Made {
    Made {
        person: appointment.beneficiary.to_string(),
        appointment: appointment.id.to_string(),
        session: appointment.shard.pool.session.to_string(),
        status: appointment.status.name().to_owned(),
        hold_until: match appointment.status {
            Status::Held { until } => Some(until.as_millisecond()),
            _ => None,
        },
    }
}

pub fn held(own: &Own) -> Held {
    Held { person: own.beneficiary.to_string(), appointment: own.appointment.to_string() }
}

pub fn own(made: &Made) -> Option<Own> {
    Some(Own { beneficiary: made.person.parse().ok()?, appointment: made.appointment.parse().ok()? })
}

fn refused(refused: &Refusal) -> Told {
    let about = match refused {
        Refusal::AlreadyBooked { beneficiary, appointment } => {
            Some(Own { beneficiary: *beneficiary, appointment: *appointment })
        }
        _ => None,
    };
    Told::Refused { why: kebab(refused), about: about.as_ref().map(held) }
}

fn change_refused(refused: ChangeRefusal) -> Told {
    let about = match &refused {
        ChangeRefusal::NoSuchAppointment(own) | ChangeRefusal::HoldExpired(own) => Some(held(own)),
        _ => None,
    };
    Told::Refused { why: kebab(&refused), about }
}

/// A refusal's name as problems spell it: `SoldOut` as `sold-out`.
fn kebab(refusal: &impl fmt::Debug) -> String {
    let name = format!("{refusal:?}");
    let name = name.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}
