use async_trait::async_trait;
use vaxslot_domain::{
    Date, Timestamp,
    access::{Region, Scope},
    appointment::Appointment,
    availability::{Turned, Turns},
    booking::{Check, Move, Own, Rejection, Release, Reservation, Used},
    capacity::ShardChange,
    center::Center,
    event::Event,
    id::{AccountId, AppointmentId, BeneficiaryId, CenterId, DistrictId, SessionId, StateId},
    opening::Opening,
    person::{Account, Beneficiary, Phone, Removal},
    place::{District, State},
    reference::Reference,
    search::{Days, ListOf, Listing},
    session::{PoolSummary, Session, SessionStatus, Shard, ShardKey},
};

use super::{
    Audits, Cancellations, Contacts, DayFigures, Dues, Keys, ReminderPlaces, StoreError, Subscriptions, Tallies,
    Tickets, Trail,
};

macro_rules! store {
    ($($port:ident),+) => {
        /// Everything a store does.
        pub trait Store: $($port +)+ {}

        impl<T> Store for T where T: $($port +)+ {}
    };
}

store![
    Places,
    Centers,
    Sessions,
    Cancellations,
    Bookings,
    Tickets,
    Dues,
    Audits,
    ReminderPlaces,
    People,
    Contacts,
    Subscriptions,
    Keys,
    Tallies,
    DayFigures,
    Trail
];

/// The outcome of a conditional write.
#[derive(Debug, Clone, PartialEq)]
pub enum Tried<Done, Refused> {
    Done(Done),
    /// A condition failed: nothing was written, and this is what was found.
    Refused(Refused),
}

impl<Done, Refused> Tried<Done, Refused> {
    /// Whether it was done, and nothing else.
    #[must_use]
    pub fn without_row(self) -> Tried<(), ()> {
        match self {
            Self::Done(_) => Tried::Done(()),
            Self::Refused(_) => Tried::Refused(()),
        }
    }
}

/// States and districts.
#[async_trait]
pub trait Places: Send + Sync {
    /// All states, by id.
    ///
    /// # Errors
    /// As [`StoreError`] says; so for every method of every port.
    async fn states(&self) -> Result<Vec<State>, StoreError>;

    /// The districts of a state, by id; empty for an unknown state.
    async fn districts(&self, state: StateId) -> Result<Vec<District>, StoreError>;

    async fn district(&self, id: DistrictId) -> Result<Option<District>, StoreError>;

    /// Adds or renames districts and their states.
    async fn save_districts(&self, districts: &[District]) -> Result<(), StoreError>;
}

/// Centers.
#[async_trait]
pub trait Centers: Send + Sync {
    async fn center(&self, id: CenterId) -> Result<Option<Center>, StoreError>;

    /// Adds a center; refused with the one that already has its id.
    async fn add_center(&self, center: &Center) -> Result<Tried<(), Center>, StoreError>;

    /// Replaces a center. Refused if it is absent or its stored row lies outside `region`.
    async fn change_center(&self, center: &Center, region: Region) -> Result<Tried<(), ()>, StoreError>;
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// In order of [`Listing`].
    pub sessions: Vec<Session>,
    /// Whether the list goes on behind the last of them.
    pub more: bool,
}

