use async_trait::async_trait;
use vaxslot_domain::{
    Timestamp,
    access::Scope,
    id::SessionId,
    session::{Session, ShardKey},
};

use super::{StoreError, Tried};

/// The steps in which a session is cancelled. Each can be repeated.
#[async_trait]
pub trait Cancellations: Send + Sync {
    /// Closes a session's row for good and files it as work until [`Cancellations::settle`]. From here on its layout does
    /// not change any more. Refused if it is absent or outside `scope` (with nothing), or if a cancellation of it has
    /// begun before (with the session as it is).
    async fn begin_cancelling(
        &self,
        id: SessionId,
        scope: &Scope,
        now: Timestamp,
    ) -> Result<Tried<Session, Option<Session>>, StoreError>;

    /// Closes a shard for good. Returns without doing anything if it is absent.
    async fn cancel_shard(&self, shard: ShardKey) -> Result<(), StoreError>;

    /// Gives a session whose cancellation has begun the status of a cancelled one. Refused if none has begun or it is
    /// settled.
    async fn declare_cancelled(&self, id: SessionId) -> Result<Tried<(), ()>, StoreError>;

    /// Takes a cancelled session off the list of work. Refused if it is not cancelled, or settled already.
    async fn settle(&self, id: SessionId) -> Result<Tried<(), ()>, StoreError>;
}
