//! A store in memory that behaves as the one in `DynamoDB` does: the same conditions, the same refusals, everything in
//! one step. It has no delays: its lists never lag.

mod bookings;
mod cancellations;
mod dues;
mod figures;
mod people;
mod places;
mod sessions;
mod tickets;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use vaxslot_domain::{
    Date,
    appointment::Appointment,
    booking::{Move, Release, Reservation},
    center::Center,
    id::{AccountId, BeneficiaryId, CenterId, DistrictId, SessionId, StateId},
    person::{Account, Beneficiary},
    place::{District, State},
    rollup::{Level, Node, Row},
    session::{Session, Shard, ShardKey},
    ticket::{Closing, TicketEnd, TicketKey},
};

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Tables>);

impl MemoryStore {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct Tables {
    states: BTreeMap<StateId, State>,
    districts: BTreeMap<DistrictId, District>,
    centers: BTreeMap<CenterId, Center>,
    sessions: BTreeMap<SessionId, Session>,
    shards: BTreeMap<ShardKey, Shard>,
    people: BTreeMap<BeneficiaryId, Beneficiary>,
    /// Appointments that ended, in the order they did.
    ended: Vec<Appointment>,
    accounts: BTreeMap<AccountId, Account>,
    figures: BTreeMap<(Date, Level, Node), (u64, Row)>,
    tickets: BTreeMap<TicketKey, TicketEnd>,
    /// Transactions that were carried out, so that the same one again is known.
    reserved: Vec<Vec<Reservation>>,
    released: Vec<Release>,
    closed: Vec<Closing>,
    moved: Vec<Move>,
}
