//! The decisions of a booking: what to ask of the store, and what its refusal means.
//!
//! A booking is one transaction over pool shards and beneficiaries, sent without reading either before. When a
//! condition of it fails, the store returns the rows as it found them, and [`judge`] reads the exact reason from those.

use jiff::{SignedDuration, Timestamp};

use crate::{
    appointment::{Appointment, Status},
    eligibility::{Ineligible, Terms},
    id::{AccountId, AppointmentId, BeneficiaryId},
    person::{Beneficiary, MOST_BENEFICIARIES},
    session::{PoolKey, Session, SessionStatus, Shard, ShardKey},
    vaccine::Dose,
    window::Window,
};

/// From one to four different people, booked together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party(Vec<BeneficiaryId>);

/// A list of people that is no party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("name from 1 to {MOST_BENEFICIARIES} beneficiaries, each once")]
pub struct BadParty;

impl Party {
    /// # Errors
    /// When it is empty, too long, or names somebody twice.
    pub fn new(people: Vec<BeneficiaryId>) -> Result<Self, BadParty> {
        let twice = people.iter().enumerate().any(|(place, person)| people[..place].contains(person));
        if people.is_empty() || people.len() > MOST_BENEFICIARIES || twice { Err(BadParty) } else { Ok(Self(people)) }
    }

    #[must_use]
    pub fn people(&self) -> &[BeneficiaryId] {
        &self.0
    }

    /// How many units it takes.
    #[must_use]
    pub fn units(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

/// What a citizen asks for.
#[derive(Debug, Clone)]
pub struct Order {
    pub account: AccountId,
    pub party: Party,
    pub slot: Window,
    pub dose: Dose,
}

/// Why a booking was refused. Each names what would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    NoSuchSession,
    NoSuchSlot,
    DoseNotOffered {
        offered: Vec<Dose>,
    },
    SessionClosed,
    /// The slot has begun.
    SlotPast,
    /// The program asks for notice, and the slot starts sooner.
    NoticeTooShort {
        notice: SignedDuration,
        latest: Timestamp,
    },
    SoldOut,
    /// Fewer units are left than the party needs.
    FewerLeft {
        left: u32,
    },
    /// Absent, or another account's: the two look the same.
    NoSuchBeneficiary(BeneficiaryId),
    AlreadyBooked {
        beneficiary: BeneficiaryId,
        appointment: AppointmentId,
    },
    Ineligible {
        beneficiary: BeneficiaryId,
        why: Ineligible,
    },
    /// The idempotency key was used for another request.
    KeyReused,
}

/// A program's rules about time.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// How long a hold stands unless it is confirmed.
    pub hold: SignedDuration,
    /// How long before its start a slot can last be booked.
    pub notice: SignedDuration,
}

/// Checks what the session alone decides: that it is open, gives the dose in that slot, and that there is still time.
///
/// # Errors
/// The refusal a citizen should read first.
pub fn admit(session: &Session, order: &Order, policy: &Policy, now: Timestamp) -> Result<PoolKey, Refusal> {
    let slot = session.slot_number(order.slot).ok_or(Refusal::NoSuchSlot)?;
    if !session.doses.contains(&order.dose) {
        return Err(Refusal::DoseNotOffered { offered: session.doses.clone() });
    }
    if session.status != SessionStatus::Open {
        return Err(Refusal::SessionClosed);
    }
    let start = session.starts_at(order.slot);
    if now >= start {
        return Err(Refusal::SlotPast);
    }
    let latest = start.saturating_sub(policy.notice).unwrap_or(Timestamp::MIN);
    if now > latest {
        return Err(Refusal::NoticeTooShort { notice: policy.notice, latest });
    }
    Ok(PoolKey { session: session.id, slot, dose: order.dose })
}

/// How many units to take from which shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Take(Vec<(ShardKey, u32)>);

impl Take {
    /// The first try, made blind: all units from one shard, `random` choosing which.
    #[must_use]
    pub fn blind(pool: PoolKey, shards: u8, units: u32, random: u64) -> Self {
        Self(vec![(pool.shard(choose(shards, random)), units)])
    }

