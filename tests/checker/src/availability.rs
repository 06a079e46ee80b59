//! What can be had is told: each dose of a session opens and closes in turn, each turn is told, and the last one is how things stand,
//! once the stream is drained.

use std::collections::BTreeMap;

use crate::{Broken, Invariant, Table, instant::Moment, table::Session};

/// A turn that was told, once for each telling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Announced {
    pub session: String,
    pub dose: i64,
    /// The version of the session's row that turned it.
    pub version: u64,
    pub open: bool,
    pub at: Moment,
    /// Since when the dose could be had.
    pub opened_at: Moment,
}

/// Days are compared with `today` as texts; sessions of later ones have slots to come.
#[must_use]
pub fn check(table: &Table, announced: &[Announced], today: &str) -> Vec<Broken> {
    let mut told: BTreeMap<(&str, i64), BTreeMap<u64, &Announced>> = BTreeMap::new();
    let mut broken = Vec::new();
    let mut find = |message: String| broken.push(Broken::new(Invariant::I9, message));
    for one in announced {
        let turns = told.entry((&one.session, one.dose)).or_default();
        if turns.insert(one.version, one).is_some_and(|earlier| earlier != one) {
            find(format!("version {} of {} is told in two ways", one.version, one.session));
        }
    }
    for (id, session) in &table.sessions {
        for dose in &session.doses {
            let turns: Vec<_> = told.remove(&(id.as_str(), *dose)).unwrap_or_default().into_values().collect();
            let last = turns.last().map(|turn| (turn.open, turn.at));
            if let Some(odd) = odd(&turns) {
                find(format!("dose {dose} of {id}: {odd:?} does not follow from what was told before"));
            }
            if last != session.turns.get(dose).copied() {
                find(format!("dose {dose} of {id} was last told as {last:?}, and is {:?}", session.turns.get(dose)));
            }
            let (open, had) = (last.is_some_and(|(open, _)| open), can_be_had(session, *dose));
            if open && !had || !open && had && session.date.as_str() > today {
                find(format!("dose {dose} of {id} is told to be open: {open}, and can be had: {had}"));
            }
        }
    }
    for (id, dose) in told.keys() {
        find(format!("dose {dose} of {id} is told of, and is not there"));
    }
    broken
}

/// The first turn that does not follow from the one before it.
fn odd<'a>(turns: &[&'a Announced]) -> Option<&'a Announced> {
    let mut last: Option<&Announced> = None;
    for turn in turns {
        let follows = match last {
            None => turn.open,
            Some(last) => last.open != turn.open && last.at <= turn.at && (turn.open || turn.opened_at == last.at),
        };
        if !follows {
            return Some(turn);
        }
        last = Some(turn);
    }
    None
}

fn can_be_had(session: &Session, dose: i64) -> bool {
    let pools = session.pools.iter().zip(session.doses.iter().cycle());
    let free: i64 = pools.filter(|(_, of)| **of == dose).map(|((_, _, free), _)| free).sum();
    session.status == "OPEN" && !session.due && free > 0
}
