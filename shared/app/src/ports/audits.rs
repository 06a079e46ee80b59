use async_trait::async_trait;
use vaxslot_domain::{id::DistrictId, search::Listing};

use super::StoreError;

/// How far a walk through the country has come: behind this session of this district.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalkPlace {
    pub district: DistrictId,
    pub after: Listing,
}

/// Where the audit goes on.
#[async_trait]
pub trait Audits: Send + Sync {
    /// Where the last audit stopped; nothing if it came to its end (a consistent read).
    ///
    /// # Errors
    /// As [`StoreError`] says; so for every method.
    async fn audit_place(&self) -> Result<Option<WalkPlace>, StoreError>;

    /// Notes how far an audit has come; nothing if it came to its end.
    async fn note_audit_place(&self, place: Option<WalkPlace>) -> Result<(), StoreError>;
}
