//! The store row by row: for who looks at it from outside, and for who makes one out of rows.

use vaxslot_app::ports::{DueEnd, KeyUse, RequestKey, Versioned, WalkPlace};
use vaxslot_domain::{
    appointment::Appointment,
    center::Center,
    id::{AccountId, AppointmentId, BeneficiaryId, CenterId, DistrictId, SessionId, StateId},
    person::{Account, Beneficiary},
    place::{District, State},
    rollup::Spot,
    session::{Session, Shard, ShardKey},
    tally::{ShardCount, Tally},
    ticket::{TicketEnd, TicketKey},
};

use super::{MemoryStore, Tables};

/// Where a row is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemoryKey {
    State(StateId),
    District(DistrictId),
    Center(CenterId),
    Session(SessionId),
    End(SessionId),
    Shard(ShardKey),
    Person(BeneficiaryId),
    Ended(BeneficiaryId, AppointmentId),
    Account(AccountId),
    /// That there was such a person.
    Removed(BeneficiaryId),
    PhotoId(String),
    Figures(Spot),
    Tally(ShardKey, AppointmentId),
    Count(ShardKey),
    Ticket(TicketKey),
    KeyUse(RequestKey),
    WalkPlace,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub enum MemoryRow {
    State(State),
    District(District),
    Center(Center),
    Session(Session),
    End(DueEnd),
    Shard(Shard),
    Person(Beneficiary),
    Ended(Appointment),
    Account(Account),
    Removed(BeneficiaryId, AccountId),
    PhotoId(String, BeneficiaryId),
    Figures(Spot, Versioned),
    Tally(Tally),
    Count(ShardCount),
    Ticket(TicketKey, TicketEnd),
    KeyUse(RequestKey, KeyUse),
    WalkPlace(WalkPlace),
}

impl MemoryRow {
    #[must_use]
    pub fn key(&self) -> MemoryKey {
        match self {
            Self::State(state) => MemoryKey::State(state.id),
            Self::District(district) => MemoryKey::District(district.id),
            Self::Center(center) => MemoryKey::Center(center.id),
            Self::Session(session) => MemoryKey::Session(session.id),
            Self::End(end) => MemoryKey::End(end.session),
            Self::Shard(shard) => MemoryKey::Shard(shard.key),
            Self::Person(person) => MemoryKey::Person(person.id),
            Self::Ended(ended) => MemoryKey::Ended(ended.beneficiary, ended.id),
            Self::Account(account) => MemoryKey::Account(account.id.clone()),
            Self::Removed(id, _) => MemoryKey::Removed(*id),
            Self::PhotoId(hash, _) => MemoryKey::PhotoId(hash.clone()),
            Self::Figures(spot, _) => MemoryKey::Figures(*spot),
            Self::Tally(tally) => MemoryKey::Tally(tally.shard, tally.appointment),
            Self::Count(count) => MemoryKey::Count(count.shard),
            Self::Ticket(key, _) => MemoryKey::Ticket(*key),
            Self::KeyUse(key, _) => MemoryKey::KeyUse(*key),
            Self::WalkPlace(_) => MemoryKey::WalkPlace,
        }
    }
}

impl MemoryStore {
    /// Every row, in order of key.
    #[must_use]
    pub fn all_rows(&self) -> Vec<MemoryRow> {
        let tables = self.tables();
        let mut rows: Vec<MemoryRow> = Vec::new();
        rows.extend(tables.states.values().cloned().map(MemoryRow::State));
        rows.extend(tables.districts.values().cloned().map(MemoryRow::District));
        rows.extend(tables.centers.values().cloned().map(MemoryRow::Center));
        rows.extend(tables.sessions.values().cloned().map(MemoryRow::Session));
        rows.extend(tables.ends.values().copied().map(MemoryRow::End));
        rows.extend(tables.shards.values().copied().map(MemoryRow::Shard));
        rows.extend(tables.people.values().cloned().map(MemoryRow::Person));
        rows.extend(tables.ended.iter().cloned().map(MemoryRow::Ended));
        rows.extend(tables.accounts.values().cloned().map(MemoryRow::Account));
        rows.extend(tables.removed.iter().map(|(id, account)| MemoryRow::Removed(*id, account.clone())));
        rows.extend(tables.photo_ids.iter().map(|(hash, of)| MemoryRow::PhotoId(hash.clone(), *of)));
        rows.extend(tables.figures.iter().map(|(spot, row)| MemoryRow::Figures(*spot, row.clone())));
        rows.extend(tables.tallies.values().copied().map(MemoryRow::Tally));
        rows.extend(tables.counts.values().cloned().map(MemoryRow::Count));
        rows.extend(tables.tickets.iter().map(|(key, end)| MemoryRow::Ticket(*key, end.clone())));
        rows.extend(tables.key_uses.iter().map(|(key, noted)| MemoryRow::KeyUse(*key, noted.clone())));
        rows.extend(tables.audit_place.map(MemoryRow::WalkPlace));
        rows
    }

    #[must_use]
    pub fn row(&self, key: &MemoryKey) -> Option<MemoryRow> {
        self.tables().row(key)
    }

    /// Puts a row, whatever is there.
    pub fn put(&self, row: MemoryRow) {
        self.tables().put(row);
    }

    pub fn remove(&self, key: &MemoryKey) {
        self.tables().remove(key);
    }

