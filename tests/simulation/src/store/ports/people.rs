use std::collections::BTreeSet;

use async_trait::async_trait;
use vaxslot_app::ports::{Added, Corrected, People, StoreError, Tried};
use vaxslot_domain::{
    id::{AccountId, BeneficiaryId},
    person::{Account, Beneficiary, Phone, Removal},
};
use vaxslot_testkit::{MemoryKey, MemoryStore};

use super::{SimStore, Transaction, wait};
use crate::{plant::writes, store::at_once};

#[async_trait]
impl People for SimStore {
    async fn account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        let id = id.clone();
        let keys = vec![MemoryKey::Account(id.clone())];
        self.get("read account", keys, move |memory| at_once(memory.account(&id))).await
    }

    async fn add_beneficiary(&self, person: &Beneficiary, phone: &Phone) -> Result<Added, StoreError> {
        let (person, phone) = (person.clone(), phone.clone());
        let own =
            [MemoryKey::Account(person.account.clone()), MemoryKey::Person(person.id), MemoryKey::Removed(person.id)];
        let transaction = Transaction {
            keys: own.into_iter().chain(photo_id(&person)).collect(),
            token: format!("add {} {person:?}", person.account.as_str()),
            work: move |memory: &MemoryStore| at_once(memory.add_beneficiary(&person, &phone)),
            again: |_: &MemoryStore| Ok(Added::Done),
            peek: wait,
        };
        self.transact("add", transaction).await
    }

    async fn correct_beneficiary(&self, was: &Beneficiary, is: &Beneficiary) -> Result<Corrected, StoreError> {
        let (was, is) = (was.clone(), is.clone());
        let facts = |person: &Beneficiary| format!("{} {}", person.name.as_str(), person.birth);
        let keys = [MemoryKey::Person(was.id)].into_iter().chain(photo_id(&was)).chain(photo_id(&is));
        let keys: BTreeSet<_> = keys.collect();
        let transaction = Transaction {
            token: format!("correct {} {} {} {keys:?}", was.id, facts(&was), facts(&is)),
            keys: keys.into_iter().collect(),
            work: move |memory: &MemoryStore| at_once(memory.correct_beneficiary(&was, &is)),
            again: |_: &MemoryStore| Ok(Corrected::Done),
            peek: wait,
        };
        self.transact("correct", transaction).await
    }

    async fn remove_people(&self, removal: &Removal) -> Result<Tried<(), ()>, StoreError> {
        let (bug, removal) = (self.server.bug, removal.clone());
        let mut keys = vec![MemoryKey::Account(removal.account.id.clone())];
        for person in &removal.people {
            keys.extend([MemoryKey::Person(person.id), MemoryKey::Removed(person.id)]);
            keys.extend(photo_id(person));
        }
        let transaction = Transaction {
            keys,
            token: format!("remove {removal:?}"),
            work: move |memory: &MemoryStore| writes::remove(bug, memory, &removal),
            again: |_: &MemoryStore| Ok(Tried::Done(())),
            peek: wait,
        };
        self.transact("remove", transaction).await
    }

    async fn removed(&self, id: BeneficiaryId) -> Result<Option<AccountId>, StoreError> {
        self.get("read removal", vec![MemoryKey::Removed(id)], move |memory| at_once(memory.removed(id))).await
    }
}

fn photo_id(person: &Beneficiary) -> Option<MemoryKey> {
    person.photo_id.as_ref().map(|photo_id| MemoryKey::PhotoId(photo_id.hash.clone()))
}
