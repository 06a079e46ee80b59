use async_trait::async_trait;
use vaxslot_app::ports::{Bookings, StoreError, Tried};
use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{Check, Own, Rejection, Release, Reservation, check_confirm},
    id::{AccountId, BeneficiaryId},
    person::Beneficiary,
    session::{Shard, ShardKey},
};

use super::{MemoryStore, Tables};

#[async_trait]
impl Bookings for MemoryStore {
    async fn reserve(&self, reservation: &Reservation) -> Result<Tried<(), Rejection>, StoreError> {
        let mut tables = self.tables();
        if tables.reserved.contains(reservation) {
            return Ok(Tried::Done(()));
        }
        let found = tables.check(reservation);
        if !found.shards.iter().all(held) || !found.people.iter().all(held) {
            return Ok(Tried::Refused(found));
        }
        for (key, units) in reservation.take.parts() {
            tables.shards.entry(*key).and_modify(|shard| shard.free -= units);
        }
        for appointment in &reservation.appointments {
            let active = Some(appointment.clone());
            tables.people.entry(appointment.beneficiary).and_modify(|person| person.active = active);
        }
        tables.reserved.push(reservation.clone());
        Ok(Tried::Done(()))
    }

    async fn confirm(
        &self,
        account: &AccountId,
        holds: &[Own],
        now: Timestamp,
    ) -> Result<Tried<Vec<Appointment>, Vec<Check<Beneficiary>>>, StoreError> {
        let mut tables = self.tables();
        let found: Vec<Check<Beneficiary>> = holds
            .iter()
            .map(|own| {
                let person = tables.people.get(&own.beneficiary);
                check(check_confirm(account, *own, person, now).is_ok(), person)
            })
            .collect();
        if !found.iter().all(held) {
            return Ok(Tried::Refused(found));
        }
        let mut confirmed = Vec::new();
        for own in holds {
            let active = tables.people.get_mut(&own.beneficiary).and_then(|person| person.active.as_mut());
            if let Some(active) = active {
                *active = active.turned(Status::Confirmed, now);
                confirmed.push(active.clone());
            }
        }
        Ok(Tried::Done(confirmed))
    }

    async fn release(&self, guard: &[Appointment], release: &Release) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        let request = (guard.to_vec(), release.clone());
        if tables.released.contains(&request) {
            return Ok(Tried::Done(()));
        }
        let unchanged = |guard: &Appointment| {
            tables.people.get(&guard.beneficiary).is_some_and(|person| person.active.as_ref() == Some(guard))
        };
        let present = |(shard, _): &(ShardKey, u32)| tables.shards.contains_key(shard);
        if !guard.iter().all(unchanged) || !release.returns().iter().all(present) {
            return Ok(Tried::Refused(()));
        }
        for (key, units) in release.returns() {
            tables.shards.entry(key).and_modify(|shard| shard.free += units);
        }
        for ended in &release.ended {
            tables.people.entry(ended.beneficiary).and_modify(|person| person.active = None);
            tables.ended.push(ended.clone());
        }
        tables.released.push(request);
        Ok(Tried::Done(()))
    }

    async fn beneficiaries(&self, ids: &[BeneficiaryId]) -> Result<Vec<Option<Beneficiary>>, StoreError> {
        let tables = self.tables();
        Ok(ids.iter().map(|id| tables.people.get(id).cloned()).collect())
    }

    async fn history(&self, id: BeneficiaryId) -> Result<Option<(Beneficiary, Vec<Appointment>)>, StoreError> {
        let tables = self.tables();
        let ended = tables.ended.iter().rev().filter(|ended| ended.beneficiary == id);
        Ok(tables.people.get(&id).map(|person| (person.clone(), ended.cloned().collect())))
    }

    async fn appointments_of(&self, shard: ShardKey) -> Result<Vec<Appointment>, StoreError> {
        let tables = self.tables();
        let active = tables.people.values().filter_map(|person| person.active.as_ref());
        Ok(active.chain(&tables.ended).filter(|appointment| appointment.shard == shard).cloned().collect())
    }
}

impl Tables {
    fn check(&self, reservation: &Reservation) -> Rejection {
        let shard = |(key, units): &(ShardKey, u32)| {
            let row: Option<&Shard> = self.shards.get(key);
            check(row.is_some_and(|shard| !shard.closed && shard.free >= *units), row)
        };
        let person = |appointment: &Appointment| {
            let row = self.people.get(&appointment.beneficiary);
            check(row.is_some_and(|person| reservation.admits(person)), row)
        };
        Rejection {
            shards: reservation.take.parts().iter().map(shard).collect(),
            people: reservation.appointments.iter().map(person).collect(),
        }
    }
}

fn check<T: Clone>(holds: bool, row: Option<&T>) -> Check<T> {
    if holds { Check::Held } else { Check::Failed(row.cloned()) }
}

fn held<T>(check: &Check<T>) -> bool {
    matches!(check, Check::Held)
}
