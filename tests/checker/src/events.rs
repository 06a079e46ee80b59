//! I7: every appointment that was held, confirmed or ended has exactly one event recorded for it, however often it is told.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Broken, History, Invariant, Table, history::Event, table::Appointment};

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
    let rows = table.appointments().flat_map(|(_, one)| {
        let standing = one.made_at < history.since && one.changed_at < history.since;
        let moved = one.moved_from.as_ref().map(|_| "appointment.rescheduled");
        let kinds = if standing { [None, None] } else { [moved, kind_of(one, &one.status)] };
        kinds.into_iter().flatten().map(|kind| (one.id.as_str(), kind))
    });
    let told = history.deeds.iter().flat_map(|deed| deed.told.made());
    let told = told.filter_map(|made| {
        let one = table.appointment(&made.person, &made.appointment)?;
        // What was made before is told of by its end alone.
        let since = one.made_at >= history.since;
        Some((one.id.as_str(), kind_of(one, &made.status).filter(|_| since)?))
    });
    rows.chain(told).collect()
}

/// What is to be told of an appointment in a state. One that was moved comes into being as moved, and ends by the other's
/// event; a hold may be confirmed after its move.
fn kind_of(one: &Appointment, status: &str) -> Option<&'static str> {
    match status {
        "HELD" if one.moved_from.is_some() => None,
        "CONFIRMED" if one.moved_from.is_some() && one.hold_until.is_none() => None,
        "CANCELLED" if one.moved_to.is_some() => None,
        _ => kind(status),
    }
}

fn kind(status: &str) -> Option<&'static str> {
    Some(match status {
        "HELD" => "appointment.held",
        "CONFIRMED" => "appointment.confirmed",
        "CANCELLED" => "appointment.cancelled",
        "EXPIRED" => "appointment.expired",
        "COMPLETED" => "appointment.completed",
        "NO_SHOW" => "appointment.no_show",
        _ => return None,
    })
}
