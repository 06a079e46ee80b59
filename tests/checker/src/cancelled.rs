//! I6: no active appointment in a session that is cancelled once its cancellation has finished, and none made after it began.

use crate::{Asked, Broken, History, Invariant, Table, Told, history::ShardAt};

/// What the rows alone tell.
#[must_use]
pub fn rows(table: &Table) -> Vec<Broken> {
    let mut broken = Vec::new();
    let status = |session: &str| table.sessions.get(session).filter(|session| session.status == "CANCELLED");
    for (name, shard) in &table.shards {
        if status(session_of(name)).is_some() && !(shard.closed && shard.cancelled) {
            let message = format!("shard {name} of a cancelled session is not shut for good");
            broken.push(Broken::new(Invariant::I6, message));
        }
    }
    for (person, active) in table.active() {
        if status(active.session()).is_some_and(|session| !session.due) {
            let message = format!("beneficiary {person} still has {} in a cancelled session", active.id);
            broken.push(Broken::new(Invariant::I6, message));
        }
    }
    broken
}

/// What staff were told, when everything has come to rest.
#[must_use]
pub fn check(table: &Table, history: &History) -> Vec<Broken> {
    let mut broken = Vec::new();
    for deed in history.deeds.iter().filter(|deed| deed.told == Told::Done) {
        let Asked::CancelSession { session } = &deed.asked else { continue };
        let mut note = |what: &str| {
            let message = format!("at {} staff were told that {session} is cancelled, but {what}", deed.told_at);
            broken.push(Broken::new(Invariant::I6, message));
        };
        if table.sessions.get(session).is_none_or(|row| row.status != "CANCELLED" || row.due) {
            note("its cancellation has not finished");
        }
        let prefix = format!("{session}#");
        let mut shards = history.shards.range(prefix.clone()..).take_while(|(name, _)| name.starts_with(&prefix));
        let taken = |pair: &[ShardAt]| deed.told_at < pair[1].from && pair[1].free < pair[0].free;
        if shards.any(|(_, states)| states.windows(2).any(taken)) {
            note("it sold afterwards");
        }
    }
    broken
}

fn session_of(shard: &str) -> &str {
    shard.split('#').next().unwrap_or(shard)
}
