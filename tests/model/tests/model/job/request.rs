//! A request of a citizen, in a sandbox of `reserve`.

use crate::{
    call::Call,
    set::Set,
    store::{Answer, Appointment, End, Outcome, Store},
    world::{Flaw, Kind, World, person_of},
};

/// What the caller was told in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    Yes,
    No,
    /// The answer is that the outcome is not known, or none came.
    Unclear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// Nothing was sent yet.
    Start,
    /// Takes one of these shards.
    Take(Set),
    /// Reads the shards for those with units left.
    LookAround,
    /// Closes its ticket, if it has one, before it is refused.
    Close,
    /// The session is closed: reads whether this is a repeat of a request that was carried out.
    LookBack,
    /// Ends a hold that ran out and stands in the way.
    Clear(Appointment),
    /// Ends the appointment, as it was read.
    End(Appointment),
    /// Moves the appointment, as it was read, to one of these shards.
    Move(Appointment, Set),
    Told(Told),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    pub number: u8,
    stage: Stage,
    /// How often it was sent again with the same key.
    pub attempt: u8,
    /// Whether an earlier attempt was told yes.
    pub was_told_yes: bool,
}

impl Request {
    pub fn new(number: u8) -> Self {
        Self { number, stage: Stage::Start, attempt: 0, was_told_yes: false }
    }

    /// A request that was answered before the world began.
    pub fn done(number: u8) -> Self {
        Self { stage: Stage::Told(Told::Yes), ..Self::new(number) }
    }

    pub fn told(&self) -> Option<Told> {
        if let Stage::Told(told) = self.stage { Some(told) } else { None }
    }

    pub fn is_at_work(&self) -> bool {
        !matches!(self.stage, Stage::Start | Stage::Told(_))
    }

    pub fn died(&mut self) {
        self.stage = Stage::Told(Told::Unclear);
    }

    /// Sends the request again, with the same key.
    pub fn repeat(&mut self) {
        self.was_told_yes |= self.told() == Some(Told::Yes);
        (self.stage, self.attempt) = (Stage::Start, self.attempt + 1);
    }

    pub fn look_around(&mut self) {
        self.stage = Stage::LookAround;
    }

    fn tell(&mut self, told: Told) {
        self.stage = Stage::Told(told);
    }

    /// What may be queued as well is refused for good.
    fn refuse(&mut self, world: &World) {
        self.stage = if world.request(self.number).kind == Kind::Queue { Stage::Close } else { Stage::Told(Told::No) };
    }

    pub fn calls(&self, world: &World, store: &Store) -> Vec<Call> {
        let request = world.request(self.number);
        let (number, attempt, at) = (self.number, self.attempt, store.now);
        let shards = world.shards_of(request.session);
        let reserve = |shard| {
            let until = matches!(request.kind, Kind::Hold).then_some(store.now + 1);
            Call::Reserve { ids: self.unmade(world, store), shard, until, attempt }
        };
        match (self.stage, request.kind) {
            (Stage::Told(_), _) => Vec::new(),
            (Stage::Start, Kind::Book | Kind::Hold) => shards.map(reserve).collect(),
            (Stage::Start, Kind::Queue) => {
                let beside = (world.calms_down && attempt > 0).then_some(Call::Read { what: number });
                shards.map(|shard| Call::Send { ticket: number, shard }).chain(beside).collect()
            }
            (Stage::Close, _) => vec![Call::Close { ticket: number, outcome: Outcome::Refused }],
            (Stage::Start, Kind::Confirm { of }) => vec![Call::Confirm { id: world.id(of), at }],
            (Stage::Start | Stage::LookAround | Stage::LookBack, _) => vec![Call::Read { what: number }],
            (Stage::Take(shards), _) => shards.iter().map(reserve).collect(),
            (Stage::Clear(was), _) => vec![Call::Release { was, end: End::Expired }],
            (Stage::End(was), _) => vec![Call::Release { was, end: End::Cancelled }],
            (Stage::Move(was, shards), _) => {
                let id = world.id(number);
                shards.iter().map(|shard| Call::Move { was, id, shard, at, attempt }).collect()
            }
        }
    }

    /// The whole party at once, unless the flaw is to take them one by one.
    fn unmade(&self, world: &World, store: &Store) -> Set {
        let ids = world.ids(self.number);
        if world.has(Flaw::SplitsParties) {
            return ids.iter().find(|id| !store.was_made(*id)).or(ids.first()).into_iter().collect();
        }
        ids
    }

