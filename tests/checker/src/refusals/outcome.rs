//! What was refused did not happen, and what was said to be in the way was.

use crate::{Asked, Broken, Deed, Held, History, Invariant, Table, Told, instant::Moment, table::Appointment};

pub fn check(table: &Table, history: &History) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (person, appointment) in table.appointments() {
        broken.extend(denied(table, history, person, appointment));
    }
    for deed in &history.deeds {
        if let Told::Refused { why, about } = &deed.told {
            broken.extend(contradicted(table, history, deed, why, about.as_ref()));
        }
    }
    broken
}

/// A change that is in the table, although everybody who asked for it was told that nothing was done.
fn denied(table: &Table, history: &History, person: &str, appointment: &Appointment) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut look = |what: &str, moment: Moment, asked: &dyn Fn(&Asked) -> bool| {
        let mut askers = history.deeds.iter().filter(|deed| covers(deed, moment) && asked(&deed.asked)).peekable();
        let message = if askers.peek().is_none() {
            format!("{} of beneficiary {person} was {what} unasked", appointment.id)
        } else if askers.all(|deed| deed.told.denies()) {
            format!("{} of beneficiary {person} was {what}, and told that it was not", appointment.id)
        } else {
            return;
        };
        broken.push(Broken::new(Invariant::Honest, message));
    };
    let session = appointment.session();
    let books = |asked: &Asked| match asked {
        Asked::Book { session: it, people, .. } => it == session && people.iter().any(|one| one == person),
        Asked::Move { session: it, held, .. } => it == session && held.iter().any(|held| held.person == person),
        Asked::TakeIn { session: it, person: Some(one), .. } => it == session && one == person,
        Asked::TakeIn { session: it, person: None, .. } => it == session && is_of_center(table, person),
        _ => false,
    };
    if appointment.made_at >= history.since {
        look("made", appointment.made_at, &books);
    }
    let names = |held: &[Held]| held.iter().any(|held| held.appointment == appointment.id && held.person == person);
    match appointment.status.as_str() {
        "CANCELLED" if appointment.moved_to.is_some() || !history.cancels(session, appointment.changed_at) => {
            look(
                "ended",
                appointment.changed_at,
                &|asked| matches!(asked, Asked::Cancel(held) | Asked::Move { held, .. } if names(held)),
            );
        }
        // Long after its day it ends by itself, when the person books again.
        "NO_SHOW" if appointment.lapses_at.is_some_and(|at| at <= appointment.changed_at) => {}
        status @ ("COMPLETED" | "NO_SHOW") => {
            let says = |asked: &Asked| {
                matches!(asked, Asked::Attend { held, came }
                    if *came == (status == "COMPLETED") && held.appointment == appointment.id && held.person == person)
            };
            look("settled", appointment.changed_at, &says);
        }
        "CONFIRMED" if appointment.made_at >= history.since && appointment.changed_at > appointment.made_at => {
            look("confirmed", appointment.changed_at, &|asked| matches!(asked, Asked::Confirm(held) if names(held)));
        }
        _ => {}
    }
    broken
}

fn is_of_center(table: &Table, person: &str) -> bool {
    table.people.get(person).is_some_and(|person| person.account.starts_with("center:"))
}

/// Whether a change of that moment may be this request's doing. Who got no answer may be served later.
fn covers(deed: &Deed, moment: Moment) -> bool {
    deed.sent_at <= moment && (moment <= deed.told_at || deed.told == Told::Nothing)
}

/// A refusal that the table contradicts.
fn contradicted(table: &Table, history: &History, deed: &Deed, why: &str, about: Option<&Held>) -> Option<Broken> {
    let about = about?;
    let found = table.appointment(&about.person, &about.appointment);
    let what = match (why, found) {
        ("already-booked", None) => "there is no such appointment",
        // What ended never comes back: what stands in the end, and stood before, stood all along.
        ("no-such-appointment", Some(found))
            if ["HELD", "CONFIRMED"].contains(&found.status.as_str())
                && is_own(table, deed, about)
                && told_before(history, deed, about) =>
        {
            "it stood all along"
        }
        ("hold-expired", Some(found)) if found.hold_until.is_some_and(|until| deed.told_at <= until) => {
            "it had not run out"
        }
        _ => return None,
    };
    let message = format!("account {} was told {why} of {}, but {what}", deed.account, about.appointment);
    Some(Broken::new(Invariant::Honest, message))
}

fn is_own(table: &Table, deed: &Deed, about: &Held) -> bool {
    table.is_of(&about.person, &deed.account)
}

fn told_before(history: &History, deed: &Deed, about: &Held) -> bool {
    let mut earlier = history.deeds.iter().filter(|other| other.told_at < deed.sent_at);
    earlier.any(|other| other.told.made().iter().any(|made| made.appointment == about.appointment))
}
