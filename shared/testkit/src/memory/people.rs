use async_trait::async_trait;
use vaxslot_app::ports::{Added, People, StoreError};
use vaxslot_domain::{
    id::AccountId,
    person::{Account, Beneficiary, MOST_BENEFICIARIES, Phone},
};

use super::MemoryStore;

#[async_trait]
impl People for MemoryStore {
    async fn account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        Ok(self.tables().accounts.get(id).cloned())
    }

    async fn add_beneficiary(&self, person: &Beneficiary, phone: &Phone) -> Result<Added, StoreError> {
        let mut tables = self.tables();
        if let Some(existing) = tables.people.get(&person.id) {
            return Ok(Added::Exists(Box::new(existing.clone())));
        }
        let account = tables.accounts.entry(person.account.clone()).or_insert_with(|| Account {
            id: person.account.clone(),
            phone: phone.clone(),
            beneficiaries: Vec::new(),
        });
        if account.beneficiaries.len() >= MOST_BENEFICIARIES {
            return Ok(Added::Full);
        }
        account.phone = phone.clone();
        account.beneficiaries.push(person.id);
        tables.people.insert(person.id, person.clone());
        Ok(Added::Done)
    }
}
