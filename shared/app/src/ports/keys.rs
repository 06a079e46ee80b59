use async_trait::async_trait;
use uuid::Uuid;
use vaxslot_domain::Timestamp;

use super::{StoreError, Tried};
use crate::derive;

/// An idempotency key in the scope where it counts: one caller's requests for one operation. It tells neither of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestKey(Uuid);

impl RequestKey {
    #[must_use]
    pub fn new(subject: &str, operation: &str, key: &str) -> Self {
        Self(derive::id(&["key", subject, operation, key]))
    }

    #[must_use]
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

/// What a key was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// A digest of the request.
    pub request: String,
    /// When the request first came.
    pub since: Timestamp,
    /// Who carries it out, or did.
    pub attempt: Uuid,
    /// Until when nobody else may carry it out.
    pub until: Timestamp,
    /// Once there is one, it stays.
    pub answer: Option<KeptAnswer>,
}

/// The answer to a request, to be told again. It names nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    pub status: u16,
    pub media_type: String,
    /// Where what was made can be found.
    pub location: Option<String>,
    pub body: String,
}

/// What idempotency keys were used for.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Notes the first use of a key. Refused with an earlier one, unless that began at `stale` or before.
    async fn note_use(
        &self,
        key: RequestKey,
        first: &KeyUse,
        stale: Timestamp,
    ) -> Result<Tried<(), KeyUse>, StoreError>;

    /// Replaces what is noted of a key. Refused if that has an answer, or is not of this attempt.
    async fn renew_use(&self, key: RequestKey, of: Uuid, renewed: &KeyUse) -> Result<Tried<(), ()>, StoreError>;
}
