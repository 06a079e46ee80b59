use std::collections::BTreeSet;

use async_trait::async_trait;
use vaxslot_app::ports::{Bookings, StoreError, Taken, Tried};
use vaxslot_domain::{
    Timestamp,
    appointment::Appointment,
    booking::{Check, Move, Own, Rejection, Release, Reservation, Used},
    id::{AccountId, AppointmentId, BeneficiaryId},
    person::Beneficiary,
    reference::Reference,
    session::ShardKey,
};
use vaxslot_testkit::{MemoryKey, MemoryRow, MemoryStore};

use super::{SimStore, Transaction, wait};
use crate::{
    plant::{answers, writes},
    store::at_once,
};

type Confirmed = Tried<Vec<Appointment>, Vec<Check<Beneficiary>>>;

#[async_trait]
impl Bookings for SimStore {
    async fn reserve_all(&self, reservations: &[Reservation]) -> Result<Tried<(), Vec<Rejection>>, StoreError> {
        let shards = reservations.iter().flat_map(|one| one.take.parts()).map(|(shard, _)| MemoryKey::Shard(*shard));
        let shards: BTreeSet<_> = shards.collect();
        let people = reservations.iter().flat_map(|one| &one.appointments);
        let people = people.map(|appointment| MemoryKey::Person(appointment.beneficiary));
        let (wanted, looked) = (reservations.to_vec(), reservations.to_vec());
        let bug = self.server.bug;
        let transaction = Transaction {
            keys: shards.into_iter().chain(people).collect(),
            token: answers::token(bug, reservations),
            work: move |memory: &MemoryStore| writes::reserve(bug, memory, &wanted),
            again: |_: &MemoryStore| Ok(Tried::Done(())),
            peek: move |memory: &MemoryStore, held: &[MemoryKey]| answers::unseen(bug, memory, &looked, held),
        };
        let answer = answers::reserved(bug, self.transact("reserve", transaction).await);
        match answers::sent_again(bug, &answer, reservations) {
            Some(others) => self.reserve_all(&others).await,
            None => answer,
        }
    }

    async fn confirm(
        &self,
        account: &AccountId,
        holds: &[Own],
        now: Timestamp,
        mark: &str,
    ) -> Result<Confirmed, StoreError> {
        let (account, owned, mark) = (account.clone(), holds.to_vec(), mark.to_owned());
        let token = format!("confirm {} {holds:?} {now} {mark}", account.as_str());
        let bug = self.server.bug;
        let work = move |memory: &MemoryStore| writes::confirm(bug, memory, &account, &owned, now, &mark);
        if let [own] = holds {
            return self.put("confirm", MemoryKey::Person(own.beneficiary), work).await;
        }
        let keys = holds.iter().map(|own| MemoryKey::Person(own.beneficiary)).collect();
        let again = |_: &MemoryStore| Ok(Tried::Done(Vec::new()));
        let tried = self.transact("confirm", Transaction { keys, token, work, again, peek: wait }).await?;
        let Tried::Done(_) = tried else { return Ok(tried) };
        // The adapter reads what a transaction does not return.
        let mut confirmed = Vec::new();
        for own in holds {
            let found = self.history(own.beneficiary).await?;
            let mut all = found.into_iter().flat_map(|(person, ended)| person.active.into_iter().chain(ended));
            confirmed.extend(all.find(|appointment| appointment.id == own.appointment));
        }
        Ok(Tried::Done(confirmed))
    }

    async fn reschedule(&self, wanted: &Move) -> Result<Tried<(), Rejection>, StoreError> {
        let Move { reservation, release } = wanted;
        let taken = reservation.take.parts().iter().map(|(shard, _)| *shard);
        let returned = release.returns().into_iter().map(|(shard, _)| shard);
        let shards: BTreeSet<_> = taken.chain(returned).map(MemoryKey::Shard).collect();
        let people = reservation.appointments.iter().map(|made| MemoryKey::Person(made.beneficiary));
        let ended = release.0.iter().map(|ending| MemoryKey::Ended(ending.is.beneficiary, ending.is.id));
        let (bug, moved) = (self.server.bug, wanted.clone());
        let transaction = Transaction {
            keys: shards.into_iter().chain(people).chain(ended).collect(),
            token: format!("move {} {wanted:?}", reservation.account.as_str()),
            work: move |memory: &MemoryStore| writes::reschedule(bug, memory, &moved),
            again: |_: &MemoryStore| Ok(Tried::Done(())),
            peek: wait,
        };
        self.transact("move", transaction).await
    }

