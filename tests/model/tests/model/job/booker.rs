//! Turns the tickets of a batch into appointments, one transaction for all that stand on a shard.

use super::{
    dead_letters::{has_ended, was_booked},
    request::{Verdict, judge},
};
use crate::{
    call::Call,
    queue::Batch,
    set::Set,
    store::{Answer, Appointment, End, Outcome, Store},
    world::{Flaw, World, person_of, request_of},
};

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Booker {
    work: Option<Work>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Work {
    /// Whether some were delivered before, or may have been refused beside the queue: what has ended already is read first.
    looks_back: bool,
    shard: u8,
    /// To be committed on the shard, in the order they came.
    wanted: Vec<u8>,
    /// What found no room on the shard, for the next one.
    left_over: Vec<u8>,
    refused: Vec<u8>,
    /// A hold that ran out and stands in the way.
    stale: Option<Appointment>,
    /// The shards that were short.
    short: Set,
}

impl Booker {
    pub fn is_idle(&self) -> bool {
        self.work.is_none()
    }

    pub fn begin(&mut self, batch: Batch, world: &World) {
        self.work = Some(Work {
            looks_back: (batch.delivered_before || world.calms_down) && !world.has(Flaw::NeverLooksBack),
            shard: batch.shard,
            wanted: batch.tickets,
            left_over: Vec::new(),
            refused: Vec::new(),
            stale: None,
            short: Set::default(),
        });
    }

    /// The tickets whose end is not written yet.
    pub fn undecided(&self) -> Set {
        let work = self.work.iter();
        work.flat_map(|work| work.wanted.iter().chain(&work.left_over).chain(&work.refused).copied()).collect()
    }

    pub fn calls(&self, world: &World) -> Vec<Call> {
        let Some(work) = &self.work else { return Vec::new() };
        let call = if work.looks_back {
            Call::Read { what: 0 }
        } else if let Some(was) = work.stale {
            Call::Release { was, end: End::Expired }
        } else if let Some(ticket) = work.refused.first() {
            Call::Close { ticket: *ticket, outcome: Outcome::Refused }
        } else if work.wanted.is_empty() {
            Call::Acknowledge
        } else {
            Call::Reserve { ids: work.together(world), shard: work.shard, until: None, attempt: 0 }
        };
        vec![call]
    }

    pub fn answered(&mut self, world: &World, store: &Store, call: Call, answer: Answer) {
        let Some(work) = &mut self.work else { return };
        match call {
            Call::Read { .. } => {
                work.looks_back = false;
                work.wanted.retain(|ticket| !has_ended(store, *ticket));
            }
            Call::Release { .. } => work.stale = None,
            Call::Close { .. } => drop(work.refused.remove(0)),
            Call::Reserve { ids, .. } if answer == Answer::Done => {
                work.wanted.retain(|ticket| !ids.iter().any(|id| request_of(id) == *ticket));
            }
            Call::Reserve { ids, .. } => work.judge(world, store, ids),
            _ => return self.work = None,
        }
        self.hop_if_done(world);
    }

    /// Goes on with what found no room, on another shard.
    pub fn hop(&mut self, world: &World) {
        let Some(work) = &mut self.work else { return };
        let mut wanted = std::mem::take(&mut work.wanted);
        wanted.append(&mut work.left_over);
        work.left_over = wanted;
        self.hop_if_done(world);
    }

    fn hop_if_done(&mut self, world: &World) {
        let Some(work) = &mut self.work else { return };
        if !work.wanted.is_empty() || work.left_over.is_empty() {
            return;
        }
        work.short.insert(work.shard);
        let left_over = std::mem::take(&mut work.left_over);
        match world.shards_of(world.session_of(work.shard)).find(|shard| !work.short.contains(*shard)) {
            Some(shard) => (work.shard, work.wanted) = (shard, left_over),
            None => work.refused.extend(left_over),
        }
    }
}

impl Work {
    /// As many as can stand in one transaction: no person twice.
    fn together(&self, world: &World) -> Set {
        let mut people = Set::default();
        let mut ids = Set::default();
        for ticket in &self.wanted {
            let own = world.ids(*ticket);
            if own.iter().all(|id| !people.contains(person_of(id))) {
                own.iter().for_each(|id| people.insert(person_of(id)));
                own.iter().for_each(|id| ids.insert(id));
            }
        }
        ids
    }

    fn judge(&mut self, world: &World, store: &Store, ids: Set) {
        let before = self.wanted.len();
        for ticket in self.wanted.clone() {
            if !ids.iter().any(|id| request_of(id) == ticket) {
                continue;
            }
            match judge(world, store, ticket) {
                Verdict::Repeated | Verdict::Over => self.wanted.retain(|other| *other != ticket),
                Verdict::Stale(hold) => return self.stale = Some(hold),
                Verdict::Busy => {
                    self.wanted.retain(|other| *other != ticket);
                    self.refused.push(ticket);
                }
                Verdict::Free => {}
            }
        }
        if self.wanted.len() < before {
            return;
        }
        let shard = store.shard(self.shard);
        if shard.closed {
            return self.refused.append(&mut self.wanted);
        }
        let mut room = shard.free;
        for ticket in std::mem::take(&mut self.wanted) {
            let units = world.ids(ticket).len();
            let list = if units <= room { &mut self.wanted } else { &mut self.left_over };
            list.push(ticket);
            room -= if units <= room { units } else { 0 };
        }
    }
}

/// For the sight of it: whether a ticket's appointment stands on another shard than it was queued for.
pub fn stands_elsewhere(store: &Store, ticket: u8, shard: u8) -> bool {
    let ticket_is = |id| request_of(id) == ticket;
    was_booked(store, ticket)
        && store.people.iter().filter_map(|person| person.active).any(|one| ticket_is(one.id) && one.shard != shard)
}
