//! What a citizen can do with appointments.

use std::{cmp::Reverse, sync::Arc};

use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{
        ChangeRefusal, Check, Making, Order, Own, Policy, Refusal, Release, Reservation, Take, Verdict, admit,
        check_cancel, check_confirm, judge, shortage,
    },
    id::{AccountId, AppointmentId, BeneficiaryId, SessionId},
    person::Beneficiary,
    session::{PoolKey, Session},
};

use crate::{
    cache::SessionCache,
    derive,
    ports::{Host, Source, Store, StoreError, Tried},
    retry::{Patience, passing, persist, persist_noting},
};

/// Whether a booking is final or to be confirmed later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finality {
    Book,
    Hold,
}

/// A failed booking.
#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    #[error("the booking was refused")]
    Refused(Refusal),
    #[error("the change was refused")]
    ChangeRefused(ChangeRefusal),
    /// It may have been carried out: the caller should look, or repeat with the same idempotency key.
    #[error("the outcome of the booking is not known")]
    Unclear(#[source] Source),
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for BookingError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unclear(source) => Self::Unclear(source),
            other => Self::Store(other),
        }
    }
}

impl From<Refusal> for BookingError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ChangeRefusal> for BookingError {
    fn from(refusal: ChangeRefusal) -> Self {
        Self::ChangeRefused(refusal)
    }
}

/// How often a booking looks around for units. Whoever finds them gone met somebody who got them, so a look in vain is no
/// failure of the store.
const MOST_LOOKS: u32 = 32;

/// The bookings of citizens.
pub struct Booking {
    store: Arc<dyn Store>,
    sessions: SessionCache,
    host: Arc<dyn Host>,
    policy: Policy,
}

