//! The beneficiaries of an account.

use std::{collections::BTreeMap, sync::Arc};

use futures::{StreamExt, stream};
use vaxslot_domain::{
    id::{AccountId, BeneficiaryId},
    person::{Beneficiary, Birth, DoseHistory, Phone},
    text::Name,
};

use crate::{
    derive,
    ports::{Added, Host, Store, StoreError},
    retry::persist,
};

/// A person to register.
#[derive(Debug, Clone)]
pub struct NewBeneficiary {
    pub name: Name,
    pub birth: Birth,
}

/// Why a person was not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    #[error("the account has as many beneficiaries as it may")]
    Full,
    #[error("the idempotency key was used for another person")]
    KeyReused,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How many people are read by themselves at once.
const READ_AT_ONCE: usize = 8;

/// People as they are now, in the order asked for. One row that does not parse hides none of the others.
pub(crate) async fn each_person(
    store: &dyn Store,
    host: &dyn Host,
    ids: &[BeneficiaryId],
) -> Result<Vec<Result<Option<Beneficiary>, StoreError>>, StoreError> {
    match persist(host, || store.beneficiaries(ids)).await {
        Ok(people) => Ok(people.into_iter().map(Ok).collect()),
        Err(StoreError::BadRow(_)) => {
            let reads: Vec<_> = ids.iter().map(|id| one_person(store, host, *id)).collect();
            Ok(stream::iter(reads).buffered(READ_AT_ONCE).collect().await)
        }
        Err(error) => Err(error),
    }
}

async fn one_person(store: &dyn Store, host: &dyn Host, id: BeneficiaryId) -> Result<Option<Beneficiary>, StoreError> {
    let ids = [id];
    Ok(persist(host, || store.beneficiaries(&ids)).await?.into_iter().flatten().next())
}

/// Registering and listing beneficiaries.
pub struct Beneficiaries {
    store: Arc<dyn Store>,
    host: Arc<dyn Host>,
}

impl Beneficiaries {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        Self { store, host }
    }

    /// Registers a person with the account. Every new person starts without doses: those are recorded where they are given.
    pub async fn register(
        &self,
        account: &AccountId,
        phone: &Phone,
        new: NewBeneficiary,
        key: Option<&str>,
    ) -> Result<Beneficiary, RegisterError> {
        let id = key.map_or_else(|| self.host.uuid(), |key| derive::id(&["beneficiary", account.as_str(), key]));
        let person = Beneficiary {
            id: BeneficiaryId::new(id),
            account: account.clone(),
            name: new.name,
            birth: new.birth,
            doses: DoseHistory::default(),
            active: None,
            given_up: BTreeMap::new(),
            withdrawn: BTreeMap::new(),
            closed_tickets: BTreeMap::new(),
        };
        match persist(&*self.host, || self.store.add_beneficiary(&person, phone)).await? {
            Added::Done => Ok(person),
            Added::Full => Err(RegisterError::Full),
            Added::Exists(earlier) if same_person(&earlier, &person) => Ok(*earlier),
            Added::Exists(_) => Err(RegisterError::KeyReused),
        }
    }

    /// The account's beneficiaries, in the order they were registered.
    pub async fn of(&self, account: &AccountId) -> Result<Vec<Beneficiary>, StoreError> {
        let Some(account) = persist(&*self.host, || self.store.account(account)).await? else { return Ok(Vec::new()) };
        let found = persist(&*self.host, || self.store.beneficiaries(&account.beneficiaries)).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// One of the account's beneficiaries; none if it is absent or another account's.
    pub async fn one(&self, account: &AccountId, id: BeneficiaryId) -> Result<Option<Beneficiary>, StoreError> {
        let ids = [id];
        let found = persist(&*self.host, || self.store.beneficiaries(&ids)).await?;
        Ok(found.into_iter().flatten().find(|person| person.account == *account))
    }
}

fn same_person(one: &Beneficiary, other: &Beneficiary) -> bool {
    one.account == other.account && one.name == other.name && one.birth == other.birth
}
