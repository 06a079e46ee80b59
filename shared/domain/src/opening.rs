//! How a session opens: from when it can be booked, and whether reservations then wait in a queue.
//!
//! In the moments after the opening many people ask for few places at once. A queue lets them wait in line instead of
//! getting into each other's way.

use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// For so long a request that was queued can come again under its key.
pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);

/// When reservations go through the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Queueing {
    /// For a while after the opening.
    #[default]
    Auto,
    /// Whenever the session can be booked.
    On,
    /// Never.
    Off,
}

/// A text that is no way of queueing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be AUTO, ON or OFF")]
pub struct BadQueueing;

impl Queueing {
    pub const ALL: [Self; 3] = [Self::Auto, Self::On, Self::Off];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "AUTO",
            Self::On => "ON",
            Self::Off => "OFF",
        }
    }
}

impl FromStr for Queueing {
    type Err = BadQueueing;

    fn from_str(text: &str) -> Result<Self, BadQueueing> {
        Self::ALL.into_iter().find(|queue| queue.name() == text).ok_or(BadQueueing)
    }
}

impl fmt::Display for Queueing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a session opens. By default it can be booked as soon as it is published, and nobody queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Opening {
    /// From when it can be booked, this moment included.
    pub opens_at: Option<Timestamp>,
    pub queue: Queueing,
}

/// How a reservation is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// At once.
    Direct,
    /// It waits its turn, and its ticket tells how it ended.
    Queued,
}

/// The session opens later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotYet {
    pub opens_at: Timestamp,
}

impl Opening {
    /// The way that a reservation takes at `now`. `window` is how long after the opening reservations are queued; its last
    /// moment lies just before `opens_at + window`.
    ///
    /// # Errors
    /// When the session has not opened yet.
    pub fn way(&self, window: SignedDuration, now: Timestamp) -> Result<Way, NotYet> {
        if let Some(opens_at) = self.opens_at.filter(|opens_at| now < *opens_at) {
            return Err(NotYet { opens_at });
        }
        let rush = self.opens_at.is_some_and(|opens_at| now.duration_since(opens_at) < window);
        Ok(match self.queue {
            Queueing::On => Way::Queued,
            Queueing::Auto if rush => Way::Queued,
            Queueing::Auto | Queueing::Off => Way::Direct,
        })
    }

    /// When the queue ends by itself: none if staff keeps it on, or there is none.
    #[must_use]
    pub fn queues_until(&self, window: SignedDuration) -> Option<Timestamp> {
        let opens_at = self.opens_at.filter(|_| self.queue == Queueing::Auto)?;
        opens_at.saturating_add(window).ok()
    }

    /// Whether reservations may have been queued in the last day, while the settings were as they are now.
    #[must_use]
    pub fn queued_lately(&self, window: SignedDuration, now: Timestamp) -> bool {
        let rush = self.opens_at.is_some_and(|opens_at| {
            let ended = opens_at.saturating_add(window).unwrap_or(Timestamp::MAX);
            now >= opens_at && now.duration_since(ended) < DAY
        });
        rush || self.queue == Queueing::On
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WINDOW: SignedDuration = SignedDuration::from_mins(10);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn opening(opens_at: Option<&str>, queue: Queueing) -> Opening {
        Opening { opens_at: opens_at.map(at), queue }
    }

    #[test]
    fn a_session_without_a_moment_of_opening_is_open_and_queues_only_if_told_to() {
        let now = at("2026-11-21T10:00:00Z");
        for (queue, way) in [(Queueing::Auto, Way::Direct), (Queueing::Off, Way::Direct), (Queueing::On, Way::Queued)] {
            assert_eq!(opening(None, queue).way(WINDOW, now), Ok(way), "{queue}");
        }
    }

    #[test]
    fn the_edges_of_the_window() {
        let opens_at = "2026-11-21T10:00:00Z";
        let rows = [
            ("2026-11-21T09:59:59.999Z", None, [None, None, None]),
            (opens_at, Some(()), [Some(Way::Queued), Some(Way::Queued), Some(Way::Direct)]),
            ("2026-11-21T10:09:59.999Z", Some(()), [Some(Way::Queued), Some(Way::Queued), Some(Way::Direct)]),
            ("2026-11-21T10:10:00Z", Some(()), [Some(Way::Direct), Some(Way::Queued), Some(Way::Direct)]),
        ];
        for (now, open, ways) in rows {
            for (queue, way) in Queueing::ALL.into_iter().zip(ways) {
                let told = opening(Some(opens_at), queue).way(WINDOW, at(now));
                assert_eq!(told.ok(), way, "{now} {queue}");
                assert_eq!(told.err(), open.is_none().then(|| NotYet { opens_at: at(opens_at) }), "{now} {queue}");
            }
        }
    }

    #[test]
    fn a_window_of_no_length_queues_nobody() {
        let now = at("2026-11-21T10:00:00Z");
        let told = opening(Some("2026-11-21T10:00:00Z"), Queueing::Auto).way(SignedDuration::ZERO, now);
        assert_eq!(told, Ok(Way::Direct));
    }

    #[test]
    fn for_a_day_after_the_window_something_may_wait() {
        let told = |opens_at, queue, now| opening(opens_at, queue).queued_lately(WINDOW, at(now));
        let opens_at = Some("2026-11-21T10:00:00Z");
        assert!(!told(None, Queueing::Auto, "2026-11-21T10:00:00Z"));
        assert!(!told(opens_at, Queueing::Auto, "2026-11-21T09:59:59Z"));
        assert!(told(opens_at, Queueing::Auto, "2026-11-21T10:00:00Z"));
        assert!(told(opens_at, Queueing::Auto, "2026-11-22T10:09:59Z"));
        assert!(!told(opens_at, Queueing::Auto, "2026-11-22T10:10:00Z"));
        assert!(told(None, Queueing::On, "2026-11-22T10:10:00Z"));
        assert!(!told(None, Queueing::Off, "2026-11-22T10:10:00Z"));
    }

    #[test]
    fn words_read_back() {
        for queue in Queueing::ALL {
            assert_eq!(queue.name().parse(), Ok(queue));
        }
        for bad in ["auto", "", "YES"] {
            assert_eq!(bad.parse::<Queueing>(), Err(BadQueueing), "{bad}");
        }
    }

    proptest! {
        /// Once open, a session stays open, and whoever is no longer queued never is again.
        #[test]
        fn a_session_opens_once_and_calms_down_once(opens in 0..5_000i64, first in 0..10_000i64, later in 0..10_000i64) {
            let second = |seconds: i64| Timestamp::from_second(seconds).unwrap();
            let opening = Opening { opens_at: Some(second(opens)), queue: Queueing::Auto };
            let ways = [first, first + later].map(|now| opening.way(WINDOW, second(now)).ok());
            prop_assert!(ways[0].is_none() || ways[1].is_some());
            prop_assert!(ways[0] != Some(Way::Direct) || ways[1] == Some(Way::Direct));
        }
    }
}
