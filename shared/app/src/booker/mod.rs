//! Turns queued reservations into appointments.
//!
//! The messages of a shard are delivered in order and to one worker at a time, so that their transactions do not get into
//! each other's way. Whatever is delivered twice, or breaks off anywhere, a ticket ends once: appointments have ids made of
//! their ticket, a person carries one appointment at most, and a ticket is closed on condition that it made none (see
//! `vaxslot_domain::ticket`).

mod closer;
mod facts;
mod line;
mod round;

use futures::future::join_all;
use vaxslot_domain::{Timestamp, ticket::Queued};

pub use closer::Closer;

use crate::{booking::Booking, times::BATCH};

/// A message as the queue delivers it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// What the delivery goes by.
    pub id: String,
    /// Messages of one group come in order.
    pub group: String,
    /// How often it was delivered, this time included.
    pub received: u32,
    /// None if it cannot be read.
    pub queued: Option<Queued>,
}

/// The use case.
pub struct Booker {
    booking: Booking,
}

impl Booker {
    /// Books with the rules, the store and the memory of `booking`.
    #[must_use]
    pub fn new(booking: Booking) -> Self {
        Self { booking }
    }

    /// Carries out a batch, and names the deliveries that are to come again.
    ///
    /// One that cannot be read, or that the store cannot carry out, becomes a dead letter after some deliveries. Those behind
    /// it are served meanwhile: if they came again with it, they would die with it.
    pub async fn take(&self, batch: Vec<Delivery>) -> Vec<String> {
        let deadline = self.now().saturating_add(BATCH).unwrap_or(Timestamp::MAX);
        let lines = groups(batch).into_iter().map(|group| self.take_group(group, deadline));
        join_all(lines).await.concat()
    }

    async fn take_group(&self, group: Vec<Delivery>, deadline: Timestamp) -> Vec<String> {
        let (readable, mut again): (Vec<Delivery>, Vec<Delivery>) =
            group.into_iter().partition(|delivery| delivery.queued.is_some());
        let line: Vec<(&Queued, u32)> =
            readable.iter().filter_map(|delivery| Some((delivery.queued.as_ref()?, delivery.received))).collect();
        let done = self.stand_in_line(&line, deadline).await;
        again.extend(readable.into_iter().zip(done).filter(|(_, done)| !done).map(|(delivery, _)| delivery));
        again.into_iter().map(|delivery| delivery.id).collect()
    }

    fn now(&self) -> Timestamp {
        self.booking.host.now()
    }
}

/// The deliveries of each group, in the order in which they came.
fn groups(batch: Vec<Delivery>) -> Vec<Vec<Delivery>> {
    let mut groups: Vec<Vec<Delivery>> = Vec::new();
    for delivery in batch {
        match groups.iter_mut().find(|group| group[0].group == delivery.group) {
            Some(group) => group.push(delivery),
            None => groups.push(vec![delivery]),
        }
    }
    groups
}
