//! Stores whose writes ask for less than they should.

use std::collections::BTreeMap;

use vaxslot_app::ports::{Bookings, KeyUse, Keys, People, RequestKey, Sessions, StoreError, Tallies, Tickets, Tried};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    access::Scope,
    appointment::{Appointment, Status},
    availability::Turns,
    booking::{Check, Move, Note, Own, Rejection, Release, Reservation, Take, Used},
    capacity::ShardChange,
    id::{AccountId, BeneficiaryId, SessionId},
    opening::Opening,
    person::{Beneficiary, Removal},
    session::{PoolSummary, Session, Shard, ShardKey},
    tally::Tally,
    ticket::{Closing, Fence, Standing},
};
use vaxslot_testkit::{MemoryKey, MemoryRow, MemoryStore};

use super::Bug;
use crate::store::at_once;

type Reserved = Result<Tried<(), Vec<Rejection>>, StoreError>;

pub fn reserve(bug: Option<Bug>, memory: &MemoryStore, reservations: &[Reservation]) -> Reserved {
    let appointments = || reservations.iter().flat_map(|one| &one.appointments);
    match bug {
        Some(Bug::NoCondition) => {
            for (key, _) in reservations.iter().flat_map(|one| one.take.parts()) {
                let wanted = appointments().filter(|appointment| appointment.shard == *key).count();
                let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
                if let Some(short) = shard(memory, *key).filter(|shard| shard.free < wanted) {
                    memory.put(MemoryRow::Shard(Shard { free: wanted, ..short }));
                }
            }
        }
        Some(Bug::LockMissing) => {
            for person in appointments().filter_map(|appointment| person(memory, appointment.beneficiary)) {
                memory.put(MemoryRow::Person(Beneficiary { active: None, ..person }));
            }
        }
        Some(Bug::Ownership) => {
            let mut theirs = reservations.to_vec();
            for one in &mut theirs {
                let owner = person(memory, one.appointments[0].beneficiary).map(|person| person.account);
                one.account = owner.unwrap_or_else(|| one.account.clone());
            }
            return at_once(memory.reserve_all(&theirs));
        }
        Some(Bug::Forgotten) => {
            for mut person in appointments().filter_map(|appointment| person(memory, appointment.beneficiary)) {
                person.given_up.clear();
                person.withdrawn.clear();
                memory.put(MemoryRow::Person(person));
            }
        }
        Some(Bug::WalkInForgotten) => {
            for newcomer in reservations.iter().filter_map(|one| one.newcomer.as_ref()) {
                memory.remove(&MemoryKey::Person(newcomer.id));
            }
        }
        Some(Bug::WalkInFree) => {
            let reserved = at_once(memory.reserve_all(reservations))?;
            let walk_ins = reservations.iter().filter(|one| one.newcomer.is_some());
            if reserved == Tried::Done(()) {
                walk_ins.flat_map(|one| one.take.parts()).for_each(|(key, units)| give(memory, *key, *units));
            }
            return Ok(reserved);
        }
        Some(Bug::FamilySplit) => return one_by_one(memory, reservations),
        _ => {}
    }
    at_once(memory.reserve_all(reservations))
}

fn one_by_one(memory: &MemoryStore, reservations: &[Reservation]) -> Reserved {
    for reservation in reservations {
        for (place, appointment) in reservation.appointments.iter().enumerate() {
            let shard = appointment.shard;
            let alone = Reservation {
                take: Take::blind(shard.pool, u8::MAX, 1, shard.number.into()),
                appointments: vec![appointment.clone()],
                others: reservation.known_as(place).skip(1).collect(),
                ..reservation.clone()
            };
            if let Tried::Refused(_) = at_once(memory.reserve_all(&[alone]))? {
                return Ok(Tried::Refused(memory.look(reservations)));
            }
        }
    }
    Ok(Tried::Done(()))
}

type Confirmed = Tried<Vec<Appointment>, Vec<Check<Beneficiary>>>;

pub fn confirm(
    bug: Option<Bug>,
    memory: &MemoryStore,
    account: &AccountId,
    holds: &[Own],
    now: Timestamp,
    mark: &str,
) -> Result<Confirmed, StoreError> {
    let person = |own: &Own| person(memory, own.beneficiary);
    match bug {
        Some(Bug::OwnershipOfChanges) => {
            let owner = holds.first().and_then(person).map_or_else(|| account.clone(), |person| person.account);
            at_once(memory.confirm(&owner, holds, now, mark))
        }
        Some(Bug::Swept) => {
            let confirmed = at_once(memory.confirm(account, holds, Timestamp::MIN, mark))?;
            let people = holds.iter().filter_map(person);
            for person in people.filter(|_| matches!(confirmed, Tried::Done(_))) {
                let active = person.active.as_ref().map(|active| active.turned_by(mark, Status::Confirmed, now));
                memory.put(MemoryRow::Person(Beneficiary { active, ..person }));
            }
            Ok(confirmed)
        }
        _ => at_once(memory.confirm(account, holds, now, mark)),
    }
}

