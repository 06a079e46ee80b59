use vaxslot_domain::{
    Timestamp,
    appointment::Appointment,
    booking::{Own, recognise},
    id::{AccountId, AppointmentId, BeneficiaryId},
    person::Beneficiary,
};

use super::{Booking, BookingError, tries::Tries};
use crate::{derive, ports::StoreError, retry::persist};

/// What a request that makes appointments is known by when it comes again.
pub(crate) struct Request<'a> {
    pub people: &'a [BeneficiaryId],
    pub names: Names,
    /// Tells it from another request with the same key.
    pub digest: Option<String>,
}

/// The ids of a request's appointments.
pub(crate) struct Names {
    /// One for each person.
    pub ids: Vec<AppointmentId>,
    /// With an idempotency key, those that other days would give, one day's behind the other's.
    pub others: Vec<AppointmentId>,
}

impl Booking {
    /// Ids made of the key and the day, or at random without a key. Without the day, a key that is used anew long after
    /// would give an id that an ended appointment has.
    pub(crate) fn names(
        &self,
        account: &AccountId,
        people: &[BeneficiaryId],
        key: Option<&str>,
        now: Timestamp,
    ) -> Names {
        let Some(key) = key else {
            let ids = people.iter().map(|_| AppointmentId::new(self.host.uuid())).collect();
            return Names { ids, others: Vec::new() };
        };
        let [ids, others] = derive::keyed_requests(account, key, now)
            .map(|request| people.iter().map(|person| derive::appointment_id(account, request, *person)).collect());
        Names { ids, others }
    }

    /// The answer that the same request was given before, if it was carried out before.
    pub(crate) async fn recall(
        &self,
        account: &AccountId,
        request: &Request<'_>,
    ) -> Result<Option<Vec<Appointment>>, BookingError> {
        let named = request.named();
        // What is not active any more by the first read has ended by the second.
        let people = persist(&*self.host, || self.store.beneficiaries(request.people)).await?;
        let people: Vec<_> = people.into_iter().flatten().filter(|person| person.account == *account).collect();
        let mut found: Vec<Appointment> = people.iter().filter_map(|person| person.active.clone()).collect();
        found.retain(|active| named.iter().any(|own| own.appointment == active.id));
        if found.len() < request.people.len() && !people.is_empty() {
            let ended = persist(&*self.host, || self.store.ended(&named)).await?;
            found.extend(ended.into_iter().flatten());
        }
        let of = |person: &BeneficiaryId| found.iter().find(|each| each.beneficiary == *person).cloned();
        let found = request.people.iter().map(of).collect();
        Ok(recognise(found, request.digest.as_deref())?)
    }

    /// The outcome of a request; or the answer that the same request was given before, where a refusal may hide a repeat.
    pub(crate) async fn or_recalled<T: From<Vec<Appointment>>>(
        &self,
        account: &AccountId,
        request: &Request<'_>,
        outcome: Result<T, BookingError>,
    ) -> Result<T, BookingError> {
        match outcome {
            Err(error) if request.digest.is_some() && error.may_hide_a_repeat() => {
                self.recall(account, request).await?.map(T::from).ok_or(error)
            }
            outcome => outcome,
        }
    }

    /// After the last try. If an answer was lost, says what is there, and never that nothing is.
    pub(super) async fn after_all(
        &self,
        account: &AccountId,
        request: &Request<'_>,
        tries: Tries,
    ) -> Result<Vec<Appointment>, BookingError> {
        let Some(source) = tries.lost else { return Err(StoreError::Throttled.into()) };
        match self.recall(account, request).await {
            Ok(Some(appointments)) => Ok(appointments),
            _ => Err(BookingError::Unclear(source)),
        }
    }
}

impl Request<'_> {
    /// Whether the people's rows bear a trace of the request.
    pub(super) fn traced(&self, account: &AccountId, people: &[Option<Beneficiary>]) -> bool {
        let named = self.named();
        let has = |person: &Beneficiary, id| person.active.as_ref().is_some_and(|active| active.id == id);
        let traced =
            |person: &Beneficiary| named.iter().any(|own| has(person, own.appointment) || person.had(own.appointment));
        people.iter().flatten().filter(|person| person.account == *account).any(traced)
    }

    /// Every appointment that may be this request's.
    fn named(&self) -> Vec<Own> {
        let ids = self.names.ids.iter().chain(&self.names.others);
        self.people.iter().cycle().zip(ids).map(|(person, id)| Own { beneficiary: *person, appointment: *id }).collect()
    }
}
