//! The table as the protocol sees it, and what each write does to it.

use crate::{call::Call, set::Set, world::World};

/// An active appointment. Its id tells the request that made it and its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Appointment {
    pub id: u8,
    pub shard: u8,
    /// Until when it is held; none once it is confirmed.
    pub until: Option<u8>,
}

impl Appointment {
    pub fn expired_at(self, now: u8) -> bool {
        self.until.is_some_and(|until| until < now)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Shard {
    pub free: i8,
    pub closed: bool,
    /// The mark that is never taken back.
    pub cancelled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Session {
    /// Somebody has begun to cancel it.
    pub cancelling: bool,
    pub cancelled: bool,
    /// The cancellation is carried to its end.
    pub finished: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Person {
    pub active: Option<Appointment>,
    pub given_up: Set,
    /// Appointments that ended because their sessions were cancelled.
    pub withdrawn: Set,
}

impl Person {
    /// Whether it is noted that the person had this appointment.
    pub fn had(self, id: u8) -> bool {
        self.given_up.contains(id) || self.withdrawn.contains(id)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    Refused,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    Cancelled,
    Expired,
    /// Its session was cancelled.
    Withdrawn,
}

/// What must never happen, noted where it happens because no later state shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Crime {
    MadeInCancelledSession,
    ConfirmedTooLate,
}

/// For no world has more.
pub const SHARDS: usize = 3;
pub const PEOPLE: u8 = 3;
pub const REQUESTS: usize = 5;

const APPOINTMENTS: usize = PEOPLE as usize * REQUESTS;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Store {
    pub now: u8,
    pub shards: [Shard; SHARDS],
    pub sessions: [Session; 2],
    pub people: [Person; PEOPLE as usize],
    /// The appointments that ended, by their rows.
    pub ended: Set,
    pub outcomes: [Option<Outcome>; REQUESTS],
    /// The tickets that are marked as closed with their people.
    pub marks: Set,
    /// The transactions whose tokens the store remembers.
    pub tokens: Vec<Call>,
    /// Beside the store, for the properties: how often each appointment was made, and in which attempt last.
    pub made: [(u8, u8); APPOINTMENTS],
    pub crime: Option<Crime>,
}

/// Whether a write was done, or refused by a condition of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Done,
    Refused,
}

impl Store {
    pub fn new(world: &World) -> Self {
        let mut shards = [Shard::default(); SHARDS];
        for (shard, capacity) in shards.iter_mut().zip(world.capacity) {
            shard.free = *capacity;
        }
        Self {
            now: 0,
            shards,
            sessions: Default::default(),
            people: Default::default(),
            ended: Set::default(),
            outcomes: [None; REQUESTS],
            marks: Set::default(),
            tokens: Vec::new(),
            made: [(0, 0); APPOINTMENTS],
            crime: None,
        }
    }

    /// Whose appointment it is.
    pub fn owner(&self, id: u8) -> &Person {
        &self.people[usize::from(crate::world::person_of(id))]
    }

    fn owner_mut(&mut self, id: u8) -> &mut Person {
        &mut self.people[usize::from(crate::world::person_of(id))]
    }

    pub fn shard(&self, shard: u8) -> &Shard {
        &self.shards[usize::from(shard)]
    }

    pub fn shard_mut(&mut self, shard: u8) -> &mut Shard {
        &mut self.shards[usize::from(shard)]
    }

    pub fn session(&self, session: u8) -> &Session {
        &self.sessions[usize::from(session)]
    }

    pub fn session_mut(&mut self, session: u8) -> &mut Session {
        &mut self.sessions[usize::from(session)]
    }

    /// Whether the appointment was made, as its person's rows tell.
    pub fn was_made(&self, id: u8) -> bool {
        self.owner(id).active.is_some_and(|active| active.id == id) || self.ended.contains(id)
    }

    /// Makes an appointment, whose conditions hold.
    pub fn make(&mut self, world: &World, appointment: Appointment, attempt: u8) {
        let Appointment { id, shard, .. } = appointment;
        self.owner_mut(id).active = Some(appointment);
        self.shard_mut(shard).free -= 1;
        let (times, last) = &mut self.made[usize::from(id)];
        (*times, *last) = (*times + 1, attempt);
        if self.session(world.session_of(shard)).cancelled {
            self.crime = Some(Crime::MadeInCancelledSession);
        }
    }

    /// Ends the active appointment of a person, whose conditions hold.
    pub fn end(&mut self, was: Appointment, end: End) {
        self.shard_mut(was.shard).free += 1;
        self.ended.insert(was.id);
        let person = self.owner_mut(was.id);
        person.active = None;
        let noted = if end == End::Withdrawn { &mut person.withdrawn } else { &mut person.given_up };
        noted.insert(was.id);
    }

    pub fn confirm(&mut self, id: u8, at: u8) {
        if let Some(active) = &mut self.owner_mut(id).active {
            if active.expired_at(at) {
                self.crime = Some(Crime::ConfirmedTooLate);
                return;
            }
            active.until = None;
        }
    }
}
