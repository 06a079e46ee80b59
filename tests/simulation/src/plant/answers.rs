//! Adapters that take answers for something else, or requests for one another.

use vaxslot_app::{
    derive,
    ports::{StoreError, Tried},
};
use vaxslot_domain::{
    booking::{Check, Rejection, Reservation},
    id::AppointmentId,
};
use vaxslot_testkit::{MemoryKey, MemoryStore};

use super::Bug;

type Reserved = Result<Tried<(), Vec<Rejection>>, StoreError>;

/// What an adapter makes of the answer to reservations.
pub fn reserved(bug: Option<Bug>, answer: Reserved) -> Reserved {
    match (bug, answer) {
        (Some(Bug::AckBeforeCommit), Err(StoreError::Unclear(_))) => Ok(Tried::Done(())),
        (Some(Bug::HopUnresolved), Err(StoreError::Unclear(_))) => Err(StoreError::Conflict),
        (_, answer) => answer,
    }
}

/// Other reservations for the same people, which follow those whose answer was lost.
pub fn sent_again(bug: Option<Bug>, answer: &Reserved, reservations: &[Reservation]) -> Option<Vec<Reservation>> {
    if bug != Some(Bug::FreshToken) || !matches!(answer, Err(StoreError::Unclear(_))) {
        return None;
    }
    let mut others = reservations.to_vec();
    for appointment in others.iter_mut().flat_map(|other| &mut other.appointments) {
        appointment.id = AppointmentId::new(derive::id(&["fresh", &appointment.id.to_string()]));
    }
    Some(others)
}

/// The token of reservations.
pub fn token(bug: Option<Bug>, reservations: &[Reservation]) -> String {
    let accounts = reservations.iter().map(|one| one.account.as_str()).collect::<Vec<_>>().join(" ");
    if bug == Some(Bug::SharedToken) {
        let people = reservations.iter().flat_map(|one| &one.appointments);
        let people: Vec<_> = people.map(|appointment| appointment.beneficiary).collect();
        return format!("reserve {accounts} {people:?}");
    }
    format!("reserve {accounts} {reservations:?}")
}

/// The answer to reservations some of whose rows others hold: none, as what was not looked at may tell more than what was.
pub fn unseen(
    bug: Option<Bug>,
    memory: &MemoryStore,
    wanted: &[Reservation],
    held: &[MemoryKey],
) -> Option<Tried<(), Vec<Rejection>>> {
    if bug != Some(Bug::Unseen) {
        return None;
    }
    let mut found = memory.look(wanted);
    let mut failed = false;
    for (reservation, rejection) in wanted.iter().zip(&mut found) {
        for ((shard, _), check) in reservation.take.parts().iter().zip(&mut rejection.shards) {
            failed |= is_known_to_fail(check, &MemoryKey::Shard(*shard), held);
        }
        for (appointment, check) in reservation.appointments.iter().zip(&mut rejection.people) {
            failed |= is_known_to_fail(check, &MemoryKey::Person(appointment.beneficiary), held);
        }
    }
    failed.then_some(Tried::Refused(found))
}

/// What is held was not looked at.
fn is_known_to_fail<T: PartialEq>(check: &mut Check<T>, key: &MemoryKey, held: &[MemoryKey]) -> bool {
    if held.contains(key) {
        *check = Check::Held;
    }
    *check != Check::Held
}