    pub fn answered(&mut self, world: &World, store: &Store, call: Call, answer: Answer) {
        let kind = world.request(self.number).kind;
        match (call, answer) {
            (Call::Reserve { .. }, Answer::Done) if self.is_split(world, store) => self.stage = Stage::Start,
            (Call::Reserve { .. } | Call::Confirm { .. } | Call::Send { .. } | Call::Move { .. }, Answer::Done) => {
                self.tell(Told::Yes);
            }
            (Call::Reserve { shard, .. }, Answer::Refused) => self.judge(world, store, shard),
            (Call::Confirm { id, .. }, Answer::Refused) => {
                let confirmed = store.owner(id).active.is_some_and(|active| active.id == id && active.until.is_none());
                self.tell(if confirmed { Told::Yes } else { Told::No });
            }
            (Call::Release { .. }, Answer::Done) if matches!(kind, Kind::Cancel { .. }) => self.tell(Told::Yes),
            // The hold is gone, or the appointment has changed since it was read, or its unit is back: another look.
            (Call::Release { .. }, _) if world.has(Flaw::MovesInTwoSteps) && matches!(kind, Kind::Move { .. }) => {
                self.stage = Stage::Take(world.shards_of(world.request(self.number).session).collect());
            }
            (Call::Release { .. }, _) => self.stage = Stage::Start,
            // It has ended before, and its ticket tells how.
            (Call::Close { .. }, Answer::Refused) => self.tell(Told::Yes),
            (Call::Close { .. }, Answer::Done) => self.tell(Told::No),
            (Call::Move { was, shard, .. }, Answer::Refused) => self.judge_move(world, store, was, shard),
            (Call::Read { .. }, _) => self.read(world, store, kind),
            _ => unreachable!("{call:?} is not a citizen's"),
        }
    }

    fn is_split(&self, world: &World, store: &Store) -> bool {
        world.has(Flaw::SplitsParties) && world.ids(self.number).iter().any(|id| !store.was_made(id))
    }

    /// Reads the reason of a refusal from the rows that came with it.
    fn judge(&mut self, world: &World, store: &Store, shard: u8) {
        match judge(world, store, self.number) {
            Verdict::Repeated | Verdict::Over => self.tell(Told::Yes),
            Verdict::Stale(hold) => self.stage = Stage::Clear(hold),
            Verdict::Busy => self.refuse(world),
            Verdict::Free if store.shard(shard).closed => self.stage = Stage::LookBack,
            Verdict::Free => self.stage = Stage::LookAround,
        }
    }

    fn judge_move(&mut self, world: &World, store: &Store, was: Appointment, shard: u8) {
        let Stage::Move(_, mut shards) = self.stage else { return };
        let person = store.owner(was.id);
        let id = world.id(self.number);
        shards.remove(shard);
        if person.had(id) || person.active.is_some_and(|active| active.id == id) {
            self.tell(Told::Yes);
        } else if person.active != Some(was) {
            self.stage = Stage::Start;
        } else if shards.is_empty() || was.expired_at(store.now) {
            self.tell(Told::No);
        } else {
            self.stage = Stage::Move(was, shards);
        }
    }

    fn read(&mut self, world: &World, store: &Store, kind: Kind) {
        let request = world.request(self.number);
        let active = store.people[usize::from(request.people[0])].active;
        let own = |of| active.filter(|active| active.id == world.id(of) && !active.expired_at(store.now));
        match (self.stage, kind) {
            (Stage::LookAround, _) => {
                let units = world.ids(self.number).len();
                let enough = |shard: &u8| store.shard(*shard).free >= units && !store.shard(*shard).closed;
                let left: Set = world.shards_of(request.session).filter(enough).collect();
                if left.is_empty() { self.refuse(world) } else { self.stage = Stage::Take(left) }
            }
            (Stage::Start, Kind::Queue) => {
                let closed = store.outcomes[usize::from(self.number)].is_some();
                if closed && !world.has(Flaw::NeverLooksBackBesideQueue) {
                    self.tell(Told::Yes);
                } else {
                    self.stage = Stage::Take(world.shards_of(request.session).collect());
                }
            }
            (Stage::LookBack, Kind::Queue) if !store.was_made(world.id(self.number)) => self.refuse(world),
            (Stage::Start, Kind::Cancel { of }) => match own(of) {
                Some(was) => self.stage = Stage::End(was),
                None if store.ended.contains(world.id(of)) => self.tell(Told::Yes),
                None => self.tell(Told::No),
            },
            (Stage::Start, Kind::Move { of }) => match own(of) {
                Some(was) if world.has(Flaw::MovesInTwoSteps) => self.stage = Stage::End(was),
                Some(was) => self.stage = Stage::Move(was, world.shards_of(request.session).collect()),
                None => self.stage = Stage::LookBack,
            },
            _ => self.tell(if store.was_made(world.id(self.number)) { Told::Yes } else { Told::No }),
        }
    }
}

/// What the rows of a request's people say.
pub enum Verdict {
    /// The request was carried out before.
    Repeated,
    /// A hold that ran out stands in the way.
    Stale(Appointment),
    /// Its ticket was closed.
    Over,
    /// Another appointment stands.
    Busy,
    Free,
}

pub fn judge(world: &World, store: &Store, request: u8) -> Verdict {
    let ids = world.ids(request);
    let repeated = |id| {
        let person = &store.people[usize::from(person_of(id))];
        person.had(id) || person.active.is_some_and(|active| active.id == id)
    };
    if ids.iter().any(repeated) {
        return Verdict::Repeated;
    }
    if store.marks.contains(request) {
        return Verdict::Over;
    }
    match ids.iter().find_map(|id| store.owner(id).active) {
        Some(active) if active.expired_at(store.now) => Verdict::Stale(active),
        Some(_) => Verdict::Busy,
        None => Verdict::Free,
    }
}
