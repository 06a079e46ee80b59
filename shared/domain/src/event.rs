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
    /// It took the place of another one, in the state that one was in.
    Rescheduled,
    Cancelled,
    Expired,
    Completed,
    NoShow,
}

impl EventKind {
    pub const ALL: [Self; 7] =
        [Self::Held, Self::Confirmed, Self::Rescheduled, Self::Cancelled, Self::Expired, Self::Completed, Self::NoShow];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "appointment.held",
            Self::Confirmed => "appointment.confirmed",
            Self::Rescheduled => "appointment.rescheduled",
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

/// The event between two states of a beneficiary, if an appointment was made, moved or confirmed between them. An appointment
/// that ended tells its event through its own row.
#[must_use]
pub fn of_beneficiary(before: Option<&Beneficiary>, after: Option<&Beneficiary>) -> Option<Event> {
    let was = before.and_then(|person| person.active.as_ref());
    let is = after.and_then(|person| person.active.as_ref())?;
    let same = was.filter(|was| was.id == is.id);
    let kind = match is.moved_from {
        Some(_) if same.is_none() => EventKind::Rescheduled,
        _ => EventKind::of(is.status),
    };
    let told = same.is_some_and(|was| EventKind::of(was.status) == kind);
    (!told).then(|| Event { kind, appointment: is.clone() })
}

/// The event of an appointment that ended. One that was moved has none: it is told by the one that took its place.
#[must_use]
pub fn of_ended(appointment: &Appointment) -> Option<Event> {
    let moved = appointment.moved_to.is_some();
    (!moved).then(|| Event { kind: EventKind::of(appointment.status), appointment: appointment.clone() })
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use uuid::Uuid;

    use super::*;
    use crate::{
        id::{AppointmentId, BeneficiaryId, SessionId},
        person::Birth,
        session::{PoolKey, SlotNumber},
        text::Name,
        vaccine::{Dose, Vaccine},
    };

    const HELD: Status = Status::Held { until: Timestamp::MAX };

    fn appointment(number: u128, status: Status) -> Appointment {
        let session = SessionId::new(Uuid::from_u128(1));
        Appointment {
            id: AppointmentId::new(Uuid::from_u128(number)),
            beneficiary: BeneficiaryId::new(Uuid::from_u128(9)),
            shard: PoolKey { session, slot: SlotNumber(0), dose: Dose::FIRST }.shard(0),
            center: 1.try_into().unwrap(),
            district: 1.try_into().unwrap(),
            state: 1.try_into().unwrap(),
            date: date(2026, 11, 22),
            window: "09:00-11:00".parse().unwrap(),
            vaccine: Vaccine::Covaxin,
            status,
            lapses_at: Timestamp::MAX,
            made_as: status,
            made_at: Timestamp::UNIX_EPOCH,
            changed_at: Timestamp::UNIX_EPOCH,
            request: None,
            change: None,
            changed_by: None,
            moved_from: None,
            moved_to: None,
        }
    }

    fn moved(number: u128, from: u128, status: Status) -> Appointment {
        Appointment { moved_from: Some(appointment(from, status).id), ..appointment(number, status) }
    }

    fn person(active: Option<Appointment>) -> Beneficiary {
        let (id, name) = (BeneficiaryId::new(Uuid::from_u128(9)), Name::parse("Asha Rao").unwrap());
        Beneficiary { active, ..Beneficiary::new(id, "a".parse().unwrap(), name, Birth::Year(1990)) }
    }

    fn between(was: Option<Appointment>, is: Option<Appointment>) -> Option<EventKind> {
        of_beneficiary(Some(&person(was)), Some(&person(is))).map(|event| event.kind)
    }

    #[test]
    fn what_was_made_or_confirmed_is_told_once() {
        let (held, confirmed) = (appointment(1, HELD), appointment(1, Status::Confirmed));
        assert_eq!(between(None, Some(held.clone())), Some(EventKind::Held));
        assert_eq!(between(None, Some(confirmed.clone())), Some(EventKind::Confirmed));
        assert_eq!(between(Some(held.clone()), Some(confirmed.clone())), Some(EventKind::Confirmed));
        assert_eq!(between(Some(held.clone()), Some(held)), None);
        assert_eq!(between(Some(confirmed.clone()), Some(confirmed.clone())), None);
        assert_eq!(between(Some(confirmed), None), None);
    }

    #[test]
    fn a_move_is_told_by_the_new_appointment_and_by_nothing_else() {
        for status in [HELD, Status::Confirmed] {
            let (old, new) = (appointment(1, status), moved(2, 1, status));
            assert_eq!(between(Some(old.clone()), Some(new.clone())), Some(EventKind::Rescheduled));
            assert_eq!(between(Some(new.clone()), Some(new.clone())), None);
            let ended = old.turned(Status::Cancelled, Timestamp::UNIX_EPOCH);
            let ended = Appointment { moved_to: Some(new.id), ..ended };
            assert_eq!(of_ended(&ended), None);
            let again = moved(3, 2, status);
            assert_eq!(between(Some(new.clone()), Some(again)), Some(EventKind::Rescheduled));
            let cancelled = of_ended(&new.turned(Status::Cancelled, Timestamp::UNIX_EPOCH));
            assert_eq!(cancelled.map(|event| event.kind), Some(EventKind::Cancelled));
        }
        let confirmed = between(Some(moved(2, 1, HELD)), Some(moved(2, 1, Status::Confirmed)));
        assert_eq!(confirmed, Some(EventKind::Confirmed), "a hold is confirmed after its move");
    }
}
