use std::sync::Arc;

use vaxslot_domain::{
    SignedDuration, Timestamp,
    appointment::Status,
    booking::{Admission, Finality, Making, Refusal, Reservation, Take, admit},
    id::AppointmentId,
    session::Session,
    ticket::{Claim, Queued, TicketEnd, TicketId},
};

use super::Booker;
use crate::{
    ports::StoreError,
    retry::persist_until,
    tickets::{Fate, claim, fates, key},
};

/// From this age on, a message may have been worked on before, whatever the queue counts.
const OLD: SignedDuration = SignedDuration::from_secs(60);

/// A reservation in line, with what is needed to make it.
pub(super) struct Case<'a> {
    /// In the line.
    pub place: usize,
    pub queued: &'a Queued,
    pub session: Arc<Session>,
    pub status: Status,
    pub claim: Claim,
    /// The ids that the same request would have given the day before.
    earlier: Option<Claim>,
    digest: String,
}

impl Case<'_> {
    pub fn units(&self) -> u32 {
        self.queued.order.party.units()
    }

    /// The transaction that makes it. It comes out the same each time: `made_at` is when the ticket was given out.
    pub fn reservation(&self, take: Take, changes_a_day: u32) -> Reservation {
        let earlier = self.earlier.as_ref().map(ids).unwrap_or_default();
        let making = Making {
            session: &self.session,
            status: self.status,
            now: self.queued.accepted_at,
            request: Some(&self.digest),
            earlier: &earlier,
            changes_a_day,
            ticket: Some(self.queued.ticket),
            walk_in: None,
        };
        Reservation::new(&self.queued.order, take, &ids(&self.claim), &making)
    }
}

fn ids(claim: &Claim) -> Vec<AppointmentId> {
    claim.party.iter().map(|own| own.appointment).collect()
}

/// What the facts alone say about a reservation.
pub(super) enum Sorted<'a> {
    Case(Case<'a>),
    /// It cannot be made: its ticket is to be closed.
    End(Claim, TicketEnd),
}

impl Booker {
    /// Which of these tickets are known to have ended. Looks only where there may be an end: the first delivery of a request
    /// that cannot come again needs no read.
    pub(super) async fn ended(&self, line: &[(&Queued, u32)], deadline: Timestamp) -> Result<Vec<bool>, StoreError> {
        let (store, host) = (&*self.booking.store, &*self.booking.host);
        let now = host.now();
        let mut ended = vec![false; line.len()];
        let claims: Vec<(usize, Claim)> = line
            .iter()
            .enumerate()
            .filter(|(_, (queued, received))| *received > 1 || now.duration_since(queued.accepted_at) > OLD)
            .map(|(place, (queued, _))| (place, claim_of(queued, queued.ticket)))
            .collect();
        if !claims.is_empty() {
            let (places, claims): (Vec<usize>, Vec<Claim>) = claims.into_iter().unzip();
            let found = fates(store, host, deadline, &claims).await?;
            for (place, fate) in places.into_iter().zip(found) {
                ended[place] = fate != Fate::Open;
            }
        }
        // A request that was made before under its name is known by its people's rows; one that was refused is not.
        let named: Vec<usize> =
            (0..line.len()).filter(|place| !ended[*place] && line[*place].0.earlier.is_some()).collect();
        let keys: Vec<_> =
            named.iter().filter_map(|place| key(&claim_of(line[*place].0, line[*place].0.ticket))).collect();
        if !keys.is_empty() {
            let ends = persist_until(host, deadline, || store.ticket_ends(&keys)).await?;
            for (place, end) in named.into_iter().zip(ends) {
                ended[place] = end.is_some();
            }
        }
        Ok(ended)
    }

    /// Sorts out what the session's facts refuse. Whether it was open and there was notice enough is judged by when the
    /// ticket was given out; whether the slot has begun, by now.
    pub(super) async fn sort<'a>(&self, place: usize, queued: &'a Queued) -> Result<Sorted<'a>, StoreError> {
        let claim = claim_of(queued, queued.ticket);
        let Some(session) = self.booking.sessions.get(queued.shard.pool.session).await? else {
            return Ok(Sorted::End(claim, TicketEnd::Refused(Refusal::NoSuchSession)));
        };
        let (order, accepted_at, now) = (&queued.order, queued.accepted_at, self.now());
        match admit(&session, order, &self.booking.policy, accepted_at) {
            Err(refusal) => return Ok(Sorted::End(claim, TicketEnd::Refused(refusal))),
            Ok(_) if now >= session.starts_at(order.slot) => {
                return Ok(Sorted::End(claim, TicketEnd::Refused(Refusal::SlotPast)));
            }
            // It would take from another pool than the one it waits for: no message of ours.
            Ok(Admission { pool, .. }) if pool != queued.shard.pool => {
                return Ok(Sorted::End(claim, TicketEnd::Failed));
            }
            Ok(_) => {}
        }
        let until = accepted_at.saturating_add(self.booking.policy.hold).unwrap_or(Timestamp::MAX);
        let status = match queued.finality {
            Finality::Book => Status::Confirmed,
            // Nobody could confirm it any more.
            Finality::Hold if until < now => return Ok(Sorted::End(claim, TicketEnd::Failed)),
            Finality::Hold => Status::Held { until },
        };
        let earlier = queued.earlier.map(|request| claim_of(queued, TicketId { request, ..queued.ticket }));
        Ok(Sorted::Case(Case { place, queued, session, status, claim, earlier, digest: queued.ticket.digest() }))
    }
}

pub(super) fn claim_of(queued: &Queued, ticket: TicketId) -> Claim {
    claim(ticket, &queued.order.account, &queued.order.party)
}
