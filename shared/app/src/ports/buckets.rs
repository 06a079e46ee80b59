use async_trait::async_trait;
use vaxslot_domain::{SignedDuration, Timestamp, bucket::Allowance};

use super::{StoreError, Tried};

/// How often something may be done, counted for all functions together.
#[async_trait]
pub trait Buckets: Send + Sync {
    /// Takes one from a bucket. Refused with the time until there is one again; then nothing was taken.
    async fn take(
        &self,
        bucket: &str,
        allowance: Allowance,
        now: Timestamp,
    ) -> Result<Tried<(), SignedDuration>, StoreError>;
}
