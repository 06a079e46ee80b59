use async_trait::async_trait;
use vaxslot_app::ports::{StoreError, Tickets, Tried};
use vaxslot_domain::ticket::{Closing, Fence, Standing, TicketEnd, TicketKey};

use super::{MemoryStore, Tables, bookings::check};

#[async_trait]
impl Tickets for MemoryStore {
    async fn ticket_ends(&self, keys: &[TicketKey]) -> Result<Vec<Option<TicketEnd>>, StoreError> {
        let tables = self.tables();
        Ok(keys.iter().map(|key| tables.tickets.get(key).cloned()).collect())
    }

    async fn close_ticket(&self, closing: &Closing) -> Result<Tried<(), Standing>, StoreError> {
        let mut tables = self.tables();
        if tables.closed.contains(closing) {
            return Ok(Tried::Done(()));
        }
        if let Some(standing) = tables.hinder(closing) {
            return Ok(Tried::Refused(standing));
        }
        let key = TicketKey { first: closing.first.beneficiary, ticket: closing.ticket };
        tables.tickets.insert(key, closing.end.clone());
        if let Fence::Mark { instead_of } = &closing.fence {
            tables.people.entry(key.first).and_modify(|person| {
                person.closed_tickets.retain(|ticket, _| !instead_of.contains(ticket));
                person.closed_tickets.insert(closing.ticket, closing.at);
            });
        }
        tables.closed.push(closing.clone());
        Ok(Tried::Done(()))
    }
}

impl Tables {
    /// What stands in the way of a closing.
    fn hinder(&self, closing: &Closing) -> Option<Standing> {
        let own = closing.first;
        let end = self.tickets.get(&TicketKey { first: own.beneficiary, ticket: closing.ticket }).cloned();
        let (person, ended) = match closing.fence {
            Fence::None => (check(true, None), check(true, None)),
            Fence::Mark { .. } => {
                let person = self.people.get(&own.beneficiary);
                let mut ended = self.ended.iter().filter(|one| one.beneficiary == own.beneficiary);
                let ended = ended.find(|one| closing.made(one));
                (check(person.is_some_and(|person| closing.may_mark(person)), person), check(ended.is_none(), ended))
            }
        };
        let free = end.is_none() && check(true, None) == person && check(true, None) == ended;
        (!free).then_some(Standing { end, person, ended })
    }
}
