//! Frees holds that ran out: looks at one that the index names, then releases it as it was read.

use crate::{
    call::Call,
    store::{Appointment, End, Store},
};

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Sweeper {
    due: Option<Appointment>,
}

impl Sweeper {
    pub fn calls(&self, store: &Store) -> Vec<Call> {
        match self.due {
            Some(was) => vec![Call::Release { was, end: End::Expired }],
            None => (0..).zip(&store.people).filter(|(_, person)| is_due(store, person.active)).map(look).collect(),
        }
    }

    pub fn answered(&mut self, store: &Store, call: Call) {
        self.due = match call {
            Call::Read { what } => {
                let active = store.people[usize::from(what)].active;
                active.filter(|_| is_due(store, active))
            }
            _ => None,
        };
    }
}

fn is_due(store: &Store, active: Option<Appointment>) -> bool {
    active.is_some_and(|active| active.expired_at(store.now))
}

fn look((what, _): (u8, &crate::store::Person)) -> Call {
    Call::Read { what }
}
