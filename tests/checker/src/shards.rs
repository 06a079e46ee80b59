//! I1: for every shard `0 <= free <= capacity`, and `capacity - free` is the number of appointments that name it and hold a unit
//! or have used one up.

use std::collections::BTreeMap;

use crate::{Broken, Invariant, Table};

#[must_use]
pub fn check(table: &Table) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut taken: BTreeMap<&str, i64> = BTreeMap::new();
    let used = table.ended.values().filter(|ended| ended.is_used());
    for appointment in table.active().map(|(_, active)| active).chain(used) {
        *taken.entry(&appointment.shard).or_default() += 1;
    }
    for (name, shard) in &table.shards {
        let appointments = taken.remove(name.as_str()).unwrap_or(0);
        let (free, capacity) = (shard.free, shard.capacity);
        if !(0..=capacity).contains(&free) || capacity - free != appointments {
            let message = format!(
                "shard {name}: {free} of {capacity} free, {appointments} appointments hold or have used a unit"
            );
            broken.push(Broken::new(Invariant::I1, message));
        }
    }
    let absent =
        |name: &&str| Broken::new(Invariant::I1, format!("an appointment names shard {name}, which is absent"));
    broken.extend(taken.keys().map(absent));
    broken
}