pub fn release(bug: Option<Bug>, memory: &MemoryStore, release: &Release) -> Result<Tried<(), ()>, StoreError> {
    if bug == Some(Bug::DoubleRelease) {
        for ending in &release.0 {
            if let Some(person) = person(memory, ending.was.beneficiary) {
                memory.put(MemoryRow::Person(Beneficiary { active: Some(ending.was.clone()), ..person }));
            }
        }
    }
    if bug == Some(Bug::WithdrawalUnnoted) {
        let mut unnoted = release.clone();
        for ending in unnoted.0.iter_mut().filter(|ending| matches!(ending.note, Note::Withdrawn(_))) {
            ending.note = Note::Withdrawn(BTreeMap::new());
        }
        return at_once(memory.release(&unnoted));
    }
    let released = at_once(memory.release(release))?;
    if bug == Some(Bug::ReturnedTwice)
        && released == Tried::Done(())
        && let Some(shard) = release.returns().into_iter().next().and_then(|(key, _)| shard(memory, key))
    {
        memory.put(MemoryRow::Shard(Shard { free: shard.free + 1, ..shard }));
    }
    Ok(released)
}

/// The other rows that an end at the center touches.
pub fn also_used(bug: Option<Bug>, used: &Used) -> Option<MemoryKey> {
    let returned = matches!(bug, Some(Bug::UseReturned | Bug::LapseReturned));
    returned.then_some(MemoryKey::Shard(used.ending.was.shard))
}

/// The end of an appointment at its center.
pub fn use_up(bug: Option<Bug>, memory: &MemoryStore, wanted: &Used) -> Result<Tried<(), ()>, StoreError> {
    let mut used = wanted.clone();
    let completed = used.ending.is.status == Status::Completed;
    match bug {
        Some(Bug::DoseUnrecorded) => used.given = None,
        Some(Bug::DoseTwice) => used.given.iter_mut().for_each(|given| given.after.taken += 1),
        Some(Bug::UseUnread) => {
            if let Some(person) = person(memory, used.ending.was.beneficiary) {
                let doses = used.given.map_or(person.doses, |given| given.before);
                memory.put(MemoryRow::Person(Beneficiary { active: Some(used.ending.was.clone()), doses, ..person }));
            }
        }
        _ => {}
    }
    let done = at_once(memory.use_up(&used))?;
    let returns = match bug {
        Some(Bug::UseReturned) => completed,
        Some(Bug::LapseReturned) => used.ending.is.changed_by.is_none(),
        _ => false,
    };
    if returns && done == Tried::Done(()) {
        give(memory, used.ending.was.shard, 1);
    }
    Ok(done)
}

fn give(memory: &MemoryStore, key: ShardKey, units: u32) {
    if let Some(shard) = shard(memory, key) {
        memory.put(MemoryRow::Shard(Shard { free: shard.free + units, ..shard }));
    }
}

pub fn reschedule(bug: Option<Bug>, memory: &MemoryStore, wanted: &Move) -> Result<Tried<(), Rejection>, StoreError> {
    let moved = at_once(memory.reschedule(wanted))?;
    if moved == Tried::Done(()) {
        let (taken, returned) = (wanted.reservation.take.parts().iter().copied(), wanted.release.returns());
        let change = |(key, units), more: bool| {
            let Some(shard) = shard(memory, key) else { return };
            let free = if more { shard.free + units } else { shard.free.saturating_sub(units) };
            memory.put(MemoryRow::Shard(Shard { free, ..shard }));
        };
        match bug {
            Some(Bug::MovedWithoutTaking) => taken.for_each(|part| change(part, true)),
            Some(Bug::MovedWithoutReturning) => returned.into_iter().for_each(|part| change(part, false)),
            _ => {}
        }
    }
    Ok(moved)
}

pub fn close_ticket(
    bug: Option<Bug>,
    memory: &MemoryStore,
    closing: &Closing,
) -> Result<Tried<(), Standing>, StoreError> {
    match bug {
        Some(Bug::NoOutcome) => Ok(Tried::Done(())),
        Some(Bug::Unfenced) => at_once(memory.close_ticket(&Closing { fence: Fence::None, ..closing.clone() })),
        _ => at_once(memory.close_ticket(closing)),
    }
}

