//! I7: every appointment that was held, confirmed or ended has exactly one event recorded for it, however often it is told.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Broken, History, Invariant, Table, history::Event};

#[must_use]
pub fn check(table: &Table, history: &History) -> Vec<Broken> {
    let mut ids: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    let mut broken = Vec::new();
    for event in &history.events {
        ids.entry((&event.appointment, &event.kind)).or_default().insert(&event.id);
        if table.appointment(&event.person, &event.appointment).is_none() {
            let Event { id, appointment, .. } = event;
            broken.push(Broken::new(Invariant::I7, format!("event {id} tells of {appointment}, which is not there")));
        }
    }
    for (appointment, kind) in expected(table, history) {
        let count = ids.get(&(appointment, kind)).map_or(0, BTreeSet::len);
        if count != 1 {
            broken.push(Broken::new(Invariant::I7, format!("{appointment} has {count} events {kind}")));
        }
    }
    broken
}

/// What must have been told: of each appointment its state in the table, and each state that a client was told.
fn expected<'a>(table: &'a Table, history: &'a History) -> BTreeSet<(&'a str, &'static str)> {
    let rows = table.appointments().filter_map(|(_, one)| Some((one.id.as_str(), kind(&one.status)?)));
    let told = history.deeds.iter().flat_map(|deed| deed.told.made());
    let told = told.filter_map(|made| Some((made.appointment.as_str(), kind(&made.status)?)));
    rows.chain(told).collect()
}

fn kind(status: &str) -> Option<&'static str> {
    Some(match status {
        "HELD" => "appointment.held",
        "CONFIRMED" => "appointment.confirmed",
        "CANCELLED" => "appointment.cancelled",
        "EXPIRED" => "appointment.expired",
        _ => return None,
    })
}
