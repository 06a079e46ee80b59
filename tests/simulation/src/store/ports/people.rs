use async_trait::async_trait;
use vaxslot_app::ports::{Added, People, StoreError};
use vaxslot_domain::{
    id::AccountId,
    person::{Account, Beneficiary, Phone},
};
use vaxslot_testkit::{MemoryKey, MemoryStore};

use super::{SimStore, Transaction, wait};
use crate::store::at_once;

#[async_trait]
impl People for SimStore {
    async fn account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        let id = id.clone();
        let keys = vec![MemoryKey::Account(id.clone())];
        self.get("read account", keys, move |memory| at_once(memory.account(&id))).await
    }

    async fn add_beneficiary(&self, person: &Beneficiary, phone: &Phone) -> Result<Added, StoreError> {
        let (person, phone) = (person.clone(), phone.clone());
        let transaction = Transaction {
            keys: vec![MemoryKey::Account(person.account.clone()), MemoryKey::Person(person.id)],
            token: format!("add {} {person:?}", person.account.as_str()),
            work: move |memory: &MemoryStore| at_once(memory.add_beneficiary(&person, &phone)),
            again: |_: &MemoryStore| Ok(Added::Done),
            peek: wait,
        };
        self.transact("add", transaction).await
    }
}
