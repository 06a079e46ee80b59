//! Who is registered, with what document. Numbers of documents go no further than here: behind it they are keyed hashes.

use std::sync::Arc;

use vaxslot_api::{Problem, seal::Sealer};
use vaxslot_app::{
    centers::Change,
    people::{Beneficiaries, Correction, NewBeneficiary, PersonError, RegisterError},
    ports::{Buckets, Host, Standing, Store, StoreError, Tried},
    retry::persist,
};
use vaxslot_domain::{
    Date, SignedDuration,
    appointment::Appointment,
    bucket::Allowance,
    center::Zone,
    id::{AccountId, BeneficiaryId},
    person::{Beneficiary, Birth, Phone},
    photo_id::{Document, PhotoId},
    preferences::Preferences,
    subscription::Subscription,
    text::Name,
};

use crate::{
    Identity,
    login::{Session, Vault},
};

/// How many people an account may register in a day, and documents it may name: enough for a family with mistakes, and too few
/// to find out which numbers are registered.
const A_DAY: u32 = 20;

/// A person as an account describes them.
pub struct Person {
    pub name: Name,
    pub birth: Birth,
    pub document: Option<Document>,
}

/// What an account corrects about a person.
pub struct Amendment {
    pub name: Option<Name>,
    pub birth: Option<Birth>,
    pub document: Change<Document>,
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    #[error("the account registered too much in a day")]
    TooMany(SignedDuration),
    #[error(transparent)]
    Register(#[from] RegisterError),
    #[error(transparent)]
    Person(#[from] PersonError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::TooMany(wait) => Self::too_many_requests(wait),
            RegistryError::Register(error) => error.into(),
            RegistryError::Person(error) => error.into(),
            // Nothing was written yet.
            RegistryError::Store(error) => error.into(),
        }
    }
}

/// The people of accounts.
pub struct Registry {
    pub people: Beneficiaries,
    store: Arc<dyn Store>,
    buckets: Arc<dyn Buckets>,
    vault: Arc<Vault>,
    host: Arc<dyn Host>,
}

impl Registry {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, buckets: Arc<dyn Buckets>, vault: Arc<Vault>, host: Arc<dyn Host>) -> Self {
        Self { people: Beneficiaries::new(store.clone(), host.clone()), store, buckets, vault, host }
    }

    /// The day in India, by which nobody is born later.
    pub fn today(&self) -> Date {
        self.host.now().to_zoned(Zone::india().clock().clone()).date()
    }

    /// See [`Beneficiaries::register`].
    pub async fn register(
        &self,
        account: &AccountId,
        phone: &Phone,
        person: Person,
        key: Option<&str>,
    ) -> Result<Beneficiary, RegistryError> {
        let Person { name, birth, document } = person;
        let opened = self.vault.open().await?;
        self.count(&opened.sealer, account).await?;
        let photo_id = document.map(|document| sealed(&opened.sealer, &document));
        let new = NewBeneficiary { name, birth, photo_id };
        Ok(self.people.register(account, phone, new, key).await?)
    }

    /// See [`Beneficiaries::correct`].
    pub async fn correct(
        &self,
        account: &AccountId,
        id: BeneficiaryId,
        amendment: Amendment,
    ) -> Result<Beneficiary, RegistryError> {
        let Amendment { name, birth, document } = amendment;
        let photo_id = match document {
            Change::Keep => Change::Keep,
            Change::Clear => Change::Clear,
            Change::Set(document) => {
                let opened = self.vault.open().await?;
                self.count(&opened.sealer, account).await?;
                Change::Set(sealed(&opened.sealer, &document))
            }
        };
        Ok(self.people.correct(account, id, &Correction { name, birth, photo_id }).await?)
    }

    /// How an account wants to be told; what counts for everybody if it never said.
    pub async fn preferences(&self, account: &AccountId) -> Result<Preferences, StoreError> {
        Ok(persist(&*self.host, || self.store.preferences(account)).await?.unwrap_or_default())
    }

    /// Notes how an account wants to be told.
    pub async fn prefer(&self, account: &AccountId, wanted: &Preferences) -> Result<(), StoreError> {
        persist(&*self.host, || self.store.prefer(account, wanted)).await
    }

    /// A digest that gives nothing away of what it is made of.
    pub async fn digest(&self, parts: &[&[u8]]) -> Result<String, StoreError> {
        Ok(self.vault.open().await?.sealer.name("request", parts))
    }

    async fn count(&self, sealer: &Sealer, account: &AccountId) -> Result<(), RegistryError> {
        let bucket = format!("people/{}", sealer.name("registering", &[account.as_str().as_bytes()]));
        let allowance = Allowance::per(A_DAY, SignedDuration::from_hours(24));
        match persist(&*self.host, || self.buckets.take(&bucket, allowance, self.host.now())).await? {
            Tried::Done(()) => Ok(()),
            Tried::Refused(wait) => Err(RegistryError::TooMany(wait)),
        }
    }
}

/// Everything that is stored about an account.
pub struct Stored {
    pub phone: Option<Phone>,
    /// Each with the appointments that ended.
    pub people: Vec<(Beneficiary, Vec<Appointment>)>,
    pub logins: Vec<Session>,
    pub preferences: Preferences,
    pub subscriptions: Vec<(Subscription, Standing)>,
}

impl Identity {
    pub(crate) async fn stored(&self, account: &AccountId) -> Result<Stored, StoreError> {
        let host = &*self.registry.host;
        let (phone, people) = self.registry.people.everything(account).await?;
        let logins = persist(host, || self.logins.of(account)).await?;
        let logins = logins.into_iter().map(|(_, login)| login).collect();
        let preferences = self.registry.preferences(account).await?;
        let subscriptions = self.subscriptions.list(account).await?;
        Ok(Stored { phone, people, logins, preferences, subscriptions })
    }

    /// Erases an account. Its rows go in one transaction, which is refused while somebody has an appointment; its subscriptions,
    /// preferences and logins after that, so that whoever was refused is still logged in. What broke off in between is carried on by a repeat.
    pub(crate) async fn erase(&self, account: &AccountId) -> Result<(), PersonError> {
        let host = &*self.registry.host;
        self.registry.people.erase(account).await?;
        self.subscriptions.end_all(account).await?;
        persist(host, || self.registry.store.forget_preferences(account)).await?;
        for (id, _) in persist(host, || self.logins.of(account)).await? {
            persist(host, || self.logins.discard(account, id)).await?;
        }
        Ok(())
    }
}

fn sealed(sealer: &Sealer, document: &Document) -> PhotoId {
    let parts = [document.kind().name(), document.number()].map(str::as_bytes);
    document.sealed(sealer.name("photo-id", &parts))
}
