//! Reminding people of tomorrow.
//!
//! The sessions of the day are walked through district by district, as an audit walks, until time is up; the next call goes on from
//! there. Each confirmed appointment becomes a message in the notifier's queue, which looks again before it tells, and tells once.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_domain::{
    Date, Timestamp,
    appointment::{Appointment, Status},
    center::Zone,
    id::{DistrictId, SessionId},
    search::{Days, ListOf, Listing},
    session::{Session, SessionStatus},
};

use crate::{
    ports::{Host, ReminderPlace, ReminderQueue, Store, StoreError, WalkPlace},
    retry::{passing, persist},
    walk::districts_from,
};

/// How many sessions of a list are read at a time.
const PAGE: u32 = 50;
/// How many shards are looked at side by side.
const SHARDS_AT_ONCE: usize = 16;
/// How many messages are queued at a time.
const BATCH: usize = 10;

/// Why a part could not be reminded.
#[derive(Debug, thiserror::Error)]
pub enum ReminderError {
    #[error("the districts cannot be read")]
    Districts(#[source] StoreError),
    #[error("the sessions of district {0} cannot be listed")]
    District(DistrictId, #[source] StoreError),
    #[error("those who are booked in session {0} cannot be read")]
    Session(SessionId, #[source] StoreError),
    #[error("the queue does not take the reminders of session {0}")]
    Queue(SessionId, #[source] StoreError),
    #[error("how far the reminders have come cannot be read or noted")]
    Place(#[source] StoreError),
}

/// What a call did.
#[derive(Debug, Default)]
pub struct Reminded {
    pub sessions: u32,
    /// Messages that were queued.
    pub queued: u32,
    pub failures: Vec<ReminderError>,
    /// Whether something is left for the next call.
    pub cut_short: bool,
}

/// Reminds of tomorrow's appointments, from an hour of the day on, by the clock of India.
pub struct Reminders {
    store: Arc<dyn Store>,
    queue: Arc<dyn ReminderQueue>,
    host: Arc<dyn Host>,
    hour: i8,
}

impl Reminders {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, queue: Arc<dyn ReminderQueue>, host: Arc<dyn Host>, hour: i8) -> Self {
        Self { store, queue, host, hour }
    }

    /// Goes on reminding of tomorrow until time is up, or everybody is reminded.
    pub async fn go_on(&self, until: Timestamp) -> Reminded {
        let mut done = Reminded::default();
        let now = self.host.now().to_zoned(Zone::india().clock().clone());
        let Ok(day) = now.date().tomorrow() else { return done };
        if now.hour() < self.hour {
            return done;
        }
        let place = match persist(&*self.host, || self.store.reminder_place()).await {
            Ok(place) => place.filter(|place| place.day == day),
            Err(error) => {
                done.failures.push(ReminderError::Place(error));
                return done;
            }
        };
        match place {
            Some(ReminderPlace { next: None, .. }) => {}
            place => self.walk(day, place.and_then(|place| place.next), until, &mut done).await,
        }
        done
    }

    async fn walk(&self, day: Date, begin: Option<WalkPlace>, until: Timestamp, done: &mut Reminded) {
        let districts = match districts_from(&*self.store, &*self.host, begin).await {
            Ok(districts) => districts,
            Err(error) => return done.failures.push(ReminderError::Districts(error)),
        };
        for (district, after) in districts {
            if let Err(error) = self.district(district, day, after, until, done).await {
                // The next call tries again from here.
                done.failures.push(error);
                done.cut_short = true;
            }
            if done.cut_short {
                return;
            }
        }
        self.note(ReminderPlace { day, next: None }, done).await;
    }

    async fn district(
        &self,
        district: DistrictId,
        day: Date,
        mut after: Option<Listing>,
        until: Timestamp,
        done: &mut Reminded,
    ) -> Result<(), ReminderError> {
        let Ok(days) = Days::new(day, day) else { return Ok(()) };
        loop {
            let page = persist(&*self.host, || self.store.list(ListOf::District(district), days, after, PAGE)).await;
            let page = page.map_err(|error| ReminderError::District(district, error))?;
            let before = after;
            for session in &page.sessions {
                if self.host.now() >= until {
                    done.cut_short = true;
                    break;
                }
                match self.booked(session).await {
                    Ok(booked) => {
                        self.queue(&booked).await.map_err(|error| ReminderError::Queue(session.id, error))?;
                        done.queued += u32::try_from(booked.len()).unwrap_or(u32::MAX);
                    }
                    Err(error) if passing(&error) => return Err(ReminderError::Session(session.id, error)),
                    // What cannot be read today cannot be read later: the others are not to wait for it.
                    Err(error) => done.failures.push(ReminderError::Session(session.id, error)),
                }
                done.sessions += 1;
                after = Some(Listing::of(session));
            }
            if let Some(after) = after.filter(|_| after != before) {
                self.note(ReminderPlace { day, next: Some(WalkPlace { district, after }) }, done).await;
            }
            if done.cut_short || !page.more {
                return Ok(());
            }
        }
    }

    /// Everybody who is booked in a session.
    async fn booked(&self, session: &Session) -> Result<Vec<Appointment>, StoreError> {
        if session.status == SessionStatus::Cancelled || session.is_ending() {
            return Ok(Vec::new());
        }
        let looks: Vec<_> = session
            .shard_keys()
            .map(|key| async move { persist(&*self.host, || self.store.appointments_of(key)).await })
            .collect();
        let shards: Vec<Vec<Appointment>> = stream::iter(looks).buffered(SHARDS_AT_ONCE).try_collect().await?;
        Ok(shards.into_iter().flatten().filter(|one| one.status == Status::Confirmed).collect())
    }

    async fn queue(&self, booked: &[Appointment]) -> Result<(), StoreError> {
        for batch in booked.chunks(BATCH) {
            persist(&*self.host, || self.queue.queue_reminders(batch)).await?;
        }
        Ok(())
    }

    async fn note(&self, place: ReminderPlace, done: &mut Reminded) {
        if let Err(error) = persist(&*self.host, || self.store.note_reminder_place(&place)).await {
            done.failures.push(ReminderError::Place(error));
        }
    }
}
