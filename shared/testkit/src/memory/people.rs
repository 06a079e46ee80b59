use async_trait::async_trait;
use vaxslot_app::ports::{Added, Corrected, People, StoreError, Tried};
use vaxslot_domain::{
    id::{AccountId, BeneficiaryId},
    person::{Account, Beneficiary, MOST_BENEFICIARIES, Phone, Removal, Then},
};

use super::{MemoryStore, Tables};

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
        if tables.removed.contains_key(&person.id) {
            return Ok(Added::Removed);
        }
        if tables.photo_id_taken(person) {
            return Ok(Added::PhotoIdTaken);
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
        tables.register_photo_id(person);
        tables.people.insert(person.id, person.clone());
        Ok(Added::Done)
    }

    async fn correct_beneficiary(&self, was: &Beneficiary, is: &Beneficiary) -> Result<Corrected, StoreError> {
        let mut tables = self.tables();
        let unchanged = |stored: &&Beneficiary| {
            let same = stored.account == was.account && stored.name == was.name && stored.is_known_as(was);
            let free = stored.active.is_none() && stored.doses.taken == was.doses.taken;
            same && (was.is_known_as(is) || free)
        };
        let Some(stored) = tables.people.get(&was.id).filter(unchanged).cloned() else {
            return Ok(Corrected::Changed);
        };
        if was.photo_id != is.photo_id {
            if tables.photo_id_taken(is) {
                return Ok(Corrected::PhotoIdTaken);
            }
            tables.free_photo_id(was);
            tables.register_photo_id(is);
        }
        let corrected = Beneficiary { name: is.name.clone(), birth: is.birth, photo_id: is.photo_id.clone(), ..stored };
        tables.people.insert(was.id, corrected);
        Ok(Corrected::Done)
    }

    async fn remove_people(&self, removal: &Removal) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        let listed = tables.accounts.get(&removal.account.id).map(|account| &account.beneficiaries);
        let as_read = |person: &Beneficiary| {
            tables.people.get(&person.id).is_some_and(|stored| {
                stored.account == removal.account.id && stored.active.is_none() && stored.photo_id == person.photo_id
            })
        };
        if listed != Some(&removal.account.beneficiaries) || !removal.people.iter().all(as_read) {
            return Ok(Tried::Refused(()));
        }
        for person in &removal.people {
            tables.free_photo_id(person);
            tables.people.remove(&person.id);
            tables.removed.insert(person.id, removal.account.id.clone());
        }
        match removal.then {
            Then::Keep => {
                let left = removal.left();
                tables.accounts.entry(removal.account.id.clone()).and_modify(|account| account.beneficiaries = left);
            }
            Then::Erase => drop(tables.accounts.remove(&removal.account.id)),
        }
        Ok(Tried::Done(()))
    }

    async fn removed(&self, id: BeneficiaryId) -> Result<Option<AccountId>, StoreError> {
        Ok(self.tables().removed.get(&id).cloned())
    }
}

impl Tables {
    fn photo_id_taken(&self, person: &Beneficiary) -> bool {
        person.photo_id.as_ref().is_some_and(|photo_id| self.photo_ids.contains_key(&photo_id.hash))
    }

    fn register_photo_id(&mut self, person: &Beneficiary) {
        if let Some(photo_id) = &person.photo_id {
            self.photo_ids.insert(photo_id.hash.clone(), person.id);
        }
    }

    fn free_photo_id(&mut self, person: &Beneficiary) {
        if let Some(photo_id) = &person.photo_id {
            self.photo_ids.remove(&photo_id.hash);
        }
    }
}
