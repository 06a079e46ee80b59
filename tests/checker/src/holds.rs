//! I8: a hold that was not confirmed in time is free again within 90 seconds, and never confirmed afterwards.

use std::collections::BTreeMap;

use crate::{Asked, Broken, History, Invariant, Table, Told, instant::Moment};

/// How long a hold may stand after it ran out, in milliseconds.
pub const GRACE: Moment = 90_000;

/// Holds that stand although they ran out long ago.
#[must_use]
pub fn overdue(table: &Table, now: Moment) -> Vec<Broken> {
    let held = table.active().filter(|(_, active)| active.status == "HELD");
    let overdue = held.filter(|(_, active)| active.hold_until.is_none_or(|until| until + GRACE < now));
    let message = |id: &str| format!("hold {id} still stands more than {} s after it ran out", GRACE / 1000);
    overdue.map(|(_, active)| Broken::new(Invariant::I8, message(&active.id))).collect()
}

/// Confirmations that came too late.
#[must_use]
pub fn late(table: &Table, history: &History) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (person, appointment) in table.appointments() {
        let late = appointment.hold_until.is_some_and(|until| appointment.changed_at > until);
        if late && appointment.status == "CONFIRMED" {
            let message = format!("hold {} of beneficiary {person} was confirmed after it ran out", appointment.id);
            broken.push(Broken::new(Invariant::I8, message));
        }
    }
    let ends = ends_of_holds(history);
    for deed in &history.deeds {
        let (Asked::Confirm(held), Told::Made(_)) = (&deed.asked, &deed.told) else { continue };
        let late =
            held.iter().filter(|held| ends.get(held.appointment.as_str()).is_some_and(|end| deed.sent_at > *end));
        for held in late.filter(|held| !confirmed_before(history, &held.appointment, deed.sent_at)) {
            let message = format!("hold {} was confirmed although that was asked after it ran out", held.appointment);
            broken.push(Broken::new(Invariant::I8, message));
        }
    }
    broken
}

/// Whether an earlier request may have confirmed it, so that a later one only tells so.
fn confirmed_before(history: &History, appointment: &str, moment: Moment) -> bool {
    history.deeds.iter().any(|deed| {
        let names = |held: &[crate::Held]| held.iter().any(|held| held.appointment == appointment);
        deed.sent_at < moment && !deed.told.denies() && matches!(&deed.asked, Asked::Confirm(held) if names(held))
    })
}

fn ends_of_holds(history: &History) -> BTreeMap<&str, Moment> {
    let made = history.deeds.iter().flat_map(|deed| deed.told.made());
    made.filter_map(|made| Some((made.appointment.as_str(), made.hold_until?))).collect()
}
