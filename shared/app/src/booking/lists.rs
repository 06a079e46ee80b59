use std::cmp::Reverse;

use vaxslot_domain::{
    appointment::Appointment,
    booking::{ChangeRefusal, Own},
    id::AccountId,
};

use super::{Booking, BookingError};
use crate::retry::persist;

impl Booking {
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