    /// Forgets which transactions were carried out, as `DynamoDB` does after ten minutes.
    pub fn forget_requests(&self) {
        let mut tables = self.tables();
        tables.reserved.clear();
        tables.released.clear();
        tables.closed.clear();
        tables.moved.clear();
        tables.used.clear();
    }
}

impl Tables {
    fn row(&self, key: &MemoryKey) -> Option<MemoryRow> {
        Some(match key {
            MemoryKey::State(id) => MemoryRow::State(self.states.get(id)?.clone()),
            MemoryKey::District(id) => MemoryRow::District(self.districts.get(id)?.clone()),
            MemoryKey::Center(id) => MemoryRow::Center(self.centers.get(id)?.clone()),
            MemoryKey::Session(id) => MemoryRow::Session(self.sessions.get(id)?.clone()),
            MemoryKey::End(id) => MemoryRow::End(*self.ends.get(id)?),
            MemoryKey::Shard(key) => MemoryRow::Shard(*self.shards.get(key)?),
            MemoryKey::Person(id) => MemoryRow::Person(self.people.get(id)?.clone()),
            MemoryKey::Ended(_, id) => MemoryRow::Ended(self.ended.iter().find(|ended| ended.id == *id)?.clone()),
            MemoryKey::Account(id) => MemoryRow::Account(self.accounts.get(id)?.clone()),
            MemoryKey::Removed(id) => MemoryRow::Removed(*id, self.removed.get(id)?.clone()),
            MemoryKey::PhotoId(hash) => MemoryRow::PhotoId(hash.clone(), *self.photo_ids.get(hash)?),
            MemoryKey::Figures(spot) => MemoryRow::Figures(*spot, self.figures.get(spot)?.clone()),
            MemoryKey::Tally(shard, id) => MemoryRow::Tally(*self.tallies.get(&(*shard, *id))?),
            MemoryKey::Count(shard) => MemoryRow::Count(self.counts.get(shard)?.clone()),
            MemoryKey::Ticket(key) => MemoryRow::Ticket(*key, self.tickets.get(key)?.clone()),
            MemoryKey::KeyUse(key) => MemoryRow::KeyUse(*key, self.key_uses.get(key)?.clone()),
            MemoryKey::WalkPlace => MemoryRow::WalkPlace(self.audit_place?),
        })
    }

    fn put(&mut self, row: MemoryRow) {
        match row {
            MemoryRow::State(state) => drop(self.states.insert(state.id, state)),
            MemoryRow::District(district) => drop(self.districts.insert(district.id, district)),
            MemoryRow::Center(center) => drop(self.centers.insert(center.id, center)),
            MemoryRow::Session(session) => drop(self.sessions.insert(session.id, session)),
            MemoryRow::End(end) => drop(self.ends.insert(end.session, end)),
            MemoryRow::Shard(shard) => drop(self.shards.insert(shard.key, shard)),
            MemoryRow::Person(person) => drop(self.people.insert(person.id, person)),
            MemoryRow::Ended(ended) => {
                self.ended.retain(|other| other.id != ended.id);
                self.ended.push(ended);
            }
            MemoryRow::Account(account) => drop(self.accounts.insert(account.id.clone(), account)),
            MemoryRow::Removed(id, account) => drop(self.removed.insert(id, account)),
            MemoryRow::PhotoId(hash, of) => drop(self.photo_ids.insert(hash, of)),
            MemoryRow::Figures(spot, row) => drop(self.figures.insert(spot, row)),
            MemoryRow::Tally(tally) => drop(self.tallies.insert((tally.shard, tally.appointment), tally)),
            MemoryRow::Count(count) => drop(self.counts.insert(count.shard, count)),
            MemoryRow::Ticket(key, end) => drop(self.tickets.insert(key, end)),
            MemoryRow::KeyUse(key, noted) => drop(self.key_uses.insert(key, noted)),
            MemoryRow::WalkPlace(place) => self.audit_place = Some(place),
        }
    }

    fn remove(&mut self, key: &MemoryKey) {
        match key {
            MemoryKey::State(id) => drop(self.states.remove(id)),
            MemoryKey::District(id) => drop(self.districts.remove(id)),
            MemoryKey::Center(id) => drop(self.centers.remove(id)),
            MemoryKey::Session(id) => drop(self.sessions.remove(id)),
            MemoryKey::End(id) => drop(self.ends.remove(id)),
            MemoryKey::Shard(key) => drop(self.shards.remove(key)),
            MemoryKey::Person(id) => drop(self.people.remove(id)),
            MemoryKey::Ended(_, id) => self.ended.retain(|ended| ended.id != *id),
            MemoryKey::Account(id) => drop(self.accounts.remove(id)),
            MemoryKey::Removed(id) => drop(self.removed.remove(id)),
            MemoryKey::PhotoId(hash) => drop(self.photo_ids.remove(hash)),
            MemoryKey::Figures(spot) => drop(self.figures.remove(spot)),
            MemoryKey::Tally(shard, id) => drop(self.tallies.remove(&(*shard, *id))),
            MemoryKey::Count(shard) => drop(self.counts.remove(shard)),
            MemoryKey::Ticket(key) => drop(self.tickets.remove(key)),
            MemoryKey::KeyUse(key) => drop(self.key_uses.remove(key)),
            MemoryKey::WalkPlace => self.audit_place = None,
        }
    }
}
