use std::sync::Arc;

use vaxslot_domain::{
    SignedDuration, Timestamp,
    booking::{Finality, Order, Refusal},
    id::{AccountId, SessionId},
    session::{PoolKey, Session},
    ticket::{Claim, Queued, TicketEnd, TicketId, TicketKey},
};

use super::{
    Ticket,
    fate::{self, Closed, Fate},
    name::Name,
    waiting::Waiting,
};
use crate::{
    derive,
    ports::{Host, Queue, Store, StoreError},
    retry::persist,
};

/// For how long a ticket is known: longer than a message can wait in the queue and behind it.
const KNOWN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How often an end that points to the day before is followed. A name lives for a day, so it is once.
const MOST_STEPS: u32 = 2;

/// Why a ticket's state cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// Absent, malformed, or another account's: they look the same.
    #[error("there is no such ticket")]
    NoSuchTicket,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a ticket stands, as its holder is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketState {
    pub fate: Fate,
    /// While it is open: at most about so many reservations are in front; none if that is not known.
    pub ahead: Option<u32>,
}

/// A reservation that is to be queued.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub session: SessionId,
    pub order: &'a Order,
    pub finality: Finality,
    pub name: &'a Name,
    /// Whether it may have been queued the day before, by the name that it had then.
    pub carried: bool,
    pub at: Timestamp,
}

impl Wanted<'_> {
    /// Its ticket: the same for the same request with the same content.
    pub fn ticket(&self) -> Ticket {
        let digest = derive::request_digest(self.session, self.order, self.finality);
        let mark = u64::from_str_radix(&digest, 16).unwrap_or_default();
        let id = TicketId { request: self.name.request, mark };
        Ticket { id, accepted_at: self.at, ahead: None, party: self.order.party.clone() }
    }

    /// The tickets that it can have been given before; none if it cannot come again.
    pub fn tickets(&self) -> Option<Tickets> {
        let [request, _] = self.name.others?;
        let own = self.ticket();
        let earlier = Ticket { id: TicketId { request, ..own.id }, ..own.clone() };
        Some(Tickets { own, earlier: self.carried.then_some(earlier) })
    }
}

/// The tickets of a request that can come again.
pub(crate) struct Tickets {
    pub own: Ticket,
    /// That of the day before, if there may be one.
    pub earlier: Option<Ticket>,
}

impl Tickets {
    pub fn iter(&self) -> impl Iterator<Item = &Ticket> {
        std::iter::once(&self.own).chain(&self.earlier)
    }
}

/// Gives out tickets and tells how they stand.
pub struct Desk {
    store: Arc<dyn Store>,
    queue: Arc<dyn Queue>,
    host: Arc<dyn Host>,
    waiting: Waiting,
}

