//! Staff cancels a session, the sweeper carries on where that broke off; and staff reopens one at the wrong moment.

use crate::{
    call::Call,
    store::{Answer, Appointment, End, Store},
    world::{Flaw, World},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    Start,
    /// Closes this shard for good, then the next.
    Close(u8),
    Seal,
    /// Looks for appointments until every unit is back.
    Look,
    Withdraw(Appointment),
    Finish,
    Over,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Canceller {
    session: u8,
    /// The sweeper begins nothing, and comes again.
    sweeps: bool,
    stage: Stage,
}

/// Names no person: asks whether every unit is back.
const ALL: u8 = u8::MAX;

impl Canceller {
    pub fn staff(session: u8) -> Self {
        Self { session, sweeps: false, stage: Stage::Start }
    }

    pub fn sweeper(session: u8) -> Self {
        Self { session, sweeps: true, stage: Stage::Start }
    }

    pub fn is_at_work(&self) -> bool {
        !matches!(self.stage, Stage::Start | Stage::Over)
    }

    pub fn died(&mut self) {
        self.stage = if self.sweeps { Stage::Start } else { Stage::Over };
    }

    pub fn calls(&self, world: &World, store: &Store) -> Vec<Call> {
        let session = self.session;
        let row = store.session(session);
        match self.stage {
            Stage::Start if !self.sweeps => vec![Call::BeginCancellation { session }],
            Stage::Start if row.cancelling && !row.finished => vec![Call::Read { what: ALL }],
            Stage::Start | Stage::Over => Vec::new(),
            Stage::Close(shard) => vec![Call::CloseForGood { shard }],
            Stage::Seal => vec![Call::CancelSession { session }],
            // The index may show any of them first, and not yet the latest.
            Stage::Look if has_all_units(world, store, session) => vec![Call::Read { what: ALL }],
            Stage::Look => (0..)
                .zip(&store.people)
                .filter_map(|(what, person)| {
                    person
                        .active
                        .filter(|active| world.session_of(active.shard) == session)
                        .map(|_| Call::Read { what })
                })
                .collect(),
            Stage::Withdraw(was) => vec![Call::Release { was, end: End::Withdrawn }],
            Stage::Finish => vec![Call::FinishCancellation { session }],
        }
    }

    pub fn answered(&mut self, world: &World, store: &Store, call: Call) {
        self.stage = match (self.stage, call) {
            (Stage::Start, _) if world.has(Flaw::LeavesShardsOpen) => Stage::Seal,
            (Stage::Start, _) => next_shard(world, self.session, None).map_or(Stage::Seal, Stage::Close),
            (Stage::Close(shard), _) => next_shard(world, self.session, Some(shard)).map_or(Stage::Seal, Stage::Close),
            (Stage::Look, Call::Read { what: ALL }) => Stage::Finish,
            (Stage::Look, Call::Read { what }) => {
                let active = store.people[usize::from(what)].active;
                let here = active.filter(|active| world.session_of(active.shard) == self.session);
                here.map_or(Stage::Look, Stage::Withdraw)
            }
            (Stage::Finish, _) => Stage::Over,
            _ => Stage::Look,
        };
    }
}

fn has_all_units(world: &World, store: &Store, session: u8) -> bool {
    world.shards_of(session).all(|shard| store.shard(shard).free == world.capacity_of(shard))
}

fn next_shard(world: &World, session: u8, after: Option<u8>) -> Option<u8> {
    world.shards_of(session).find(|shard| after.is_none_or(|after| *shard > after))
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reopener {
    session: u8,
    stage: Stage,
}

impl Reopener {
    pub fn new(session: u8) -> Self {
        Self { session, stage: Stage::Start }
    }

    pub fn is_at_work(&self) -> bool {
        matches!(self.stage, Stage::Close(_))
    }

    pub fn died(&mut self) {
        self.stage = Stage::Over;
    }

    pub fn calls(&self, _: &World) -> Vec<Call> {
        match self.stage {
            Stage::Start => vec![Call::Reopen { session: self.session }],
            Stage::Close(shard) => vec![Call::ReopenShard { shard }],
            _ => Vec::new(),
        }
    }

    pub fn answered(&mut self, world: &World, call: Call, answer: Answer) {
        let after = if let Call::ReopenShard { shard } = call { Some(shard) } else { None };
        let refused = call == Call::Reopen { session: self.session } && answer == Answer::Refused;
        let next = next_shard(world, self.session, after).filter(|_| !refused);
        self.stage = next.map_or(Stage::Over, Stage::Close);
    }
}
