//! I3 for people: who was registered is there until they are removed, and who was removed is gone.

use crate::{Asked, Broken, History, Invariant, Table, Told, instant::Moment};

#[must_use]
pub fn check(table: &Table, history: &History) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut note = |message: String| broken.push(Broken::new(Invariant::I3, message));
    for deed in history.deeds.iter().filter(|deed| deed.told == Told::Done) {
        match &deed.asked {
            Asked::Register { person }
                if !table.people.contains_key(person) && !history.removes(person, Moment::MAX) =>
            {
                note(format!("account {} was told that {person} is registered, who is not there", deed.account));
            }
            Asked::Remove { person } if table.people.contains_key(person) => {
                note(format!("account {} was told that {person} is removed, who is there", deed.account));
            }
            _ => {}
        }
    }
    for (person, account) in &table.removed {
        let asks = |asked: &Asked| matches!(asked, Asked::Remove { person: it } if it == person);
        let mut askers = history.deeds.iter().filter(|deed| deed.account == *account && asks(&deed.asked)).peekable();
        if askers.peek().is_none() {
            note(format!("beneficiary {person} was removed unasked"));
        } else if askers.all(|deed| deed.told.denies()) {
            note(format!("beneficiary {person} was removed, and everybody told that they were not"));
        }
    }
    broken
}
