use vaxslot_app::ports::{StoreError, Tried};
use vaxslot_domain::{
    booking::{Check, Move, Rejection, Reservation},
    session::{Shard, ShardKey},
};

use super::{read_checks, writes};
use crate::{
    rows::{Item, read_beneficiary, read_shard},
    store::DynamoStore,
    transaction::Found,
};

impl DynamoStore {
    pub(crate) async fn make_all(&self, reservations: &[Reservation]) -> Result<Tried<(), Vec<Rejection>>, StoreError> {
        let shards = together(reservations);
        let transaction = writes::reserve(reservations, &shards);
        match self.transact(transaction).await? {
            Tried::Done(()) => Ok(Tried::Done(())),
            Tried::Refused(found) => Ok(Tried::Refused(self.rejections(reservations, &shards, found)?)),
        }
    }

    pub(super) async fn move_all(&self, wanted: &Move) -> Result<Tried<(), Rejection>, StoreError> {
        let reservations = std::slice::from_ref(&wanted.reservation);
        let shards = together(reservations);
        match self.transact(writes::reschedule(wanted, &shards)).await? {
            Tried::Done(()) => Ok(Tried::Done(())),
            Tried::Refused(found) => {
                let found = self.rejections(reservations, &shards, found)?.into_iter().next();
                let nothing = Rejection { shards: Vec::new(), people: Vec::new() };
                Ok(Tried::Refused(found.unwrap_or(nothing)))
            }
        }
    }

    /// What was found, for each reservation: of its own shards, and of its own people.
    fn rejections(
        &self,
        reservations: &[Reservation],
        shards: &[(ShardKey, u32)],
        mut found: Found,
    ) -> Result<Vec<Rejection>, StoreError> {
        let mut people = found.split_off(shards.len().min(found.len()));
        let found: Vec<Check<Shard>> = read_checks(found, |item: &Item| read_shard(&self.row(item)))?;
        let of = |key: &ShardKey| {
            let place = shards.iter().position(|(shard, _)| shard == key);
            place.and_then(|place| found.get(place).cloned()).unwrap_or(Check::Held)
        };
        let mut rejections = Vec::with_capacity(reservations.len());
        for reservation in reservations {
            let others = people.split_off(reservation.appointments.len().min(people.len()));
            let mine = std::mem::replace(&mut people, others);
            rejections.push(Rejection {
                shards: reservation.take.parts().iter().map(|(key, _)| of(key)).collect(),
                people: read_checks(mine, |item: &Item| read_beneficiary(&self.row(item)))?,
            });
        }
        Ok(rejections)
    }
}

/// What reservations take from each shard together, in the order in which they name the shards.
fn together(reservations: &[Reservation]) -> Vec<(ShardKey, u32)> {
    let mut shards: Vec<(ShardKey, u32)> = Vec::new();
    for (key, units) in reservations.iter().flat_map(|reservation| reservation.take.parts()) {
        match shards.iter_mut().find(|(shard, _)| shard == key) {
            Some((_, sum)) => *sum += units,
            None => shards.push((*key, *units)),
        }
    }
    shards
}
