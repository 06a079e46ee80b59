//! I3 for what is given at a center: every completed appointment is a dose of its person, and nothing else is.
//!
//! It holds where nobody had a dose before the first appointment.

use std::collections::BTreeMap;

use crate::{Broken, Invariant, Table};

#[must_use]
pub fn check(table: &Table) -> Vec<Broken> {
    let mut completed: BTreeMap<&str, (i64, Option<&str>)> = BTreeMap::new();
    for ((person, _), ended) in table.ended.iter().filter(|(_, ended)| ended.status == "COMPLETED") {
        let (count, last) = completed.entry(person).or_default();
        *count += 1;
        *last = (*last).max(Some(&ended.date));
    }
    let mut broken = Vec::new();
    for (id, person) in &table.people {
        let (count, last) = completed.get(id.as_str()).copied().unwrap_or_default();
        if (count, last) != (person.doses.0, person.doses.1.as_deref()) {
            let message = format!("beneficiary {id} has had {:?}, and completed {count}, {last:?}", person.doses);
            broken.push(Broken::new(Invariant::I3, message));
        }
    }
    broken
}
