use vaxslot_domain::{
    access::Scope,
    appointment::{Appointment, Status},
    booking::{Finality, Making, Order, Party, Refusal, WalkIn, admit_walk_in},
    eligibility::Terms,
    id::{AccountId, BeneficiaryId, SessionId},
    person::{Beneficiary, Birth},
    text::Name,
    vaccine::Dose,
    window::Window,
};

use super::{Reception, ReceptionError};
use crate::{
    booking::{BookingError, Made, Request},
    derive,
    retry::persist,
};

/// Somebody who comes without an appointment.
#[derive(Debug, Clone)]
pub enum Visitor {
    Registered(BeneficiaryId),
    /// Somebody without a phone: registered with the center.
    Newcomer {
        name: Name,
        birth: Birth,
    },
}

/// What a visitor wants.
#[derive(Debug, Clone)]
pub struct Visit {
    pub session: SessionId,
    pub slot: Window,
    pub dose: Dose,
    pub visitor: Visitor,
}

impl Reception {
    /// Books a place for somebody who is there, from the same pools as everybody's.
    ///
    /// `by` is the subject of the caller's token. With a `mark`, a repeat is told the first answer.
    pub async fn walk_in(
        &self,
        visit: Visit,
        scope: &Scope,
        by: &str,
        mark: Option<&str>,
    ) -> Result<Appointment, ReceptionError> {
        let found = persist(&*self.host, || self.store.session(visit.session)).await?;
        let mine = found.filter(|session| scope.covers_center(&session.center));
        let session = mine.ok_or(BookingError::Refused(Refusal::NoSuchSession))?;
        let (person, is_new) = match visit.visitor {
            Visitor::Registered(id) => (self.registered(id).await?, false),
            Visitor::Newcomer { name, birth } => {
                let id = mark.map_or_else(|| self.host.uuid(), |mark| derive::id(&["walk-in", mark]));
                (Beneficiary::new(BeneficiaryId::new(id), AccountId::of_center(session.center.id), name, birth), true)
            }
        };
        let party = Party::new(vec![person.id]).unwrap_or_else(|_| unreachable!("one person is a party"));
        let order = Order { account: person.account.clone(), party, slot: visit.slot, dose: visit.dose };
        let now = self.host.now();
        let request = Request {
            people: order.party.people(),
            names: self.booking.names(&order.account, order.party.people(), mark, now),
            digest: mark.map(|_| derive::request_digest(session.id, &order, Finality::Book)),
        };
        let making = Making {
            session: &session,
            status: Status::Confirmed,
            now,
            request: request.digest.as_deref(),
            others: &request.names.others,
            changes_a_day: self.booking.policy.changes_a_day,
            tickets: &[],
            walk_in: Some(WalkIn { by, newcomer: is_new.then_some(&person) }),
        };
        let outcome = self.take_in(&order, &request, &making).await;
        let made = self.booking.or_recalled(&order.account, &request, outcome).await?;
        made.into_iter()
            .flatten()
            .next()
            .ok_or_else(|| crate::ports::StoreError::Failed("a party of nobody".into()).into())
    }

    async fn take_in(&self, order: &Order, request: &Request<'_>, making: &Making<'_>) -> Result<Made, BookingError> {
        let pool = admit_walk_in(making.session, order, making.now)?;
        if let Some(person) = making.walk_in.and_then(|walk_in| walk_in.newcomer) {
            let terms = Terms::of(making.session, order.dose);
            terms.check(person).map_err(|why| Refusal::Ineligible { beneficiary: person.id, why })?;
        }
        self.booking.reserve_in(pool, order, request, making).await
    }

    async fn registered(&self, id: BeneficiaryId) -> Result<Beneficiary, BookingError> {
        let ids = [id];
        let people = persist(&*self.host, || self.store.beneficiaries(&ids)).await?;
        people.into_iter().flatten().next().ok_or_else(|| Refusal::NoSuchBeneficiary(id).into())
    }
}
