use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{Making, Order, Own, Party, Policy, Reservation, Take, WalkIn},
    id::{AccountId, AppointmentId},
    person::Beneficiary,
    session::{PoolKey, Session, Shard, SlotNumber},
    ticket::TicketId,
    vaccine::Dose,
};

use super::{FIRST_SLOT, appointment_id, read};

/// An order of the first slot of a session for its first dose.
#[must_use]
pub fn order(account: &AccountId, session: &Session, people: &[&Beneficiary]) -> Order {
    Order {
        account: account.clone(),
        party: Party::new(people.iter().map(|person| person.id).collect()).expect("a party"),
        slot: session.slots[0],
        dose: session.doses[0],
    }
}

/// A reservation to be made: of the first slot and dose of a session, by default for good and from its first shard.
#[derive(Debug, Clone)]
pub struct Wish<'a> {
    pub account: AccountId,
    pub session: &'a Session,
    pub people: Vec<&'a Beneficiary>,
    pub slot: SlotNumber,
    pub dose: Dose,
    pub take: Option<Take>,
    pub status: Status,
    pub now: Timestamp,
    /// The first person's appointment has this number, the next one's the next.
    pub first_id: u128,
    pub request: Option<&'a str>,
    /// The ids that the same request would have on other days.
    pub others: Vec<AppointmentId>,
    pub changes_a_day: u32,
    pub tickets: &'a [TicketId],
    /// Whether the first person is registered in the same transaction.
    pub newcomer: Option<&'a Beneficiary>,
}

impl<'a> Wish<'a> {
    /// The wish of the first person's own account, with appointments numbered as the people are.
    #[must_use]
    pub fn new(session: &'a Session, people: &[&'a Beneficiary]) -> Self {
        Self {
            account: people[0].account.clone(),
            session,
            people: people.to_vec(),
            slot: FIRST_SLOT,
            dose: session.doses[0],
            take: None,
            status: Status::Confirmed,
            now: read("2026-11-21T10:00:00Z"),
            first_id: people[0].id.uuid().as_u128(),
            request: None,
            others: Vec::new(),
            changes_a_day: Policy::USUAL.changes_a_day,
            tickets: &[],
            newcomer: None,
        }
    }

    /// The same wish, all from one shard.
    #[must_use]
    pub fn from_shard(mut self, number: u8) -> Self {
        self.take = Some(Take::blind(self.pool(), u8::MAX, self.units(), u64::from(number)));
        self
    }

    /// The same wish, from the fullest of these shards.
    #[must_use]
    pub fn among(mut self, shards: &[Shard]) -> Self {
        self.take = Some(Take::among(shards, self.units(), 0).expect("enough units"));
        self
    }

    /// The same wish with its appointments numbered from here.
    #[must_use]
    pub fn numbered(self, first_id: u128) -> Self {
        Self { first_id, ..self }
    }

    /// The same wish, held until then.
    #[must_use]
    pub fn held_until(self, until: &str) -> Self {
        Self { status: Status::Held { until: read(until) }, ..self }
    }

    /// The same wish of one person, whom nobody knew before.
    #[must_use]
    pub fn of_newcomer(self) -> Self {
        Self { newcomer: Some(self.people[0]), ..self }
    }

    /// The reservation that carries it out.
    #[must_use]
    pub fn reservation(&self) -> Reservation {
        let order = Order {
            account: self.account.clone(),
            party: Party::new(self.people.iter().map(|person| person.id).collect()).expect("a party"),
            slot: self.session.slot(self.slot).expect("a slot of the session"),
            dose: self.dose,
        };
        let take = self.take.clone().unwrap_or_else(|| Take::blind(self.pool(), 1, self.units(), 0));
        let ids: Vec<AppointmentId> = (self.first_id..).map(appointment_id).take(self.people.len()).collect();
        let making = Making {
            session: self.session,
            status: self.status,
            now: self.now,
            request: self.request,
            others: &self.others,
            changes_a_day: self.changes_a_day,
            tickets: self.tickets,
            walk_in: self.newcomer.map(|person| WalkIn { by: "staff", newcomer: Some(person) }),
        };
        Reservation::new(&order, take, &ids, &making)
    }

    fn pool(&self) -> PoolKey {
        PoolKey { session: self.session.id, slot: self.slot, dose: self.dose }
    }

    fn units(&self) -> u32 {
        u32::try_from(self.people.len()).expect("a party")
    }
}

/// The two keys of an appointment.
#[must_use]
pub fn own(appointment: &Appointment) -> Own {
    Own { beneficiary: appointment.beneficiary, appointment: appointment.id }
}
