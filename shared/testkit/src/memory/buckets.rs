use async_trait::async_trait;
use vaxslot_app::ports::{Buckets, StoreError, Tried};
use vaxslot_domain::{SignedDuration, Timestamp, bucket::Allowance};

use super::MemoryStore;

#[async_trait]
impl Buckets for MemoryStore {
    async fn take(
        &self,
        bucket: &str,
        allowance: Allowance,
        now: Timestamp,
    ) -> Result<Tried<(), SignedDuration>, StoreError> {
        let mut tables = self.tables();
        let full_at = tables.buckets.get(bucket).copied().unwrap_or(now).max(now);
        if let Some(wait) = allowance.wait(full_at, now) {
            return Ok(Tried::Refused(wait));
        }
        let fuller = full_at.saturating_add(allowance.every).unwrap_or(Timestamp::MAX);
        tables.buckets.insert(bucket.to_owned(), fuller);
        Ok(Tried::Done(()))
    }
}
