//! What goes over the line to the store: one request each, carried out as a whole or not at all.

use crate::{
    set::Set,
    store::{Answer, Appointment, End, Outcome, Store},
    world::{Flaw, World, request_of},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Call {
    /// A consistent read of one thing or another; its answer is what stands in the store then.
    Read {
        what: u8,
    },
    /// A transaction: units of one shard for these appointments. `attempt` stands for the moment it was made at.
    Reserve {
        ids: Set,
        shard: u8,
        until: Option<u8>,
        attempt: u8,
    },
    Confirm {
        id: u8,
        at: u8,
    },
    /// A transaction: the unit goes back, the person's row loses the appointment, and a row of it is written.
    Release {
        was: Appointment,
        end: End,
    },
    /// A transaction: the old unit back, a new one taken, the appointment replaced.
    Move {
        was: Appointment,
        id: u8,
        shard: u8,
        at: u8,
        attempt: u8,
    },
    /// A transaction: the ticket is closed, and marked as closed with the first of its people.
    Close {
        ticket: u8,
        outcome: Outcome,
    },
    BeginCancellation {
        session: u8,
    },
    CloseForGood {
        shard: u8,
    },
    CancelSession {
        session: u8,
    },
    FinishCancellation {
        session: u8,
    },
    Reopen {
        session: u8,
    },
    ReopenShard {
        shard: u8,
    },
    /// To the queue of a shard; carried out there.
    Send {
        ticket: u8,
        shard: u8,
    },
    /// The batch is done: its messages are deleted.
    Acknowledge,
    /// The dead letter is dealt with.
    Bury {
        ticket: u8,
    },
}

impl Call {
    /// Whether it carries a request token: the same again within ten minutes is the same request.
    pub fn has_token(self) -> bool {
        matches!(self, Self::Reserve { .. } | Self::Release { .. } | Self::Move { .. })
    }

    /// Whether its answer can be lost, or itself come late. What only reads, or only touches the queue's own books, is
    /// simply done again.
    pub fn can_get_lost(self) -> bool {
        !matches!(self, Self::Read { .. } | Self::Acknowledge | Self::Bury { .. })
    }

    /// Whether it might still end the ticket.
    pub fn concerns(self, world: &World, ticket: u8) -> bool {
        match self {
            Self::Reserve { ids, .. } => ids.iter().any(|id| world.ids(ticket).contains(id)),
            Self::Close { ticket: other, .. } | Self::Send { ticket: other, .. } => other == ticket,
            _ => false,
        }
    }

    /// Carries it out.
    pub fn apply(self, world: &World, store: &mut Store) -> Answer {
        if self.has_token() && store.tokens.contains(&self) {
            return Answer::Done;
        }
        if !self.holds(world, store) {
            return Answer::Refused;
        }
        if self.has_token() {
            store.tokens.push(self);
            store.tokens.sort_unstable();
        }
        self.write(world, store);
        Answer::Done
    }

    /// The condition of each write.
    fn holds(self, world: &World, store: &Store) -> bool {
        let without = |flaw| world.flaw == Some(flaw);
        match self {
            Self::Reserve { ids, shard, attempt, .. } => {
                let row = store.shard(shard);
                let units = row.free >= ids.len() || without(Flaw::NoFreeCondition);
                let people = ids.iter().all(|id| admits(world, store, id, None));
                let unread = without(Flaw::IgnoresMarks) || attempt > 0 && without(Flaw::IgnoresMarksBesideQueue);
                let closed = !unread && ids.iter().any(|id| store.marks.contains(request_of(id)));
                units && !row.closed && people && !closed
            }
            Self::Confirm { id, at } => store.owner(id).active.is_some_and(|active| {
                let in_time = active.until.is_some_and(|until| until >= at);
                active.id == id && (in_time || active.until.is_some() && without(Flaw::ConfirmsWithoutDate))
            }),
            Self::Release { was, .. } => {
                let still = store.owner(was.id).active == Some(was) || without(Flaw::ReleasesUnguarded);
                still && store.shard(was.shard).free < world.capacity_of(was.shard)
            }
            Self::Move { was, id, shard, at, .. } => {
                let row = store.shard(shard);
                row.free >= 1 && !row.closed && !was.expired_at(at) && admits(world, store, id, Some(was))
            }
            Self::Close { ticket, .. } => {
                let made = !without(Flaw::ClosesUnasked) && store.was_made(world.id(ticket));
                store.outcomes[usize::from(ticket)].is_none() && !made
            }
            Self::Reopen { session } => !store.session(session).cancelling,
            Self::ReopenShard { shard } => !store.shard(shard).cancelled || without(Flaw::ReopensCancelledShards),
            _ => true,
        }
    }

    fn write(self, world: &World, store: &mut Store) {
        match self {
            Self::Reserve { ids, shard, until, attempt } => {
                for id in ids.iter() {
                    store.make(world, Appointment { id, shard, until }, attempt);
                }
            }
            Self::Confirm { id, at } => store.confirm(id, at),
            Self::Release { was, end } => store.end(was, end),
            Self::Move { was, id, shard, attempt, .. } => {
                store.end(was, End::Cancelled);
                store.make(world, Appointment { id, shard, until: None }, attempt);
            }
            Self::Close { ticket, outcome } => {
                store.outcomes[usize::from(ticket)] = Some(outcome);
                store.marks.insert(ticket);
            }
            Self::BeginCancellation { session } => store.session_mut(session).cancelling = true,
            Self::CloseForGood { shard } => {
                let row = store.shard_mut(shard);
                (row.closed, row.cancelled) = (true, true);
            }
            Self::CancelSession { session } => store.session_mut(session).cancelled = true,
            Self::FinishCancellation { session } => store.session_mut(session).finished = true,
            Self::ReopenShard { shard } => store.shard_mut(shard).closed = false,
            Self::Read { .. } | Self::Reopen { .. } | Self::Send { .. } | Self::Acknowledge | Self::Bury { .. } => {}
        }
    }
}

/// What a new appointment asks of its person's row: nothing active but what it replaces, and itself not noted as ended.
fn admits(world: &World, store: &Store, id: u8, instead_of: Option<Appointment>) -> bool {
    let person = store.owner(id);
    let lock = person.active == instead_of || world.flaw == Some(Flaw::NoLock);
    lock && (!person.had(id) || world.flaw == Some(Flaw::ForgetsWhatEnded))
}
