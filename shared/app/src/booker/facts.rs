use std::sync::Arc;

use vaxslot_domain::{
    SignedDuration, Timestamp,
    appointment::Status,
    booking::{Admission, Finality, Making, Refusal, Reservation, Take, admit},
    id::AppointmentId,
    session::Session,
    ticket::{Claim, Queued, TicketEnd, TicketId, TicketKey},
};

use super::Booker;
use crate::{
    derive,
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
    /// What the same request would have made, or may make, under the names that it has on other days.
    pub others: Vec<Claim>,
    /// Whether it may have come the day before.
    carried: bool,
    digest: String,
}

impl Case<'_> {
    pub fn units(&self) -> u32 {
        self.queued.order.party.units()
    }

    /// The closing of its ticket.
    pub fn ends(&self, end: TicketEnd) -> Ending {
        let others = self.others.iter().skip(usize::from(!self.carried)).cloned().collect();
        Ending { place: self.place, claim: self.claim.clone(), others, end }
    }

    /// The transaction that makes it. It comes out the same each time on one day: `made_at` is when the ticket was given out.
    pub fn reservation(&self, take: Take, changes_a_day: u32) -> Reservation {
        let others: Vec<AppointmentId> = self.others.iter().flat_map(ids).collect();
        let tickets: Vec<TicketId> = std::iter::once(&self.claim).chain(&self.others).map(|each| each.ticket).collect();
        let making = Making {
            session: &self.session,
            status: self.status,
            now: self.queued.accepted_at,
            request: Some(&self.digest),
            others: &others,
            changes_a_day,
            tickets: &tickets,
            walk_in: None,
        };
        Reservation::new(&self.queued.order, take, &ids(&self.claim), &making)
    }
}

fn ids(claim: &Claim) -> Vec<AppointmentId> {
    claim.party.iter().map(|own| own.appointment).collect()
}

/// A ticket that is to be closed.
pub(super) struct Ending {
    /// In the line.
    pub place: usize,
    pub claim: Claim,
    /// The tickets that the same request may have on other days: if one has ended, so has this.
    pub others: Vec<Claim>,
    pub end: TicketEnd,
}

/// What the facts alone say about a reservation.
pub(super) enum Sorted<'a> {
    Case(Case<'a>),
    /// It cannot be made.
    End(Ending),
}

impl Booker {
    /// Which of these tickets are known to have ended, and the ends of those whose requests were refused on another day. Looks
    /// only where there may be an end: the first delivery of a request that cannot come again needs no read.
    pub(super) async fn ended(
        &self,
        line: &[(&Queued, u32)],
        deadline: Timestamp,
    ) -> Result<(Vec<bool>, Vec<Ending>), StoreError> {
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
        let named: Vec<(usize, Vec<Claim>)> = line
            .iter()
            .enumerate()
            .filter(|(place, (queued, _))| !ended[*place] && queued.others.is_some())
            .map(|(place, (queued, _))| {
                let own = claim_of(queued, queued.ticket);
                (place, std::iter::once(own).chain(others(queued, now)).collect())
            })
            .collect();
        let keys: Vec<TicketKey> = named.iter().flat_map(|(_, claims)| claims).filter_map(key).collect();
        let mut ends = Vec::new();
        if !keys.is_empty() {
            let mut found = persist_until(host, deadline, || store.ticket_ends(&keys)).await?.into_iter();
            for (place, claims) in named {
                let known = claims.iter().zip(found.by_ref()).enumerate();
                let known = known.filter_map(|(day, (claim, end))| Some((day, claim, end?))).collect::<Vec<_>>();
                match known.into_iter().next() {
                    Some((0, ..)) => ended[place] = true,
                    Some((_, other, end)) => {
                        let end = Fate::Over(end).told_by(other);
                        ends.push(Ending { place, claim: claims[0].clone(), others: Vec::new(), end });
                    }
                    None => {}
                }
            }
        }
        Ok((ended, ends))
    }

    /// Sorts out what the session's facts refuse. Whether it was open and there was notice enough is judged by when the
    /// ticket was given out; whether the slot has begun, by now.
    pub(super) async fn sort<'a>(&self, place: usize, queued: &'a Queued) -> Result<Sorted<'a>, StoreError> {
        let claim = claim_of(queued, queued.ticket);
        let others = others(queued, self.now());
        let Some(session) = self.booking.sessions.get(queued.shard.pool.session).await? else {
            let end = TicketEnd::Refused(Refusal::NoSuchSession);
            return Ok(Sorted::End(Ending { place, claim, others, end }));
        };
        let (order, accepted_at, now) = (&queued.order, queued.accepted_at, self.now());
        let until = accepted_at.saturating_add(self.booking.policy.hold).unwrap_or(Timestamp::MAX);
        let status = match queued.finality {
            Finality::Book => Status::Confirmed,
            Finality::Hold => Status::Held { until },
        };
        let carried = session.opened_before(derive::day_began(accepted_at));
        let admitted = admit(&session, order, &self.booking.policy, accepted_at);
        let begins = session.starts_at(order.slot);
        let case = Case { place, queued, session, status, claim, others, carried, digest: queued.ticket.digest() };
        Ok(match admitted {
            Err(refusal) => Sorted::End(case.ends(TicketEnd::Refused(refusal))),
            Ok(_) if now >= begins => Sorted::End(case.ends(TicketEnd::Refused(Refusal::SlotPast))),
            // It would take from another pool than the one it waits for: no message of ours.
            Ok(Admission { pool, .. }) if pool != queued.shard.pool => Sorted::End(case.ends(TicketEnd::Failed)),
            // Nobody could confirm it any more.
            Ok(_) if queued.finality == Finality::Hold && until < now => Sorted::End(case.ends(TicketEnd::Failed)),
            Ok(_) => Sorted::Case(case),
        })
    }
}

/// What the same request would have made the day before, and may make under its next name if that day has begun.
fn others(queued: &Queued, now: Timestamp) -> Vec<Claim> {
    let days = if derive::day_began(now) > queued.accepted_at { 2 } else { 1 };
    let names = queued.others.into_iter().flatten().take(days);
    names.map(|request| claim_of(queued, TicketId { request, ..queued.ticket })).collect()
}

pub(super) fn claim_of(queued: &Queued, ticket: TicketId) -> Claim {
    claim(ticket, &queued.order.account, &queued.order.party)
}
