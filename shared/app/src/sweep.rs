//! Ending holds that ran out.
//!
//! The lists of what falls due say where to look. What is done is decided by the person's own row: by the condition that
//! the very hold is still there, and that its time is over. Two sweeps at once, or a sweep and a confirmation, meet in that
//! condition, and one of them wins.

use std::sync::Arc;

use futures::{StreamExt, stream};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    appointment::{Appointment, Status},
    booking::{Ending, Release},
    id::{AppointmentId, BeneficiaryId, SessionId},
    person::Beneficiary,
    session::ShardKey,
    vaccine::Dose,
    window::Window,
};

use crate::{
    people::each_person,
    ports::{DueHold, HOLD_LISTS, Host, Store, StoreError, Tried},
    retry::persist,
};

/// How far ahead a sweep looks for holds that run out soon, so that whoever calls it can come again for those. A schedule
/// that is to run each minute may be a minute late (`EventBridge` Scheduler has a precision of 60 seconds); a hold is
/// free again within 90 seconds all the same.
pub const LOOK_AHEAD: SignedDuration = SignedDuration::from_secs(45);

/// How many holds of a list are read at a time.
const PAGE: u32 = 100;
/// How many lists are gone through side by side.
const LISTS_AT_ONCE: usize = 4;
/// How many holds of a page are ended side by side.
const HOLDS_AT_ONCE: usize = 8;

/// A hold that ran out and was ended. Its unit is free again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freed {
    pub appointment: AppointmentId,
    pub session: SessionId,
    pub slot: Window,
    pub dose: Dose,
    pub ran_out: Timestamp,
}

impl From<&Appointment> for Freed {
    fn from(hold: &Appointment) -> Self {
        let pool = hold.shard.pool;
        let ran_out = match hold.status {
            Status::Held { until } => until,
            _ => hold.changed_at,
        };
        Self { appointment: hold.id, session: pool.session, slot: hold.window, dose: pool.dose, ran_out }
    }
}

