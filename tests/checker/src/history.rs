use std::collections::{BTreeMap, BTreeSet};

use crate::instant::Moment;

/// What happened around the table, as its clients and its stream saw it.
#[derive(Debug, Clone, Default)]
pub struct History {
    pub deeds: Vec<Deed>,
    /// Every event that was told, once for each telling.
    pub events: Vec<Event>,
    /// Sessions that may be queued for from the beginning.
    pub queued_for: BTreeSet<String>,
    /// From when on everything that happened is here.
    pub since: Moment,
    /// Every state that each shard has had, in order.
    pub shards: BTreeMap<String, Vec<ShardAt>>,
}

/// One request, and what became of it for whoever sent it.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Requests that were sent again because their answer was no answer have one number.
    pub intent: u64,
    pub account: String,
    pub key: Option<String>,
    pub asked: Asked,
    pub sent_at: Moment,
    pub told_at: Moment,
    pub told: Told,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Book {
        session: String,
        slot: i64,
        dose: i64,
        people: Vec<String>,
        hold: bool,
    },
    Confirm(Vec<Held>),
    Cancel(Vec<Held>),
    /// Another slot for appointments.
    Move {
        session: String,
        slot: i64,
        held: Vec<Held>,
    },
    /// How a ticket stands.
    Ticket(String),
    /// What the account's people have.
    Look,
    /// A new person for the account.
    Register {
        person: String,
    },
    /// The end of a person's registration.
    Remove {
        person: String,
    },
    /// By staff: whether the person came, of whom they have the reference.
    Attend {
        held: Held,
        came: bool,
    },
    /// By staff: a place for somebody who is there, who may be nobody that was known.
    TakeIn {
        session: String,
        slot: i64,
        dose: i64,
        person: Option<String>,
    },
    /// By staff: whether a session is open to bookings.
    Open {
        session: String,
        open: bool,
    },
    /// By staff: the end of a session.
    CancelSession {
        session: String,
    },
    /// By staff: whether a session is queued for, as its row spells it.
    Queue {
        session: String,
        queue: String,
    },
    /// By staff.
    Capacity {
        session: String,
        slot: i64,
        dose: i64,
        units: i64,
    },
}

/// An appointment by both of its keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    pub person: String,
    pub appointment: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A success, with the appointments as they were said to be.
    Made(Vec<Made>),
    /// It waits its turn, under a ticket; and the word that the ticket goes by.
    Accepted { ticket: String, word: String },
    /// It waits its turn still.
    Pending,
    /// A success that says nothing.
    Done,
    /// A refusal by its kind, such as `sold-out`, and what it names.
    Refused { why: String, about: Option<Held> },
    /// "Try again; nothing was done."
    Busy,
    /// "It may have been done."
    Unclear,
    /// No answer at all.
    Nothing,
}

impl Asked {
    /// Whether it is about other people than those of who asks.
    #[must_use]
    pub fn is_at_the_desk(&self) -> bool {
        matches!(self, Self::Attend { .. } | Self::TakeIn { .. })
    }
}

impl Told {
    /// Whether the client knows where it stands.
    #[must_use]
    pub fn is_definite(&self) -> bool {
        matches!(self, Self::Made(_) | Self::Accepted { .. } | Self::Pending | Self::Done | Self::Refused { .. })
    }

    /// Whether the client was told that nothing was done.
    #[must_use]
    pub fn denies(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Busy)
    }

    /// The appointments of a success.
    #[must_use]
    pub fn made(&self) -> &[Made] {
        if let Self::Made(made) = self { made } else { &[] }
    }
}

/// An appointment as an answer had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub person: String,
    pub appointment: String,
    pub session: String,
    pub status: String,
    pub hold_until: Option<Moment>,
}

/// An event as it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: String,
    /// Such as `appointment.confirmed`.
    pub kind: String,
    pub person: String,
    pub appointment: String,
}

/// How a shard stood from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardAt {
    pub from: Moment,
    pub capacity: i64,
    pub free: i64,
    pub closed: bool,
}

impl Asked {
    /// The people that a request names.
    #[must_use]
    pub fn people(&self) -> Vec<&str> {
        match self {
            Self::Book { people, .. } => people.iter().map(String::as_str).collect(),
            Self::Confirm(held) | Self::Cancel(held) | Self::Move { held, .. } => {
                held.iter().map(|held| held.person.as_str()).collect()
            }
            Self::Register { person } | Self::Remove { person } => vec![person],
            _ => Vec::new(),
        }
    }
}

impl History {
    /// Whether a session may be queued for at some time: its sums say then whether it is sold out, however late.
    #[must_use]
    pub fn queues(&self, session: &str) -> bool {
        let switched =
            |deed: &Deed| matches!(&deed.asked, Asked::Queue { session: it, queue } if it == session && queue != "OFF");
        self.queued_for.contains(session) || self.deeds.iter().any(switched)
    }

    /// Whether somebody had asked by then that a person be removed.
    #[must_use]
    pub fn removes(&self, person: &str, by: Moment) -> bool {
        let asked = |asked: &Asked| matches!(asked, Asked::Remove { person: it } if it == person);
        self.deeds.iter().any(|deed| deed.sent_at <= by && asked(&deed.asked))
    }

    /// Whether staff had asked for the end of a session by then.
    #[must_use]
    pub fn cancels(&self, session: &str, by: Moment) -> bool {
        let asked = |asked: &Asked| matches!(asked, Asked::CancelSession { session: it } if it == session);
        self.deeds.iter().any(|deed| deed.sent_at <= by && asked(&deed.asked))
    }

    /// When whoever wanted something knew what became of it.
    #[must_use]
    pub fn resolved_at(&self, intent: u64) -> Option<Moment> {
        let definite = self.deeds.iter().filter(|deed| deed.intent == intent && deed.told.is_definite());
        definite.map(|deed| deed.told_at).min()
    }

    /// Success or not, everything that was asked about this appointment.
    pub fn about<'a>(&'a self, person: &'a str, appointment: &'a str) -> impl Iterator<Item = (&'a Deed, bool)> {
        self.deeds.iter().filter_map(move |deed| {
            let (held, cancels) = match &deed.asked {
                Asked::Confirm(held) => (held, false),
                Asked::Cancel(held) | Asked::Move { held, .. } => (held, true),
                _ => return None,
            };
            let named = held.iter().any(|held| held.person == person && held.appointment == appointment);
            named.then_some((deed, cancels))
        })
    }
}
