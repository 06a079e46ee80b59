//! I2, as far as rows tell: a beneficiary has at most one active appointment and one account, and no id stands twice.

use std::collections::BTreeSet;

use crate::{Broken, Invariant, Table};

#[must_use]
pub fn check(table: &Table) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut seen = BTreeSet::new();
    let mut note = |message: String| broken.push(Broken::new(Invariant::I2, message));
    for (id, person) in &table.people {
        let named = person.active.as_ref().map(|active| (active.shard.clone(), active.id.clone()));
        if named != person.indexed {
            note(format!("beneficiary {id}: the index has {:?}, active is {named:?}", person.indexed));
        }
        if let Some(active) = &person.active {
            let stands = ["HELD", "CONFIRMED"].contains(&active.status.as_str());
            if !stands || !seen.insert(&active.id) {
                note(format!(
                    "beneficiary {id}: the active appointment {} is {} or not the only one",
                    active.id, active.status
                ));
            }
        }
        // The account of a center names nobody.
        if person.account.starts_with("center:") {
            continue;
        }
        let people = table.accounts.get(&person.account);
        let named = people.map_or(0, |people| people.iter().filter(|one| *one == id).count());
        if named != 1 {
            note(format!("beneficiary {id} is named {named} times by its account"));
        }
    }
    for ((person, id), ended) in &table.ended {
        let over = ["CANCELLED", "EXPIRED", "COMPLETED", "NO_SHOW"].contains(&ended.status.as_str());
        if !over || !seen.insert(id) {
            note(format!("beneficiary {person}: the ended appointment {id} is {} or not the only one", ended.status));
        }
    }
    for id in table.removed.keys().filter(|id| table.people.contains_key(*id)) {
        note(format!("beneficiary {id} was removed and is there"));
    }
    let named: usize = table.accounts.values().map(Vec::len).sum();
    let theirs = table.people.values().filter(|person| !person.account.starts_with("center:")).count();
    if named != theirs {
        note(format!("accounts name {named} beneficiaries, there are {theirs}"));
    }
    broken
}
