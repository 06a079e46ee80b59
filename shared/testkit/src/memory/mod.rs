//! A store in memory that behaves as the one in `DynamoDB` does: the same conditions, the same refusals, everything in
//! one step. It has no delays: its lists never lag.

mod audits;
mod bookings;
mod buckets;
mod cancellations;
mod contacts;
mod dues;
mod figures;
mod key_sets;
mod key_uses;
mod people;
mod places;
mod reminders;
mod rows;
mod sessions;
mod subscriptions;
mod tickets;
mod trail;

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use vaxslot_app::ports::{DueEnd, KeyUse, ReminderPlace, RequestKey, Versioned, WalkPlace};
use vaxslot_domain::{
    Timestamp,
    appointment::Appointment,
    booking::{Move, Release, Reservation, Used},
    center::Center,
    id::{AccountId, AppointmentId, BeneficiaryId, CenterId, DistrictId, SessionId, StateId, SubscriptionId},
    person::{Account, Beneficiary},
    place::{District, State},
    preferences::Preferences,
    rollup::Spot,
    session::{Session, Shard, ShardKey},
    subscription::Subscription,
    tally::{ShardCount, Tally},
    ticket::{Closing, TicketEnd, TicketKey},
    trail::{Entry, Ledger, Place},
};

pub use rows::{MemoryKey, MemoryRow};

/// A store in memory.
#[derive(Debug)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
    /// How many calls are carried out before the caller is stopped.
    calls: AtomicU64,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self { tables: Mutex::default(), calls: AtomicU64::new(u64::MAX) }
    }
}

/// What a caller that was stopped unwinds with.
#[derive(Debug)]
pub struct Stopped;

impl MemoryStore {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Carries out so many calls more, and stops the caller at the next one by unwinding it, as a crash would.
    pub fn stop_after(&self, calls: u64) {
        self.calls.store(calls, Ordering::SeqCst);
    }

    /// Carries out all calls again.
    pub fn go_on(&self) {
        self.stop_after(u64::MAX);
    }

    /// How many centers have a name.
    #[must_use]
    pub fn centers_named(&self, name: &str) -> usize {
        self.tables().centers.values().filter(|center| center.name.as_str() == name).count()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        let left = self.calls.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |calls| calls.checked_sub(1));
        if left.is_err() {
            std::panic::resume_unwind(Box::new(Stopped));
        }
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct Tables {
    /// When each becomes full again.
    buckets: BTreeMap<String, Timestamp>,
    key_set: Option<String>,
    key_uses: BTreeMap<RequestKey, KeyUse>,
    audit_place: Option<WalkPlace>,
    reminder_place: Option<ReminderPlace>,
    states: BTreeMap<StateId, State>,
    districts: BTreeMap<DistrictId, District>,
    centers: BTreeMap<CenterId, Center>,
    sessions: BTreeMap<SessionId, Session>,
    ends: BTreeMap<SessionId, DueEnd>,
    shards: BTreeMap<ShardKey, Shard>,
    people: BTreeMap<BeneficiaryId, Beneficiary>,
    /// Whose the people were who were removed.
    removed: BTreeMap<BeneficiaryId, AccountId>,
    /// Who is registered with a photo ID, by its hash.
    photo_ids: BTreeMap<String, BeneficiaryId>,
    /// Appointments that ended, in the order they did.
    ended: Vec<Appointment>,
    accounts: BTreeMap<AccountId, Account>,
    preferences: BTreeMap<AccountId, Preferences>,
    subscriptions: BTreeMap<(AccountId, SubscriptionId), Subscription>,
    figures: BTreeMap<Spot, Versioned>,
    tallies: BTreeMap<(ShardKey, AppointmentId), Tally>,
    counts: BTreeMap<ShardKey, ShardCount>,
    tickets: BTreeMap<TicketKey, TicketEnd>,
    trail: BTreeMap<(Ledger, Place), Entry>,
    /// Transactions that were carried out, so that the same one again is known.
    reserved: Vec<Vec<Reservation>>,
    released: Vec<Release>,
    closed: Vec<Closing>,
    moved: Vec<Move>,
    used: Vec<Used>,
}
