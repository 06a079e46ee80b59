//! The transaction that makes appointments.

use jiff::Timestamp;

use super::{Order, Take};
use crate::{
    appointment::{Appointment, Status},
    eligibility::Terms,
    id::{AccountId, AppointmentId},
    person::Beneficiary,
    session::Session,
    ticket::TicketId,
};

/// One transaction: units taken, and the appointments that take them.
#[derive(Debug, Clone, PartialEq)]
pub struct Reservation {
    pub account: AccountId,
    pub terms: Terms,
    pub take: Take,
    /// One for each person of the party.
    pub appointments: Vec<Appointment>,
    /// The ids that the same request would give them on other days, one day's behind the other's; none for a request that
    /// cannot be repeated so late.
    pub others: Vec<AppointmentId>,
    /// How many appointments a person can give up within a day before the next booking has to wait.
    pub changes_a_day: u32,
    /// The ticket that its request has in the queue, or would have, and those of other days: it is made only while none of
    /// them is closed.
    pub tickets: Vec<TicketId>,
    /// The one person of the party, if nobody knew them before: they are registered in the same transaction.
    pub newcomer: Option<Beneficiary>,
}

/// What each appointment of a booking has in common.
pub struct Making<'a> {
    pub session: &'a Session,
    pub status: Status,
    pub now: Timestamp,
    pub request: Option<&'a str>,
    pub others: &'a [AppointmentId],
    pub changes_a_day: u32,
    pub tickets: &'a [TicketId],
    pub walk_in: Option<WalkIn<'a>>,
}

/// What is particular to people who come without an appointment.
#[derive(Debug, Clone, Copy)]
pub struct WalkIn<'a> {
    /// Who of the staff takes them in, by the subject of their token.
    pub by: &'a str,
    /// The person, if nobody knew them before.
    pub newcomer: Option<&'a Beneficiary>,
}

impl Reservation {
    /// Puts an order and the shards to take from into one transaction. `ids` has one id for each of the party.
    #[must_use]
    pub fn new(order: &Order, take: Take, ids: &[AppointmentId], making: &Making<'_>) -> Self {
        let Making { session, status, now, request, others, changes_a_day, tickets, walk_in } = making;
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
                lapses_at: session.lapses_at(),
                made_as: *status,
                made_at: *now,
                changed_at: *now,
                request: request.map(str::to_owned),
                change: None,
                changed_by: walk_in.map(|walk_in| walk_in.by.to_owned()),
                moved_from: None,
                moved_to: None,
            })
            .collect();
        Self {
            account: order.account.clone(),
            terms: Terms::of(session, order.dose),
            take,
            appointments,
            others: others.to_vec(),
            changes_a_day: *changes_a_day,
            tickets: tickets.to_vec(),
            newcomer: walk_in.and_then(|walk_in| walk_in.newcomer.cloned()),
        }
    }

    /// Whether `person` meets what the transaction demands of the `place`th of the party.
    #[must_use]
    pub fn admits(&self, place: usize, person: &Beneficiary) -> bool {
        let given_up = usize::try_from(self.changes_a_day).is_ok_and(|most| person.given_up.len() >= most);
        let over = self.tickets.iter().any(|ticket| person.closed_tickets.contains_key(ticket));
        person.account == self.account
            && person.active.is_none()
            && !over
            && !self.known_as(place).any(|id| person.had(id))
            && !given_up
            && self.terms.check(person).is_ok()
    }

    /// The ids by which the appointment of the `place`th of the party may be there already.
    pub fn known_as(&self, place: usize) -> impl Iterator<Item = AppointmentId> + '_ {
        let others = self.others.iter().skip(place).step_by(self.appointments.len().max(1)).copied();
        self.appointments.get(place).map(|made| made.id).into_iter().chain(others)
    }
}
