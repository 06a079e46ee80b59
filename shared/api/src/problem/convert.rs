//! What each layer's own errors mean to a caller.

use vaxslot_app::{
    booking::BookingError,
    import::ImportError,
    people::{PersonError, RegisterError},
    ports::StoreError,
    reception::ReceptionError,
    reports::ReportError,
    staff::StaffError,
    subscriptions::SubscriptionError,
    tickets::TicketError,
};
use vaxslot_domain::{
    access::Forbidden,
    booking::{AttendanceRefusal, ChangeRefusal, Own, Refusal},
    eligibility::Ineligible,
    id::BeneficiaryId,
    person::{MOST_BENEFICIARIES, Settled},
    schedule::BadSchedule,
    search::{BadDays, Days},
    subscription::MOST_SUBSCRIPTIONS,
    vaccine::Dose,
};

use super::{Kind, Problem};

impl From<StoreError> for Problem {
    /// For what only reads: an answer that was lost is as good as one that never came.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict | StoreError::Throttled | StoreError::Unclear(_) => {
                Self::new(Kind::Busy).caused_by(error)
            }
            StoreError::BadRow(_) | StoreError::Failed(_) => Self::new(Kind::Internal).caused_by(error),
        }
    }
}

/// For what writes: after a lost answer nobody may say that nothing happened.
fn written(error: StoreError) -> Problem {
    match error {
        StoreError::Unclear(_) => Problem::new(Kind::OutcomeUnknown).caused_by(error),
        other => other.into(),
    }
}

impl From<Forbidden> for Problem {
    fn from(_: Forbidden) -> Self {
        Self::new(Kind::Forbidden)
    }
}

impl From<BookingError> for Problem {
    fn from(error: BookingError) -> Self {
        match error {
            BookingError::Refused(refusal) => refusal.into(),
            BookingError::ChangeRefused(refusal) => refusal.into(),
            BookingError::Unclear(_) => Self::new(Kind::OutcomeUnknown).caused_by(error),
            BookingError::Store(error) => written(error),
        }
    }
}

impl From<TicketError> for Problem {
    fn from(error: TicketError) -> Self {
        match error {
            TicketError::NoSuchTicket => Self::new(Kind::NoSuchTicket),
            TicketError::Store(error) => error.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuchSession => Self::new(Kind::NoSuchSession),
            Refusal::NoSuchSlot => Self::new(Kind::NoSuchSlot),
            Refusal::DoseNotOffered { offered } => Self::new(Kind::DoseNotOffered).with("offered", offered),
            Refusal::SessionClosed => Self::new(Kind::SessionClosed),
            Refusal::NotYetOpen { opens_at } => Self::new(Kind::NotYetOpen).with("opens_at", opens_at.to_string()),
            Refusal::SessionCancelled => Self::new(Kind::SessionCancelled),
            Refusal::SlotPast => Self::new(Kind::SlotPast),
            Refusal::NoticeTooShort { notice, latest } => Self::new(Kind::NoticeTooShort)
                .with("notice_minutes", notice.as_secs() / 60)
                .with("latest", latest.to_string()),
            Refusal::SoldOut => Self::new(Kind::SoldOut),
            Refusal::FewerLeft { left } => Self::new(Kind::FewerLeft).with("left", left),
            Refusal::NoSuchBeneficiary(id) => Self::new(Kind::NoSuchBeneficiary).with("beneficiary_id", id),
            Refusal::AlreadyBooked { beneficiary, appointment } => {
                Self::new(Kind::AlreadyBooked).with("beneficiary_id", beneficiary).with("appointment_id", appointment)
            }
            Refusal::Ineligible { beneficiary, why } => ineligible(beneficiary, why),
            Refusal::TooManyChanges { beneficiary, most, from } => Self::new(Kind::TooManyChanges)
                .with("beneficiary_id", beneficiary)
                .with("most", most)
                .with("from", from.to_string()),
            Refusal::Queueing { until } => {
                Self::new(Kind::Queueing).with("until", until.map(|until| until.to_string()))
            }
            Refusal::KeyReused => Self::new(Kind::KeyReused),
        }
    }
}

