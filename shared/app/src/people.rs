//! The beneficiaries of an account.

use std::sync::Arc;

use futures::{StreamExt, stream};
use vaxslot_domain::{
    appointment::{Appointment, Status},
    booking::{Ending, Release},
    id::{AccountId, BeneficiaryId},
    person::{Account, Beneficiary, Birth, Phone, Removal, Settled, Then},
    photo_id::PhotoId,
    text::Name,
};

use crate::{
    centers::Change,
    derive,
    ports::{Added, Corrected, Host, Store, StoreError, Tried},
    retry::{Patience, persist},
};

/// A person to register.
#[derive(Debug, Clone)]
pub struct NewBeneficiary {
    pub name: Name,
    pub birth: Birth,
    pub photo_id: Option<PhotoId>,
}

/// What changes about a person; what is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Correction {
    pub name: Option<Name>,
    pub birth: Option<Birth>,
    pub photo_id: Change<PhotoId>,
}

impl Correction {
    fn apply(&self, person: &Beneficiary) -> Beneficiary {
        Beneficiary {
            name: self.name.clone().unwrap_or_else(|| person.name.clone()),
            birth: self.birth.unwrap_or(person.birth),
            photo_id: self.photo_id.clone().apply(person.photo_id.clone()),
            ..person.clone()
        }
    }
}

