use std::collections::BTreeMap;

use futures::future::try_join;
use vaxslot_domain::{
    Timestamp,
    appointment::Appointment,
    booking::Own,
    id::BeneficiaryId,
    person::Beneficiary,
    ticket::{Claim, Closing, Settled, TicketEnd, TicketKey},
};

use crate::{
    ports::{Host, Store, StoreError, Tried},
    retry::persist_until,
};

/// How a ticket stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It has not ended yet.
    Open,
    /// It made these appointments; how they stand now, whatever became of them since.
    Made(Vec<Appointment>),
    Over(TicketEnd),
}

impl Fate {
    /// The end of a ticket whose request has this other ticket on another day: it leads to where that one leads, so that none
    /// leads on.
    pub(crate) fn told_by(&self, other: &Claim) -> TicketEnd {
        match self {
            Self::Over(end @ TicketEnd::Elsewhere { .. }) => end.clone(),
            _ => TicketEnd::Elsewhere { request: other.ticket.request },
        }
    }

    /// Whether only some of a party's appointments were seen.
    fn is_torn(&self, claim: &Claim) -> bool {
        matches!(self, Self::Made(found) if found.len() < claim.party.len())
    }
}

/// How often rows are read again that were read while they changed.
const MOST_READS: u32 = 8;

/// How tickets stand, in the order asked for.
///
/// The appointments of a ticket are made together. Rows that show some of them only were read while they were being made.
pub(crate) async fn fates(
    store: &dyn Store,
    host: &dyn Host,
    deadline: Timestamp,
    claims: &[Claim],
) -> Result<Vec<Fate>, StoreError> {
    let mut fates = read_fates(store, host, deadline, claims).await?;
    for _ in 1..MOST_READS {
        let torn = claims.iter().zip(&fates).enumerate().filter(|(_, (claim, fate))| fate.is_torn(claim));
        let places: Vec<usize> = torn.map(|(place, _)| place).collect();
        if places.is_empty() {
            break;
        }
        let again: Vec<Claim> = places.iter().map(|place| claims[*place].clone()).collect();
        for (place, fate) in places.into_iter().zip(read_fates(store, host, deadline, &again).await?) {
            fates[place] = fate;
        }
    }
    Ok(fates)
}

async fn read_fates(
    store: &dyn Store,
    host: &dyn Host,
    deadline: Timestamp,
    claims: &[Claim],
) -> Result<Vec<Fate>, StoreError> {
    let mut fates = vec![Fate::Open; claims.len()];
    let people = people(store, host, deadline, claims).await?;
    let mut left = Vec::new();
    for (claim, fate) in claims.iter().zip(&mut fates) {
        let active = |own: &Own| people.get(&own.beneficiary)?.active.clone();
        let active: Vec<Option<Appointment>> = claim.party.iter().map(|own| mine(claim, own, active(own))).collect();
        if active.iter().all(Option::is_some) {
            *fate = Fate::Made(active.into_iter().flatten().collect());
        } else {
            left.push((claim, active, fate));
        }
    }
    // What is not active any more by the first read has ended by the second.
    let keys: Vec<TicketKey> = left.iter().filter_map(|(claim, ..)| key(claim)).collect();
    let mut own: Vec<Own> = left.iter().flat_map(|(claim, ..)| claim.party.iter().copied()).collect();
    own.sort_unstable();
    own.dedup();
    if own.is_empty() {
        return Ok(fates);
    }
    let ends = persist_until(host, deadline, || store.ticket_ends(&keys));
    let ended = persist_until(host, deadline, || store.ended(&own));
    let (ends, ended) = try_join(ends, ended).await?;
    let ended: BTreeMap<Own, Appointment> =
        own.into_iter().zip(ended).filter_map(|(own, each)| Some((own, each?))).collect();
    for ((claim, active, fate), end) in left.into_iter().zip(ends) {
        let each = claim.party.iter().zip(active);
        let found: Vec<Appointment> =
            each.filter_map(|(own, active)| active.or_else(|| mine(claim, own, ended.get(own).cloned()))).collect();
        *fate = match end {
            _ if !found.is_empty() => Fate::Made(found),
            Some(end) => Fate::Over(end),
            None => Fate::Open,
        };
    }
    Ok(fates)
}

/// The beneficiaries of all claims.
async fn people(
    store: &dyn Store,
    host: &dyn Host,
    deadline: Timestamp,
    claims: &[Claim],
) -> Result<BTreeMap<BeneficiaryId, Beneficiary>, StoreError> {
    let mut ids: Vec<BeneficiaryId> =
        claims.iter().flat_map(|claim| claim.party.iter().map(|own| own.beneficiary)).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = persist_until(host, deadline, || store.beneficiaries(&ids)).await?;
    Ok(found.into_iter().flatten().map(|person| (person.id, person)).collect())
}

/// An appointment, if it is the one that the ticket made for this person.
fn mine(claim: &Claim, own: &Own, found: Option<Appointment>) -> Option<Appointment> {
    let digest = claim.ticket.digest();
    found.filter(|found| found.id == own.appointment && found.request.as_deref() == Some(digest.as_str()))
}

/// Where the end of a ticket is kept.
pub(crate) fn key(claim: &Claim) -> Option<TicketKey> {
    claim.party.first().map(|own| TicketKey { first: own.beneficiary, ticket: claim.ticket })
}

/// Whether a ticket was closed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closed {
    Now,
    /// It had ended before, in one way or the other.
    Before,
}

/// How often a closing makes room for its mark before it gives up: another closing can take the room away again.
const MOST_TRIES: u32 = 8;

/// Closes a ticket, unless it has ended before.
pub(crate) async fn close(
    store: &dyn Store,
    host: &dyn Host,
    deadline: Timestamp,
    claim: &Claim,
    end: TicketEnd,
) -> Result<Closed, StoreError> {
    let Some(first) = claim.party.first() else { return Ok(Closed::Before) };
    let mut closing = Closing::new(claim.ticket, &claim.account, *first, end, host.now());
    for _ in 0..MOST_TRIES {
        match persist_until(host, deadline, || store.close_ticket(&closing)).await? {
            Tried::Done(()) => return Ok(Closed::Now),
            Tried::Refused(found) => match closing.settle(&found) {
                Settled::Over => return Ok(Closed::Before),
                Settled::Again(again) => closing = again,
            },
        }
    }
    Err(StoreError::Conflict)
}