/// Sessions and the shards of their pools.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// A session as it is now (a consistent read).
    async fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError>;

    /// Up to `most` sessions of a list, behind `after`. The list may lag behind by moments.
    async fn list(&self, list: ListOf, days: Days, after: Option<Listing>, most: u32) -> Result<Listed, StoreError>;

    /// Up to `most` sessions of a center from a day on, behind `after`. The list may lag behind by moments.
    async fn sessions_from(
        &self,
        center: CenterId,
        from: Date,
        after: Option<Listing>,
        most: u32,
    ) -> Result<Listed, StoreError>;

    /// Adds a session with its shards. Nobody sees the shards before the session is there. Refused with the session that
    /// already has its id, whose shards stay as they are.
    async fn publish(&self, session: &Session, shards: &[Shard]) -> Result<Tried<(), Session>, StoreError>;

    /// The shards as they are now (consistent reads); absent ones are left out.
    async fn shards(&self, keys: &[ShardKey]) -> Result<Vec<Shard>, StoreError>;

    /// Opens or closes a session's row and returns it as it is then. Refused if it is absent or outside `scope` (with
    /// nothing), or if it is cancelled or about to be (with the session as it is).
    async fn set_status(
        &self,
        id: SessionId,
        scope: &Scope,
        status: SessionStatus,
    ) -> Result<Tried<Session, Option<Session>>, StoreError>;

    /// Sets how a session opens and returns it as it is then. Refused as [`Sessions::set_status`] is.
    async fn set_opening(
        &self,
        id: SessionId,
        scope: &Scope,
        opening: Opening,
        now: Timestamp,
    ) -> Result<Tried<Session, Option<Session>>, StoreError>;

    /// Sets or clears the closed mark of a shard. Returns without doing anything if the shard is absent, or cancelled.
    async fn mark_shard(&self, shard: ShardKey, closed: bool) -> Result<(), StoreError>;

    /// Carries out a change of capacity together with the session's new layout (its `pools`), as one transaction. Refused
    /// if the session's version is no longer that of `session`, it is outside `scope`, or a shard has fewer units free
    /// than it is to lose.
    async fn change_capacity(
        &self,
        session: &Session,
        scope: &Scope,
        changes: &[ShardChange],
    ) -> Result<Tried<(), ()>, StoreError>;

    /// Writes a session's sums, and since when each dose can be had, if its version is still `version`. Refused otherwise.
    async fn summarize(
        &self,
        id: SessionId,
        version: u64,
        pools: &[PoolSummary],
        turns: &Turns,
    ) -> Result<Tried<(), ()>, StoreError>;

    /// Writes the center's facts into a session's row if its version is still that of `session`. Refused otherwise.
    async fn relist(&self, session: &Session, center: &Center) -> Result<Tried<(), ()>, StoreError>;
}

/// Appointments, and the beneficiaries that carry them.
#[async_trait]
pub trait Bookings: Send + Sync {
    /// Makes the appointments of a reservation, all or none, in one transaction without a read. The same reservation sent
    /// again within ten minutes is the same request.
    async fn reserve(&self, reservation: &Reservation) -> Result<Tried<(), Rejection>, StoreError> {
        Ok(match self.reserve_all(std::slice::from_ref(reservation)).await? {
            Tried::Done(()) => Tried::Done(()),
            Tried::Refused(mut found) => {
                Tried::Refused(found.pop().ok_or_else(|| StoreError::Failed("a refusal without a reason".into()))?)
            }
        })
    }

    /// Makes the appointments of several reservations, all or none, as [`Bookings::reserve`] does for one: each shard loses
    /// what they take together. Refused with what was found for each reservation, in order; a shard that cannot serve them
    /// all has failed for each that takes from it. At most ten, and no person twice.
    async fn reserve_all(&self, reservations: &[Reservation]) -> Result<Tried<(), Vec<Rejection>>, StoreError>;

    /// Confirms the holds, all or none, and leaves the request's mark; returns the appointments as they are then, or the beneficiaries as found.
    async fn confirm(
        &self,
        account: &AccountId,
        holds: &[Own],
        now: Timestamp,
        mark: &str,
    ) -> Result<Tried<Vec<Appointment>, Vec<Check<Beneficiary>>>, StoreError>;

    /// Moves appointments, all or none: takes units, returns units, and puts the new appointments into the place of the old
    /// ones. Refused if a shard is short or closed, a person or an old appointment is no longer as it was read, or a person
    /// does not fit the new session. The same move sent again within ten minutes is the same request.
    async fn reschedule(&self, wanted: &Move) -> Result<Tried<(), Rejection>, StoreError>;

    /// Ends appointments and returns their units, all or none; refused if one is no longer as it was. The same release sent
    /// again within ten minutes is the same request.
    async fn release(&self, release: &Release) -> Result<Tried<(), ()>, StoreError>;

    /// Ends an appointment whose unit is used up, and records the dose if one was given; the unit stays taken. Refused if the
    /// appointment or the doses are no longer as they were. The same again within ten minutes is the same request.
    async fn use_up(&self, used: &Used) -> Result<Tried<(), ()>, StoreError>;

