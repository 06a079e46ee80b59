//! What runs in sandboxes: each job knows the calls it may make next, and what an answer means to it.

pub mod booker;
pub mod cancellation;
pub mod dead_letters;
pub mod request;
pub mod sweeper;

use booker::Booker;
use cancellation::{Canceller, Reopener};
use dead_letters::DeadLetters;
use request::Request;
use sweeper::Sweeper;

use crate::{
    call::Call,
    queue::Queue,
    store::{Answer, Store},
    world::{Flaw, World},
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Job {
    Request(Request),
    Booker(Booker),
    Sweeper(Sweeper),
    DeadLetters(DeadLetters),
    Canceller(Canceller),
    Reopener(Reopener),
}

/// One process and its memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sandbox {
    pub job: Job,
    /// A call whose outcome is not known. It is made again until it is.
    pub unknown: Option<Call>,
}

impl Sandbox {
    pub fn new(job: Job) -> Self {
        Self { job, unknown: None }
    }

    /// What it may do next, looking at the store only for what it would be told.
    pub fn calls(&self, world: &World, store: &Store, queue: &Queue) -> Vec<Call> {
        if let Some(call) = self.unknown {
            return vec![call];
        }
        match &self.job {
            Job::Request(request) => request.calls(world, store),
            Job::Booker(booker) => booker.calls(world),
            Job::Sweeper(sweeper) => sweeper.calls(store),
            Job::DeadLetters(job) => job.calls(queue),
            Job::Canceller(canceller) => canceller.calls(world, store),
            Job::Reopener(reopener) => reopener.calls(world),
        }
    }

    /// Takes in an answer. `store` is as it was when the answer was given.
    pub fn answered(&mut self, world: &World, store: &Store, call: Call, answer: Answer) {
        self.unknown = None;
        match &mut self.job {
            Job::Request(request) => request.answered(world, store, call, answer),
            Job::Booker(booker) => booker.answered(world, store, call, answer),
            Job::Sweeper(sweeper) => sweeper.answered(store, call),
            Job::DeadLetters(job) => job.answered(call),
            Job::Canceller(canceller) => canceller.answered(world, store, call),
            Job::Reopener(reopener) => reopener.answered(world, call, answer),
        }
    }

    /// No answer came.
    pub fn unanswered(&mut self, world: &World, call: Call) {
        match (&mut self.job, call) {
            (Job::Request(request), Call::Reserve { .. }) if world.has(Flaw::HopsWithoutResolving) => {
                request.look_around();
            }
            (Job::Booker(booker), Call::Reserve { .. }) if world.has(Flaw::HopsWithoutResolving) => booker.hop(world),
            _ => self.unknown = Some(call),
        }
    }

    /// Its memory is gone.
    pub fn died(&mut self) {
        self.unknown = None;
        match &mut self.job {
            Job::Request(request) => request.died(),
            Job::Booker(booker) => *booker = Booker::default(),
            Job::Sweeper(sweeper) => *sweeper = Sweeper::default(),
            Job::DeadLetters(job) => *job = DeadLetters::default(),
            Job::Canceller(canceller) => canceller.died(),
            Job::Reopener(reopener) => reopener.died(),
        }
    }

    /// Whether it has something to lose.
    pub fn is_at_work(&self) -> bool {
        match &self.job {
            Job::Request(request) => request.is_at_work(),
            Job::Booker(booker) => *booker != Booker::default(),
            Job::Sweeper(sweeper) => *sweeper != Sweeper::default(),
            Job::DeadLetters(job) => *job != DeadLetters::default(),
            Job::Canceller(canceller) => canceller.is_at_work(),
            Job::Reopener(reopener) => reopener.is_at_work(),
        }
    }

    pub fn request(&self) -> Option<&Request> {
        if let Job::Request(request) = &self.job { Some(request) } else { None }
    }
}
