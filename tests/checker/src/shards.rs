//! I1: for every shard `0 <= free <= capacity`, and `capacity - free` is the number of active appointments that name it.

use std::collections::BTreeMap;

use crate::{Broken, Invariant, Table};

#[must_use]
pub fn check(table: &Table) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut taken: BTreeMap<&str, i64> = BTreeMap::new();
    for (_, active) in table.active() {
        *taken.entry(&active.shard).or_default() += 1;
    }
    for (name, shard) in &table.shards {
        let appointments = taken.remove(name.as_str()).unwrap_or(0);
        let (free, capacity) = (shard.free, shard.capacity);
        if !(0..=capacity).contains(&free) || capacity - free != appointments {
            let message = format!("shard {name}: {free} of {capacity} free, {appointments} active appointments");
            broken.push(Broken::new(Invariant::I1, message));
        }
    }
    let absent =
        |name: &&str| Broken::new(Invariant::I1, format!("an appointment names shard {name}, which is absent"));
    broken.extend(taken.keys().map(absent));
    broken
}