    /// Drops a person's notes of these given up appointments.
    async fn forget(&self, person: BeneficiaryId, faded: &[AppointmentId]) -> Result<(), StoreError>;

    /// The beneficiaries as they are now (consistent reads), in the order asked for.
    async fn beneficiaries(&self, ids: &[BeneficiaryId]) -> Result<Vec<Option<Beneficiary>>, StoreError>;

    /// Ended appointments by their ids (consistent reads), in the order asked for.
    async fn ended(&self, own: &[Own]) -> Result<Vec<Option<Appointment>>, StoreError>;

    /// A beneficiary with the appointments that ended, newest first.
    async fn history(&self, id: BeneficiaryId) -> Result<Option<(Beneficiary, Vec<Appointment>)>, StoreError>;

    /// What takes the units of a shard. The list may lag behind by moments.
    async fn taken_in(&self, shard: ShardKey) -> Result<Taken, StoreError>;

    /// The appointments that name a shard and go by this reference, active or ended, by their two keys. The list may lag
    /// behind by moments.
    async fn find_in(&self, shard: ShardKey, reference: Reference) -> Result<Vec<Own>, StoreError>;

    /// Every appointment that names a shard, active or ended. The list may lag behind by moments.
    async fn appointments_of(&self, shard: ShardKey) -> Result<Vec<Appointment>, StoreError>;
}

/// What takes the units of a shard, as the appointments that name it tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taken {
    /// Every active appointment, by its two keys; rows that do not parse are among them.
    pub active: Vec<Own>,
    /// How many have used up their units.
    pub used: u32,
}

impl Taken {
    /// All units together.
    #[must_use]
    pub fn units(&self) -> u32 {
        u32::try_from(self.active.len()).unwrap_or(u32::MAX).saturating_add(self.used)
    }
}

/// What became of a new beneficiary.
#[derive(Debug, Clone, PartialEq)]
pub enum Added {
    Done,
    /// The account has as many as it may.
    Full,
    /// One with this id exists.
    Exists(Box<Beneficiary>),
    /// There was one with this id.
    Removed,
    /// Somebody is registered with the photo ID.
    PhotoIdTaken,
}

/// What became of a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Corrected {
    Done,
    /// The beneficiary is no longer as it was read.
    Changed,
    /// Somebody else is registered with the photo ID.
    PhotoIdTaken,
}

/// Accounts and their beneficiaries.
#[async_trait]
pub trait People: Send + Sync {
    async fn account(&self, id: &AccountId) -> Result<Option<Account>, StoreError>;

    /// Adds a beneficiary to its account, making the account if it is new, and noting its phone. Of all refusals that apply, the
    /// first is told in this order: it exists, was removed, its photo ID is taken, the account is full.
    async fn add_beneficiary(&self, person: &Beneficiary, phone: &Phone) -> Result<Added, StoreError>;

    /// Changes name, birth and photo ID from what was read to what is given, on condition that they and the account are still
    /// as they were read; and if birth or photo ID change, that there is no appointment, and as many doses as were read.
    async fn correct_beneficiary(&self, was: &Beneficiary, is: &Beneficiary) -> Result<Corrected, StoreError>;

    /// Removes people with their photo IDs from their account, and the account too if told so, all or none. Refused if the
    /// account's list is no longer as it was read, if somebody has an appointment, or has another photo ID than was read. It
    /// is remembered who was removed: nobody with their ids can be added.
    async fn remove_people(&self, removal: &Removal) -> Result<Tried<(), ()>, StoreError>;

    /// The account that a removed beneficiary was of, as long as that is remembered: for a month.
    async fn removed(&self, id: BeneficiaryId) -> Result<Option<AccountId>, StoreError>;
}

/// Where events go.
#[async_trait]
pub trait Events: Send + Sync {
    /// Publishes events. Each may arrive more than once.
    async fn publish(&self, event: &Event) -> Result<(), StoreError>;

    /// Publishes that doses can be had, or no longer, ten at most. Each may arrive more than once; where this fails, some may have.
    async fn announce(&self, turned: &[&Turned]) -> Result<(), StoreError>;
}
