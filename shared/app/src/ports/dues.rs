use async_trait::async_trait;
use vaxslot_domain::{
    Timestamp,
    id::{BeneficiaryId, SessionId},
};

use super::StoreError;

/// Into how many lists the holds that fall due are divided, so that a rush of holds does not meet in one.
pub const HOLD_LISTS: u8 = 16;

/// The list that a person's hold stands in. Ids are random or hashes (UUIDs of version 4 or 5), so their last byte spreads
/// people evenly.
#[must_use]
pub fn hold_list(person: BeneficiaryId) -> u8 {
    person.uuid().as_bytes()[15] % HOLD_LISTS
}

/// Into how many lists the ends of sessions are divided, so that a day's new sessions do not meet in one.
pub const END_LISTS: u8 = 16;

/// The list that a session's end stands in.
#[must_use]
pub fn end_list(session: SessionId) -> u8 {
    session.uuid().as_bytes()[15] % END_LISTS
}

/// A hold as the lists of what falls due name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueHold {
    pub until: Timestamp,
    pub person: BeneficiaryId,
}

/// A cancellation of a session that has not been carried to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueCancellation {
    pub since: Timestamp,
    pub session: SessionId,
}

/// When the last slot of a session begins of which something could be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueEnd {
    pub at: Timestamp,
    pub session: SessionId,
}

/// Work that falls due by time. Every list may lag behind by moments: it tells where to look, and decides nothing.
#[async_trait]
pub trait Dues: Send + Sync {
    /// Up to `most` holds of a list (below [`HOLD_LISTS`]) that stand until before `before`, in order, behind `after`.
    async fn due_holds(
        &self,
        list: u8,
        before: Timestamp,
        after: Option<DueHold>,
        most: u32,
    ) -> Result<Vec<DueHold>, StoreError>;

    /// Up to `most` cancellations that are not finished, the oldest first, behind `after`.
    async fn due_cancellations(
        &self,
        after: Option<DueCancellation>,
        most: u32,
    ) -> Result<Vec<DueCancellation>, StoreError>;

    /// Up to `most` ends of a list (below [`END_LISTS`]) that come before `before`, in order, behind `after`.
    async fn due_ends(
        &self,
        list: u8,
        before: Timestamp,
        after: Option<DueEnd>,
        most: u32,
    ) -> Result<Vec<DueEnd>, StoreError>;

    /// Lists when a session ends, in place of what was listed before.
    async fn file_end(&self, end: DueEnd) -> Result<(), StoreError>;

    /// Takes a session's end off its list. The stream tells of it, and the session's sums are made anew.
    async fn drop_end(&self, session: SessionId) -> Result<(), StoreError>;
}
