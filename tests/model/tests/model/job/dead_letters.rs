//! Ends the tickets of messages that were delivered too often.

use crate::{
    call::Call,
    queue::Queue,
    store::{Outcome, PEOPLE, Store},
    world::{Flaw, World},
};

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum DeadLetters {
    #[default]
    Idle,
    Fail {
        ticket: u8,
    },
    Bury {
        ticket: u8,
    },
}

impl DeadLetters {
    pub fn calls(&self, world: &World, queue: &Queue) -> Vec<Call> {
        match *self {
            Self::Idle if world.has(Flaw::FailsUnseen) => {
                queue.dead.first().map(|ticket| failed(*ticket)).into_iter().collect()
            }
            Self::Idle => queue.dead.first().map(|ticket| Call::Read { what: *ticket }).into_iter().collect(),
            Self::Fail { ticket } => vec![failed(ticket)],
            Self::Bury { ticket } => vec![Call::Bury { ticket }],
        }
    }

    pub fn answered(&mut self, store: &Store, call: Call) {
        *self = match call {
            Call::Read { what: ticket } if has_ended(store, ticket) => Self::Bury { ticket },
            Call::Read { what: ticket } => Self::Fail { ticket },
            Call::PutOutcome { ticket, .. } => Self::Bury { ticket },
            _ => Self::Idle,
        };
    }
}

fn failed(ticket: u8) -> Call {
    Call::PutOutcome { ticket, outcome: Outcome::Failed }
}

/// Whether a ticket has ended, by its outcome or its appointments.
pub fn has_ended(store: &Store, ticket: u8) -> bool {
    store.outcomes[usize::from(ticket)].is_some() || was_booked(store, ticket)
}

pub fn was_booked(store: &Store, ticket: u8) -> bool {
    (0..PEOPLE).any(|person| store.was_made(ticket * PEOPLE + person))
}
