//! I3: every success that a client was told is in the table, until a later request changes it. And I2, as far as answers
//! tell: an account is told of its own beneficiaries only.

use crate::{Asked, Broken, Deed, History, Invariant, Made, Table, table::Appointment};

#[must_use]
pub fn check(table: &Table, history: &History) -> Vec<Broken> {
    let mut broken = Vec::new();
    for deed in &history.deeds {
        for made in deed.told.made() {
            if !deed.asked.is_at_the_desk() && !table.is_of(&made.person, &deed.account) {
                let message = format!("account {} was told of beneficiary {}, another's", deed.account, made.person);
                broken.push(Broken::new(Invariant::I2, message));
                continue;
            }
            if let Err(what) = stands(table, history, deed, made) {
                let message = format!(
                    "at {} account {} was told that {} of beneficiary {} is {}, but {what}",
                    deed.told_at, deed.account, made.appointment, made.person, made.status
                );
                broken.push(Broken::new(Invariant::I3, message));
            }
        }
    }
    broken.extend(unasked(table, history));
    broken
}

fn stands(table: &Table, history: &History, deed: &Deed, made: &Made) -> Result<(), String> {
    let Some(found) = table.appointment(&made.person, &made.appointment) else {
        return Err("it is not in the table".to_owned());
    };
    if found.session() != made.session {
        return Err(format!("it is in session {}", found.session()));
    }
    let fine = match (made.status.as_str(), found.status.as_str()) {
        (told, is) if told == is => true,
        ("HELD", "EXPIRED") => made.hold_until.is_some_and(|until| found.changed_at > until),
        ("HELD", "CONFIRMED") | ("HELD" | "CONFIRMED", "CANCELLED" | "COMPLETED" | "NO_SHOW") => true,
        _ => false,
    };
    if !fine {
        return Err(format!("it is {}", found.status));
    }
    let confirmed = found.status == "CONFIRMED" && made.status == "HELD";
    if confirmed && !history.about(&made.person, &made.appointment).any(|(_, cancels)| !cancels) {
        return Err("it was confirmed although nobody asked for it".to_owned());
    }
    let attended = |status| matches!(&deed.asked, Asked::Attend { came, .. } if *came != (status == "COMPLETED"));
    if attended(made.status.as_str()) {
        return Err("the contrary was said".to_owned());
    }
    if matches!(deed.asked, Asked::Cancel(_)) && made.status != "CANCELLED" {
        return Err("it was asked to be cancelled".to_owned());
    }
    Ok(())
}

/// What ended without anybody's asking.
fn unasked(table: &Table, history: &History) -> Vec<Broken> {
    let asked = |person: &str, ended: &Appointment| {
        history.about(person, &ended.id).any(|(deed, cancels)| cancels && table.is_of(person, &deed.account))
    };
    let cancelled = table.ended.iter().filter(|(_, ended)| ended.status == "CANCELLED");
    let unasked = cancelled
        .filter(|((person, _), ended)| !asked(person, ended) && !history.cancels(ended.session(), ended.changed_at));
    let message =
        |person: &str, ended: &Appointment| format!("{} of beneficiary {person} was cancelled unasked", ended.id);
    unasked.map(|((person, _), ended)| Broken::new(Invariant::I3, message(person, ended))).collect()
}
