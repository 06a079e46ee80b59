use async_trait::async_trait;
use vaxslot_app::ports::{Cancellations, StoreError, Tried};
use vaxslot_domain::{
    Timestamp,
    access::Scope,
    id::SessionId,
    session::{Session, SessionStatus, ShardKey},
};

use super::{MemoryStore, Tables};

#[async_trait]
impl Cancellations for MemoryStore {
    async fn begin_cancelling(
        &self,
        id: SessionId,
        scope: &Scope,
        now: Timestamp,
    ) -> Result<Tried<Session, Option<Session>>, StoreError> {
        Ok(self.tables().change_standing(id, scope, |session| {
            session.status = SessionStatus::Closed;
            session.cancelling = Some(now);
        }))
    }

    async fn cancel_shard(&self, shard: ShardKey) -> Result<(), StoreError> {
        if let Some(shard) = self.tables().shards.get_mut(&shard) {
            (shard.closed, shard.cancelled) = (true, true);
            shard.moves += 1;
        }
        Ok(())
    }

    async fn declare_cancelled(&self, id: SessionId) -> Result<Tried<(), ()>, StoreError> {
        Ok(self.tables().change_ending(
            id,
            |session| session.cancelling.is_some(),
            |session| {
                session.status = SessionStatus::Cancelled;
            },
        ))
    }

    async fn settle(&self, id: SessionId) -> Result<Tried<(), ()>, StoreError> {
        let declared = |session: &Session| session.cancelling.is_some() && session.status == SessionStatus::Cancelled;
        Ok(self.tables().change_ending(id, declared, |session| session.cancelling = None))
    }
}

impl Tables {
    /// Changes a session of the scope unless it is cancelled or about to be.
    pub fn change_standing(
        &mut self,
        id: SessionId,
        scope: &Scope,
        change: impl FnOnce(&mut Session),
    ) -> Tried<Session, Option<Session>> {
        match self.sessions.get_mut(&id).filter(|session| scope.covers_center(&session.center)) {
            Some(session) if !session.is_ending() => {
                change(session);
                session.version += 1;
                Tried::Done(session.clone())
            }
            found => Tried::Refused(found.cloned()),
        }
    }

    fn change_ending(
        &mut self,
        id: SessionId,
        condition: impl Fn(&Session) -> bool,
        change: impl FnOnce(&mut Session),
    ) -> Tried<(), ()> {
        let Some(session) = self.sessions.get_mut(&id).filter(|session| condition(session)) else {
            return Tried::Refused(());
        };
        change(session);
        session.version += 1;
        Tried::Done(())
    }
}
