//! Moving appointments to another slot: the new places are taken and the old ones given back in one transaction, so that
//! whoever does not get the new one keeps the old one.

use jiff::Timestamp;

use super::{
    Admission, BadParty, ChangeRefusal, Check, Ending, Making, Order, Own, Party, Policy, Refusal, Rejection, Release,
    Reservation, Take, admit, check_changes, check_give_up,
};
use crate::{
    appointment::{Appointment, Status},
    eligibility::Terms,
    id::{AccountId, AppointmentId, SessionId},
    opening::Way,
    person::Beneficiary,
    session::{PoolKey, Session},
    window::Window,
};

/// What a citizen asks for: another slot for appointments of one's own, for all of them or none.
#[derive(Debug, Clone)]
pub struct MoveOrder {
    pub account: AccountId,
    own: Vec<Own>,
    party: Party,
    pub session: SessionId,
    pub slot: Window,
}

/// A person with the appointment that is to be moved.
#[derive(Debug, Clone, Copy)]
pub struct Mover<'a> {
    pub person: &'a Beneficiary,
    pub active: &'a Appointment,
}

impl MoveOrder {
    /// # Errors
    /// When the appointments are not those of one to four different people.
    pub fn new(account: AccountId, own: Vec<Own>, session: SessionId, slot: Window) -> Result<Self, BadParty> {
        let party = Party::new(own.iter().map(|own| own.beneficiary).collect())?;
        Ok(Self { account, own, party, session, slot })
    }

    #[must_use]
    pub fn own(&self) -> &[Own] {
        &self.own
    }

    #[must_use]
    pub fn party(&self) -> &Party {
        &self.party
    }

    /// Decides on the old appointments, given the people as found and the start of the slot that an appointment has. Says who
    /// moves, and what they order: the dose is that of the old appointments.
    ///
    /// # Errors
    /// Why one of them cannot be given up for the new slot.
    pub fn check<'a>(
        &self,
        found: &'a [Option<Beneficiary>],
        start: impl Fn(&Appointment) -> Timestamp,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<(Vec<Mover<'a>>, Order), ChangeRefusal> {
        let mut movers = Vec::new();
        for (own, person) in self.own.iter().zip(found) {
            let (person, active) = check_give_up(&self.account, *own, person.as_ref(), &start, policy.cut_off, now)?;
            if active.shard.pool.session == self.session && active.window == self.slot {
                return Err(ChangeRefusal::SameSlot(*own));
            }
            movers.push(Mover { person, active });
        }
        let mut doses = movers.iter().map(|mover| mover.active.shard.pool.dose);
        let dose = doses.next().ok_or(ChangeRefusal::DifferentDoses)?;
        if doses.any(|other| other != dose) {
            return Err(ChangeRefusal::DifferentDoses);
        }
        Ok((movers, Order { account: self.account.clone(), party: self.party.clone(), slot: self.slot, dose }))
    }
}

/// Decides on the new appointments: as for a booking, and that each person fits the new session. Nobody gets past the queue
/// of an opening by moving.
///
/// # Errors
/// The refusal a citizen should read first.
pub fn admit_move(
    session: &Session,
    order: &Order,
    movers: &[Mover<'_>],
    policy: &Policy,
    now: Timestamp,
) -> Result<PoolKey, Refusal> {
    let Admission { pool, way } = admit(session, order, policy, now)?;
    if way == Way::Queued {
        return Err(Refusal::Queueing { until: session.opening.queues_until(policy.opening) });
    }
    let terms = Terms::of(session, order.dose);
    for Mover { person, .. } in movers {
        terms.check(person).map_err(|why| Refusal::Ineligible { beneficiary: person.id, why })?;
        check_changes(person, policy.changes_a_day, now)?;
    }
    Ok(pool)
}

/// One transaction: units taken and given back, and the appointments that take the place of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// The new appointments, each in the state of the old one.
    pub reservation: Reservation,
    /// The old ones, in the same order.
    pub release: Release,
}

impl Move {
    /// Puts an order and the shards to take from into one transaction. `ids` has one id for each who moves.
    #[must_use]
    pub fn new(order: &Order, movers: &[Mover<'_>], take: Take, ids: &[AppointmentId], making: &Making<'_>) -> Self {
        let mut reservation = Reservation::new(order, take, ids, making);
        let mut endings = Vec::new();
        for (made, Mover { person, active }) in reservation.appointments.iter_mut().zip(movers) {
            made.status = active.status;
            made.made_as = active.status;
            made.moved_from = Some(active.id);
            let ended = Appointment { moved_to: Some(made.id), ..active.turned(Status::Cancelled, making.now) };
            endings.push(Ending::given_up(person, active, ended));
        }
        Self { reservation, release: Release(endings) }
    }

    /// Whether `person` meets what the transaction demands of the `place`th of the party: the old appointment is still as it
    /// was read, and so is what was given up before; and the person fits the new session.
    #[must_use]
    pub fn admits(&self, place: usize, person: &Beneficiary) -> bool {
        let was = self.release.0.get(place).map(|ending| &ending.was);
        person.account == self.reservation.account
            && person.active.as_ref() == was
            && self.reservation.terms.check(person).is_ok()
    }
}

/// What to do about a move that was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveVerdict {
    /// The people are not as they were read: read them again, and decide anew.
    ReadAgain,
    /// The chosen shard is short: look at the others.
    LookAround,
    Refused(Refusal),
}

/// Reads the reason of a rejected move from the rows it returned.
#[must_use]
pub fn judge_move(found: &Rejection) -> MoveVerdict {
    if found.people.iter().any(|check| matches!(check, Check::Failed(_))) {
        return MoveVerdict::ReadAgain;
    }
    match found.shards.iter().find_map(|check| if let Check::Failed(row) = check { Some(row) } else { None }) {
        Some(Some(shard)) if shard.closed => MoveVerdict::Refused(Refusal::SessionClosed),
        Some(_) => MoveVerdict::LookAround,
        None => MoveVerdict::ReadAgain,
    }
}