    async fn release(&self, release: &Release) -> Result<Tried<(), ()>, StoreError> {
        let shards = release.returns().into_iter().map(|(shard, _)| MemoryKey::Shard(shard));
        let people = release.0.iter().map(|ending| MemoryKey::Person(ending.was.beneficiary));
        let ended = release.0.iter().map(|ending| MemoryKey::Ended(ending.is.beneficiary, ending.is.id));
        let (bug, wanted) = (self.server.bug, release.clone());
        let transaction = Transaction {
            keys: shards.chain(people).chain(ended).collect(),
            token: format!("release {release:?}"),
            work: move |memory: &MemoryStore| writes::release(bug, memory, &wanted),
            again: |_: &MemoryStore| Ok(Tried::Done(())),
            peek: wait,
        };
        self.transact("release", transaction).await
    }

    async fn use_up(&self, used: &Used) -> Result<Tried<(), ()>, StoreError> {
        let is = &used.ending.is;
        let (bug, wanted) = (self.server.bug, used.clone());
        let transaction = Transaction {
            keys: vec![MemoryKey::Person(is.beneficiary), MemoryKey::Ended(is.beneficiary, is.id)]
                .into_iter()
                .chain(writes::also_used(bug, used))
                .collect(),
            token: format!("use {used:?}"),
            work: move |memory: &MemoryStore| writes::use_up(bug, memory, &wanted),
            again: |_: &MemoryStore| Ok(Tried::Done(())),
            peek: wait,
        };
        self.transact("use", transaction).await
    }

    async fn beneficiaries(&self, ids: &[BeneficiaryId]) -> Result<Vec<Option<Beneficiary>>, StoreError> {
        let keys = ids.iter().map(|id| MemoryKey::Person(*id)).collect();
        let look = |memory: &MemoryStore, key: &MemoryKey| {
            Ok(memory.row(key).and_then(|row| if let MemoryRow::Person(person) = row { Some(person) } else { None }))
        };
        self.get_each("read people", keys, look).await
    }

    async fn forget(&self, person: BeneficiaryId, faded: &[AppointmentId]) -> Result<(), StoreError> {
        let faded = faded.to_vec();
        self.put("forget", MemoryKey::Person(person), move |memory| at_once(memory.forget(person, &faded))).await
    }

    async fn ended(&self, own: &[Own]) -> Result<Vec<Option<Appointment>>, StoreError> {
        let keys = own.iter().map(|own| MemoryKey::Ended(own.beneficiary, own.appointment)).collect();
        let look = |memory: &MemoryStore, key: &MemoryKey| {
            Ok(memory.row(key).and_then(|row| if let MemoryRow::Ended(ended) = row { Some(ended) } else { None }))
        };
        self.get_each("read ended", keys, look).await
    }

    /// What ended stands before the profile, and is read before it: a change may fall between.
    async fn history(&self, id: BeneficiaryId) -> Result<Option<(Beneficiary, Vec<Appointment>)>, StoreError> {
        self.send(&"read history", |server, time| async move {
            let first = server.read(&[MemoryKey::Person(id)], |memory| at_once(memory.history(id)))?;
            server.world.sleep(time).await;
            let second = at_once(server.memory.history(id))?;
            Ok(first.zip(second).map(|((_, ended), (person, _))| (person, ended)))
        })
        .await
    }

    async fn taken_in(&self, shard: ShardKey) -> Result<Taken, StoreError> {
        self.query("taken in pool", move |memory| at_once(memory.taken_in(shard))).await
    }

    async fn find_in(&self, shard: ShardKey, reference: Reference) -> Result<Vec<Own>, StoreError> {
        self.query("find in pool", move |memory| at_once(memory.find_in(shard, reference))).await
    }

    async fn appointments_of(&self, shard: ShardKey) -> Result<Vec<Appointment>, StoreError> {
        self.query("by pool", move |memory| at_once(memory.appointments_of(shard))).await
    }
}
