//! Turns of doses as the checker reads them.

use vaxslot_checker::availability::Announced;
use vaxslot_domain::{SignedDuration, TimeZone, Timestamp, availability::Turned};

use crate::{host::millis, world::World};

#[must_use]
pub fn announced(turned: &Turned) -> Announced {
    Announced {
        session: turned.session.id.to_string(),
        dose: turned.dose.get().into(),
        version: turned.session.version,
        open: turned.turn.open,
        at: turned.turn.at.as_millisecond(),
        opened_at: turned.opened_at.as_millisecond(),
    }
}

/// The day, by the clocks of India.
#[must_use]
pub fn today(world: &World) -> String {
    let now = Timestamp::from_millisecond(millis(world)).unwrap_or(Timestamp::MAX);
    let there = now.saturating_add(SignedDuration::from_mins(330)).unwrap_or(Timestamp::MAX);
    there.to_zoned(TimeZone::UTC).date().to_string()
}
