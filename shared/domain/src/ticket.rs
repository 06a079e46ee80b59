//! A ticket: the receipt of a reservation that was accepted into the queue.
//!
//! It ends once, as appointments or as a [`TicketEnd`], whatever is delivered twice, late, or in another order. Both ends
//! exclude each other in the store: appointments are made on condition that the first of the party carries no mark that the
//! ticket is over, and a ticket is closed, which sets that mark, on condition that no appointment of it was ever made.

use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{
    appointment::Appointment,
    booking::{Check, Finality, Order, Own, Refusal},
    id::{AccountId, BeneficiaryId},
    person::Beneficiary,
    session::ShardKey,
};

/// What a ticket goes by. The same request with the same content has the same; with another content it has another, so
/// that each has an end of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketId {
    /// What the request goes by: appointments get their ids from it.
    pub request: Uuid,
    /// A digest of what was asked for.
    pub mark: u64,
}

/// A text that names no ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a UUID, '-', and 16 hexadecimal digits")]
pub struct BadTicketId;

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.request.hyphenated(), self.digest())
    }
}

impl TicketId {
    /// The digest as appointments carry it.
    #[must_use]
    pub fn digest(&self) -> String {
        format!("{:016x}", self.mark)
    }
}

impl FromStr for TicketId {
    type Err = BadTicketId;

    fn from_str(text: &str) -> Result<Self, BadTicketId> {
        let (request, mark) = text.split_at_checked(36).ok_or(BadTicketId)?;
        let id = Self {
            request: Uuid::try_parse(request).map_err(|_| BadTicketId)?,
            mark: mark.strip_prefix('-').and_then(|mark| u64::from_str_radix(mark, 16).ok()).ok_or(BadTicketId)?,
        };
        if id.to_string() == text { Ok(id) } else { Err(BadTicketId) }
    }
}

/// A reservation on its way through the queue. It names people by id only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    pub ticket: TicketId,
    /// What the request would go by the day before and the day after; none if its caller gave it no name by which it can
    /// come again.
    pub others: Option<[Uuid; 2]>,
    pub order: Order,
    pub finality: Finality,
    /// When the caller was told that it waits its turn.
    pub accepted_at: Timestamp,
    /// The shard it is to take from. Reservations of one shard keep their order.
    pub shard: ShardKey,
}

/// How a ticket ended that made no appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketEnd {
    Refused(Refusal),
    /// It could not be carried out in time, or at all.
    Failed,
    /// The same request has come on another day, when it went by this name: what became of it then is the answer.
    Elsewhere {
        request: Uuid,
    },
}

/// The closing of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    pub ticket: TicketId,
    pub account: AccountId,
    /// The first of the party, and the appointment the ticket would have made for them.
    pub first: Own,
    pub end: TicketEnd,
    pub at: Timestamp,
    pub fence: Fence,
}

/// How a closing keeps a transaction that is still under way from making the ticket's appointments afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fence {
    /// By a mark on the first of the party, in place of these that are of no more use.
    Mark { instead_of: Vec<TicketId> },
    /// Not at all: the account has no such beneficiary, so no transaction for it can succeed.
    None,
}

/// How many marks of closed tickets a person carries at most.
pub const MOST_MARKS: usize = 8;

/// How long a mark is of use: longer than a request can be under way, or its token be remembered.
const MARK_COUNTS: SignedDuration = SignedDuration::from_mins(15);

impl Closing {
    /// A closing that marks the first of the party.
    #[must_use]
    pub fn new(ticket: TicketId, account: &AccountId, first: Own, end: TicketEnd, at: Timestamp) -> Self {
        let fence = Fence::Mark { instead_of: Vec::new() };
        Self { ticket, account: account.clone(), first, end, at, fence }
    }

    /// How many marks a person may carry for this closing to add one.
    #[must_use]
    pub fn room(&self) -> usize {
        match &self.fence {
            Fence::Mark { instead_of } => MOST_MARKS + instead_of.len(),
            Fence::None => 0,
        }
    }

    /// Whether the first of the party, as found, can be marked.
    #[must_use]
    pub fn may_mark(&self, person: &Beneficiary) -> bool {
        let carried = person.active.as_ref().is_some_and(|active| self.made(active));
        person.account == self.account && !carried && person.closed_tickets.len() < self.room()
    }

    /// Whether an appointment of the first of the party was made by this ticket, and not by another of the same request.
    #[must_use]
    pub fn made(&self, appointment: &Appointment) -> bool {
        appointment.id == self.first.appointment && appointment.request.as_deref() == Some(&self.ticket.digest())
    }

    /// What to do about a closing that was refused.
    #[must_use]
    pub fn settle(&self, found: &Standing) -> Settled {
        if found.end.is_some() || matches!(found.ended, Check::Failed(_)) {
            return Settled::Over;
        }
        match &found.person {
            Check::Held => Settled::Over,
            Check::Failed(person) => match person.as_ref().filter(|person| person.account == self.account) {
                None => Settled::Again(Self { fence: Fence::None, ..self.clone() }),
                Some(person) if person.active.as_ref().is_some_and(|active| self.made(active)) => Settled::Over,
                Some(person) => {
                    let fence = Fence::Mark { instead_of: dispensable(person, self.at) };
                    Settled::Again(Self { fence, ..self.clone() })
                }
            },
        }
    }
}

/// Marks that are of no more use; at least one of those that a person with all too many carries.
fn dispensable(person: &Beneficiary, now: Timestamp) -> Vec<TicketId> {
    let mut marks: Vec<(Timestamp, TicketId)> =
        person.closed_tickets.iter().map(|(ticket, at)| (*at, *ticket)).collect();
    marks.sort_unstable();
    let excess = (marks.len() + 1).saturating_sub(MOST_MARKS);
    let old = marks.iter().filter(|(at, _)| now.duration_since(*at) > MARK_COUNTS).count();
    marks.into_iter().take(old.max(excess)).map(|(_, ticket)| ticket).collect()
}

/// What a closing found that was refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// How the ticket had been closed.
    pub end: Option<TicketEnd>,
    /// The first of the party.
    pub person: Check<Beneficiary>,
    /// Their appointment, if it was made and has ended.
    pub ended: Check<Appointment>,
}

/// What a refused closing means.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// The ticket had ended before.
    Over,
    /// Close it this way.
    Again(Closing),
}

/// A ticket whose end is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub ticket: TicketId,
    pub account: AccountId,
    /// The appointments it would make, in the party's order.
    pub party: Vec<Own>,
}

/// Where the end of a ticket is kept: with the first of its party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TicketKey {
    pub first: BeneficiaryId,
    pub ticket: TicketId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(mark: u64) -> TicketId {
        TicketId { request: Uuid::from_u128(7), mark }
    }

    #[test]
    fn an_id_reads_back_and_has_one_spelling() {
        let text = id(0xab).to_string();
        assert_eq!(text, "00000000-0000-0000-0000-000000000007-00000000000000ab");
        assert_eq!(text.parse(), Ok(id(0xab)));
        for bad in ["", "7", &text[..36], &text.replace('b', "B"), &text[..50], &format!("{text}0"), &"é".repeat(30)] {
            assert_eq!(bad.parse::<TicketId>(), Err(BadTicketId), "{bad}");
        }
    }
}