    /// A try with the shards in sight: from one shard if any can serve the whole party, else from the fullest ones.
    ///
    /// # Errors
    /// The units left, if they are fewer than `units`.
    pub fn among(shards: &[Shard], units: u32, random: u64) -> Result<Self, u32> {
        let open: Vec<&Shard> = shards.iter().filter(|shard| !shard.closed && shard.free > 0).collect();
        let whole: Vec<&Shard> = open.iter().copied().filter(|shard| shard.free >= units).collect();
        if !whole.is_empty() {
            let place = usize::from(choose(u8::try_from(whole.len()).unwrap_or(u8::MAX), random));
            return Ok(Self(vec![(whole[place].key, units)]));
        }
        let left: u32 = open.iter().map(|shard| shard.free).sum();
        if left < units {
            return Err(left);
        }
        // Equals stand in an order of chance, so that parties at once do not all pick the same ones.
        let turn = u8::try_from(random % 256).unwrap_or(0);
        let mut fullest = open;
        fullest.sort_by_key(|shard| (std::cmp::Reverse(shard.free), shard.key.number.wrapping_add(turn)));
        let mut wanted = units;
        let mut parts = Vec::new();
        for shard in fullest {
            let part = wanted.min(shard.free);
            if part > 0 {
                parts.push((shard.key, part));
            }
            wanted -= part;
        }
        Ok(Self(parts))
    }

    #[must_use]
    pub fn parts(&self) -> &[(ShardKey, u32)] {
        &self.0
    }

    /// The shard of each person of the party, in the party's order.
    fn seats(&self) -> impl Iterator<Item = ShardKey> + '_ {
        self.0.iter().flat_map(|(shard, units)| std::iter::repeat_n(*shard, usize::try_from(*units).unwrap_or(0)))
    }
}

fn choose(count: u8, random: u64) -> u8 {
    u8::try_from(random % u64::from(count.max(1))).unwrap_or(0)
}

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
                made_at: *now,
                changed_at: *now,
                request: request.map(str::to_owned),
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

/// How one item of a transaction stood when the transaction was cancelled.
#[derive(Debug, Clone, PartialEq)]
pub enum Check<T> {
    /// Its condition held, or was not looked at.
    Held,
    /// Its condition failed; the row as it was then, or none if it is absent.
    Failed(Option<T>),
}

/// What a cancelled booking found, by the position of each item.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejection {
    pub shards: Vec<Check<Shard>>,
    pub people: Vec<Check<Beneficiary>>,
}

/// What to do about a rejection.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The same request was carried out before: these are its appointments.
    Repeated(Vec<Appointment>),
    Refused(Refusal),
    /// These holds have run out and stand in the way: release them, then try again.
    Release(Vec<Appointment>),
    /// The chosen shard is short: look at the others.
    LookAround,
}

/// Reads the reason of a rejection from the rows it returned.
#[must_use]
pub fn judge(wanted: &Reservation, found: &Rejection, now: Timestamp) -> Verdict {
    if let Some(verdict) = judge_repeat(wanted, found) {
        return verdict;
    }
    let mut stale = Vec::new();
    for (appointment, check) in wanted.appointments.iter().zip(&found.people) {
        let Check::Failed(row) = check else { continue };
        let id = appointment.beneficiary;
        let Some(person) = row.as_ref().filter(|person| person.account == wanted.account) else {
            return Verdict::Refused(Refusal::NoSuchBeneficiary(id));
        };
        match &person.active {
            Some(active) if active.status.expired_at(now) => stale.push(active.clone()),
            Some(active) => {
                return Verdict::Refused(Refusal::AlreadyBooked { beneficiary: id, appointment: active.id });
            }
            None => {}
        }
        if let Err(why) = wanted.terms.check(person) {
            return Verdict::Refused(Refusal::Ineligible { beneficiary: id, why });
        }
    }
    if !stale.is_empty() {
        return Verdict::Release(stale);
    }
    match found.shards.iter().find_map(|check| if let Check::Failed(row) = check { Some(row) } else { None }) {
        Some(Some(shard)) if shard.closed => Verdict::Refused(Refusal::SessionClosed),
        _ => Verdict::LookAround,
    }
}

