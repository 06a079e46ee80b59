use std::sync::Arc;

use vaxslot_domain::{Timestamp, ticket::TicketEnd};

use super::{Delivery, facts::claim_of, groups};
use crate::{
    ports::{Host, Store, StoreError},
    tickets::close,
    times::BATCH,
};

/// Ends the tickets of dead letters, so that none stays open for ever.
pub struct Closer {
    store: Arc<dyn Store>,
    host: Arc<dyn Host>,
}

impl Closer {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        Self { store, host }
    }

    /// Closes the ticket of each message as failed, unless it has ended, and names the deliveries that are to come again.
    /// What cannot be read belongs to no ticket that anybody has: it is noted and dropped, so that it stops nobody.
    pub async fn take(&self, batch: Vec<Delivery>) -> Vec<String> {
        let deadline = self.host.now().saturating_add(BATCH).unwrap_or(Timestamp::MAX);
        let mut again = Vec::new();
        for group in groups(batch) {
            let mut done = 0;
            while let Some(delivery) = group.get(done)
                && self.end(delivery, deadline).await.is_ok()
            {
                done += 1;
            }
            again.extend(group.into_iter().skip(done).map(|delivery| delivery.id));
        }
        again
    }

    async fn end(&self, delivery: &Delivery, deadline: Timestamp) -> Result<(), StoreError> {
        let Some(queued) = &delivery.queued else {
            tracing::error!(message_id = delivery.id, group = delivery.group, "a dead letter cannot be read");
            return Ok(());
        };
        let claim = claim_of(queued, queued.ticket);
        let closed = close(&*self.store, &*self.host, deadline, &claim, TicketEnd::Failed).await;
        let closed =
            closed.inspect_err(|_| tracing::warn!(message_id = delivery.id, "a ticket could not be closed"))?;
        tracing::error!(message_id = delivery.id, ticket = %queued.ticket, ?closed, "a reservation became a dead letter");
        Ok(())
    }
}
