//! Ends the tickets of messages that were delivered too often.

use crate::{
    call::Call,
    queue::Queue,
    store::{Outcome, PEOPLE, Store},
};

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum DeadLetters {
    #[default]
    Idle,
    Bury {
        ticket: u8,
    },
}

impl DeadLetters {
    pub fn calls(&self, queue: &Queue) -> Vec<Call> {
        let failed = |ticket: &u8| Call::Close { ticket: *ticket, outcome: Outcome::Failed };
        match *self {
            Self::Idle => queue.dead.first().map(failed).into_iter().collect(),
            Self::Bury { ticket } => vec![Call::Bury { ticket }],
        }
    }

    pub fn answered(&mut self, call: Call) {
        *self = match call {
            Call::Close { ticket, .. } => Self::Bury { ticket },
            _ => Self::Idle,
        };
    }
}

/// Whether a ticket has ended, by its outcome or its appointments.
pub fn has_ended(store: &Store, ticket: u8) -> bool {
    store.outcomes[usize::from(ticket)].is_some() || was_booked(store, ticket)
}

pub fn was_booked(store: &Store, ticket: u8) -> bool {
    (0..PEOPLE).any(|person| store.was_made(ticket * PEOPLE + person))
}
