//! What a citizen can do with appointments.

mod change;
mod lists;
mod queue;
mod recall;
mod reschedule;
mod reserve;
mod tries;

use std::sync::Arc;

pub use queue::Reserved;
pub(crate) use recall::{Names, Request};
pub(crate) use reserve::Made;
pub use vaxslot_domain::booking::Finality;
use vaxslot_domain::booking::{ChangeRefusal, Policy, Refusal};

use crate::{
    cache::{EmptyPools, SessionCache},
    ports::{Host, Source, Store, StoreError},
};

/// A failed booking.
#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    #[error("the booking was refused")]
    Refused(Refusal),
    #[error("the change was refused")]
    ChangeRefused(ChangeRefusal),
    /// It may have been carried out: the caller should look, or repeat with the same idempotency key.
    #[error("the outcome of the booking is not known")]
    Unclear(#[source] Source),
    #[error(transparent)]
    Store(StoreError),
}

impl BookingError {
    /// As for [`Refusal::may_hide_a_repeat`].
    fn may_hide_a_repeat(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.may_hide_a_repeat(),
            Self::ChangeRefused(_) => true,
            Self::Unclear(_) | Self::Store(_) => false,
        }
    }
}

impl From<StoreError> for BookingError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unclear(source) => Self::Unclear(source),
            other => Self::Store(other),
        }
    }
}

impl From<Refusal> for BookingError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ChangeRefusal> for BookingError {
    fn from(refusal: ChangeRefusal) -> Self {
        Self::ChangeRefused(refusal)
    }
}

/// The bookings of citizens.
pub struct Booking {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) sessions: SessionCache,
    empty: EmptyPools,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) policy: Policy,
}

impl Booking {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>, policy: Policy) -> Self {
        let sessions = SessionCache::new(store.clone(), host.clone());
        Self { store, sessions, empty: EmptyPools::default(), host, policy }
    }
}
