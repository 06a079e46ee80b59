//! When a dose of a session can be had, and since when.
//!
//! A session's row carries the last turn of each of its doses. One writer alone turns them, at the row's version, so that each turn
//! is one change of the row, and what it tells can be read from the row before and after it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::{
    session::{Session, SessionStatus},
    vaccine::Dose,
};

/// A dose became available, or no longer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    pub open: bool,
    pub at: Timestamp,
}

/// The last turn of each dose that was ever available.
pub type Turns = BTreeMap<Dose, Turn>;

impl Session {
    /// The turns as they are to be at a moment, by the sums that the session has. A turn is never earlier than the one before it,
    /// whatever clocks say.
    #[must_use]
    pub fn turns_at(&self, now: Timestamp) -> Turns {
        let mut turns = self.turns.clone();
        for dose in &self.doses {
            let (last, open) = (turns.get(dose).copied(), self.offers(*dose, now));
            if last.is_some_and(|last| last.open) != open {
                let at = last.map_or(now, |last| last.at.max(now));
                turns.insert(*dose, Turn { open, at });
            }
        }
        turns
    }

    /// Whether a dose is on offer: the session is open, its last slot is still to come, and units are free. Booking may be queued,
    /// or begin later (`opens_at`).
    fn offers(&self, dose: Dose, now: Timestamp) -> bool {
        self.status == SessionStatus::Open
            && !self.is_ending()
            && self.last_start().is_some_and(|start| start > now)
            && self.free(Some(dose)) > 0
    }
}

/// A turn of a dose, with the session as it stood afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Turned {
    pub session: Session,
    pub dose: Dose,
    pub turn: Turn,
    /// Since when the dose could be had; the turn itself where it opened.
    pub opened_at: Timestamp,
}

impl Turned {
    #[must_use]
    pub fn name(&self) -> &'static str {
        if self.turn.open { "availability.opened" } else { "availability.closed" }
    }

    /// The same for every delivery of the same turn.
    #[must_use]
    pub fn id(&self) -> String {
        let Self { session, dose, .. } = self;
        format!("{}:{dose}:{}:{}", session.id, session.version, self.name())
    }

    /// For how long the dose could be had, if that is over.
    #[must_use]
    pub fn open_for(&self) -> Option<SignedDuration> {
        (!self.turn.open).then(|| self.turn.at.duration_since(self.opened_at))
    }
}

/// The turns between two states of a session's row, in order of dose.
#[must_use]
pub fn turned(before: Option<&Session>, after: &Session) -> Vec<Turned> {
    let turned = after.turns.iter().filter_map(|(dose, turn)| {
        let last = before.and_then(|session| session.turns.get(dose));
        if last == Some(turn) {
            return None;
        }
        let opened_at = if turn.open { turn.at } else { last?.at };
        Some(Turned { session: after.clone(), dose: *dose, turn: *turn, opened_at })
    });
    turned.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking::tests::session as sample_session;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn with_free(units: u32) -> Session {
        let mut session = sample_session();
        for pool in &mut session.pools {
            pool.free = units;
        }
        session
    }

    const MORNING: &str = "2026-11-21T04:00:00Z";

    #[test]
    fn a_dose_opens_with_its_first_unit_and_closes_with_its_last() {
        let mut session = with_free(0);
        assert_eq!(session.turns_at(at(MORNING)), Turns::new(), "what never opened does not close");
        session.pools[1].free = 1;
        session.turns = session.turns_at(at(MORNING));
        assert_eq!(session.turns[&Dose::FIRST], Turn { open: true, at: at(MORNING) });
        session.pools[1].free = 60;
        assert_eq!(session.turns_at(at("2026-11-21T05:00:00Z")), session.turns, "more of it is no turn");
        session.pools[1].free = 0;
        let closed = session.turns_at(at("2026-11-21T05:00:00Z"));
        assert_eq!(closed[&Dose::FIRST], Turn { open: false, at: at("2026-11-21T05:00:00Z") });
    }

    #[test]
    fn what_staff_close_and_what_is_past_is_not_on_offer() {
        let open = with_free(5);
        assert!(open.turns_at(at(MORNING))[&Dose::FIRST].open);
        let closed = Session { status: SessionStatus::Closed, ..open.clone() };
        let ending = Session { cancelling: Some(at(MORNING)), ..open.clone() };
        for session in [closed, ending] {
            assert_eq!(session.turns_at(at(MORNING)), Turns::new());
        }
        let last_start = open.last_start().unwrap();
        assert_eq!(open.turns_at(last_start), Turns::new());
    }

    #[test]
    fn clocks_that_run_back_turn_nothing_back() {
        let mut session = with_free(1);
        session.turns = session.turns_at(at(MORNING));
        session.pools = with_free(0).pools;
        let turns = session.turns_at(at("2026-11-20T00:00:00Z"));
        assert_eq!(turns[&Dose::FIRST], Turn { open: false, at: at(MORNING) });
    }

    #[test]
    fn a_turn_is_told_with_how_long_the_dose_could_be_had() {
        let before = Session { version: 4, ..with_free(1) };
        let opened = Session { version: 5, turns: before.turns_at(at(MORNING)), ..before.clone() };
        let told = turned(Some(&before), &opened);
        assert_eq!((told.len(), told[0].name(), told[0].open_for()), (1, "availability.opened", None));
        assert_eq!(told[0].id(), format!("{}:1:5:availability.opened", before.id));
        assert_eq!(turned(None, &opened), told, "a row that is new tells the same");
        let full = Session { version: 6, turns: opened.turns.clone(), ..with_free(0) };
        assert_eq!(turned(Some(&opened), &full), [], "a change that turns nothing");
        let closed = Session { version: 7, turns: full.turns_at(at("2026-11-21T04:01:30Z")), ..full.clone() };
        let told = turned(Some(&full), &closed);
        assert_eq!((told[0].name(), told[0].open_for()), ("availability.closed", Some(SignedDuration::from_secs(90))));
        assert_eq!(told[0].opened_at, at(MORNING));
        let again = Session { version: 8, pools: with_free(2).pools, ..closed.clone() };
        let reopened = Session { turns: again.turns_at(at("2026-11-21T06:00:00Z")), ..again };
        let told = turned(Some(&closed), &reopened);
        assert_eq!((told[0].name(), told[0].opened_at), ("availability.opened", at("2026-11-21T06:00:00Z")));
    }
}
