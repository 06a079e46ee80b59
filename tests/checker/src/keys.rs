//! I5: the same `Idempotency-Key` gets the same answer, and with another request it is refused.

use std::collections::BTreeMap;

use crate::{Asked, Broken, Deed, History, Invariant, Told, instant::Moment, tickets};

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
        let ended = |deed: &&&Deed| ticket(deed).is_some_and(|ticket| made.contains_key(ticket));
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

/// In milliseconds.
const DAY: Moment = 24 * 3_600 * 1_000;

/// A request that is queued has one ticket, however often it comes on one day (UTC); what those of two days tell is the same.
fn of_tickets(history: &History, account: &str, key: &str, deeds: &[&Deed]) -> Vec<Broken> {
    let given: Vec<_> = deeds.iter().filter_map(|deed| Some((deed, ticket(deed)?))).collect();
    let pairs = given.iter().flat_map(|one| given.iter().map(move |other| (one, other)));
    let day = |moment: Moment| moment.div_euclid(DAY);
    let first = deeds.iter().map(|deed| day(deed.sent_at)).min();
    let mut rivals = pairs.filter(|((one, ticket), (other, it))| one.asked == other.asked && ticket < it);
    let broken = rivals.find_map(|((one, ticket), (other, it))| {
        let ends = [*ticket, *it].map(|ticket| end(history, ticket));
        if first == Some(day(one.told_at.max(other.told_at))) {
            Some("has two tickets for one request".to_owned())
        } else if ends[0] != ends[1] && ends.iter().all(Option::is_some) {
            Some(format!("has two tickets for one request, with the ends {ends:?}"))
        } else {
            None
        }
    });
    let broken = broken.map(|what| Broken::new(Invariant::I5, format!("account {account}: key {key} {what}")));
    broken.into_iter().collect()
}

/// The ticket that was given out.
fn ticket(deed: &Deed) -> Option<&str> {
    if let Told::Accepted { ticket, .. } = &deed.told { Some(ticket) } else { None }
}

/// How a ticket's holder was told that it ended: with which appointments, or why without. One that failed through no fault of the
/// request says nothing of another.
fn end<'a>(history: &'a History, ticket: &str) -> Option<Vec<&'a str>> {
    let of = |deed: &&Deed| matches!(&deed.asked, Asked::Ticket(it) if it == ticket);
    history.deeds.iter().filter(of).find_map(|deed| match &deed.told {
        Told::Made(made) => Some(made.iter().map(|made| made.appointment.as_str()).collect()),
        Told::Refused { why, .. } if why != "ticket-failed" => Some(vec![why.as_str()]),
        _ => None,
    })
}

fn of_key(history: &History, account: &str, key: &str, deeds: &[&Deed]) -> Vec<Broken> {
    let mut successes = deeds.iter().filter(|deed| matches!(deed.told, Told::Made(_) | Told::Done));
    let Some(first) = successes.next() else { return of_tickets(history, account, key, deeds) };
    let mut broken = of_tickets(history, account, key, deeds);
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