/// The use of a key.
pub fn note_use(
    bug: Option<Bug>,
    memory: &MemoryStore,
    key: RequestKey,
    first: &KeyUse,
    stale: Timestamp,
) -> Result<Tried<(), KeyUse>, StoreError> {
    if bug == Some(Bug::KeyUnnoted) {
        memory.put(MemoryRow::KeyUse(key, first.clone()));
        return Ok(Tried::Done(()));
    }
    let noted = at_once(memory.note_use(key, first, stale))?;
    Ok(match noted {
        Tried::Refused(found) if bug == Some(Bug::KeyForAnything) => {
            Tried::Refused(KeyUse { request: first.request.clone(), ..found })
        }
        noted => noted,
    })
}

/// The removal of people.
pub fn remove(bug: Option<Bug>, memory: &MemoryStore, removal: &Removal) -> Result<Tried<(), ()>, StoreError> {
    if bug == Some(Bug::RemovedBooked) {
        for person in removal.people.iter().filter_map(|person| self::person(memory, person.id)) {
            memory.put(MemoryRow::Person(Beneficiary { active: None, ..person }));
        }
    }
    at_once(memory.remove_people(removal))
}

pub fn set_opening(
    bug: Option<Bug>,
    memory: &MemoryStore,
    id: SessionId,
    scope: &Scope,
    opening: Opening,
    now: Timestamp,
) -> Result<Tried<Session, Option<Session>>, StoreError> {
    let before = at_once(memory.session(id))?.filter(|_| bug == Some(Bug::QueueUnswitched));
    let opening = before.map_or(opening, |session| session.opening);
    at_once(memory.set_opening(id, scope, opening, now))
}

pub fn mark_shard(bug: Option<Bug>, memory: &MemoryStore, shard: ShardKey, closed: bool) -> Result<(), StoreError> {
    if bug == Some(Bug::ClosedInCache) { Ok(()) } else { at_once(memory.mark_shard(shard, closed)) }
}

pub fn change_capacity(
    bug: Option<Bug>,
    memory: &MemoryStore,
    session: &Session,
    scope: &Scope,
    changes: &[ShardChange],
) -> Result<Tried<(), ()>, StoreError> {
    match bug {
        Some(Bug::BelowBooked) => {
            let short = changes.iter().filter_map(|change| match change {
                ShardChange::Lower { shard, by } => Some((shard.key, *by)),
                ShardChange::Drain(shard) => Some((shard.key, shard.free)),
                _ => None,
            });
            let short = short.filter_map(|(key, by)| {
                let stored = shard(memory, key).filter(|shard| shard.free < by)?;
                Some(Shard { free: by, ..stored })
            });
            short.for_each(|shard| memory.put(MemoryRow::Shard(shard)));
            at_once(memory.change_capacity(session, scope, changes))
        }
        Some(Bug::CapacityUnversioned) => {
            let mut current = session.clone();
            current.version = version(memory, session.id);
            at_once(memory.change_capacity(&current, scope, changes))
        }
        _ => at_once(memory.change_capacity(session, scope, changes)),
    }
}

pub fn summarize(
    bug: Option<Bug>,
    memory: &MemoryStore,
    id: SessionId,
    version_read: u64,
    pools: &[PoolSummary],
    turns: &Turns,
) -> Result<Tried<(), ()>, StoreError> {
    let version = if bug == Some(Bug::SumsUnversioned) { version(memory, id) } else { version_read };
    let mut turns = turns.clone();
    match bug {
        Some(Bug::TurnedAnew) => turns.values_mut().for_each(|turn| turn.at += SignedDuration::from_millis(1)),
        Some(Bug::TurnsLeft) => turns.values_mut().for_each(|turn| turn.open = true),
        _ => {}
    }
    at_once(memory.summarize(id, version, pools, &turns))
}

/// Where an appointment stands.
pub fn tally(bug: Option<Bug>, memory: &MemoryStore, tally: &Tally) -> Result<(), StoreError> {
    if bug == Some(Bug::TallyUnranked) {
        memory.put(MemoryRow::Tally(*tally));
    }
    at_once(memory.tally(tally))
}

fn person(memory: &MemoryStore, id: BeneficiaryId) -> Option<Beneficiary> {
    if let Some(MemoryRow::Person(person)) = memory.row(&MemoryKey::Person(id)) { Some(person) } else { None }
}

fn shard(memory: &MemoryStore, key: ShardKey) -> Option<Shard> {
    if let Some(MemoryRow::Shard(shard)) = memory.row(&MemoryKey::Shard(key)) { Some(shard) } else { None }
}

fn version(memory: &MemoryStore, id: SessionId) -> u64 {
    if let Some(MemoryRow::Session(session)) = memory.row(&MemoryKey::Session(id)) { session.version } else { 0 }
}
