use std::collections::HashMap;

use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{ChangeRefusal, Check, Ending, Own, Release, check_confirm, check_give_up},
    id::{AccountId, AppointmentId},
    person::Beneficiary,
};

use super::{Booking, BookingError};
use crate::{
    derive,
    ports::{StoreError, Tried},
    retry::{Patience, persist},
};

/// When the slots of appointments start.
pub(super) struct Starts(HashMap<AppointmentId, Timestamp>);

impl Starts {
    /// Where the session is not there, nothing stands against a change.
    pub fn of(&self, appointment: &Appointment) -> Timestamp {
        self.0.get(&appointment.id).copied().unwrap_or(Timestamp::MAX)
    }
}

impl Booking {
    /// Confirms holds, all or none.
    ///
    /// `mark` tells the request from others; one that was carried out before is answered as it was then.
    pub async fn confirm(
        &self,
        account: &AccountId,
        holds: &[Own],
        mark: Option<&str>,
    ) -> Result<Vec<Appointment>, BookingError> {
        let (now, mark) = (self.host.now(), self.mark(mark));
        let found = match persist(&*self.host, || self.store.confirm(account, holds, now, &mark)).await? {
            Tried::Done(appointments) => return Ok(appointments),
            Tried::Refused(found) => found,
        };
        if let Some(appointments) = confirmed_by(&mark, account, &found) {
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
    ///
    /// `mark` is as for [`Booking::confirm`].
    pub async fn cancel(
        &self,
        account: &AccountId,
        own: &[Own],
        mark: Option<&str>,
    ) -> Result<Vec<Appointment>, BookingError> {
        let mark = self.mark(mark);
        let ids: Vec<_> = own.iter().map(|own| own.beneficiary).collect();
        for _ in 0..Patience::USUAL.attempts {
            let people = persist(&*self.host, || self.store.beneficiaries(&ids)).await?;
            let now = self.host.now();
            let release = match self.cancellation(account, own, &people, &mark, now).await {
                Err(BookingError::ChangeRefused(refusal @ ChangeRefusal::NoSuchAppointment(_))) => {
                    let earlier = self.cancelled_by(&mark, account, own, &people).await?;
                    return earlier.ok_or_else(|| refusal.into());
                }
                decided => decided?,
            };
            if let Tried::Done(()) = persist(&*self.host, || self.store.release(&release)).await? {
                return Ok(release.ended());
            }
        }
        Err(StoreError::Conflict.into())
    }

    async fn cancellation(
        &self,
        account: &AccountId,
        own: &[Own],
        people: &[Option<Beneficiary>],
        mark: &str,
        now: Timestamp,
    ) -> Result<Release, BookingError> {
        let starts = self.starts(people).await?;
        let mut endings = Vec::new();
        for (own, person) in own.iter().zip(people) {
            let start = |active: &Appointment| starts.of(active);
            let (person, active) = check_give_up(account, *own, person.as_ref(), start, self.policy.cut_off, now)?;
            endings.push(Ending::given_up(person, active, active.turned_by(mark, Status::Cancelled, now)));
        }
        Ok(Release(endings))
    }

    /// When the slots of the active appointments start.
    pub(super) async fn starts(&self, people: &[Option<Beneficiary>]) -> Result<Starts, BookingError> {
        let mut starts = HashMap::new();
        for active in people.iter().flatten().filter_map(|person| person.active.as_ref()) {
            if let Some(session) = self.sessions.get(active.shard.pool.session).await? {
                starts.insert(active.id, session.starts_at(active.window));
            }
        }
        Ok(Starts(starts))
    }

    /// The appointments as a request with this mark ended them, if it did.
    async fn cancelled_by(
        &self,
        mark: &str,
        account: &AccountId,
        own: &[Own],
        people: &[Option<Beneficiary>],
    ) -> Result<Option<Vec<Appointment>>, BookingError> {
        if !people.iter().flatten().any(|person| person.account == *account) {
            return Ok(None);
        }
        let ended = persist(&*self.host, || self.store.ended(own)).await?;
        let ours = |(ended, person): (Option<Appointment>, &Option<Beneficiary>)| {
            let owned = person.as_ref().is_some_and(|person| person.account == *account);
            ended.filter(|ended| owned && ended.status == Status::Cancelled && ended.change.as_deref() == Some(mark))
        };
        Ok(ended.into_iter().zip(people).map(ours).collect())
    }

    /// The request's mark, or one of its own, by which it knows itself after a lost answer.
    fn mark(&self, mark: Option<&str>) -> String {
        mark.map_or_else(|| derive::digest(&["change", &self.host.uuid().to_string()]), str::to_owned)
    }
}

fn confirmed_by(mark: &str, account: &AccountId, found: &[Check<Beneficiary>]) -> Option<Vec<Appointment>> {
    let ours = |check: &Check<Beneficiary>| match check {
        Check::Failed(Some(person)) if person.account == *account => person
            .active
            .clone()
            .filter(|active| active.status == Status::Confirmed && active.change.as_deref() == Some(mark)),
        _ => None,
    };
    found.iter().map(ours).collect()
}
