//! What staff of a center do when people come: find an appointment by its reference, say what became of it, and take in
//! people who have none.

mod walk_in;

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_domain::{
    Date, SignedDuration, Timestamp,
    access::Scope,
    appointment::Appointment,
    booking::{Attendance, AttendanceRefusal, Own, Policy, attend},
    center::Center,
    id::CenterId,
    person::Beneficiary,
    reference::Reference,
    search::{Days, ListOf, Listing},
    session::{Session, ShardKey},
    trail::{Deed, Entry, Facts, Ledger, Object, Signature, Subject},
};

pub use walk_in::{Visit, Visitor};

use crate::{
    booking::{Booking, BookingError},
    ports::{Host, Store, StoreError, Tried},
    retry::{Patience, persist},
    times::{TRAIL_DAYS, days},
};

/// How many shards are looked at side by side.
const SHARDS_AT_ONCE: usize = 16;
/// How many sessions of a center's day are read at a time.
const PAGE: u32 = 50;
/// Whoever is there in person needs no notice, and may have changed their mind before as often as they liked.
const POLICY: Policy = Policy { notice: SignedDuration::ZERO, changes_a_day: u32::MAX, ..Policy::USUAL };

/// Why staff could not do it.
#[derive(Debug, thiserror::Error)]
pub enum ReceptionError {
    /// Absent, or out of the caller's scope: they look the same.
    #[error("there is no such center within the caller's scope")]
    NoSuchCenter(CenterId),
    #[error("no appointment of the center's day has this reference")]
    NoSuchReference(Reference),
    #[error("that cannot be said of the appointment")]
    Refused(AttendanceRefusal),
    #[error(transparent)]
    Booking(#[from] BookingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An appointment as staff name it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub center: CenterId,
    pub scope: &'a Scope,
    /// Today by the center's clock, if it is left out.
    pub date: Option<Date>,
    pub reference: Reference,
}

/// An appointment with its person and its session.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub session: Session,
    pub person: Beneficiary,
    /// Active or ended.
    pub appointment: Appointment,
}

/// What a center's staff do.
pub struct Reception {
    store: Arc<dyn Store>,
    host: Arc<dyn Host>,
    booking: Booking,
    trail: SignedDuration,
}

