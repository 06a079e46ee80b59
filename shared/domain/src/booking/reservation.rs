//! The transaction that makes appointments.

use jiff::Timestamp;

use super::{Order, Take};
use crate::{
    appointment::{Appointment, Status},
    eligibility::Terms,
    id::{AccountId, AppointmentId},
    person::Beneficiary,
    session::Session,
};

/// One transaction: units taken, and the appointments that take them.
#[derive(Debug, Clone, PartialEq)]
pub struct Reservation {
    pub account: AccountId,
    pub terms: Terms,
    pub take: Take,
    /// One for each person of the party.
    pub appointments: Vec<Appointment>,
}

/// What each appointment of a booking has in common.
pub struct Making<'a> {
    pub session: &'a Session,
    pub status: Status,
    pub now: Timestamp,
    pub request: Option<&'a str>,
}

impl Reservation {
    /// Puts an order and the shards to take from into one transaction. `ids` has one id for each of the party.
    #[must_use]
    pub fn new(order: &Order, take: Take, ids: &[AppointmentId], making: &Making<'_>) -> Self {
        let Making { session, status, now, request } = making;
        let people = order.party.people().iter().zip(ids).zip(take.seats());
        let appointments = people
            .map(|((beneficiary, id), shard)| Appointment {
                id: *id,
                beneficiary: *beneficiary,
                shard,
                center: session.center.id,
                district: session.center.district.id,
                state: session.center.district.state.id,
                date: session.date,
                window: order.slot,
                vaccine: session.vaccine,
                status: *status,
                made_as: *status,
                made_at: *now,
                changed_at: *now,
                request: request.map(str::to_owned),
                change: None,
                moved_from: None,
                moved_to: None,
            })
            .collect();
        Self { account: order.account.clone(), terms: Terms::of(session, order.dose), take, appointments }
    }

    /// Whether `person` meets what the transaction demands of the beneficiary of `appointment`.
    #[must_use]
    pub fn admits(&self, person: &Beneficiary) -> bool {
        person.account == self.account && person.active.is_none() && self.terms.check(person).is_ok()
    }
}
