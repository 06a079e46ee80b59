//! What a refused transaction means, read from the rows it returned.

use jiff::Timestamp;

use super::{Refusal, Reservation};
use crate::{appointment::Appointment, person::Beneficiary, session::Shard};

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
    /// The holds of these people have run out and stand in the way: release them, then try again.
    Release(Vec<Beneficiary>),
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
            Some(active) if active.status.expired_at(now) => stale.push(person.clone()),
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
