use std::collections::BTreeMap;

use async_trait::async_trait;
use vaxslot_app::ports::{Bookings, StoreError, Taken, Tried};
use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{Check, Ending, Move, Note, Own, Rejection, Release, Reservation, Used, check_confirm},
    id::{AccountId, AppointmentId, BeneficiaryId},
    person::Beneficiary,
    reference::Reference,
    session::{Shard, ShardKey},
};

use super::{MemoryStore, Tables};

#[async_trait]
impl Bookings for MemoryStore {
    async fn reserve_all(&self, reservations: &[Reservation]) -> Result<Tried<(), Vec<Rejection>>, StoreError> {
        let mut tables = self.tables();
        if tables.reserved.iter().any(|earlier| earlier == reservations) {
            return Ok(Tried::Done(()));
        }
        let found = tables.check_all(reservations);
        if !found.iter().all(|found| found.shards.iter().all(held) && found.people.iter().all(held)) {
            return Ok(Tried::Refused(found));
        }
        tables.make(reservations);
        tables.reserved.push(reservations.to_vec());
        Ok(Tried::Done(()))
    }

    async fn confirm(
        &self,
        account: &AccountId,
        holds: &[Own],
        now: Timestamp,
        mark: &str,
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
                *active = active.turned_by(mark, Status::Confirmed, now);
                confirmed.push(active.clone());
            }
        }
        Ok(Tried::Done(confirmed))
    }

    async fn reschedule(&self, wanted: &Move) -> Result<Tried<(), Rejection>, StoreError> {
        let mut tables = self.tables();
        if tables.moved.contains(wanted) {
            return Ok(Tried::Done(()));
        }
        let Move { reservation, release } = wanted;
        let units = together(std::slice::from_ref(reservation));
        let found = tables.check(reservation, &units, |place, person| wanted.admits(place, person));
        let present = |(shard, _): &(ShardKey, u32)| tables.shards.contains_key(shard);
        let returns = release.returns();
        if !found.shards.iter().all(held) || !found.people.iter().all(held) || !returns.iter().all(present) {
            return Ok(Tried::Refused(found));
        }
        tables.end(release);
        tables.make(std::slice::from_ref(reservation));
        tables.moved.push(wanted.clone());
        Ok(Tried::Done(()))
    }

    async fn release(&self, release: &Release) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        if tables.released.contains(release) {
            return Ok(Tried::Done(()));
        }
        let unchanged = |Ending { was, .. }: &Ending| {
            tables.people.get(&was.beneficiary).is_some_and(|person| person.active.as_ref() == Some(was))
        };
        let present = |(shard, _): &(ShardKey, u32)| tables.shards.contains_key(shard);
        if !release.0.iter().all(unchanged) || !release.returns().iter().all(present) {
            return Ok(Tried::Refused(()));
        }
        tables.end(release);
        tables.released.push(release.clone());
        Ok(Tried::Done(()))
    }

    async fn use_up(&self, used: &Used) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        if tables.used.contains(used) {
            return Ok(Tried::Done(()));
        }
        let Used { ending, given } = used;
        let Some(person) = tables.people.get_mut(&ending.was.beneficiary).filter(|person| used.admits(person)) else {
            return Ok(Tried::Refused(()));
        };
        person.active = None;
        note(person, ending);
        if let Some(given) = given {
            person.doses = given.after;
        }
        tables.ended.push(ending.is.clone());
        tables.used.push(used.clone());
        Ok(Tried::Done(()))
    }

    async fn forget(&self, person: BeneficiaryId, faded: &[AppointmentId]) -> Result<(), StoreError> {
        let mut tables = self.tables();
        tables.people.entry(person).and_modify(|person| person.given_up.retain(|id, _| !faded.contains(id)));
        Ok(())
    }

    async fn beneficiaries(&self, ids: &[BeneficiaryId]) -> Result<Vec<Option<Beneficiary>>, StoreError> {
        let tables = self.tables();
        Ok(ids.iter().map(|id| tables.people.get(id).cloned()).collect())
    }

    async fn ended(&self, own: &[Own]) -> Result<Vec<Option<Appointment>>, StoreError> {
        let tables = self.tables();
        let named = |own: &Own| {
            let mine = |one: &&Appointment| one.beneficiary == own.beneficiary && one.id == own.appointment;
            tables.ended.iter().find(mine).cloned()
        };
        Ok(own.iter().map(named).collect())
    }

    async fn history(&self, id: BeneficiaryId) -> Result<Option<(Beneficiary, Vec<Appointment>)>, StoreError> {
        let tables = self.tables();
        let ended = tables.ended.iter().rev().filter(|ended| ended.beneficiary == id);
        Ok(tables.people.get(&id).map(|person| (person.clone(), ended.cloned().collect())))
    }

    async fn taken_in(&self, shard: ShardKey) -> Result<Taken, StoreError> {
        let tables = self.tables();
        let mut taken = Taken::default();
        for appointment in tables.naming(shard) {
            if appointment.status.is_active() {
                taken.active.push(own(appointment));
            }
            taken.used += u32::from(appointment.status.is_used());
        }
        Ok(taken)
    }

    async fn find_in(&self, shard: ShardKey, reference: Reference) -> Result<Vec<Own>, StoreError> {
        let tables = self.tables();
        let named = tables.naming(shard).filter(|appointment| Reference::of(appointment.id) == reference);
        Ok(named.map(own).collect())
    }

    async fn appointments_of(&self, shard: ShardKey) -> Result<Vec<Appointment>, StoreError> {
        Ok(self.tables().naming(shard).cloned().collect())
    }
}

