use async_trait::async_trait;
use vaxslot_app::ports::{Listed, Sessions, StoreError, Tried};
use vaxslot_domain::{
    Date, Timestamp,
    access::Scope,
    availability::Turns,
    capacity::ShardChange,
    center::Center,
    id::{CenterId, SessionId},
    opening::Opening,
    search::{Days, ListOf, Listing},
    session::{PoolSummary, Session, SessionStatus, Shard, ShardKey},
};

use super::{MemoryStore, Tables};

#[async_trait]
impl Sessions for MemoryStore {
    async fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        Ok(self.tables().sessions.get(&id).cloned())
    }

    async fn list(&self, list: ListOf, days: Days, after: Option<Listing>, most: u32) -> Result<Listed, StoreError> {
        let listed = |session: &Session| stands_in(session, list) && (days.from()..=days.to()).contains(&session.date);
        Ok(self.tables().page(listed, after, most))
    }

    async fn sessions_from(
        &self,
        center: CenterId,
        from: Date,
        after: Option<Listing>,
        most: u32,
    ) -> Result<Listed, StoreError> {
        let listed = |session: &Session| session.center.id == center && session.date >= from;
        Ok(self.tables().page(listed, after, most))
    }

    async fn publish(&self, session: &Session, shards: &[Shard]) -> Result<Tried<(), Session>, StoreError> {
        let mut tables = self.tables();
        if let Some(earlier) = tables.sessions.get(&session.id) {
            return Ok(Tried::Refused(earlier.clone()));
        }
        tables.sessions.insert(session.id, session.clone());
        tables.shards.extend(shards.iter().map(|shard| (shard.key, *shard)));
        Ok(Tried::Done(()))
    }

    async fn shards(&self, keys: &[ShardKey]) -> Result<Vec<Shard>, StoreError> {
        let tables = self.tables();
        Ok(keys.iter().filter_map(|key| tables.shards.get(key).copied()).collect())
    }

    async fn set_status(
        &self,
        id: SessionId,
        scope: &Scope,
        status: SessionStatus,
    ) -> Result<Tried<Session, Option<Session>>, StoreError> {
        Ok(self.tables().change_standing(id, scope, |session| session.status = status))
    }

    async fn set_opening(
        &self,
        id: SessionId,
        scope: &Scope,
        opening: Opening,
        now: Timestamp,
    ) -> Result<Tried<Session, Option<Session>>, StoreError> {
        Ok(self.tables().change_standing(id, scope, |session| {
            (session.opening, session.opening_set_at) = (opening, Some(now));
        }))
    }

    async fn mark_shard(&self, shard: ShardKey, closed: bool) -> Result<(), StoreError> {
        if let Some(shard) = self.tables().shards.get_mut(&shard).filter(|shard| !shard.cancelled) {
            shard.closed = closed;
            shard.moves += 1;
        }
        Ok(())
    }

    async fn change_capacity(
        &self,
        session: &Session,
        scope: &Scope,
        changes: &[ShardChange],
    ) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        if !changes.iter().all(|change| tables.admits(change)) {
            return Ok(Tried::Refused(()));
        }
        let Some(stored) = tables.at_version(session.id, session.version) else { return Ok(Tried::Refused(())) };
        if !scope.covers_center(&stored.center) {
            return Ok(Tried::Refused(()));
        }
        stored.pools.clone_from(&session.pools);
        stored.version += 1;
        for change in changes {
            tables.carry_out(change);
        }
        Ok(Tried::Done(()))
    }

    async fn summarize(
        &self,
        id: SessionId,
        version: u64,
        pools: &[PoolSummary],
        turns: &Turns,
    ) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        let Some(stored) = tables.at_version(id, version) else { return Ok(Tried::Refused(())) };
        stored.pools = pools.to_vec();
        stored.turns.clone_from(turns);
        stored.version += 1;
        Ok(Tried::Done(()))
    }

    async fn relist(&self, session: &Session, center: &Center) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        let Some(stored) = tables.at_version(session.id, session.version) else { return Ok(Tried::Refused(())) };
        stored.center = center.clone();
        stored.version += 1;
        Ok(Tried::Done(()))
    }
}

impl Tables {
    fn page(&self, listed: impl Fn(&Session) -> bool, after: Option<Listing>, most: u32) -> Listed {
        let behind = |session: &&Session| after.is_none_or(|after| Listing::of(session) > after);
        let mut sessions: Vec<Session> =
            self.sessions.values().filter(|session| listed(session)).filter(behind).cloned().collect();
        sessions.sort_by_key(Listing::of);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let more = sessions.len() > most;
        sessions.truncate(most);
        Listed { sessions, more }
    }

    fn at_version(&mut self, id: SessionId, version: u64) -> Option<&mut Session> {
        self.sessions.get_mut(&id).filter(|session| session.version == version)
    }

    fn admits(&self, change: &ShardChange) -> bool {
        match change {
            ShardChange::Add(shard) => !self.shards.contains_key(&shard.key),
            ShardChange::Raise { shard, .. } => self.shards.contains_key(&shard.key),
            ShardChange::Lower { shard, by } => self.shards.get(&shard.key).is_some_and(|stored| stored.free >= *by),
            ShardChange::Drain(shard) => self.shards.get(&shard.key).is_some_and(|stored| stored.free == shard.free),
        }
    }

    fn carry_out(&mut self, change: &ShardChange) {
        match change {
            ShardChange::Add(shard) => {
                self.shards.insert(shard.key, *shard);
            }
            ShardChange::Raise { shard, by } => {
                self.shards.entry(shard.key).and_modify(|stored| {
                    stored.capacity += by;
                    stored.free += by;
                    stored.moves += 1;
                });
            }
            ShardChange::Lower { shard, by } => {
                self.shards.entry(shard.key).and_modify(|stored| {
                    stored.capacity -= by;
                    stored.free -= by;
                    stored.moves += 1;
                });
            }
            ShardChange::Drain(Shard { free: 0, .. }) => {}
            ShardChange::Drain(shard) => {
                self.shards.entry(shard.key).and_modify(|stored| {
                    stored.capacity -= shard.free;
                    stored.free = 0;
                    stored.moves += 1;
                });
            }
        }
    }
}

fn stands_in(session: &Session, list: ListOf) -> bool {
    let center = &session.center;
    match list {
        ListOf::District(id) => center.district.id == id,
        ListOf::Pincode(pincode) => center.pincode == pincode,
        ListOf::Center(id) => center.id == id,
        ListOf::Cell(cell) => center.position.is_some_and(|position| position.cell() == cell),
    }
}