/// Why a hold could not be ended.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error("the lists of due holds cannot be read")]
    List(#[source] StoreError),
    #[error("the people who hold cannot be read")]
    People(#[source] StoreError),
    #[error("the person {0} cannot be read")]
    Person(BeneficiaryId, #[source] StoreError),
    #[error("hold {0} cannot be ended")]
    Release(AppointmentId, #[source] StoreError),
    /// The shard is absent or has all its units free: the rows contradict each other.
    #[error("shard {1} does not take back the unit of hold {0}")]
    NoRoom(AppointmentId, ShardKey),
}

/// What a sweep did.
#[derive(Debug, Default)]
pub struct Swept {
    pub freed: Vec<Freed>,
    /// Holds that were listed as due, but that somebody else had confirmed or ended.
    pub passed_over: u32,
    pub failures: Vec<SweepError>,
    /// When another sweep should come, because holds in sight run out until then.
    pub again_at: Option<Timestamp>,
    /// Whether time was up before every list was gone through.
    pub cut_short: bool,
}

impl Swept {
    /// Both together.
    pub fn absorb(&mut self, other: Self) {
        self.freed.extend(other.freed);
        self.passed_over += other.passed_over;
        self.failures.extend(other.failures);
        self.again_at = self.again_at.max(other.again_at);
        self.cut_short |= other.cut_short;
    }

    fn note(&mut self, fate: Fate) {
        match fate {
            Fate::Freed(freed) => self.freed.push(freed),
            Fate::PassedOver => self.passed_over += 1,
            Fate::Failed(error) => self.failures.push(error),
            Fate::Late => self.cut_short = true,
        }
    }
}

enum Fate {
    Freed(Freed),
    PassedOver,
    Failed(SweepError),
    /// Time was up before its turn.
    Late,
}

/// Ends holds that ran out.
pub struct Sweep {
    store: Arc<dyn Store>,
    host: Arc<dyn Host>,
}

impl Sweep {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        Self { store, host }
    }

    /// Goes through every list once, as far as it gets until then. What fails is told, and stops nothing else.
    pub async fn holds(&self, until: Timestamp) -> Swept {
        let lists: Vec<_> = (0..HOLD_LISTS).map(|list| self.list(list, until)).collect();
        let mut lists = stream::iter(lists).buffer_unordered(LISTS_AT_ONCE);
        let mut swept = Swept::default();
        while let Some(list) = lists.next().await {
            swept.absorb(list);
        }
        swept
    }

    async fn list(&self, list: u8, until: Timestamp) -> Swept {
        let mut swept = Swept::default();
        let mut after = None;
        loop {
            let now = self.host.now();
            if now >= until {
                swept.cut_short = true;
                return swept;
            }
            let horizon = now.saturating_add(LOOK_AHEAD).unwrap_or(now);
            let page = match persist(&*self.host, || self.store.due_holds(list, horizon, after, PAGE)).await {
                Ok(page) => page,
                Err(error) => {
                    swept.failures.push(SweepError::List(error));
                    return swept;
                }
            };
            let full = page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
            let due = &page[..page.partition_point(|hold| hold.until < now)];
            self.free_all(due, until, &mut swept).await;
            if due.len() < page.len() {
                swept.again_at = if full { Some(horizon) } else { page.last().map(|hold| hold.until) };
                return swept;
            }
            if !full {
                return swept;
            }
            after = page.last().copied();
        }
    }

    async fn free_all(&self, due: &[DueHold], until: Timestamp, swept: &mut Swept) {
        let ids: Vec<_> = due.iter().map(|hold| hold.person).collect();
        let people = match each_person(&*self.store, &*self.host, &ids).await {
            Ok(people) => people,
            Err(error) => return swept.failures.push(SweepError::People(error)),
        };
        let fates: Vec<_> = ids.into_iter().zip(people).map(|(id, person)| self.free(id, person, until)).collect();
        let mut fates = stream::iter(fates).buffer_unordered(HOLDS_AT_ONCE);
        while let Some(fate) = fates.next().await {
            swept.note(fate);
        }
    }

    async fn free(&self, id: BeneficiaryId, person: Result<Option<Beneficiary>, StoreError>, until: Timestamp) -> Fate {
        let now = self.host.now();
        if now >= until {
            return Fate::Late;
        }
        let person = match person {
            Ok(person) => person,
            Err(error) => return Fate::Failed(SweepError::Person(id, error)),
        };
        let Some((person, hold)) = person.as_ref().and_then(|person| Some((person, run_out(person, now)?))) else {
            return Fate::PassedOver;
        };
        let release = Release(vec![Ending::given_up(person, hold, hold.turned(Status::Expired, now))]);
        match persist(&*self.host, || self.store.release(&release)).await {
            Ok(Tried::Done(())) => Fate::Freed(Freed::from(hold)),
            Ok(Tried::Refused(())) => self.look_again(hold).await,
            Err(error) => Fate::Failed(SweepError::Release(hold.id, error)),
        }
    }

    /// After a refusal: either the hold is not there any more, or it is its shard that refuses.
    async fn look_again(&self, hold: &Appointment) -> Fate {
        let ids = [hold.beneficiary];
        match persist(&*self.host, || self.store.beneficiaries(&ids)).await {
            Ok(people) if people.iter().flatten().any(|person| person.active.as_ref() == Some(hold)) => {
                Fate::Failed(SweepError::NoRoom(hold.id, hold.shard))
            }
            Ok(_) => Fate::PassedOver,
            Err(error) => Fate::Failed(SweepError::Person(hold.beneficiary, error)),
        }
    }
}

fn run_out(person: &Beneficiary, now: Timestamp) -> Option<&Appointment> {
    person.active.as_ref().filter(|active| active.status.expired_at(now))
}