impl Desk {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, queue: Arc<dyn Queue>, host: Arc<dyn Host>) -> Self {
        let waiting = Waiting::new(queue.clone(), host.clone());
        Self { store, queue, host, waiting }
    }

    /// Queues a reservation, and gives the ticket for it.
    ///
    /// What the session's sums know to be sold out is refused at once. If the request may have been queued before under the
    /// same name, its ticket is closed first, so that the refusal is the truth.
    pub(crate) async fn accept(
        &self,
        session: &Session,
        pool: PoolKey,
        wanted: Wanted<'_>,
    ) -> Result<Result<Ticket, Refusal>, StoreError> {
        let summary = session.pool(pool.slot, pool.dose);
        if summary.is_some_and(|summary| summary.free == 0) {
            return self.refuse(wanted, Refusal::SoldOut).await;
        }
        let ticket = Ticket { ahead: self.waiting.count().await, ..wanted.ticket() };
        let shards = u64::from(summary.map_or(1, |summary| summary.shards).max(1));
        let number = u8::try_from(wanted.name.line % shards).unwrap_or(0);
        let queued = Queued {
            ticket: ticket.id,
            others: wanted.name.others,
            order: wanted.order.clone(),
            finality: wanted.finality,
            accepted_at: ticket.accepted_at,
            shard: pool.shard(number),
        };
        persist(&*self.host, || self.queue.send(&queued)).await?;
        Ok(Ok(ticket))
    }

    /// Refuses a request. One that may be queued under the same name is refused for good; if its ticket has ended before,
    /// that ticket is the answer.
    pub(crate) async fn refuse(
        &self,
        wanted: Wanted<'_>,
        refusal: Refusal,
    ) -> Result<Result<Ticket, Refusal>, StoreError> {
        let Some(tickets) = wanted.tickets() else { return Ok(Err(refusal)) };
        let (account, end) = (&wanted.order.account, TicketEnd::Refused(refusal.clone()));
        if let Some(earlier) = &tickets.earlier
            && self.close(earlier, account, end.clone()).await? == Closed::Before
        {
            return self.told_by(tickets, account).await.map(Ok);
        }
        Ok(match self.close(&tickets.own, account, end).await? {
            Closed::Now => Err(refusal),
            Closed::Before => Ok(tickets.own),
        })
    }

    /// The ticket of a request, if it was closed. That can also be known from the mark that it left on the first of the party,
    /// but marks make room for others.
    pub(crate) async fn closed(&self, wanted: Wanted<'_>) -> Result<Option<Ticket>, StoreError> {
        let Some(tickets) = wanted.tickets() else { return Ok(None) };
        let account = &wanted.order.account;
        let keys: Vec<TicketKey> = tickets.iter().filter_map(|ticket| fate::key(&ticket.claim(account))).collect();
        let ends = persist(&*self.host, || self.store.ticket_ends(&keys)).await?;
        match ends.iter().position(Option::is_some) {
            None => Ok(None),
            Some(0) => Ok(Some(tickets.own)),
            Some(_) => self.told_by(tickets, account).await.map(Some),
        }
    }

    /// A request's own ticket, now that the one of the day before has ended: from here on it tells the same, unless it has ended itself.
    async fn told_by(&self, tickets: Tickets, account: &AccountId) -> Result<Ticket, StoreError> {
        if let Some(earlier) = tickets.earlier {
            let claim = earlier.claim(account);
            let fate = self.fate(&claim).await?;
            self.close(&tickets.own, account, fate.told_by(&claim)).await?;
        }
        Ok(tickets.own)
    }

    async fn close(&self, ticket: &Ticket, account: &AccountId, end: TicketEnd) -> Result<Closed, StoreError> {
        fate::close(&*self.store, &*self.host, Timestamp::MAX, &ticket.claim(account), end).await
    }

    /// How a ticket of one's own stands.
    pub async fn show(&self, account: &AccountId, word: &str) -> Result<TicketState, TicketError> {
        let ticket = Ticket::decode(word, account).ok_or(TicketError::NoSuchTicket)?;
        let age = self.host.now().duration_since(ticket.accepted_at);
        if age > KNOWN {
            return Err(TicketError::NoSuchTicket);
        }
        let mut claim = ticket.claim(account);
        for _ in 0..MOST_STEPS {
            match self.fate(&claim).await? {
                Fate::Over(TicketEnd::Elsewhere { request }) => {
                    claim = super::claim(TicketId { request, ..ticket.id }, account, &ticket.party);
                }
                Fate::Open => {
                    let ahead = match (ticket.ahead, self.waiting.count().await) {
                        (Some(then), Some(now)) => Some(then.min(now)),
                        (then, now) => then.or(now),
                    };
                    return Ok(TicketState { fate: Fate::Open, ahead });
                }
                fate => return Ok(TicketState { fate, ahead: None }),
            }
        }
        Err(TicketError::NoSuchTicket)
    }

    async fn fate(&self, claim: &Claim) -> Result<Fate, StoreError> {
        let mut fates = fate::fates(&*self.store, &*self.host, Timestamp::MAX, std::slice::from_ref(claim)).await?;
        Ok(fates.pop().unwrap_or(Fate::Open))
    }
}
