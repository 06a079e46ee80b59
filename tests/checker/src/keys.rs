//! I5: the same `Idempotency-Key` gets the same answer, and with another request it is refused.

use std::collections::BTreeMap;

use crate::{Broken, Deed, History, Invariant, Told, tickets};

#[must_use]
pub fn check(history: &History) -> Vec<Broken> {
    let mut by_key: BTreeMap<(&str, &str), Vec<&Deed>> = BTreeMap::new();
    for deed in &history.deeds {
        if let Some(key) = &deed.key {
            by_key.entry((&deed.account, key)).or_default().push(deed);
        }
    }
    let made = tickets::made(history);
    let mut broken: Vec<Broken> =
        by_key.iter().flat_map(|((account, key), deeds)| of_key(history, account, key, deeds)).collect();
    for ((account, key), deeds) in by_key {
        let ticket =
            |deed: &Deed| if let Told::Accepted { ticket, .. } = &deed.told { Some(ticket.clone()) } else { None };
        let ended = |deed: &&&Deed| ticket(deed).is_some_and(|ticket| made.contains_key(ticket.as_str()));
        let served = deeds.iter().filter(|deed| matches!(deed.told, Told::Made(_)) || ended(deed));
        let mut served = served.map(|deed| &deed.asked);
        if let Some(first) = served.next()
            && served.any(|other| other != first)
        {
            let message = format!("account {account}: key {key} served two different requests");
            broken.push(Broken::new(Invariant::I5, message));
        }
    }
    broken
}

/// A request that is queued has one ticket, however often it comes.
fn of_tickets(account: &str, key: &str, deeds: &[&Deed]) -> Vec<Broken> {
    let ticket = |deed: &Deed| if let Told::Accepted { ticket, .. } = &deed.told { Some(ticket.clone()) } else { None };
    let given: Vec<_> = deeds.iter().filter_map(|deed| Some((&deed.asked, ticket(deed)?))).collect();
    let two = given.iter().any(|(asked, ticket)| given.iter().any(|(it, other)| it == asked && other != ticket));
    let message = || format!("account {account}: key {key} has two tickets for one request");
    two.then(|| Broken::new(Invariant::I5, message())).into_iter().collect()
}

fn of_key(history: &History, account: &str, key: &str, deeds: &[&Deed]) -> Vec<Broken> {
    let mut successes = deeds.iter().filter(|deed| matches!(deed.told, Told::Made(_) | Told::Done));
    let Some(first) = successes.next() else { return of_tickets(account, key, deeds) };
    let mut broken = of_tickets(account, key, deeds);
    for deed in successes {
        if deed.asked != first.asked {
            let message = format!("account {account}: key {key} served two different requests");
            broken.push(Broken::new(Invariant::I5, message));
        } else if deed.told != first.told {
            let message = format!("account {account}: key {key} was answered {:?}, then {:?}", first.told, deed.told);
            broken.push(Broken::new(Invariant::I5, message));
        }
    }
    // What was sent after the success must find it, unless it names somebody who is not there any more.
    let removed = |deed: &Deed| deed.asked.people().iter().any(|person| history.removes(person, deed.told_at));
    let later = deeds.iter().filter(|deed| deed.sent_at > first.told_at && deed.asked == first.asked && !removed(deed));
    for deed in later {
        if let Told::Refused { why, .. } = &deed.told {
            let message =
                format!("account {account}: key {key} was served, then the same request was refused as {why}");
            broken.push(Broken::new(Invariant::I5, message));
        }
    }
    broken
}
