//! What a citizen asks for, and what the session alone decides about it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    eligibility::Ineligible,
    id::{AccountId, AppointmentId, BeneficiaryId},
    opening::{NotYet, Way},
    person::MOST_BENEFICIARIES,
    session::{PoolKey, Session, SessionStatus},
    vaccine::Dose,
    window::Window,
};

/// From one to four different people, booked together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party(Vec<BeneficiaryId>);

/// A list of people that is no party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("name from 1 to {MOST_BENEFICIARIES} beneficiaries, each once")]
pub struct BadParty;

impl Party {
    /// # Errors
    /// When it is empty, too long, or names somebody twice.
    pub fn new(people: Vec<BeneficiaryId>) -> Result<Self, BadParty> {
        let twice = people.iter().enumerate().any(|(place, person)| people[..place].contains(person));
        if people.is_empty() || people.len() > MOST_BENEFICIARIES || twice { Err(BadParty) } else { Ok(Self(people)) }
    }

    #[must_use]
    pub fn people(&self) -> &[BeneficiaryId] {
        &self.0
    }

    /// How many units it takes.
    #[must_use]
    pub fn units(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

/// Whether a booking is final or to be confirmed later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finality {
    Book,
    Hold,
}

/// What a citizen asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub account: AccountId,
    pub party: Party,
    pub slot: Window,
    pub dose: Dose,
}

/// Why a booking was refused. Each names what would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    NoSuchSession,
    NoSuchSlot,
    DoseNotOffered {
        offered: Vec<Dose>,
    },
    SessionClosed,
    /// The session opens later.
    NotYetOpen {
        opens_at: Timestamp,
    },
    /// The center cancelled it, for good.
    SessionCancelled,
    /// The slot has begun.
    SlotPast,
    /// The program asks for notice, and the slot starts sooner.
    NoticeTooShort {
        notice: SignedDuration,
        latest: Timestamp,
    },
    SoldOut,
    /// Fewer units are left than the party needs.
    FewerLeft {
        left: u32,
    },
    /// Absent, or another account's: the two look the same.
    NoSuchBeneficiary(BeneficiaryId),
    AlreadyBooked {
        beneficiary: BeneficiaryId,
        appointment: AppointmentId,
    },
    Ineligible {
        beneficiary: BeneficiaryId,
        why: Ineligible,
    },
    /// The person gave up too many appointments within a day.
    TooManyChanges {
        beneficiary: BeneficiaryId,
        most: u32,
        /// When the next booking is possible.
        from: Timestamp,
    },
    /// Places are given out through the session's queue, which a move cannot wait in; `None` if it is not known for how long.
    Queueing {
        until: Option<Timestamp>,
    },
    /// The idempotency key was used for another request.
    KeyReused,
}

impl Refusal {
    /// Whether the same request may have been carried out before, and this be what came of it. Where only units are short,
    /// the people's rows were looked at, and bore no trace of it.
    #[must_use]
    pub fn may_hide_a_repeat(&self) -> bool {
        !matches!(self, Self::SoldOut | Self::FewerLeft { .. } | Self::KeyReused)
    }
}

/// A program's rules.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// How long a hold stands unless it is confirmed.
    pub hold: SignedDuration,
    /// How long before its start a slot can last be booked.
    pub notice: SignedDuration,
    /// How long before its start a confirmed appointment can last be cancelled or moved.
    pub cut_off: SignedDuration,
    /// How many appointments a person can give up within a day before the next booking has to wait.
    pub changes_a_day: u32,
    /// How long after a session's opening reservations are queued.
    pub opening: SignedDuration,
}

impl Policy {
    /// What holds unless a program says otherwise.
    pub const USUAL: Self = Self {
        hold: SignedDuration::from_mins(30),
        notice: SignedDuration::ZERO,
        cut_off: SignedDuration::ZERO,
        changes_a_day: 10,
        opening: SignedDuration::from_mins(10),
    };
}

/// What an admitted order takes from, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    pub pool: PoolKey,
    pub way: Way,
}

/// Checks what the session alone decides: that it is open, gives the dose in that slot, and that there is still time; and
/// says whether the order is carried out at once or queued.
///
/// # Errors
/// The refusal a citizen should read first.
pub fn admit(session: &Session, order: &Order, policy: &Policy, now: Timestamp) -> Result<Admission, Refusal> {
    let pool = admit_to_pool(session, order)?;
    let start = session.starts_at(order.slot);
    if now >= start {
        return Err(Refusal::SlotPast);
    }
    let latest = start.saturating_sub(policy.notice).unwrap_or(Timestamp::MIN);
    if now > latest {
        return Err(Refusal::NoticeTooShort { notice: policy.notice, latest });
    }
    let way = session.opening.way(policy.opening, now);
    let way = way.map_err(|NotYet { opens_at }| Refusal::NotYetOpen { opens_at })?;
    Ok(Admission { pool, way })
}

/// As [`admit`], for somebody who is there in person: on the day of the session until the slot ends, whatever the program's
/// notice is and whether or not there is a queue.
///
/// # Errors
/// The refusal that staff should read first; [`Refusal::SlotPast`] once the slot has ended.
pub fn admit_walk_in(session: &Session, order: &Order, now: Timestamp) -> Result<PoolKey, Refusal> {
    let pool = admit_to_pool(session, order)?;
    let opens_at = session.opening.opens_at.map_or(session.day_begins_at(), |at| at.max(session.day_begins_at()));
    if now < opens_at {
        return Err(Refusal::NotYetOpen { opens_at });
    }
    if now >= session.ends_at(order.slot) { Err(Refusal::SlotPast) } else { Ok(pool) }
}

/// Checks what does not depend on the time.
fn admit_to_pool(session: &Session, order: &Order) -> Result<PoolKey, Refusal> {
    let slot = session.slot_number(order.slot).ok_or(Refusal::NoSuchSlot)?;
    if !session.doses.contains(&order.dose) {
        return Err(Refusal::DoseNotOffered { offered: session.doses.clone() });
    }
    match session.status {
        SessionStatus::Open => Ok(PoolKey { session: session.id, slot, dose: order.dose }),
        SessionStatus::Closed => Err(Refusal::SessionClosed),
        SessionStatus::Cancelled => Err(Refusal::SessionCancelled),
    }
}