impl Reception {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        let booking = Booking::new(store.clone(), host.clone(), POLICY);
        Self { store, host, booking, trail: days(TRAIL_DAYS) }
    }

    /// The same, keeping the trail of staff for so many days.
    #[must_use]
    pub fn keeping_trail(self, number: u32) -> Self {
        Self { trail: days(number), ..self }
    }

    /// Shows an appointment to somebody of the staff, and notes that first: nobody sees a person without a trace.
    ///
    /// `by` is the subject of the caller's token.
    pub async fn show(&self, named: &Named<'_>, by: &str) -> Result<Found, ReceptionError> {
        let found = self.find(named).await?;
        let entry = Entry {
            id: self.host.uuid().to_string(),
            ledger: Ledger::Center(named.center),
            object: Object::Appointment(found.appointment.id),
            signature: Signature { by: Subject::new(by), at: self.host.now(), deed: Deed::FindAppointment },
            before: Facts::new(),
            after: Facts::new(),
        };
        persist(&*self.host, || self.store.note(&entry, entry.kept_until(self.trail))).await?;
        Ok(found)
    }

    /// Finds an appointment, active or ended.
    ///
    /// One read of the center, one of its day's sessions, one of each shard until the appointment is in sight, beginning with
    /// the slots around this moment, and one or two of the person.
    pub async fn find(&self, named: &Named<'_>) -> Result<Found, ReceptionError> {
        let now = self.host.now();
        let center = self.center(named).await?;
        let date = named.date.unwrap_or_else(|| now.to_zoned(center.zone.clock().clone()).date());
        let sessions = self.sessions(named.center, date).await?;
        let keys = nearest_first(&sessions, now);
        let looks = keys.into_iter().map(|key| async move {
            let found = persist(&*self.host, || self.store.find_in(key, named.reference)).await?;
            Ok::<_, StoreError>(found.first().map(|own| (key, *own)))
        });
        let mut looks = stream::iter(looks.collect::<Vec<_>>()).buffered(SHARDS_AT_ONCE);
        let absent = ReceptionError::NoSuchReference(named.reference);
        let (key, own) = loop {
            match looks.try_next().await? {
                Some(Some(found)) => break found,
                Some(None) => {}
                None => return Err(absent),
            }
        };
        drop(looks);
        let session = sessions.into_iter().find(|session| session.id == key.pool.session);
        match (session, self.look(own).await?) {
            (Some(session), Some((person, appointment))) => Ok(Found { session, person, appointment }),
            _ => Err(absent),
        }
    }

    /// Says of an appointment that it was kept or not. Said before, it is no error.
    ///
    /// `by` is the subject of the caller's token.
    pub async fn settle(
        &self,
        named: &Named<'_>,
        attendance: Attendance,
        by: &str,
    ) -> Result<Appointment, ReceptionError> {
        let Found { session, mut person, mut appointment } = self.find(named).await?;
        let own = Own { beneficiary: person.id, appointment: appointment.id };
        for _ in 0..Patience::USUAL.attempts {
            if appointment.status == attendance.status() {
                return Ok(appointment);
            }
            if !appointment.status.is_active() {
                return Err(ReceptionError::Refused(AttendanceRefusal::Ended(appointment.status)));
            }
            let used = attend(attendance, &session, &person, &appointment, by, self.host.now());
            let used = used.map_err(ReceptionError::Refused)?;
            if let Tried::Done(()) = persist(&*self.host, || self.store.use_up(&used)).await? {
                return Ok(used.ending.is);
            }
            (person, appointment) = self.look(own).await?.ok_or(ReceptionError::NoSuchReference(named.reference))?;
        }
        Err(StoreError::Conflict.into())
    }

    async fn center(&self, named: &Named<'_>) -> Result<Center, ReceptionError> {
        let found = persist(&*self.host, || self.store.center(named.center)).await?;
        let mine = found.filter(|center| named.scope.covers_center(center));
        mine.ok_or(ReceptionError::NoSuchCenter(named.center))
    }

    async fn sessions(&self, center: CenterId, date: Date) -> Result<Vec<Session>, StoreError> {
        let Ok(days) = Days::new(date, date) else { return Ok(Vec::new()) };
        let mut sessions: Vec<Session> = Vec::new();
        loop {
            let after = sessions.last().map(Listing::of);
            let list = ListOf::Center(center);
            let page = persist(&*self.host, || self.store.list(list, days, after, PAGE)).await?;
            sessions.extend(page.sessions);
            if !page.more {
                return Ok(sessions);
            }
        }
    }

    /// A person with an appointment, wherever it stands: what is not active any more by the first read has ended by the second.
    async fn look(&self, own: Own) -> Result<Option<(Beneficiary, Appointment)>, StoreError> {
        let (ids, keys) = ([own.beneficiary], [own]);
        let people = persist(&*self.host, || self.store.beneficiaries(&ids)).await?;
        let Some(person) = people.into_iter().flatten().next() else { return Ok(None) };
        if let Some(active) = person.active.clone().filter(|active| active.id == own.appointment) {
            return Ok(Some((person, active)));
        }
        let ended = persist(&*self.host, || self.store.ended(&keys)).await?;
        Ok(ended.into_iter().flatten().next().map(|ended| (person, ended)))
    }
}

/// The shards of a day's sessions, those of the slots around this moment first.
fn nearest_first(sessions: &[Session], now: Timestamp) -> Vec<ShardKey> {
    let away = |session: &Session, key: ShardKey| {
        session.slot(key.pool.slot).map(|slot| session.starts_at(slot).duration_since(now).abs())
    };
    let keys = sessions.iter().flat_map(|session| session.shard_keys().map(move |key| (away(session, key), key)));
    let mut keys: Vec<_> = keys.collect();
    keys.sort();
    keys.into_iter().map(|(_, key)| key).collect()
}
