use async_trait::async_trait;
use vaxslot_domain::ticket::{Closing, Queued, Standing, TicketEnd, TicketKey};

use super::{StoreError, Tried};

/// How tickets ended that made no appointment.
#[async_trait]
pub trait Tickets: Send + Sync {
    /// The ends of tickets as they are now (consistent reads), in the order asked for.
    ///
    /// # Errors
    /// As [`StoreError`] says; so for every method.
    async fn ticket_ends(&self, keys: &[TicketKey]) -> Result<Vec<Option<TicketEnd>>, StoreError>;

    /// Closes a ticket for good. Refused with what was found if it was closed before, if its first appointment was ever
    /// made, or if the first of its party cannot be marked ([`Closing::may_mark`]). The same closing sent again within ten
    /// minutes is the same request.
    async fn close_ticket(&self, closing: &Closing) -> Result<Tried<(), Standing>, StoreError>;
}

/// The queue of reservations: first come, first served within each shard.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Sends a reservation. The same ticket sent again within five minutes is delivered once.
    ///
    /// # Errors
    /// As [`StoreError`] says; so for every method.
    async fn send(&self, queued: &Queued) -> Result<(), StoreError>;

    /// About how many reservations wait or are being worked on.
    async fn waiting(&self) -> Result<u32, StoreError>;
}
