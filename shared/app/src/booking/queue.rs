use vaxslot_domain::{
    appointment::Appointment,
    booking::{Admission, Finality, Order, Refusal, admit},
    id::SessionId,
    opening::Way,
    ticket::TicketId,
};

use super::{Booking, BookingError};
use crate::{
    derive,
    tickets::{Desk, Name, Ticket, Tickets, Wanted},
};

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
    /// With an idempotency key, a repeat that is queued has the same ticket, or on the next day one that tells the same. Once
    /// that ticket is closed, no repeat makes an appointment, be it in the queue or beside it.
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
        let lately = facts.queued_lately(self.policy.opening, now);
        let carried = lately && facts.opened_before(derive::day_began(now));
        let wanted = Wanted { session, order, finality, name: &name, carried, at: now };
        if let Ok(Admission { pool, way: Way::Queued }) = admit(&facts, order, &self.policy, now) {
            return Ok(Reserved::Queued(desk.accept(&facts, pool, wanted).await??));
        }
        if lately && let Some(ticket) = desk.closed(wanted).await? {
            return Ok(Reserved::Queued(ticket));
        }
        let tickets: Vec<TicketId> = wanted.tickets().iter().flat_map(Tickets::iter).map(|ticket| ticket.id).collect();
        match self.reserve_now(&facts, order, finality, key, now, &tickets).await {
            Ok(Some(made)) => Ok(Reserved::Made(made)),
            Ok(None) => Ok(Reserved::Queued(desk.closed(wanted).await?.unwrap_or_else(|| wanted.ticket()))),
            Err(BookingError::Refused(refusal)) if lately && may_wait(&refusal) => {
                Ok(Reserved::Queued(desk.refuse(wanted, refusal).await??))
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether a request that was refused so may have been queued before.
fn may_wait(refusal: &Refusal) -> bool {
    !matches!(
        refusal,
        Refusal::NoSuchSession | Refusal::NoSuchSlot | Refusal::DoseNotOffered { .. } | Refusal::NotYetOpen { .. }
    )
}
