//! Nobody is told that there is nothing while there is something all along.

use crate::{Asked, Broken, Deed, History, Invariant, Told, history::ShardAt, instant::Moment};

/// How old may be what a function knows, in milliseconds.
const STALE: Moment = 2_000;

pub fn check(history: &History) -> Vec<Broken> {
    let mut broken = Vec::new();
    for deed in &history.deeds {
        let Told::Refused { why, .. } = &deed.told else { continue };
        let (session, slot, dose, wanted) = match &deed.asked {
            Asked::Book { session, slot, dose, people, .. } => {
                (session, slot, dose, i64::try_from(people.len()).unwrap_or(i64::MAX))
            }
            Asked::TakeIn { session, slot, dose, .. } => (session, slot, dose, 1),
            _ => continue,
        };
        if history.queues(session) {
            broken.extend(never_short(history, deed, why, &format!("{session}#{slot}#{dose}#")));
            continue;
        }
        let pool = format!("{session}#{slot}#{dose}#");
        let since = since(history, deed);
        let least = match why.as_str() {
            "sold-out" => 1,
            "fewer-left" => wanted,
            "session-closed" if !closing(history, session, since, deed) => {
                if shards(history, &pool).all(|states| during(states, since, deed).is_some_and(|least| least.open)) {
                    broken.push(false_word(deed, why, "every shard was open all along"));
                }
                continue;
            }
            _ => continue,
        };
        let enough =
            |states: &[ShardAt]| during(states, since, deed).is_some_and(|seen| seen.open && seen.free >= least);
        if shards(history, &pool).any(enough) {
            broken.push(false_word(deed, why, &format!("a shard had {least} free all along")));
        }
    }
    broken
}

/// The sums of a session say what was true at some time before.
fn never_short(history: &History, deed: &Deed, why: &str, pool: &str) -> Option<Broken> {
    let never = |states: &[ShardAt]| {
        states.iter().take_while(|state| state.from <= deed.told_at).all(|state| state.free > 0 && !state.closed)
    };
    // A shard that was added later says nothing of the time before.
    let begin = history.shards.values().filter_map(|states| states.first()).map(|state| state.from).min();
    let never = |states: &[ShardAt]| states.first().map(|state| state.from) == begin && never(states);
    let lied = why == "sold-out" && shards(history, pool).any(never);
    lied.then(|| false_word(deed, why, "a shard had some free ever since"))
}

fn false_word(deed: &Deed, why: &str, what: &str) -> Broken {
    let message = format!("account {} was told {why} at {}, but {what}", deed.account, deed.told_at);
    Broken::new(Invariant::Honest, message)
}

fn shards<'a>(history: &'a History, pool: &'a str) -> impl Iterator<Item = &'a [ShardAt]> {
    let mine = history.shards.range(pool.to_owned()..).take_while(move |(name, _)| name.starts_with(pool));
    mine.map(|(_, states)| states.as_slice())
}

/// The least that a shard had at any moment of a request, and shortly before.
struct Least {
    free: i64,
    open: bool,
}

/// From when on the answer to a request may be true. Who repeats what the desk was asked before is told its first answer.
fn since(history: &History, deed: &Deed) -> Moment {
    let asked = match (&deed.asked, &deed.key) {
        (Asked::TakeIn { .. }, Some(_)) => {
            let repeats = history.deeds.iter().filter(|other| other.intent == deed.intent);
            repeats.map(|other| other.sent_at).min().unwrap_or(deed.sent_at)
        }
        _ => deed.sent_at,
    };
    asked - STALE
}

/// None for a shard that was not there all the time.
fn during(states: &[ShardAt], since: Moment, deed: &Deed) -> Option<Least> {
    let first = states.iter().rposition(|state| state.from <= since)?;
    let seen = states[first..].iter().take_while(|state| state.from <= deed.told_at);
    seen.map(|state| Least { free: state.free, open: !state.closed })
        .reduce(|one, other| Least { free: one.free.min(other.free), open: one.open && other.open })
}

/// Whether staff were at closing the session at the time, or had begun and not been told that it is done.
fn closing(history: &History, session: &str, since: Moment, deed: &Deed) -> bool {
    let closes = |other: &&Deed| matches!(&other.asked, Asked::Open { session: it, open: false } | Asked::CancelSession { session: it } if it == session);
    history.deeds.iter().filter(closes).any(|other| {
        let until = if other.told.is_definite() { other.told_at } else { Moment::MAX };
        other.sent_at <= deed.told_at && until >= since
    })
}
