use async_trait::async_trait;
use vaxslot_app::ports::{StoreError, Tickets, Tried};
use vaxslot_domain::{
    booking::Check,
    ticket::{Closing, Fence, Standing, TicketEnd, TicketId, TicketKey},
};

use crate::{
    bookings::read_checks,
    expression::Terms,
    keys::{self, APPOINTMENT, PK, SK},
    rows::{Item, instant, read_beneficiary, read_ended, read_ticket_end, write_ticket_end},
    store::DynamoStore,
    transaction::{Found, Transaction},
};

#[async_trait]
impl Tickets for DynamoStore {
    async fn ticket_ends(&self, keys: &[TicketKey]) -> Result<Vec<Option<TicketEnd>>, StoreError> {
        let named: Vec<_> = keys.iter().map(|key| keys::ticket(key.first, key.ticket)).collect();
        let mut once: Vec<keys::Key> = Vec::new();
        for key in &named {
            if !once.contains(key) {
                once.push(key.clone());
            }
        }
        let items = if once.is_empty() { Vec::new() } else { self.read_all(&once).await? };
        let read = |key: &keys::Key| {
            let text = |item: &Item, name: &str| item.get(name).and_then(|value| value.as_s().ok().cloned());
            let mine =
                |item: &&Item| text(item, PK).as_deref() == Some(&key.pk) && text(item, SK).as_deref() == Some(&key.sk);
            items.iter().find(mine).map(|item| Ok(read_ticket_end(&self.row(item))?)).transpose()
        };
        named.iter().map(read).collect()
    }

    async fn close_ticket(&self, closing: &Closing) -> Result<Tried<(), Standing>, StoreError> {
        let mut transaction = Transaction::default();
        transaction.insert(write_ticket_end(closing)?);
        if let Fence::Mark { instead_of } = &closing.fence {
            mark(&mut transaction, closing, instead_of);
            let ended = keys::ended(closing.first.beneficiary, closing.first.appointment);
            let terms = Terms::default().names(&["request"]).text("digest", closing.ticket.digest());
            transaction.check(&ended, "attribute_not_exists(pk) OR #request <> :digest", terms);
        }
        match self.transact(transaction).await? {
            Tried::Done(()) => Ok(Tried::Done(())),
            Tried::Refused(found) => Ok(Tried::Refused(self.standing(found)?)),
        }
    }
}

/// Marks the first of the party: no transaction of this ticket that is still under way can succeed any more.
fn mark(transaction: &mut Transaction, closing: &Closing, instead_of: &[TicketId]) {
    let condition = "#account = :account AND size(#closed_tickets) < :room AND \
                     (attribute_not_exists(#active) OR #active.#appointment <> :id OR #active.#request <> :digest)";
    let mut terms = Terms::default()
        .names(&["account", "closed_tickets", "active", "request", APPOINTMENT])
        .text("account", closing.account.as_str())
        .number("room", closing.room())
        .text("id", closing.first.appointment)
        .text("digest", closing.ticket.digest())
        .alias("ticket", closing.ticket)
        .text("at", instant(closing.at));
    let mut old = Vec::new();
    for (number, ticket) in instead_of.iter().enumerate() {
        terms = terms.alias(&format!("old{number}"), ticket);
        old.push(format!("#closed_tickets.#old{number}"));
    }
    let remove = if old.is_empty() { String::new() } else { format!(" REMOVE {}", old.join(", ")) };
    let update = format!("SET #closed_tickets.#ticket = :at{remove}");
    transaction.update(&keys::beneficiary(closing.first.beneficiary), &update, condition, terms);
}

impl DynamoStore {
    fn standing(&self, found: Found) -> Result<Standing, StoreError> {
        let mut found = found.into_iter();
        let mut next = || Vec::from_iter(found.next());
        let end = read_checks(next(), |item| read_ticket_end(&self.row(item)))?.pop();
        let person = read_checks(next(), |item| read_beneficiary(&self.row(item)))?.pop();
        let ended = read_checks(next(), |item| read_ended(&self.row(item)))?.pop();
        Ok(Standing {
            end: if let Some(Check::Failed(end)) = end { end } else { None },
            person: person.unwrap_or(Check::Held),
            ended: ended.unwrap_or(Check::Held),
        })
    }
}
