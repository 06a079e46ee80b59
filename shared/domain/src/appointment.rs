//! An appointment and its states: `HELD`, then `CONFIRMED`, then `COMPLETED`; or `CANCELLED`, `EXPIRED`, `NO_SHOW`.

use jiff::{Timestamp, civil::Date};

use crate::{
    id::{AppointmentId, BeneficiaryId, CenterId, DistrictId, StateId},
    session::ShardKey,
    vaccine::Vaccine,
    window::Window,
};

/// Where an appointment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Kept for a while; free again unless it is confirmed before `until`.
    Held {
        until: Timestamp,
    },
    Confirmed,
    Completed,
    Cancelled,
    Expired,
    NoShow,
}

impl Status {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Held { .. } => "HELD",
            Self::Confirmed => "CONFIRMED",
            Self::Completed => "COMPLETED",
            Self::Cancelled => "CANCELLED",
            Self::Expired => "EXPIRED",
            Self::NoShow => "NO_SHOW",
        }
    }

    /// Whether it stands, and so takes a unit: held (also when the hold has run out, until somebody ends it) or confirmed.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Held { .. } | Self::Confirmed)
    }

    /// Whether its unit is used up: it was taken, and never comes back.
    #[must_use]
    pub fn is_used(self) -> bool {
        matches!(self, Self::Completed | Self::NoShow)
    }

    /// A hold stands up to and including its last moment.
    #[must_use]
    pub fn expired_at(self, now: Timestamp) -> bool {
        matches!(self, Self::Held { until } if until < now)
    }
}

/// One person's place in one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub id: AppointmentId,
    pub beneficiary: BeneficiaryId,
    /// The shard whose unit it holds.
    pub shard: ShardKey,
    pub center: CenterId,
    pub district: DistrictId,
    pub state: StateId,
    pub date: Date,
    pub window: Window,
    pub vaccine: Vaccine,
    pub status: Status,
    /// From when it is in nobody's way any more, kept or not: the end of the day after its day, by the center's clock.
    pub lapses_at: Timestamp,
    /// The state it was made in: held, or confirmed at once.
    pub made_as: Status,
    pub made_at: Timestamp,
    pub changed_at: Timestamp,
    /// A digest of the request that made it, where the caller gave an idempotency key.
    pub request: Option<String>,
    /// The mark of the request that last confirmed or ended it.
    pub change: Option<String>,
    /// Who of the staff made it or ended it, by the subject of their token.
    pub changed_by: Option<String>,
    /// The appointment that it took the place of when it was made.
    pub moved_from: Option<AppointmentId>,
    /// The appointment that took its place when it ended.
    pub moved_to: Option<AppointmentId>,
}

impl Appointment {
    /// The same appointment in another state.
    #[must_use]
    pub fn turned(&self, status: Status, at: Timestamp) -> Self {
        Self { status, changed_at: at, change: None, changed_by: None, ..self.clone() }
    }

    /// As it was when it was made: the answer to the request that made it.
    #[must_use]
    pub fn as_made(&self) -> Self {
        let made = Self { status: self.made_as, changed_at: self.made_at, moved_to: None, ..self.clone() };
        Self { change: None, changed_by: None, ..made }
    }

    /// In which state it ends for no other reason than the time: a hold that ran out, and a confirmed appointment that nobody
    /// said anything about until long after its day. None if it stands.
    #[must_use]
    pub fn over_at(&self, now: Timestamp) -> Option<Status> {
        match self.status {
            Status::Held { .. } if self.status.expired_at(now) => Some(Status::Expired),
            Status::Confirmed if self.lapses_at <= now => Some(Status::NoShow),
            _ => None,
        }
    }

    /// The same appointment in another state, with the mark of the request that asked for it.
    #[must_use]
    pub fn turned_by(&self, mark: &str, status: Status, at: Timestamp) -> Self {
        Self { change: Some(mark.to_owned()), ..self.turned(status, at) }
    }
}
