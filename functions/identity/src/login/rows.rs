use async_trait::async_trait;
use uuid::Uuid;
use vaxslot_app::ports::StoreError;
use vaxslot_domain::{Timestamp, access::Caller, id::AccountId, person::Phone};

/// A code that may still be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// The keyed hash of the code and what it is for.
    pub mac: String,
    /// How often it was tried, this time included.
    pub tries: u32,
}

/// A login, from its code to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub account: AccountId,
    pub phone: Phone,
    /// How often its tokens were renewed.
    pub generation: u32,
    pub renewed_at: Timestamp,
    pub until: Timestamp,
    pub ended: bool,
}

/// What is stored of codes and logins.
#[async_trait]
pub trait Logins: Send + Sync {
    /// Files a code that was drawn.
    async fn file(&self, challenge: Uuid, mac: &str, until: Timestamp) -> Result<(), StoreError>;

    /// Counts a try, whether right or wrong. None if there is no such code, or none that counts.
    async fn try_code(&self, challenge: Uuid, now: Timestamp) -> Result<Option<Filed>, StoreError>;

    /// Uses a code up. Whether this attempt is the one that did.
    async fn use_up(&self, challenge: Uuid, attempt: Uuid) -> Result<bool, StoreError>;

    async fn begin(&self, id: Uuid, session: &Session) -> Result<(), StoreError>;

    /// A login as it is now.
    async fn session(&self, account: &AccountId, id: Uuid) -> Result<Option<Session>, StoreError>;

    /// Every login of an account that is still noted, as they are now.
    async fn of(&self, account: &AccountId) -> Result<Vec<(Uuid, Session)>, StoreError>;

    /// Counts a renewal of the tokens of that generation. Whether this was it.
    async fn renew(&self, account: &AccountId, id: Uuid, generation: u32, now: Timestamp) -> Result<bool, StoreError>;

    /// The role that is granted to an account of staff, as it is now.
    async fn granted(&self, account: &AccountId) -> Result<Option<Caller>, StoreError>;

    /// Ends a login, if there is one.
    async fn end(&self, account: &AccountId, id: Uuid) -> Result<(), StoreError>;

    /// Discards what is noted of a login: it has ended, and nothing is left of it.
    async fn discard(&self, account: &AccountId, id: Uuid) -> Result<(), StoreError>;
}
