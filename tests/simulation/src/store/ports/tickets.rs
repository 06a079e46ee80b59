use async_trait::async_trait;
use vaxslot_app::ports::{StoreError, Tickets, Tried};
use vaxslot_domain::ticket::{Closing, Fence, Standing, TicketEnd, TicketKey};
use vaxslot_testkit::{MemoryKey, MemoryRow, MemoryStore};

use super::{SimStore, Transaction, wait};
use crate::plant::writes;

#[async_trait]
impl Tickets for SimStore {
    async fn ticket_ends(&self, keys: &[TicketKey]) -> Result<Vec<Option<TicketEnd>>, StoreError> {
        let keys = keys.iter().map(|key| MemoryKey::Ticket(*key)).collect();
        let look = |memory: &MemoryStore, key: &MemoryKey| {
            Ok(memory.row(key).and_then(|row| if let MemoryRow::Ticket(_, end) = row { Some(end) } else { None }))
        };
        self.get_each("read ticket ends", keys, look).await
    }

    async fn close_ticket(&self, closing: &Closing) -> Result<Tried<(), Standing>, StoreError> {
        let first = closing.first;
        let mut keys = vec![MemoryKey::Ticket(TicketKey { first: first.beneficiary, ticket: closing.ticket })];
        if let Fence::Mark { .. } = closing.fence {
            keys.push(MemoryKey::Person(first.beneficiary));
            keys.push(MemoryKey::Ended(first.beneficiary, first.appointment));
        }
        let (bug, wanted) = (self.server.bug, closing.clone());
        let transaction = Transaction {
            keys,
            token: format!("close {} {closing:?}", closing.account.as_str()),
            work: move |memory: &MemoryStore| writes::close_ticket(bug, memory, &wanted),
            again: |_: &MemoryStore| Ok(Tried::Done(())),
            peek: wait,
        };
        self.transact("close", transaction).await
    }
}
