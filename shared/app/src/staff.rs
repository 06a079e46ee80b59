//! What staff do: register centers, publish sessions, and change both.

mod cancel;
mod opening;

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_domain::{
    access::{Forbidden, Region, Scope},
    availability::Turns,
    capacity::{self, BelowBooked, Capacity, ShardChange},
    center::Center,
    id::{CenterId, DistrictId, SessionId},
    place::District,
    schedule::{BadSchedule, Schedule},
    session::{PoolKey, PoolSummary, Session, SessionStatus, Shard, SlotNumber},
    trail::{Deed, Entry, Ledger, Signature, Subject},
    vaccine::Dose,
    window::Window,
};

use crate::{
    derive,
    ports::{Host, Signs, Store, StoreError, Stretch, Tried},
    retry::{Patience, persist},
};

/// How many shards are written at once when a session closes or reopens.
const SHARDS_AT_ONCE: usize = 16;

/// Why staff could not do a thing.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error("there is no such district within the caller's scope")]
    NoSuchDistrict(DistrictId),
    /// Absent, or out of the caller's scope: they look the same.
    #[error("there is no such center within the caller's scope")]
    NoSuchCenter(CenterId),
    /// Absent, or out of the caller's scope.
    #[error("there is no such session within the caller's scope")]
    NoSuchSession(SessionId),
    #[error("the session is cancelled")]
    SessionCancelled(SessionId),
    #[error("the session has no such slot")]
    NoSuchSlot(Window),
    #[error("the session does not give this dose")]
    DoseNotOffered(Dose),
    #[error("a center with this id exists")]
    CenterExists(CenterId),
    #[error(transparent)]
    Schedule(#[from] BadSchedule),
    #[error("more is booked than that")]
    BelowBooked(BelowBooked),
    #[error("the idempotency key was used for another session")]
    KeyReused,
    /// Bookings kept changing what was to be changed.
    #[error("the session is too busy to change right now")]
    Busy,
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What makes a published session the same when it comes twice.
#[derive(Debug, Clone, Copy)]
pub enum Identity<'a> {
    /// A new session each time.
    Fresh,
    /// The same for the same key at the same center.
    Key(&'a str),
    /// The same for the same center, date, vaccine, ages and slots: an import can be repeated.
    Content,
}

/// Staff's use cases.
#[derive(Clone)]
pub struct Staff {
    store: Arc<dyn Store>,
    signs: Arc<dyn Signs>,
    host: Arc<dyn Host>,
    units_a_shard: u32,
    by: Option<Subject>,
}

impl Staff {
    #[must_use]
    pub fn new(signs: Arc<dyn Signs>, host: Arc<dyn Host>, units_a_shard: u32) -> Self {
        Self { store: signs.clone().plain(), signs, host, units_a_shard, by: None }
    }

    /// The same use cases on behalf of somebody, who signs what they change.
    #[must_use]
    pub fn by(&self, subject: Subject) -> Self {
        Self { by: Some(subject), ..self.clone() }
    }

    /// The store as it is written by somebody who does that now.
    fn signing(&self, deed: Deed) -> Arc<dyn Store> {
        match &self.by {
            Some(by) => self.signs.clone().signing(Signature { by: by.clone(), at: self.host.now(), deed }),
            None => self.store.clone(),
        }
    }

    /// A district that the caller may register centers in.
    pub async fn district(&self, id: DistrictId, region: Region) -> Result<District, StaffError> {
        let found = persist(&*self.host, || self.store.district(id)).await?;
        found.filter(|district| region.covers(district)).ok_or(StaffError::NoSuchDistrict(id))
    }

    /// A center within the caller's scope.
    pub async fn center(&self, id: CenterId, scope: &Scope) -> Result<Center, StaffError> {
        let found = persist(&*self.host, || self.store.center(id)).await?;
        found.filter(|center| scope.covers_center(center)).ok_or(StaffError::NoSuchCenter(id))
    }

    /// What staff did at a center within the caller's scope, or to states and districts, newest first.
    pub async fn trail(
        &self,
        ledger: Ledger,
        scope: &Scope,
        stretch: &Stretch,
        most: u32,
    ) -> Result<Vec<Entry>, StaffError> {
        match ledger {
            Ledger::Places => scope.keeps_places()?,
            Ledger::Center(id) => drop(self.center(id, scope).await?),
        }
        Ok(persist(&*self.host, || self.store.trail(ledger, stretch, most)).await?)
    }

    /// A center wherever it is.
    pub(crate) async fn registered(&self, id: CenterId) -> Result<Option<Center>, StoreError> {
        persist(&*self.host, || self.store.center(id)).await
    }

    /// Adds or renames districts and their states.
    pub async fn save_districts(&self, districts: &[District]) -> Result<(), StaffError> {
        let store = self.signing(Deed::ImportDistricts);
        Ok(persist(&*self.host, || store.save_districts(districts)).await?)
    }

    /// An id for a center that brings none: seven digits or more, clear of the registry's own.
    #[must_use]
    pub fn draw_center_id(&self, lot: Option<&str>) -> CenterId {
        const FIRST: u64 = 10_000_000;
        const SPAN: u64 = 2_000_000_000;
        let drawn = lot.map_or_else(|| self.host.random(), |lot| id_number(&derive::id(&["center", lot])));
        let number = u32::try_from(FIRST + drawn % SPAN).unwrap_or(u32::MAX / 4);
        CenterId::try_from(number).unwrap_or_else(|_| unreachable!("the span lies within 31 bits"))
    }

    /// Registers a center. The very same center again is no error, so that a lost answer can be asked for again.
    pub async fn register(&self, center: &Center, deed: Deed) -> Result<(), StaffError> {
        let store = self.signing(deed);
        match persist(&*self.host, || store.add_center(center)).await? {
            Tried::Done(()) => Ok(()),
            Tried::Refused(existing) if existing == *center => Ok(()),
            Tried::Refused(_) => Err(StaffError::CenterExists(center.id)),
        }
    }

    /// Replaces a center's facts; its sessions follow within moments.
    pub async fn change_center(&self, center: &Center, region: Region, deed: Deed) -> Result<(), StaffError> {
        let store = self.signing(deed);
        match persist(&*self.host, || store.change_center(center, region)).await? {
            Tried::Done(()) => Ok(()),
            Tried::Refused(()) => Err(StaffError::NoSuchCenter(center.id)),
        }
    }

    /// Publishes a session at a center.
    pub async fn publish(
        &self,
        center: &Center,
        schedule: Schedule,
        identity: Identity<'_>,
        deed: Deed,
    ) -> Result<Session, StaffError> {
        let (session, shards) = self.prepare(center, schedule, identity)?;
        let store = self.signing(deed);
        match persist(&*self.host, || store.publish(&session, &shards)).await? {
            Tried::Done(()) => Ok(session),
            Tried::Refused(earlier) if same_schedule(&earlier, &session) => Ok(earlier),
            Tried::Refused(_) => Err(StaffError::KeyReused),
        }
    }

    /// Publishes a session at a center of the scope.
    pub async fn publish_at(
        &self,
        center: CenterId,
        scope: &Scope,
        schedule: Schedule,
        identity: Identity<'_>,
    ) -> Result<Session, StaffError> {
        let center = self.center(center, scope).await?;
        self.publish(&center, schedule, identity, Deed::PublishSession).await
    }

    /// What publishing a session by its content would make, and what is there already.
    pub(crate) async fn foresee(
        &self,
        center: &Center,
        schedule: Schedule,
    ) -> Result<(Session, Option<Session>), StaffError> {
        let (session, _) = self.prepare(center, schedule, Identity::Content)?;
        let existing = persist(&*self.host, || self.store.session(session.id)).await?;
        Ok((session, existing))
    }

    fn prepare(
        &self,
        center: &Center,
        schedule: Schedule,
        identity: Identity<'_>,
    ) -> Result<(Session, Vec<Shard>), StaffError> {
        let schedule = schedule.check(center, self.host.now())?;
        let id = SessionId::new(self.session_id(center.id, &schedule, identity));
        Ok(self.lay_out(id, center, schedule))
    }

    fn session_id(&self, center: CenterId, schedule: &Schedule, identity: Identity<'_>) -> uuid::Uuid {
        let center = center.to_string();
        match identity {
            Identity::Fresh => self.host.uuid(),
            Identity::Key(key) => derive::id(&["session", &center, key]),
            Identity::Content => {
                let slots: Vec<String> = schedule.slots.iter().map(|(window, _)| window.to_string()).collect();
                let (date, ages) = (schedule.date.to_string(), format!("{:?}", schedule.ages));
                derive::id(&["session", &center, &date, schedule.vaccine.name(), &ages, &slots.join(",")])
            }
        }
    }

    fn lay_out(&self, id: SessionId, center: &Center, schedule: Schedule) -> (Session, Vec<Shard>) {
        let mut shards = Vec::new();
        let mut pools = Vec::new();
        for (slot, (_, allotment)) in (0u8..).map(SlotNumber).zip(&schedule.slots) {
            for (dose, units) in allotment.capacities() {
                let pool = PoolKey { session: id, slot, dose };
                let parts = capacity::divide(units, self.units_a_shard);
                let count = u8::try_from(parts.len()).unwrap_or(capacity::MOST_SHARDS);
                pools.push(PoolSummary { shards: count, capacity: units.get(), free: units.get() });
                shards.extend((0..count).zip(parts).map(|(number, units)| Shard::fresh(pool.shard(number), units)));
            }
        }
        let doses = schedule.slots.first().map(|(_, allotment)| allotment.doses()).unwrap_or_default();
        let session = Session {
            id,
            center: center.clone(),
            date: schedule.date,
            vaccine: schedule.vaccine,
            ages: schedule.ages,
            fee: schedule.fee,
            status: SessionStatus::Open,
            opening: schedule.opening,
            opening_set_at: None,
            cancelling: None,
            doses,
            slots: schedule.slots.into_iter().map(|(window, _)| window).collect(),
            pools,
            turns: Turns::new(),
            version: 1,
        };
        (session, shards)
    }

    /// Closes a session to new bookings, or opens it again. When this returns, every shard follows.
    pub async fn set_status(&self, id: SessionId, scope: &Scope, status: SessionStatus) -> Result<Session, StaffError> {
        let closed = status == SessionStatus::Closed;
        let store = self.signing(if closed { Deed::CloseSession } else { Deed::ReopenSession });
        let tried = persist(&*self.host, || store.set_status(id, scope, status)).await?;
        let session = standing(id, tried)?;
        let marks = session.shard_keys().map(|key| persist(&*self.host, move || self.store.mark_shard(key, closed)));
        stream::iter(marks).buffer_unordered(SHARDS_AT_ONCE).try_collect::<Vec<()>>().await?;
        Ok(session)
    }

    /// Sets the capacity of one slot for one dose; never below what is booked.
    pub async fn set_capacity(
        &self,
        id: SessionId,
        scope: &Scope,
        slot: Window,
        dose: Dose,
        target: Capacity,
    ) -> Result<Session, StaffError> {
        let (patience, store) = (Patience::USUAL, self.signing(Deed::SetCapacity));
        for attempt in 0..patience.attempts {
            let found = persist(&*self.host, || self.store.session(id)).await?;
            let mine = found.filter(|session| scope.covers_center(&session.center));
            let session = mine.ok_or(StaffError::NoSuchSession(id))?;
            if session.is_ending() {
                return Err(StaffError::SessionCancelled(id));
            }
            let number = session.slot_number(slot).ok_or(StaffError::NoSuchSlot(slot))?;
            let place = session.pool_place(number, dose).ok_or(StaffError::DoseNotOffered(dose))?;
            let pool = PoolKey { session: id, slot: number, dose };
            let keys: Vec<_> = (0..session.pools[place].shards).map(|shard| pool.shard(shard)).collect();
            let shards = persist(&*self.host, || self.store.shards(&keys)).await?;
            let closed = session.status != SessionStatus::Open;
            let changes = capacity::replan(pool, &shards, target, self.units_a_shard, closed);
            let changes = changes.map_err(StaffError::BelowBooked)?;
            let target_session = with_capacity(session, place, &shards, &changes, target);
            if changes.is_empty() {
                return Ok(target_session);
            }
            match persist(&*self.host, || store.change_capacity(&target_session, scope, &changes)).await? {
                Tried::Done(()) => return Ok(target_session),
                Tried::Refused(()) => self.host.pause(patience.wait(attempt, self.host.random())).await,
            }
        }
        Err(StaffError::Busy)
    }
}

fn id_number(id: &uuid::Uuid) -> u64 {
    id.as_u64_pair().0
}

/// The session after a change that none which is cancelled, or about to be, takes.
fn standing(id: SessionId, tried: Tried<Session, Option<Session>>) -> Result<Session, StaffError> {
    match tried {
        Tried::Done(session) => Ok(session),
        Tried::Refused(Some(_)) => Err(StaffError::SessionCancelled(id)),
        Tried::Refused(None) => Err(StaffError::NoSuchSession(id)),
    }
}

fn with_capacity(
    mut session: Session,
    place: usize,
    shards: &[Shard],
    changes: &[ShardChange],
    target: Capacity,
) -> Session {
    let added = changes.iter().filter(|change| matches!(change, ShardChange::Add(_))).count();
    let booked: u32 = shards.iter().map(|shard| shard.capacity - shard.free).sum();
    session.pools[place] = PoolSummary {
        shards: session.pools[place].shards + u8::try_from(added).unwrap_or(0),
        capacity: target.get(),
        free: target.get().saturating_sub(booked),
    };
    session
}

pub(crate) fn same_schedule(one: &Session, other: &Session) -> bool {
    let facts = |session: &Session| {
        (session.center.id, session.date, session.vaccine, session.ages, session.fee, session.slots.clone())
    };
    facts(one) == facts(other) && one.doses == other.doses
}
