//! The worlds: each a handful of people, units and misfortunes.

use crate::world::{EMPTY, Kind, Request, Sight, World};

const fn request(kind: Kind, people: &'static [u8], session: u8) -> Request {
    Request { kind, people, session }
}

const fn made(shard: u8, until: Option<u8>) -> Kind {
    Kind::Made { shard, until }
}

/// Two people book on two shards, one of them cancels, and keys come twice.
pub const DIRECT: World = World {
    name: "direct",
    capacity: &[1, 1],
    requests: &[request(Kind::Book, &[0], 0), request(Kind::Book, &[1], 0), request(Kind::Cancel { of: 0 }, &[0], 0)],
    faults: 3,
    repeats: 2,
    forgets: true,
    sights: &[
        Sight::EverybodyServed,
        Sight::OutcomeUnknown,
        Sight::CommitAfterItsCallerWent,
        Sight::RepeatAnsweredAfterTheEnd,
    ],
    ..EMPTY
};

/// One unit, two people and a third who gives it up.
pub const LAST_UNIT: World = World {
    name: "last unit",
    capacity: &[1],
    requests: &[
        request(made(0, None), &[0], 0),
        request(Kind::Cancel { of: 0 }, &[0], 0),
        request(Kind::Book, &[1], 0),
        request(Kind::Book, &[2], 0),
    ],
    faults: 3,
    repeats: 1,
    forgets: true,
    sights: &[Sight::SomebodyRefused, Sight::OutcomeUnknown, Sight::CommitAfterItsCallerWent],
    ..EMPTY
};

/// A family of two, its second member alone, and somebody else, for three units.
pub const FAMILY: World = World {
    name: "family",
    capacity: &[2, 1],
    requests: &[request(Kind::Book, &[0, 1], 0), request(Kind::Book, &[1], 0), request(Kind::Book, &[2], 0)],
    faults: 3,
    repeats: 1,
    sights: &[Sight::SomebodyRefused, Sight::OutcomeUnknown],
    ..EMPTY
};

/// A hold that runs out while it is confirmed, swept, and in the way of another booking of the same person.
pub const HOLDS: World = World {
    name: "holds",
    capacity: &[1, 1],
    requests: &[
        request(Kind::Hold, &[0], 0),
        request(Kind::Confirm { of: 0 }, &[0], 0),
        request(Kind::Book, &[0], 0),
        request(Kind::Book, &[1], 0),
    ],
    sweepers: 1,
    faults: 3,
    ticks: 2,
    sights: &[Sight::HoldExpired, Sight::Confirmed, Sight::SomebodyRefused],
    ..EMPTY
};

/// An appointment moves to the last unit of another session, which somebody else wants, too.
pub const MOVES: World = World {
    name: "moves",
    capacity: &[1, 1],
    sessions: &[0, 1, 1],
    requests: &[
        request(made(0, None), &[0], 0),
        request(Kind::Move { of: 0 }, &[0], 1),
        request(Kind::Book, &[1], 1),
        request(Kind::Book, &[2], 0),
    ],
    faults: 3,
    repeats: 2,
    forgets: true,
    sights: &[Sight::Moved, Sight::SomebodyRefused],
    ..EMPTY
};

/// A move, a cancellation, a confirmation and a sweep of the same hold at once, beside somebody else's.
pub const CHANGES: World = World {
    name: "changes",
    capacity: &[2, 1],
    sessions: &[0, 1, 1],
    requests: &[
        request(made(0, Some(1)), &[0], 0),
        request(Kind::Move { of: 0 }, &[0], 1),
        request(Kind::Cancel { of: 0 }, &[0], 0),
        request(Kind::Confirm { of: 0 }, &[0], 0),
        request(made(0, None), &[1], 0),
    ],
    sweepers: 2,
    faults: 2,
    ticks: 2,
    repeats: 1,
    sights: &[Sight::Moved, Sight::HoldExpired],
    ..EMPTY
};

/// Tickets of three people for the units of two shards, by two bookers.
pub const QUEUE: World = World {
    name: "queue",
    capacity: &[1, 1],
    requests: &[request(Kind::Queue, &[0], 0), request(Kind::Queue, &[1], 0), request(Kind::Queue, &[2], 0)],
    bookers: 2,
    faults: 2,
    sights: &[Sight::TicketRefused, Sight::TicketBooked, Sight::Redelivered, Sight::BookedOnAnotherShard],
    ..EMPTY
};