impl MemoryStore {
    /// How the rows of reservations stand, without carrying them out.
    #[must_use]
    pub fn look(&self, reservations: &[Reservation]) -> Vec<Rejection> {
        self.tables().check_all(reservations)
    }
}

impl Tables {
    /// Every appointment that names a shard, active ones first.
    fn naming(&self, shard: ShardKey) -> impl Iterator<Item = &Appointment> {
        let active = self.people.values().filter_map(|person| person.active.as_ref());
        active.chain(&self.ended).filter(move |appointment| appointment.shard == shard)
    }

    fn make(&mut self, reservations: &[Reservation]) {
        for (key, units) in together(reservations) {
            self.shards.entry(key).and_modify(|shard| {
                shard.free -= units;
                shard.moves += 1;
            });
        }
        for newcomer in reservations.iter().filter_map(|reservation| reservation.newcomer.as_ref()) {
            self.people.insert(newcomer.id, newcomer.clone());
        }
        for appointment in reservations.iter().flat_map(|reservation| &reservation.appointments) {
            let active = Some(appointment.clone());
            self.people.entry(appointment.beneficiary).and_modify(|person| person.active = active);
        }
    }

    fn end(&mut self, release: &Release) {
        for (key, units) in release.returns() {
            self.shards.entry(key).and_modify(|shard| {
                shard.free += units;
                shard.moves += 1;
            });
        }
        for ending in &release.0 {
            self.people.entry(ending.was.beneficiary).and_modify(|person| {
                person.active = None;
                note(person, ending);
            });
            self.ended.push(ending.is.clone());
        }
    }

    fn check_all(&self, reservations: &[Reservation]) -> Vec<Rejection> {
        let wanted = together(reservations);
        let check_one = |reservation: &Reservation| {
            let mut found = self.check(reservation, &wanted, |place, person| reservation.admits(place, person));
            if let Some(newcomer) = &reservation.newcomer {
                let row = self.people.get(&newcomer.id);
                found.people = vec![check(row.is_none(), row)];
            }
            found
        };
        reservations.iter().map(check_one).collect()
    }

    /// What stands against a reservation: a shard that has not what is `wanted` of it, a person who is not admitted.
    fn check(
        &self,
        reservation: &Reservation,
        wanted: &BTreeMap<ShardKey, u32>,
        admits: impl Fn(usize, &Beneficiary) -> bool,
    ) -> Rejection {
        let shard = |(key, _): &(ShardKey, u32)| {
            let row: Option<&Shard> = self.shards.get(key);
            check(row.is_some_and(|shard| !shard.closed && shard.free >= wanted[key]), row)
        };
        let person = |(place, appointment): (usize, &Appointment)| {
            let row = self.people.get(&appointment.beneficiary);
            check(row.is_some_and(|person| admits(place, person)), row)
        };
        Rejection {
            shards: reservation.take.parts().iter().map(shard).collect(),
            people: reservation.appointments.iter().enumerate().map(person).collect(),
        }
    }
}

fn own(appointment: &Appointment) -> Own {
    Own { beneficiary: appointment.beneficiary, appointment: appointment.id }
}

/// What reservations take from each shard together.
fn together(reservations: &[Reservation]) -> BTreeMap<ShardKey, u32> {
    let mut sums = BTreeMap::new();
    for (key, units) in reservations.iter().flat_map(|reservation| reservation.take.parts()) {
        *sums.entry(*key).or_default() += units;
    }
    sums
}

/// Notes on a person what ended, and no more of those that count no more.
fn note(person: &mut Beneficiary, ending: &Ending) {
    match &ending.note {
        Note::GivenUp { faded } => {
            person.given_up.insert(ending.was.id, ending.is.changed_at);
            person.given_up.retain(|id, _| !faded.contains(id));
        }
        Note::Withdrawn(withdrawn) => person.withdrawn.clone_from(withdrawn),
    }
}

pub(super) fn check<T: Clone>(holds: bool, row: Option<&T>) -> Check<T> {
    if holds { Check::Held } else { Check::Failed(row.cloned()) }
}

fn held<T>(check: &Check<T>) -> bool {
    matches!(check, Check::Held)
}
