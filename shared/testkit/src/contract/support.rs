//! What the behaviours have in common.

use std::{fmt::Debug, future::Future, time::Duration};

use vaxslot_app::ports::{Added, Store, StoreError, Tried};
use vaxslot_domain::{
    appointment::Appointment,
    booking::{Ending, Note, Reservation},
    id::BeneficiaryId,
    person::Beneficiary,
    search::ListOf,
    session::{Session, Shard, ShardKey},
};

use crate::make::{Published, phone};

/// Looks again and again until it finds what is expected: for what may lag behind by moments.
pub async fn soon<T, Fut>(look: impl Fn() -> Fut, expected: T)
where
    T: PartialEq + Debug,
    Fut: Future<Output = T>,
{
    for _ in 0..250 {
        if look().await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(look().await, expected);
}

/// The outcome of a write that must not be refused.
pub fn done<D: Debug, R: Debug>(tried: Result<Tried<D, R>, StoreError>) -> D {
    match tried.expect("the store answers") {
        Tried::Done(outcome) => outcome,
        Tried::Refused(found) => panic!("refused: {found:?}"),
    }
}

/// What was found by a write that must be refused.
pub fn refused<D: Debug, R: Debug>(tried: Result<Tried<D, R>, StoreError>) -> R {
    match tried.expect("the store answers") {
        Tried::Refused(found) => found,
        Tried::Done(outcome) => panic!("done: {outcome:?}"),
    }
}

pub async fn publish(store: &dyn Store, published: &Published) {
    done(store.publish(&published.session, &published.shards).await);
}

pub async fn register(store: &dyn Store, people: &[&Beneficiary]) {
    for person in people {
        let added = store.add_beneficiary(person, &phone(9_812_345_678)).await;
        assert_eq!(added.expect("the store answers"), Added::Done);
    }
}

/// Makes a reservation that must not be refused, and returns its appointments.
pub async fn reserve(store: &dyn Store, reservation: Reservation) -> Vec<Appointment> {
    done(store.reserve(&reservation).await);
    reservation.appointments
}

pub async fn session(store: &dyn Store, like: &Session) -> Session {
    store.session(like.id).await.expect("the store answers").expect("the session is there")
}

pub async fn shard(store: &dyn Store, key: ShardKey) -> Shard {
    let found = store.shards(&[key]).await.expect("the store answers");
    assert_eq!(found.len(), 1, "the shard is there once");
    found[0]
}

/// The free units of each shard.
pub async fn free(store: &dyn Store, keys: &[ShardKey]) -> Vec<u32> {
    let mut found = store.shards(keys).await.expect("the store answers");
    found.sort_by_key(|shard| shard.key);
    found.iter().map(|shard| shard.free).collect()
}

pub async fn person(store: &dyn Store, id: BeneficiaryId) -> Beneficiary {
    let found = store.beneficiaries(&[id]).await.expect("the store answers");
    found.into_iter().next().flatten().expect("the beneficiary is there")
}

/// The end of an appointment that is withdrawn, as if none had ever been before.
pub fn withdrawn(was: &Appointment, is: Appointment) -> Ending {
    let note = Note::Withdrawn([(was.id, is.changed_at)].into());
    Ending { was: was.clone(), is, note }
}

pub async fn active(store: &dyn Store, id: BeneficiaryId) -> Option<Appointment> {
    person(store, id).await.active
}

/// The appointments of a person that ended.
pub async fn ended(store: &dyn Store, id: BeneficiaryId) -> Vec<Appointment> {
    store.history(id).await.expect("the store answers").expect("the beneficiary is there").1
}

/// Every list that a session stands in.
pub fn lists_of(session: &Session) -> Vec<ListOf> {
    let center = &session.center;
    let cell = center.position.map(|position| ListOf::Cell(position.cell()));
    [ListOf::District(center.district.id), ListOf::Pincode(center.pincode), ListOf::Center(center.id)]
        .into_iter()
        .chain(cell)
        .collect()
}