/// Two tickets of one person, who has a hold that runs out.
pub const ONE_PERSON: World = World {
    name: "one person, two tickets",
    capacity: &[2, 1],
    requests: &[
        request(made(0, Some(0)), &[0], 0),
        request(Kind::Queue, &[0], 0),
        request(Kind::Queue, &[0], 0),
        request(Kind::Queue, &[1], 0),
    ],
    bookers: 2,
    sweepers: 1,
    faults: 1,
    ticks: 1,
    sights: &[Sight::TicketRefused, Sight::TicketBooked, Sight::Redelivered],
    ..EMPTY
};

/// A ticket for two and a ticket for one, beside a booking without a ticket.
pub const QUEUE_AND_DIRECT: World = World {
    name: "queue and direct",
    capacity: &[2, 1],
    requests: &[
        request(Kind::Queue, &[0, 1], 0),
        request(Kind::Queue, &[2], 0),
        request(Kind::Book, &[1], 0),
        request(Kind::Cancel { of: 2 }, &[1], 0),
    ],
    bookers: 1,
    faults: 2,
    forgets: true,
    sights: &[Sight::TicketRefused, Sight::TicketBooked, Sight::Redelivered],
    ..EMPTY
};

/// Somebody gives up the only unit, and two wait for it.
const GIVEN_UP_FOR_TWO_WHO_WAIT: &[Request] = &[
    request(made(0, None), &[0], 0),
    request(Kind::Cancel { of: 0 }, &[0], 0),
    request(Kind::Queue, &[1], 0),
    request(Kind::Queue, &[2], 0),
];

/// Requests that come again under their keys when the queue is over, while a unit comes free.
pub const CALM: World = World {
    name: "queue, then calm",
    capacity: &[1],
    requests: GIVEN_UP_FOR_TWO_WHO_WAIT,
    bookers: 1,
    faults: 1,
    repeats: 2,
    unmarks: true,
    calms_down: true,
    sights: &[Sight::TicketRefused, Sight::Redelivered, Sight::BookedBesideQueue, Sight::RefusedBesideQueue],
    ..EMPTY
};

/// Messages that die and are sent round again, while a unit comes free.
pub const DEAD_LETTERS: World = World {
    name: "dead letters",
    capacity: &[1],
    requests: GIVEN_UP_FOR_TWO_WHO_WAIT,
    bookers: 1,
    faults: 3,
    redrives: 1,
    forgets: true,
    unmarks: true,
    sights: &[Sight::TicketRefused, Sight::TicketFailed, Sight::Redelivered],
    ..EMPTY
};

/// A session is cancelled while somebody books in it and staff reopens it.
pub const CANCELLATION: World = World {
    name: "cancelled session",
    capacity: &[1, 1],
    requests: &[request(made(0, None), &[0], 0), request(Kind::Book, &[1], 0)],
    cancels: Some(0),
    reopens: Some(0),
    faults: 1,
    repeats: 1,
    sights: &[Sight::CancellationFinished, Sight::Withdrawn, Sight::SomebodyRefused],
    ..EMPTY
};

/// A session is cancelled while an appointment moves into it and another out of it.
pub const CANCELLATION_AND_MOVES: World = World {
    name: "cancelled session with moves",
    capacity: &[1, 2],
    sessions: &[0, 1, 1],
    requests: &[
        request(made(0, None), &[0], 0),
        request(made(1, None), &[1], 1),
        request(Kind::Move { of: 0 }, &[0], 1),
        request(Kind::Move { of: 1 }, &[1], 0),
    ],
    cancels: Some(0),
    faults: 2,
    sights: &[Sight::CancellationFinished, Sight::Moved, Sight::SomebodyRefused],
    ..EMPTY
};

/// A session is cancelled while a ticket for it is in the queue.
pub const CANCELLATION_AND_QUEUE: World = World {
    name: "cancelled session with a queue",
    capacity: &[1],
    requests: &[request(Kind::Queue, &[0], 0)],
    bookers: 1,
    cancels: Some(0),
    faults: 3,
    forgets: true,
    sights: &[Sight::CancellationFinished, Sight::TicketRefused, Sight::Redelivered],
    ..EMPTY
};
