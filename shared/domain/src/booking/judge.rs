//! What a refused transaction means, read from the rows it returned.

use jiff::Timestamp;

use super::{Refusal, Reservation};
use crate::{
    appointment::Appointment,
    id::{AppointmentId, BeneficiaryId},
    person::{Beneficiary, NOTED},
    session::Shard,
    ticket::TicketId,
};

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
    /// The same request may have been carried out before: read what became of its appointments, and see [`recognise`].
    Recall,
    Refused(Refusal),
    /// What these people have is over: holds that ran out, or appointments whose day is long past. End them, then try again.
    Release(Vec<Beneficiary>),
    /// These notes of given up appointments count no more and stand in the way: drop them, then try again.
    Forget(Vec<(BeneficiaryId, Vec<AppointmentId>)>),
    /// The chosen shard is short: look at the others.
    LookAround,
}

/// The ticket of the reservation that a rejection shows to be closed, unless the same request was carried out before.
#[must_use]
pub fn closed_ticket(wanted: &Reservation, found: &Rejection) -> Option<TicketId> {
    if judge_repeat(wanted, found).is_some() {
        return None;
    }
    let marked = |ticket: &TicketId| {
        let has = |check: &Check<Beneficiary>| matches!(check, Check::Failed(Some(person)) if person.closed_tickets.contains_key(ticket));
        found.people.iter().any(has)
    };
    wanted.tickets.iter().copied().find(marked)
}

/// Reads the reason of a rejection from the rows it returned. It must not be over.
#[must_use]
pub fn judge(wanted: &Reservation, found: &Rejection, now: Timestamp) -> Verdict {
    if let Some(verdict) = judge_repeat(wanted, found) {
        return verdict;
    }
    let (mut stale, mut faded) = (Vec::new(), Vec::new());
    for (appointment, check) in wanted.appointments.iter().zip(&found.people) {
        let Check::Failed(row) = check else { continue };
        let id = appointment.beneficiary;
        let Some(person) = row.as_ref().filter(|person| person.account == wanted.account) else {
            return Verdict::Refused(Refusal::NoSuchBeneficiary(id));
        };
        match &person.active {
            Some(active) if active.over_at(now).is_some() => stale.push(person.clone()),
            Some(active) => {
                return Verdict::Refused(Refusal::AlreadyBooked { beneficiary: id, appointment: active.id });
            }
            None => {}
        }
        if let Err(why) = wanted.terms.check(person) {
            return Verdict::Refused(Refusal::Ineligible { beneficiary: id, why });
        }
        match check_changes(person, wanted.changes_a_day, now) {
            Err(refusal) => return Verdict::Refused(refusal),
            Ok(old) if !old.is_empty() => faded.push((id, old)),
            Ok(_) => {}
        }
    }
    if !stale.is_empty() {
        return Verdict::Release(stale);
    }
    match found.shards.iter().find_map(|check| if let Check::Failed(row) = check { Some(row) } else { None }) {
        Some(Some(shard)) if shard.cancelled => Verdict::Refused(Refusal::SessionCancelled),
        Some(Some(shard)) if shard.closed => Verdict::Refused(Refusal::SessionClosed),
        Some(_) => Verdict::LookAround,
        None if faded.is_empty() => Verdict::LookAround,
        None => Verdict::Forget(faded),
    }
}

/// Decides whether a person may have another appointment after those given up, and names the notes that count no more.
///
/// # Errors
/// When too many were given up in the last day.
pub fn check_changes(person: &Beneficiary, most: u32, now: Timestamp) -> Result<Vec<AppointmentId>, Refusal> {
    let faded = person.faded(now);
    let mut counting: Vec<Timestamp> = person.given_up.values().copied().collect();
    counting.sort_unstable();
    counting.drain(..faded.len());
    let too_many = counting.len().checked_sub(usize::try_from(most).unwrap_or(usize::MAX));
    match too_many.and_then(|place| counting.get(place)) {
        Some(oldest) => {
            let from = oldest.saturating_add(NOTED).unwrap_or(Timestamp::MAX);
            Err(Refusal::TooManyChanges { beneficiary: person.id, most, from })
        }
        None => Ok(faded),
    }
}

/// A beneficiary that carries or had the very appointment we wanted to make means an earlier try went through.
fn judge_repeat(wanted: &Reservation, found: &Rejection) -> Option<Verdict> {
    let mut carried = Vec::new();
    let mut traces = false;
    for (place, check) in found.people.iter().enumerate() {
        let row = if let Check::Failed(row) = check { row.as_ref() } else { None };
        let Some(person) = row.filter(|person| person.account == wanted.account) else { continue };
        let active = person.active.as_ref().filter(|active| wanted.known_as(place).any(|id| id == active.id));
        traces |= active.is_some() || wanted.known_as(place).any(|id| person.had(id));
        carried.extend(active.cloned());
    }
    if !traces {
        return None;
    }
    let request = wanted.appointments.first().and_then(|made| made.request.as_deref());
    if carried.len() < wanted.appointments.len() {
        return Some(Verdict::Recall);
    }
    Some(match same_request(carried, request) {
        Ok(appointments) => Verdict::Repeated(appointments),
        Err(refusal) => Verdict::Refused(refusal),
    })
}

/// Decides on a request whose traces were looked for: for each of its people, the appointment that has an id of the
/// request's, if there is one.
///
/// The answer is that of the first time; or none, if the request was never carried out.
///
/// # Errors
/// [`Refusal::KeyReused`] when the appointments are those of another request.
pub fn recognise(found: Vec<Option<Appointment>>, request: Option<&str>) -> Result<Option<Vec<Appointment>>, Refusal> {
    if found.iter().all(Option::is_none) {
        return Ok(None);
    }
    let all: Option<Vec<Appointment>> = found.into_iter().collect();
    same_request(all.ok_or(Refusal::KeyReused)?, request).map(Some)
}

fn same_request(found: Vec<Appointment>, request: Option<&str>) -> Result<Vec<Appointment>, Refusal> {
    if found.iter().any(|each| each.request.as_deref() != request) {
        return Err(Refusal::KeyReused);
    }
    Ok(found.iter().map(Appointment::as_made).collect())
}
