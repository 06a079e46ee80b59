use async_trait::async_trait;
use vaxslot_app::ports::{Cancellations, StoreError, Tried};
use vaxslot_domain::{
    Timestamp,
    access::Scope,
    id::SessionId,
    session::{Session, SessionStatus, ShardKey},
};

use crate::{
    centers::scope_condition,
    expression::Terms,
    keys::{self, DUE, DUE_AT, DUE_CANCELLATIONS},
    rows::{instant, read_session},
    store::DynamoStore,
};

/// Holds for a session that is not cancelled, and is not about to be.
pub(crate) const STANDS: &str = "attribute_not_exists(#due) AND #status <> :cancelled";

/// What [`STANDS`] names.
pub(crate) fn stands(terms: Terms) -> Terms {
    terms.names(&[DUE, "status"]).text("cancelled", SessionStatus::Cancelled.name())
}

#[async_trait]
impl Cancellations for DynamoStore {
    async fn begin_cancelling(
        &self,
        id: SessionId,
        scope: &Scope,
        now: Timestamp,
    ) -> Result<Tried<Session, Option<Session>>, StoreError> {
        let terms = stands(counted()).names(&[DUE_AT]).text("closed", SessionStatus::Closed.name());
        let terms = terms.text("due", DUE_CANCELLATIONS).text("due_at", instant(now));
        let update = "SET #status = :closed, #due = :due, #due_at = :due_at, #version = #version + :one";
        self.change_standing(id, scope, update, terms).await
    }

    async fn cancel_shard(&self, shard: ShardKey) -> Result<(), StoreError> {
        let yes = aws_sdk_dynamodb::types::AttributeValue::Bool(true);
        let terms = Terms::default().names(&["closed", "cancelled"]).value("yes", yes).moved();
        let update = "SET #closed = :yes, #cancelled = :yes ADD #moves :one";
        self.update_if(&keys::shard(shard), update, "attribute_exists(pk)", terms).await.map(drop)
    }

    async fn declare_cancelled(&self, id: SessionId) -> Result<Tried<(), ()>, StoreError> {
        let terms = counted().names(&[DUE, "status"]).text("due", DUE_CANCELLATIONS);
        let terms = terms.text("cancelled", SessionStatus::Cancelled.name());
        let update = "SET #status = :cancelled, #version = #version + :one";
        Ok(self.update_if(&keys::session(id), update, "#due = :due", terms).await?.without_row())
    }

    async fn settle(&self, id: SessionId) -> Result<Tried<(), ()>, StoreError> {
        let terms = counted().names(&[DUE, DUE_AT, "status"]).text("due", DUE_CANCELLATIONS);
        let terms = terms.text("cancelled", SessionStatus::Cancelled.name());
        let update = "SET #version = #version + :one REMOVE #due, #due_at";
        let condition = "#due = :due AND #status = :cancelled";
        Ok(self.update_if(&keys::session(id), update, condition, terms).await?.without_row())
    }
}

/// Counts a change of a session's row.
pub(crate) fn counted() -> Terms {
    Terms::default().names(&["version"]).number("one", 1)
}

impl DynamoStore {
    /// Updates the row of a session of the scope for staff, unless it is cancelled or about to be; `terms` are those of [`stands`]
    /// and of the update.
    pub(crate) async fn change_standing(
        &self,
        id: SessionId,
        scope: &Scope,
        update: &str,
        terms: Terms,
    ) -> Result<Tried<Session, Option<Session>>, StoreError> {
        let (scoped, terms) = scope_condition(scope, terms);
        let condition = format!("{scoped} AND {STANDS}");
        let (update, terms) = self.signed_update(update, terms);
        Ok(match self.update_if(&keys::session(id), &update, &condition, terms).await? {
            Tried::Done(item) => Tried::Done(read_session(&self.row(&item))?),
            Tried::Refused(found) => {
                let found = found.map(|item| read_session(&self.row(&item))).transpose()?;
                Tried::Refused(found.filter(|session| scope.covers_center(&session.center)))
            }
        })
    }
}
