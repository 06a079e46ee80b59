use async_trait::async_trait;
use vaxslot_app::ports::{Buckets, StoreError, Tried};
use vaxslot_domain::{SignedDuration, Timestamp, bucket::Allowance};

use crate::{expression::Terms, keys, store::DynamoStore};

/// When a bucket becomes full again, in milliseconds since 1970.
const FULL_AT: &str = "full_at";

const FIRST: &str = "SET #full_at = :first, #expires = :expires";
const FULL: &str = "attribute_not_exists(#full_at) OR #full_at <= :now";

const ONE_MORE: &str = "SET #full_at = #full_at + :every, #expires = :expires";
const NOT_EMPTY: &str = "#full_at > :now AND #full_at <= :latest";

#[async_trait]
impl Buckets for DynamoStore {
    /// One write, unless the bucket is neither full nor empty: then two.
    async fn take(
        &self,
        bucket: &str,
        allowance: Allowance,
        now: Timestamp,
    ) -> Result<Tried<(), SignedDuration>, StoreError> {
        let key = keys::bucket(bucket);
        let first = terms(allowance, now).number("first", allowance.first(now).as_millisecond());
        if let Tried::Done(_) = self.update_if(&key, FIRST, FULL, first).await? {
            return Ok(Tried::Done(()));
        }
        let more = terms(allowance, now)
            .number("every", allowance.every.as_millis())
            .number("latest", allowance.latest(now).as_millisecond());
        let found = match self.update_if(&key, ONE_MORE, NOT_EMPTY, more).await? {
            Tried::Done(_) => return Ok(Tried::Done(())),
            Tried::Refused(found) => found.unwrap_or_default(),
        };
        let row = self.row(&found);
        let full_at = Timestamp::from_millisecond(row.get(FULL_AT)?).map_err(|_| row.bad(FULL_AT, "is no instant"))?;
        // Emptied and filled between the two writes, it is as if another had been in the way.
        allowance.wait(full_at, now).map(Tried::Refused).ok_or(StoreError::Conflict)
    }
}

fn terms(allowance: Allowance, now: Timestamp) -> Terms {
    // A full bucket is as good as none: the row may go when it would be full at the latest.
    let full = allowance.first(allowance.latest(now));
    Terms::default()
        .names(&[FULL_AT, "expires"])
        .number("now", now.as_millisecond())
        .number("expires", full.as_second() + 1)
}
