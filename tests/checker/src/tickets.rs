//! I4: every ticket reaches exactly one end, and keeps it.

use std::collections::BTreeMap;

use crate::{Asked, Broken, Deed, History, Invariant, Table, Told};

/// What a ticket's holder was told.
#[derive(Default)]
struct Seen<'a> {
    given: Option<&'a Deed>,
    made: Option<&'a Deed>,
    over: Option<&'a Deed>,
}

#[must_use]
pub fn check(table: &Table, history: &History) -> Vec<Broken> {
    seen(history).into_iter().filter_map(|(ticket, seen)| judge(table, ticket, &seen)).collect()
}

/// The appointments that each ticket made, by the ticket's id.
#[must_use]
pub fn made(history: &History) -> BTreeMap<&str, &Deed> {
    seen(history).into_iter().filter_map(|(ticket, seen)| Some((ticket, seen.made?))).collect()
}

fn seen(history: &History) -> BTreeMap<&str, Seen<'_>> {
    let mut tickets: BTreeMap<&str, Seen> = BTreeMap::new();
    for deed in &history.deeds {
        if let Told::Accepted { ticket, .. } = &deed.told {
            tickets.entry(ticket).or_default().given.get_or_insert(deed);
        }
        if let Asked::Ticket(ticket) = &deed.asked {
            let seen = tickets.entry(ticket).or_default();
            match &deed.told {
                Told::Made(_) => drop(seen.made.get_or_insert(deed)),
                Told::Refused { .. } => drop(seen.over.get_or_insert(deed)),
                _ => {}
            }
        }
    }
    tickets
}

fn judge(table: &Table, ticket: &str, seen: &Seen<'_>) -> Option<Broken> {
    let row = table.tickets.get(ticket).map(String::as_str);
    let what = match (seen.made, seen.over, row) {
        (None, None, _) => "has not ended".to_owned(),
        (Some(made), Some(over), _) => format!("ended twice: {:?} and {:?}", made.told, over.told),
        (Some(_), None, Some("REFUSED" | "FAILED")) => "made appointments, and a row says that it did not".to_owned(),
        (None, Some(over), None) => format!("was told {:?}, and no row says so", over.told),
        (Some(made), None, _) => match (&seen.given?.asked, made.told.made()) {
            (Asked::Book { people, .. }, all) if people.len() != all.len() => {
                format!("was for {} people and made {} appointments", people.len(), all.len())
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(Broken::new(Invariant::I4, format!("ticket {ticket} {what}")))
}