impl Booking {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>, policy: Policy) -> Self {
        let sessions = SessionCache::new(store.clone(), host.clone());
        Self { store, sessions, host, policy }
    }

    /// Books or holds a place for each of the party, or for none.
    ///
    /// With an idempotency key, a repeated request finds the appointments of the first.
    pub async fn reserve(
        &self,
        session: SessionId,
        order: &Order,
        finality: Finality,
        key: Option<&str>,
    ) -> Result<Vec<Appointment>, BookingError> {
        let session = self.sessions.get(session).await?.ok_or(Refusal::NoSuchSession)?;
        let now = self.host.now();
        let pool = admit(&session, order, &self.policy, now)?;
        let status = match finality {
            Finality::Book => Status::Confirmed,
            Finality::Hold => Status::Held { until: now.saturating_add(self.policy.hold).unwrap_or(Timestamp::MAX) },
        };
        let ids = self.appointment_ids(order, key);
        let digest = key.map(|_| request_digest(session.id, order, finality));
        let making = Making { session: &session, status, now, request: digest.as_deref() };
        self.reserve_in(pool, order, &ids, &making).await
    }

    fn appointment_ids(&self, order: &Order, key: Option<&str>) -> Vec<AppointmentId> {
        let id = |person: &BeneficiaryId| match key {
            Some(key) => derive::appointment_id(&order.account, key, *person),
            None => AppointmentId::new(self.host.uuid()),
        };
        order.party.people().iter().map(id).collect()
    }

    /// Tries shards until the booking stands or is refused. One transaction in the usual case.
    async fn reserve_in(
        &self,
        pool: PoolKey,
        order: &Order,
        ids: &[AppointmentId],
        making: &Making<'_>,
    ) -> Result<Vec<Appointment>, BookingError> {
        let patience = Patience::USUAL;
        let units = order.party.units();
        let mut take = blind(pool, making.session, units, self.host.random());
        let mut unclear = None;
        let (mut failures, mut looks) = (0, 0);
        while failures < patience.attempts && looks < MOST_LOOKS {
            let reservation = Reservation::new(order, take.clone(), ids, making);
            match self.store.reserve(&reservation).await {
                Ok(Tried::Done(())) => return Ok(reservation.appointments),
                Ok(Tried::Refused(found)) => match judge(&reservation, &found, self.host.now()) {
                    Verdict::Repeated(appointments) => return Ok(appointments),
                    Verdict::Refused(refusal) => return Err(refusal.into()),
                    Verdict::Release(stale) => {
                        looks += 1;
                        self.expire(stale).await?;
                    }
                    Verdict::LookAround => {
                        looks += 1;
                        take = self.look_around(pool, making.session, units).await?;
                    }
                },
                Err(error) if passing(&error) => {
                    self.host.pause(patience.wait(failures, self.host.random())).await;
                    failures += 1;
                    match error {
                        // The same reservation again: the store knows it by its token.
                        StoreError::Unclear(source) => unclear = Some(source),
                        // Nothing of this try was written, so another shard may be tried.
                        _ if unclear.is_none() => take = blind(pool, making.session, units, self.host.random()),
                        _ => {}
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        match unclear {
            Some(source) => self.read_back(order, ids, source).await,
            None => Err(StoreError::Throttled.into()),
        }
    }

    async fn look_around(&self, pool: PoolKey, session: &Session, units: u32) -> Result<Take, BookingError> {
        let count = session.pool(pool.slot, pool.dose).map_or(0, |summary| summary.shards);
        let keys: Vec<_> = (0..count).map(|number| pool.shard(number)).collect();
        let shards = persist(&*self.host, || self.store.shards(&keys)).await?;
        if !shards.is_empty() && shards.iter().all(|shard| shard.closed) {
            return Err(Refusal::SessionClosed.into());
        }
        Take::among(&shards, units, self.host.random()).map_err(|left| shortage(left).into())
    }

    /// After answers were lost to the end: says what is there, and never that nothing is.
    async fn read_back(
        &self,
        order: &Order,
        ids: &[AppointmentId],
        source: Source,
    ) -> Result<Vec<Appointment>, BookingError> {
        let Ok(people) = persist(&*self.host, || self.store.beneficiaries(order.party.people())).await else {
            return Err(BookingError::Unclear(source));
        };
        let carried: Option<Vec<Appointment>> = people
            .into_iter()
            .zip(ids)
            .map(|(person, id)| person.and_then(|person| person.active).filter(|active| active.id == *id))
            .collect();
        carried.ok_or(BookingError::Unclear(source))
    }

    /// Ends holds that have run out. Somebody else may have done it first: then there is nothing to do.
    async fn expire(&self, stale: Vec<Appointment>) -> Result<(), BookingError> {
        let now = self.host.now();
        for hold in stale {
            let release = Release { ended: vec![hold.turned(Status::Expired, now)] };
            let guard = [hold];
            persist(&*self.host, || self.store.release(&guard, &release)).await?;
        }
        Ok(())
    }

    /// Confirms holds, all or none.
    pub async fn confirm(&self, account: &AccountId, holds: &[Own]) -> Result<Vec<Appointment>, BookingError> {
        let now = self.host.now();
        let (found, lost) = match persist_noting(&*self.host, || self.store.confirm(account, holds, now)).await? {
            (Tried::Done(appointments), _) => return Ok(appointments),
            (Tried::Refused(found), lost) => (found, lost),
        };
        // A lost answer may have been ours: the moment of the change tells.
        if lost && let Some(appointments) = confirmed_at(&found, now) {
            return Ok(appointments);
        }
        for (own, check) in holds.iter().zip(&found) {
            if let Check::Failed(person) = check {
                check_confirm(account, *own, person.as_ref(), now)?;
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Cancels appointments, all or none. Their units are free at once.
    pub async fn cancel(&self, account: &AccountId, own: &[Own]) -> Result<Vec<Appointment>, BookingError> {
        let ids: Vec<_> = own.iter().map(|own| own.beneficiary).collect();
        for _ in 0..Patience::USUAL.attempts {
            let people = persist(&*self.host, || self.store.beneficiaries(&ids)).await?;
            let now = self.host.now();
            let mut active = Vec::new();
            for (own, person) in own.iter().zip(&people) {
                let session = match person.as_ref().and_then(|person| person.active.as_ref()) {
                    Some(appointment) => self.sessions.get(appointment.shard.pool.session).await?,
                    None => None,
                };
                let start = |appointment: &Appointment| {
                    session.as_ref().map_or(Timestamp::MAX, |session| session.starts_at(appointment.window))
                };
                active.push(check_cancel(account, *own, person.as_ref(), start, now)?.clone());
            }
            let ended: Vec<_> = active.iter().map(|active| active.turned(Status::Cancelled, now)).collect();
            let release = Release { ended };
            if let Tried::Done(()) = persist(&*self.host, || self.store.release(&active, &release)).await? {
                return Ok(release.ended);
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Every appointment of the account's beneficiaries: the active ones by time, then those that ended, newest first.
    pub async fn appointments(&self, account: &AccountId) -> Result<Vec<Appointment>, BookingError> {
        let Some(account) = persist(&*self.host, || self.store.account(account)).await? else { return Ok(Vec::new()) };
        let (mut active, mut ended) = (Vec::new(), Vec::new());
        for id in account.beneficiaries {
            if let Some((person, past)) = persist(&*self.host, || self.store.history(id)).await? {
                active.extend(person.active);
                ended.extend(past);
            }
        }
        active.sort_by_key(|appointment| (appointment.date, appointment.window));
        ended.sort_by_key(|appointment| Reverse(appointment.changed_at));
        active.append(&mut ended);
        Ok(active)
    }

    /// One appointment of one's own.
    pub async fn appointment(&self, account: &AccountId, own: Own) -> Result<Appointment, BookingError> {
        let found = persist(&*self.host, || self.store.history(own.beneficiary)).await?;
        let mine = found.filter(|(person, _)| person.account == *account);
        mine.and_then(|(person, ended)| person.active.into_iter().chain(ended).find(|each| each.id == own.appointment))
            .ok_or_else(|| ChangeRefusal::NoSuchAppointment(own).into())
    }
}

fn blind(pool: PoolKey, session: &Session, units: u32, random: u64) -> Take {
    let shards = session.pool(pool.slot, pool.dose).map_or(1, |summary| summary.shards);
    Take::blind(pool, shards, units, random)
}

fn request_digest(session: SessionId, order: &Order, finality: Finality) -> String {
    let people: Vec<String> = order.party.people().iter().map(ToString::to_string).collect();
    let facts = [session.to_string(), order.slot.to_string(), order.dose.to_string(), format!("{finality:?}")];
    let parts: Vec<&str> = facts.iter().chain(&people).map(String::as_str).collect();
    derive::digest(&parts)
}

fn confirmed_at(found: &[Check<Beneficiary>], moment: Timestamp) -> Option<Vec<Appointment>> {
    let ours = |check: &Check<Beneficiary>| match check {
        Check::Failed(Some(person)) => {
            person.active.clone().filter(|active| active.status == Status::Confirmed && active.changed_at == moment)
        }
        _ => None,
    };
    found.iter().map(ours).collect()
}
