//! I3 for staff: what they were told is done is in the table, until a later request of theirs.

use crate::{Asked, Broken, Deed, History, Invariant, Table, Told, history::ShardAt, instant::Moment};

#[must_use]
pub fn check(table: &Table, history: &History) -> Vec<Broken> {
    let done = history.deeds.iter().filter(|deed| deed.told == Told::Done);
    done.flat_map(|deed| match &deed.asked {
        Asked::Open { session, open } => {
            [kept(table, history, deed, session, *open), if *open { None } else { sold(history, deed, session) }]
        }
        Asked::Queue { session, queue } => [switched(table, history, deed, session, queue), None],
        Asked::Capacity { session, slot, dose, units } => {
            [capacity(table, history, deed, &format!("{session}#{slot}#{dose}#"), *units), None]
        }
        _ => [None, None],
    })
    .flatten()
    .collect()
}

/// In the end a session is as staff were told, if that was the last they asked of it.
fn kept(table: &Table, history: &History, deed: &Deed, session: &str, open: bool) -> Option<Broken> {
    let same = |asked: &Asked| matches!(asked, Asked::Open { session: it, .. } | Asked::CancelSession { session: it } if it == session);
    if !is_last(history, deed, same) {
        return None;
    }
    let status = &table.sessions.get(session)?.status;
    let prefix = format!("{session}#");
    let shards = table.shards.range(prefix.clone()..).take_while(|(name, _)| name.starts_with(&prefix));
    let otherwise = shards.filter(|(_, shard)| shard.closed == open).count();
    if (status == "OPEN") == open && otherwise == 0 {
        return None;
    }
    let told = if open { "open" } else { "closed" };
    Some(broken(deed, &format!("{session} is {told}"), &format!("it is {status}, {otherwise} shards otherwise")))
}

/// While a session is closed none of its units is taken.
fn sold(history: &History, deed: &Deed, session: &str) -> Option<Broken> {
    let opens = |asked: &Asked| matches!(asked, Asked::Open { session: it, open: true } if it == session);
    if overlaps(history, deed, opens) {
        return None;
    }
    let opened = history.deeds.iter().filter(|other| opens(&other.asked) && other.sent_at > deed.told_at);
    let until = opened.map(|other| other.sent_at).min().unwrap_or(Moment::MAX);
    let prefix = format!("{session}#");
    let shards = history.shards.range(prefix.clone()..).take_while(|(name, _)| name.starts_with(&prefix));
    let taken = |pair: &[ShardAt]| {
        let within = deed.told_at < pair[1].from && pair[1].from < until;
        within && pair[1].free < pair[0].free && pair[1].capacity == pair[0].capacity
    };
    let sold = shards.filter(|(_, states)| states.windows(2).any(taken)).count();
    (sold > 0).then(|| broken(deed, &format!("{session} is closed"), &format!("{sold} of its shards sold afterwards")))
}

/// In the end a session is queued for as staff were told, if that was the last they asked of its queue.
fn switched(table: &Table, history: &History, deed: &Deed, session: &str, queue: &str) -> Option<Broken> {
    let same = |asked: &Asked| matches!(asked, Asked::Queue { session: it, .. } if it == session);
    let is = &table.sessions.get(session)?.queue;
    let stands = is == queue || !is_last(history, deed, same);
    (!stands).then(|| broken(deed, &format!("the queue of {session} is {queue}"), &format!("it is {is}")))
}

fn capacity(table: &Table, history: &History, deed: &Deed, pool: &str, units: i64) -> Option<Broken> {
    let same = |asked: &Asked| matches!(asked, Asked::Capacity { session, slot, dose, .. } if format!("{session}#{slot}#{dose}#") == pool);
    if !is_last(history, deed, same) {
        return None;
    }
    let shards = table.shards.range(pool.to_owned()..).take_while(|(name, _)| name.starts_with(pool));
    let capacity: i64 = shards.map(|(_, shard)| shard.capacity).sum();
    (capacity != units).then(|| broken(deed, &format!("{pool} has {units}"), &format!("it has {capacity}")))
}

/// Whether nothing like it was asked for later, or at the same time.
fn is_last(history: &History, deed: &Deed, like: impl Fn(&Asked) -> bool + Copy) -> bool {
    let later = history.deeds.iter().any(|other| like(&other.asked) && other.sent_at > deed.told_at);
    !later && !overlaps(history, deed, like)
}

/// Whether somebody else asked for such a thing at the same time, or had asked and not been told that it is done. A repeat is told the
/// first answer again, so its time begins when it was first asked for.
fn overlaps(history: &History, deed: &Deed, like: impl Fn(&Asked) -> bool) -> bool {
    let ends = |other: &Deed| history.resolved_at(other.intent).unwrap_or(Moment::MAX);
    let asked = history.deeds.iter().filter(|other| other.intent == deed.intent).map(|other| other.sent_at);
    let since = asked.min().unwrap_or(deed.sent_at);
    let others = history.deeds.iter().filter(|other| like(&other.asked) && other.intent != deed.intent);
    others.into_iter().any(|other| other.sent_at <= deed.told_at && ends(other) >= since)
}

fn broken(deed: &Deed, what: &str, but: &str) -> Broken {
    Broken::new(Invariant::I3, format!("at {} staff were told that {what}, but {but}", deed.told_at))
}