fn ineligible(person: BeneficiaryId, why: Ineligible) -> Problem {
    let problem = match why {
        Ineligible::TooYoung { min_age, from } => {
            Problem::new(Kind::TooYoung).with("min_age", min_age).with("from", from.to_string())
        }
        Ineligible::TooOld { max_age } => Problem::new(Kind::TooOld).with("max_age", max_age),
        Ineligible::DoseOutOfOrder { due } => Problem::new(Kind::DoseOutOfOrder).with("due", due),
        Ineligible::OtherVaccine { taken } => Problem::new(Kind::OtherVaccine).with("taken", taken),
        Ineligible::DoseTooEarly { from } => Problem::new(Kind::DoseTooEarly).with("from", from.to_string()),
    };
    problem.with("beneficiary_id", person)
}

impl From<ChangeRefusal> for Problem {
    fn from(refusal: ChangeRefusal) -> Self {
        match refusal {
            ChangeRefusal::NoSuchAppointment(own) => about(Kind::NoSuchAppointment, own),
            ChangeRefusal::HoldExpired(own) => about(Kind::HoldExpired, own),
            ChangeRefusal::AlreadyConfirmed(own) => about(Kind::AlreadyConfirmed, own),
            ChangeRefusal::SlotPast(own) => about(Kind::SlotPast, own),
            ChangeRefusal::SameSlot(own) => about(Kind::SameSlot, own),
            ChangeRefusal::DifferentDoses => Self::new(Kind::DifferentDoses),
            ChangeRefusal::CutOffPassed { own, latest } => {
                about(Kind::CutOffPassed, own).with("latest", latest.to_string())
            }
        }
    }
}

fn about(kind: Kind, own: Own) -> Problem {
    Problem::new(kind).with("beneficiary_id", own.beneficiary).with("appointment_id", own.appointment)
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Full => Self::new(Kind::AccountFull).with("most", MOST_BENEFICIARIES),
            RegisterError::PhotoIdRegistered => Self::new(Kind::PhotoIdRegistered),
            RegisterError::KeyReused => Self::new(Kind::KeyReused),
            RegisterError::Removed(id) => Self::new(Kind::BeneficiaryRemoved).with("beneficiary_id", id),
            RegisterError::Store(error) => written(error),
        }
    }
}

impl From<PersonError> for Problem {
    fn from(error: PersonError) -> Self {
        match error {
            PersonError::NoSuchBeneficiary(id) => Self::new(Kind::NoSuchBeneficiary).with("beneficiary_id", id),
            PersonError::Settled(id, settled) => {
                let problem = match settled {
                    Settled::Booked(appointment) => {
                        Self::new(Kind::AppointmentActive).with("appointment_id", appointment)
                    }
                    Settled::Vaccinated => Self::new(Kind::DoseRecorded),
                };
                problem.with("beneficiary_id", id)
            }
            PersonError::PhotoIdRegistered => Self::new(Kind::PhotoIdRegistered),
            PersonError::Busy => Self::new(Kind::Busy),
            PersonError::Store(error) => written(error),
        }
    }
}

impl From<StaffError> for Problem {
    fn from(error: StaffError) -> Self {
        match error {
            StaffError::NoSuchDistrict(id) => Self::new(Kind::NoSuchDistrict).with("district_id", id),
            StaffError::NoSuchCenter(id) => Self::new(Kind::NoSuchCenter).with("center_id", id),
            StaffError::NoSuchSession(id) => Self::new(Kind::NoSuchSession).with("session_id", id),
            StaffError::SessionCancelled(id) => Self::new(Kind::SessionCancelled).with("session_id", id),
            StaffError::NoSuchSlot(slot) => Self::new(Kind::NoSuchSlot).with("slot", slot.to_string()),
            StaffError::DoseNotOffered(dose) => Self::new(Kind::DoseNotOffered).with("dose", dose),
            StaffError::CenterExists(id) => Self::new(Kind::CenterExists).with("center_id", id),
            StaffError::Schedule(error) => error.into(),
            StaffError::BelowBooked(below) => Self::new(Kind::BelowBooked).with("booked", below.booked),
            StaffError::KeyReused => Self::new(Kind::KeyReused),
            StaffError::Busy => Self::new(Kind::Busy),
            StaffError::Forbidden(error) => error.into(),
            StaffError::Store(error) => written(error),
        }
    }
}

