//! The small worlds that are explored: who is there, what they want, and what may go wrong.

use crate::{set::Set, store::PEOPLE};

/// What a caller asks for. The place of a request in its world is its number, and stands for its idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Book,
    Hold,
    /// Books through the queue; repeats may come when that is over.
    Queue,
    Confirm {
        of: u8,
    },
    Cancel {
        of: u8,
    },
    /// Moves an appointment of another request into this request's session.
    Move {
        of: u8,
    },
    /// Is made before the world begins: an appointment on a shard, held until then if it is held.
    Made {
        shard: u8,
        until: Option<u8>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    pub kind: Kind,
    pub people: &'static [u8],
    pub session: u8,
}

/// A mistake in the protocol. Each must be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    NoFreeCondition,
    NoLock,
    ForgetsWhatEnded,
    HopsWithoutResolving,
    ConfirmsWithoutDate,
    ReleasesUnguarded,
    MovesInTwoSteps,
    SplitsParties,
    AcknowledgesFirst,
    NeverLooksBack,
    ClosesUnasked,
    IgnoresMarks,
    IgnoresMarksBesideQueue,
    NeverLooksBackBesideQueue,
    LeavesShardsOpen,
    ReopensCancelledShards,
}

/// Something interesting that must be seen to happen, lest the properties hold of nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    EverybodyServed,
    SomebodyRefused,
    OutcomeUnknown,
    CommitAfterItsCallerWent,
    RepeatAnsweredAfterTheEnd,
    HoldExpired,
    Confirmed,
    Moved,
    TicketRefused,
    TicketFailed,
    TicketBooked,
    BookedBesideQueue,
    RefusedBesideQueue,
    Redelivered,
    BookedOnAnotherShard,
    CancellationFinished,
    Withdrawn,
}

#[derive(Clone, Debug)]
pub struct World {
    pub name: &'static str,
    pub capacity: &'static [i8],
    /// The session of each shard.
    pub sessions: &'static [u8],
    pub requests: &'static [Request],
    pub bookers: u8,
    pub sweepers: u8,
    /// A session that staff cancels, with the sweeper behind, and one that staff reopens.
    pub cancels: Option<u8>,
    pub reopens: Option<u8>,
    /// How many answers are lost, requests come late, and sandboxes die.
    pub faults: u8,
    /// How many requests are sent again with the same key.
    pub repeats: u8,
    /// How often the clock moves on; a hold stands for one tick.
    pub ticks: u8,
    /// Whether the store forgets its tokens once.
    pub forgets: bool,
    /// Whether the marks of closed tickets make room for others once.
    pub unmarks: bool,
    /// Whether the queue may be over when a request comes again.
    pub calms_down: bool,
    /// After how many deliveries a message is dead, and how often dead letters are sent round again.
    pub deliveries: u8,
    pub redrives: u8,
    pub sights: &'static [Sight],
    pub flaw: Option<Flaw>,
}

/// Nobody and nothing; worlds say where they differ.
pub const EMPTY: World = World {
    name: "",
    capacity: &[],
    sessions: &[0, 0, 0],
    requests: &[],
    bookers: 0,
    sweepers: 0,
    cancels: None,
    reopens: None,
    faults: 0,
    repeats: 0,
    ticks: 0,
    forgets: false,
    unmarks: false,
    calms_down: false,
    deliveries: 2,
    redrives: 0,
    sights: &[],
    flaw: None,
};

/// The person that an appointment is for.
pub fn person_of(id: u8) -> u8 {
    id % PEOPLE
}

/// The request that an appointment is made by.
pub fn request_of(id: u8) -> u8 {
    id / PEOPLE
}

impl World {
    pub fn request(&self, number: u8) -> &Request {
        &self.requests[usize::from(number)]
    }

    /// The appointments that a request makes: one for each of its people.
    pub fn ids(&self, request: u8) -> Set {
        self.request(request).people.iter().map(|person| request * PEOPLE + person).collect()
    }

    /// The one appointment of a request for one.
    pub fn id(&self, request: u8) -> u8 {
        self.ids(request).first().expect("requests are for somebody")
    }

    pub fn session_of(&self, shard: u8) -> u8 {
        self.sessions[usize::from(shard)]
    }

    pub fn capacity_of(&self, shard: u8) -> i8 {
        self.capacity[usize::from(shard)]
    }

    pub fn shards(&self) -> impl Iterator<Item = u8> + use<> {
        0..u8::try_from(self.capacity.len()).unwrap_or(u8::MAX)
    }

    pub fn shards_of(&self, session: u8) -> impl Iterator<Item = u8> + '_ {
        self.shards().filter(move |shard| self.session_of(*shard) == session)
    }

    pub fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }
}