/// Why a person was not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    #[error("the account has as many beneficiaries as it may")]
    Full,
    #[error("the photo ID is registered already")]
    PhotoIdRegistered,
    #[error("the idempotency key was used for another person")]
    KeyReused,
    #[error("whom this request registered was removed since")]
    Removed(BeneficiaryId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a person was not corrected or removed.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// Absent, or another account's: they look the same.
    #[error("the account has no such beneficiary")]
    NoSuchBeneficiary(BeneficiaryId),
    #[error("the beneficiary has to stay as it is")]
    Settled(BeneficiaryId, Settled),
    #[error("the photo ID is registered already")]
    PhotoIdRegistered,
    /// Others kept changing what was to be changed.
    #[error("the beneficiary is too busy to change right now")]
    Busy,
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

/// Registering, listing, correcting and removing beneficiaries.
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
    ///
    /// With an idempotency key, a repeat is told the person as they are by then, whatever was corrected since; and that they
    /// were removed, if so.
    pub async fn register(
        &self,
        account: &AccountId,
        phone: &Phone,
        new: NewBeneficiary,
        key: Option<&str>,
    ) -> Result<Beneficiary, RegisterError> {
        let id = key.map_or_else(|| self.host.uuid(), |key| derive::id(&["beneficiary", account.as_str(), key]));
        let id = BeneficiaryId::new(id);
        let registered_as = key.map(|_| digest(&new));
        let NewBeneficiary { name, birth, photo_id } = new;
        let person = Beneficiary { registered_as, photo_id, ..Beneficiary::new(id, account.clone(), name, birth) };
        match persist(&*self.host, || self.store.add_beneficiary(&person, phone)).await? {
            Added::Done => Ok(person),
            Added::Full => Err(RegisterError::Full),
            Added::PhotoIdTaken => Err(RegisterError::PhotoIdRegistered),
            Added::Removed => Err(RegisterError::Removed(id)),
            Added::Exists(earlier) if same_request(&earlier, &person) => Ok(*earlier),
            Added::Exists(_) => Err(RegisterError::KeyReused),
        }
    }

    /// The account's beneficiaries, in the order they were registered.
    pub async fn of(&self, account: &AccountId) -> Result<Vec<Beneficiary>, StoreError> {
        let Some(account) = persist(&*self.host, || self.store.account(account)).await? else { return Ok(Vec::new()) };
        let found = persist(&*self.host, || self.store.beneficiaries(&account.beneficiaries)).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The account's phone, and its beneficiaries with the appointments that ended.
    pub async fn everything(
        &self,
        account: &AccountId,
    ) -> Result<(Option<Phone>, Vec<(Beneficiary, Vec<Appointment>)>), StoreError> {
        let Some(account) = persist(&*self.host, || self.store.account(account)).await? else {
            return Ok((None, Vec::new()));
        };
        let mut people = Vec::new();
        for id in account.beneficiaries {
            people.extend(persist(&*self.host, || self.store.history(id)).await?);
        }
        Ok((Some(account.phone), people))
    }

    /// One of the account's beneficiaries; none if it is absent or another account's.
    pub async fn one(&self, account: &AccountId, id: BeneficiaryId) -> Result<Option<Beneficiary>, StoreError> {
        let found = one_person(&*self.store, &*self.host, id).await?;
        Ok(found.filter(|person| person.account == *account))
    }

    /// Corrects a person. Birth and photo ID stay while there is an appointment, and once there was a dose.
    ///
    /// To be asked twice changes nothing more.
    pub async fn correct(
        &self,
        account: &AccountId,
        id: BeneficiaryId,
        correction: &Correction,
    ) -> Result<Beneficiary, PersonError> {
        let patience = Patience::USUAL;
        for attempt in 0..patience.attempts {
            let was = self.one(account, id).await?.ok_or(PersonError::NoSuchBeneficiary(id))?;
            let is = correction.apply(&was);
            if is == was {
                return Ok(was);
            }
            if let Err(settled) = was.check_correction(&is) {
                if self.end_stale_hold(&was).await? {
                    continue;
                }
                return Err(PersonError::Settled(id, settled));
            }
            match persist(&*self.host, || self.store.correct_beneficiary(&was, &is)).await? {
                Corrected::Done => return Ok(is),
                Corrected::PhotoIdTaken => return Err(PersonError::PhotoIdRegistered),
                Corrected::Changed => self.host.pause(patience.wait(attempt, self.host.random())).await,
            }
        }
        Err(PersonError::Busy)
    }

    /// Removes a person who has no appointment. Appointments that ended stay: they name nobody.
    ///
    /// To be asked again for one's own who was removed is no error, as long as their removal is remembered.
    pub async fn remove(&self, account: &AccountId, id: BeneficiaryId) -> Result<(), PersonError> {
        let patience = Patience::USUAL;
        for attempt in 0..patience.attempts {
            let Some(person) = self.one(account, id).await? else {
                let owner = persist(&*self.host, || self.store.removed(id)).await?;
                return if owner.as_ref() == Some(account) { Ok(()) } else { Err(PersonError::NoSuchBeneficiary(id)) };
            };
            if let Err(settled) = person.check_removal() {
                if self.end_stale_hold(&person).await? {
                    continue;
                }
                return Err(PersonError::Settled(id, settled));
            }
            let found = persist(&*self.host, || self.store.account(account)).await?;
            if let Some(found) = found
                && let Tried::Done(()) = self.carry_out(found, vec![person], Then::Keep).await?
            {
                return Ok(());
            }
            self.host.pause(patience.wait(attempt, self.host.random())).await;
        }
        Err(PersonError::Busy)
    }

    /// Removes an account with all its people, none of whom has an appointment. What is not there needs no removal.
    pub async fn erase(&self, account: &AccountId) -> Result<(), PersonError> {
        let patience = Patience::USUAL;
        for attempt in 0..patience.attempts {
            let Some(found) = persist(&*self.host, || self.store.account(account)).await? else { return Ok(()) };
            let people = persist(&*self.host, || self.store.beneficiaries(&found.beneficiaries)).await?;
            let people: Vec<Beneficiary> = people.into_iter().flatten().collect();
            let mut ended = false;
            for person in &people {
                if let Err(settled) = person.check_removal() {
                    if !self.end_stale_hold(person).await? {
                        return Err(PersonError::Settled(person.id, settled));
                    }
                    ended = true;
                }
            }
            if ended {
                continue;
            }
            if let Tried::Done(()) = self.carry_out(found, people, Then::Erase).await? {
                return Ok(());
            }
            self.host.pause(patience.wait(attempt, self.host.random())).await;
        }
        Err(PersonError::Busy)
    }

    async fn carry_out(
        &self,
        account: Account,
        people: Vec<Beneficiary>,
        then: Then,
    ) -> Result<Tried<(), ()>, StoreError> {
        let removal = Removal { account, people, then, at: self.host.now() };
        persist(&*self.host, || self.store.remove_people(&removal)).await
    }

    /// Ends a hold that has run out and is still in the way. Whether there was one.
    async fn end_stale_hold(&self, person: &Beneficiary) -> Result<bool, StoreError> {
        let now = self.host.now();
        let Some(hold) = person.active.as_ref().filter(|active| active.status.expired_at(now)) else {
            return Ok(false);
        };
        let release = Release(vec![Ending::given_up(person, hold, hold.turned(Status::Expired, now))]);
        // Refused where somebody else was faster: the next read tells.
        persist(&*self.host, || self.store.release(&release)).await?;
        Ok(true)
    }
}

fn digest(new: &NewBeneficiary) -> String {
    let photo_id = new.photo_id.as_ref().map_or("", |photo_id| &photo_id.hash);
    derive::digest(&[new.name.as_str(), &new.birth.to_string(), photo_id])
}

fn same_request(one: &Beneficiary, other: &Beneficiary) -> bool {
    one.account == other.account && one.registered_as == other.registered_as
}