impl From<ReceptionError> for Problem {
    fn from(error: ReceptionError) -> Self {
        match error {
            ReceptionError::NoSuchCenter(id) => Self::new(Kind::NoSuchCenter).with("center_id", id),
            ReceptionError::NoSuchReference(reference) => {
                Self::new(Kind::NoSuchReference).with("reference", reference.to_string())
            }
            ReceptionError::Refused(refusal) => refusal.into(),
            ReceptionError::Booking(BookingError::Refused(Refusal::SlotPast)) => {
                Self::new(Kind::SlotPast).detail("The slot has ended: choose a later one.")
            }
            ReceptionError::Booking(error) => error.into(),
            ReceptionError::Store(error) => written(error),
        }
    }
}

impl From<AttendanceRefusal> for Problem {
    fn from(refusal: AttendanceRefusal) -> Self {
        match refusal {
            AttendanceRefusal::TooSoon { from } => Self::new(Kind::TooSoon).with("from", from.to_string()),
            AttendanceRefusal::HoldExpired => Self::new(Kind::HoldExpired)
                .detail("The hold ran out; somebody who is there can have a place as a walk-in."),
            AttendanceRefusal::Ended(status) => Self::new(Kind::AppointmentEnded).with("ended_as", status.name()),
            AttendanceRefusal::OtherDoseDue { taken } => {
                Self::new(Kind::DoseOutOfOrder).with("due", Dose::try_from(taken + 1).ok())
            }
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Checking(error) => error.into(),
            ImportError::Writing(StoreError::BadRow(_) | StoreError::Failed(_)) => {
                Self::new(Kind::Internal).caused_by(error)
            }
            ImportError::Writing(_) | ImportError::Overtaken => Self::new(Kind::OutcomeUnknown)
                .detail("Some rows may have been imported. Send the file again: what is there already stays as it is.")
                .caused_by(error),
        }
    }
}

impl From<SubscriptionError> for Problem {
    fn from(error: SubscriptionError) -> Self {
        match error {
            SubscriptionError::Full => Self::new(Kind::SubscriptionsFull).with("most", MOST_SUBSCRIPTIONS),
            SubscriptionError::Taken => Self::new(Kind::EndpointSubscribed),
            SubscriptionError::Undeliverable => Self::new(Kind::EndpointRefused),
            SubscriptionError::NoSuchSubscription => Self::new(Kind::NoSuchSubscription),
            SubscriptionError::WrongToken => Self::new(Kind::WrongToken),
            SubscriptionError::Store(error) => written(error),
        }
    }
}

impl From<BadSchedule> for Problem {
    fn from(error: BadSchedule) -> Self {
        match error {
            BadSchedule::Past => Self::new(Kind::PastDate).detail(error.to_string()),
            other => Self::new(Kind::InvalidSchedule).detail(other.to_string()),
        }
    }
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::NotFound => Self::new(Kind::NoSuchPlace),
            ReportError::Store(error) => error.into(),
        }
    }
}

impl From<BadDays> for Problem {
    fn from(error: BadDays) -> Self {
        match error {
            BadDays::Reversed => Self::new(Kind::RangeReversed),
            BadDays::TooLong => Self::new(Kind::RangeTooLong).with("most_days", Days::MOST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unclear() -> StoreError {
        StoreError::Unclear("the answer was lost".into())
    }

    #[test]
    fn after_a_lost_answer_a_write_is_unknown_and_a_read_is_not() {
        assert_eq!(Problem::from(unclear()).kind(), Kind::Busy);
        assert_eq!(Problem::from(ReportError::from(unclear())).kind(), Kind::Busy);
        assert_eq!(Problem::from(BookingError::from(unclear())).kind(), Kind::OutcomeUnknown);
        assert_eq!(Problem::from(RegisterError::from(unclear())).kind(), Kind::OutcomeUnknown);
        assert_eq!(Problem::from(StaffError::from(unclear())).kind(), Kind::OutcomeUnknown);
    }

    #[test]
    fn what_passes_is_worth_another_try_and_what_fails_is_ours() {
        for passing in [StoreError::Conflict, StoreError::Throttled] {
            assert_eq!(Problem::from(BookingError::from(passing)).kind(), Kind::Busy);
        }
        let failed = Problem::from(StaffError::from(StoreError::Failed("table vaxslot is gone".into())));
        assert_eq!(failed.kind(), Kind::Internal);
        assert!(!failed.document().to_string().contains("vaxslot is gone"));
    }
}
