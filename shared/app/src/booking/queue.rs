use vaxslot_domain::{
    Timestamp,
    appointment::Appointment,
    booking::{Admission, Finality, Order, Refusal, admit},
    id::SessionId,
    opening::Way,
    session::Session,
};

use super::{Booking, BookingError};
use crate::tickets::{Desk, Name, Ticket, Wanted};

/// What became of a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserved {
    Made(Vec<Appointment>),
    /// It waits its turn, or did: its ticket tells.
    Queued(Ticket),
}

impl Booking {
    /// As [`Booking::reserve`]; while the session opens, the reservation is queued instead.
    ///
    /// With an idempotency key, a repeat that is queued has the same ticket. Once that ticket is closed, no repeat makes an
    /// appointment, be it in the queue or beside it.
    pub async fn reserve_or_queue(
        &self,
        desk: &Desk,
        session: SessionId,
        order: &Order,
        finality: Finality,
        key: Option<&str>,
    ) -> Result<Reserved, BookingError> {
        let facts = self.sessions.get(session).await?.ok_or(Refusal::NoSuchSession)?;
        let now = self.host.now();
        let name = Name::of(&order.account, key, now, &*self.host);
        let wanted = Wanted { session, order, finality, name: &name, at: now };
        if let Ok(Admission { pool, way: Way::Queued }) = admit(&facts, order, &self.policy, now) {
            return Ok(Reserved::Queued(desk.accept(&facts, pool, wanted).await??));
        }
        let ticket = wanted.known_ticket();
        if let Some(ticket) = &ticket
            && facts.queued_lately(self.policy.opening, now)
            && desk.was_closed(ticket, &order.account).await?
        {
            return Ok(Reserved::Queued(ticket.clone()));
        }
        match self.reserve_now(&facts, order, finality, key, now, ticket.map(|ticket| ticket.id)).await {
            Ok(Some(made)) => Ok(Reserved::Made(made)),
            Ok(None) => Ok(Reserved::Queued(wanted.ticket())),
            Err(BookingError::Refused(refusal)) if self.may_wait(&facts, &refusal, now) => {
                Ok(Reserved::Queued(desk.refuse(wanted, refusal).await??))
            }
            Err(error) => Err(error),
        }
    }

    /// Whether a request that was refused may have been queued before.
    fn may_wait(&self, session: &Session, refusal: &Refusal, now: Timestamp) -> bool {
        let never = matches!(
            refusal,
            Refusal::NoSuchSession | Refusal::NoSuchSlot | Refusal::DoseNotOffered { .. } | Refusal::NotYetOpen { .. }
        );
        !never && session.queued_lately(self.policy.opening, now)
    }
}