/// A beneficiary that already carries the very appointment we wanted to make means an earlier try went through.
fn judge_repeat(wanted: &Reservation, found: &Rejection) -> Option<Verdict> {
    let carried = wanted.appointments.iter().zip(&found.people).map(|(appointment, check)| match check {
        Check::Failed(Some(person)) => {
            person.active.as_ref().filter(|active| active.id == appointment.id && person.account == wanted.account)
        }
        _ => None,
    });
    let carried: Vec<Option<&Appointment>> = carried.collect();
    if carried.iter().all(Option::is_none) {
        return None;
    }
    let same = wanted
        .appointments
        .iter()
        .zip(&carried)
        .all(|(appointment, carried)| carried.is_some_and(|carried| carried.request == appointment.request));
    Some(if same {
        Verdict::Repeated(carried.into_iter().flatten().cloned().collect())
    } else {
        Verdict::Refused(Refusal::KeyReused)
    })
}

/// Where a slot of a session stands for a party, as a citizen may be told after a look at the shards.
#[must_use]
pub fn shortage(left: u32) -> Refusal {
    if left == 0 { Refusal::SoldOut } else { Refusal::FewerLeft { left } }
}

/// An appointment of one's own, named by both of its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own {
    pub beneficiary: BeneficiaryId,
    pub appointment: AppointmentId,
}

/// Why an appointment cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeRefusal {
    /// Absent, ended, or another account's: they look the same.
    NoSuchAppointment(Own),
    /// The hold ran out before it was confirmed.
    HoldExpired(Own),
    AlreadyConfirmed(Own),
    /// The slot has begun.
    SlotPast(Own),
}

/// Decides on confirming `own`, given the beneficiary as found.
///
/// # Errors
/// Why it cannot be confirmed.
pub fn check_confirm(
    account: &AccountId,
    own: Own,
    found: Option<&Beneficiary>,
    now: Timestamp,
) -> Result<(), ChangeRefusal> {
    let active = own_active(account, own, found)?;
    match active.status {
        Status::Held { .. } if active.status.expired_at(now) => Err(ChangeRefusal::HoldExpired(own)),
        Status::Held { .. } => Ok(()),
        _ => Err(ChangeRefusal::AlreadyConfirmed(own)),
    }
}

/// Decides on cancelling `own`: possible until its slot starts, which is `start`'s to say.
///
/// # Errors
/// Why it cannot be cancelled.
pub fn check_cancel<'a>(
    account: &AccountId,
    own: Own,
    found: Option<&'a Beneficiary>,
    start: impl FnOnce(&Appointment) -> Timestamp,
    now: Timestamp,
) -> Result<&'a Appointment, ChangeRefusal> {
    let active = own_active(account, own, found)?;
    if active.status.expired_at(now) {
        return Err(ChangeRefusal::HoldExpired(own));
    }
    if now >= start(active) {
        return Err(ChangeRefusal::SlotPast(own));
    }
    Ok(active)
}

fn own_active<'a>(
    account: &AccountId,
    own: Own,
    found: Option<&'a Beneficiary>,
) -> Result<&'a Appointment, ChangeRefusal> {
    found
        .filter(|person| person.account == *account)
        .and_then(|person| person.active.as_ref())
        .filter(|active| active.id == own.appointment)
        .ok_or(ChangeRefusal::NoSuchAppointment(own))
}

/// Whole units that go back to shards, with the appointments that end.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// The appointments in their final state.
    pub ended: Vec<Appointment>,
}

impl Release {
    /// The units to return to each shard.
    #[must_use]
    pub fn returns(&self) -> Vec<(ShardKey, u32)> {
        let mut returns: Vec<(ShardKey, u32)> = Vec::new();
        for appointment in &self.ended {
            match returns.iter_mut().find(|(shard, _)| *shard == appointment.shard) {
                Some((_, units)) => *units += 1,
                None => returns.push((appointment.shard, 1)),
            }
        }
        returns
    }
}

#[cfg(test)]
#[path = "booking_tests.rs"]
mod tests;
