//! I9: sums equal the shards, once the stream is drained.

use std::collections::BTreeMap;

use crate::{
    Broken, Invariant, Table,
    table::{Figures, Session},
};

#[must_use]
pub fn check(table: &Table) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut days: BTreeMap<(String, String), Figures> = BTreeMap::new();
    for (id, session) in &table.sessions {
        let counted = count(table, id, session);
        if session.pools != counted {
            let message = format!("session {id}: the sums are {:?}, its shards have {counted:?}", session.pools);
            broken.push(Broken::new(Invariant::I9, message));
        }
        let capacity: i64 = counted.iter().map(|(_, capacity, _)| capacity).sum();
        let free: i64 = counted.iter().map(|(_, _, free)| free).sum();
        for key in levels(id, session) {
            let day = days.entry(key).or_default();
            // Of a cancelled session what is still booked counts, as long as it is.
            let cancelled = session.status == "CANCELLED";
            day.sessions += i64::from(!cancelled);
            day.capacity += if cancelled { capacity - free } else { capacity };
            day.booked += capacity - free;
        }
    }
    let keys = days.keys().chain(table.days.keys()).collect::<std::collections::BTreeSet<_>>();
    for key in keys {
        let (counted, written) = (days.get(key), table.days.get(key));
        if counted != written {
            let message = format!("{} / {}: written is {written:?}, the shards have {counted:?}", key.0, key.1);
            broken.push(Broken::new(Invariant::I9, message));
        }
    }
    broken
}

/// The sums of a session's pools, from its shards.
fn count(table: &Table, id: &str, session: &Session) -> Vec<(i64, i64, i64)> {
    let pools =
        (0..session.slots).flat_map(|slot| session.doses.iter().map(move |dose| format!("{id}#{slot}#{dose}#")));
    let sum = |pool: String| {
        let mine = table.shards.range(pool.clone()..).take_while(|(name, _)| name.starts_with(&pool));
        mine.fold((0, 0, 0), |(shards, capacity, free), (_, shard)| {
            (shards + 1, capacity + shard.capacity, free + shard.free)
        })
    };
    pools.map(sum).collect()
}

/// The rows of a day that count a session.
fn levels(id: &str, session: &Session) -> [(String, String); 4] {
    let Session { center, district, state, date, .. } = session;
    [
        (format!("DAY#{date}#CENTER#{center}"), format!("SESSION#{id}")),
        (format!("DAY#{date}#DISTRICT#{district}"), format!("CENTER#{center:010}")),
        (format!("DAY#{date}#STATE#{state}"), format!("DISTRICT#{district:010}")),
        (format!("DAY#{date}"), format!("STATE#{state:010}")),
    ]
}
