//! What the whole is like at one moment, and what each step makes of it.

use crate::{
    call::Call,
    job::{
        Job, Sandbox,
        request::{Request, Told},
    },
    queue::Queue,
    set::Set,
    store::{Answer, Store},
    world::{Flaw, Kind, World},
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub store: Store,
    pub queue: Queue,
    pub sandboxes: Vec<Sandbox>,
    /// Requests that nobody waits for any more and that may still be carried out.
    pub in_flight: Vec<Call>,
    pub left: Left,
}

/// What may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Left {
    pub faults: u8,
    pub repeats: u8,
    pub forgets: bool,
    pub unmarks: bool,
    pub redrives: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A call is carried out and answered.
    Run(u8, Call),
    /// A call is carried out, and its answer is lost.
    LoseAnswer(u8, Call),
    /// A call's answer is lost before it is carried out: that may come later, or never.
    Delay(u8, Call),
    Die(u8),
    /// A booker reports the rest of its batch as failed.
    GiveUp(u8),
    /// A delayed call is carried out.
    Land(Call),
    /// A delayed call is never carried out.
    Vanish(Call),
    Receive(u8, u8),
    /// The visibility timeout of what a group handed out is over.
    Return(u8),
    Redrive(u8),
    Repeat(u8),
    Tick,
    /// Ten minutes later.
    ForgetTokens,
    /// A quarter of an hour later, and other tickets were closed.
    DropMarks,
}

impl State {
    /// A request waits for the one it follows, and for an earlier one with its token: the store would say that it is still
    /// in progress.
    pub fn may_be_sent(&self, world: &World, call: Call, sandbox: &Sandbox) -> bool {
        let in_progress = call.has_token() && self.in_flight.contains(&call);
        let before = sandbox.request().and_then(|request| match world.request(request.number).kind {
            Kind::Confirm { of } | Kind::Cancel { of } | Kind::Move { of } => Some(of),
            _ => None,
        });
        !in_progress && before.is_none_or(|before| self.request(before).told() == Some(Told::Yes))
    }

    pub fn request(&self, number: u8) -> &Request {
        self.sandboxes[usize::from(number)].request().expect("requests come first")
    }

    /// Idle bookers are all alike, so that it is enough to let one of them receive.
    pub fn is_first_idle(&self, number: u8) -> bool {
        let idle = |sandbox: &Sandbox| matches!(&sandbox.job, Job::Booker(booker) if booker.is_idle());
        self.sandboxes.iter().position(idle) == Some(usize::from(number))
    }

    /// Whether a dead letter is in nobody's hands, and its visibility timeout is over.
    pub fn is_visible(&self, world: &World, ticket: u8) -> bool {
        let burying = |sandbox: &Sandbox| matches!(sandbox.job, Job::DeadLetters(_)) && sandbox.is_at_work();
        let in_flight = self.in_flight.iter().any(|call| call.concerns(world, ticket));
        !self.sandboxes.iter().any(burying) && !in_flight
    }

    pub fn take(&mut self, world: &World, step: Step) {
        match step {
            Step::Run(number, call) => {
                let answer = self.carry_out(world, call, number);
                let sandbox = &mut self.sandboxes[usize::from(number)];
                sandbox.answered(world, &self.store, call, answer);
            }
            Step::LoseAnswer(number, call) => {
                self.carry_out(world, call, number);
                self.left.faults -= 1;
                self.sandboxes[usize::from(number)].unanswered(world, call);
            }
            Step::Delay(number, call) => {
                self.in_flight.push(call);
                self.in_flight.sort_unstable();
                self.left.faults -= 1;
                self.sandboxes[usize::from(number)].unanswered(world, call);
            }
            Step::Die(number) => self.die(number),
            Step::GiveUp(number) => {
                if let Job::Booker(booker) = &self.sandboxes[usize::from(number)].job {
                    self.queue.acknowledge(number, booker.undecided());
                }
                self.die(number);
            }
            Step::Land(call) => {
                self.remove(call);
                self.carry_out(world, call, u8::MAX);
            }
            Step::Vanish(call) => self.remove(call),
            Step::Receive(number, shard) => self.receive(world, number, shard),
            Step::Return(shard) => self.queue.give_back(world, shard),
            Step::Redrive(shard) => {
                self.left.redrives -= 1;
                self.queue.redrive(shard);
            }
            Step::Repeat(number) => {
                self.left.repeats -= 1;
                if let Job::Request(request) = &mut self.sandboxes[usize::from(number)].job {
                    request.repeat();
                }
            }
            Step::Tick => self.store.now += 1,
            Step::ForgetTokens => {
                self.left.forgets = false;
                self.store.tokens.clear();
            }
            Step::DropMarks => {
                self.left.unmarks = false;
                self.store.marks = Set::default();
            }
        }
    }

    fn carry_out(&mut self, world: &World, call: Call, number: u8) -> Answer {
        match call {
            Call::Send { ticket, shard } => self.queue.send(ticket, shard),
            Call::Acknowledge => self.queue.acknowledge(number, Set::default()),
            Call::Bury { ticket } => self.queue.dead.retain(|dead| *dead != ticket),
            _ => {}
        }
        call.apply(world, &mut self.store)
    }

    fn receive(&mut self, world: &World, number: u8, shard: u8) {
        let batch = self.queue.hand_out(shard, number);
        if world.has(Flaw::AcknowledgesFirst) {
            self.queue.acknowledge(number, Set::default());
        }
        if let Job::Booker(booker) = &mut self.sandboxes[usize::from(number)].job {
            booker.begin(batch, world);
        }
    }

    fn die(&mut self, number: u8) {
        let sandbox = &mut self.sandboxes[usize::from(number)];
        // The lost answer was paid for already.
        self.left.faults -= u8::from(sandbox.unknown.is_none());
        sandbox.died();
        self.queue.abandon(number);
    }

    fn remove(&mut self, call: Call) {
        let place = self.in_flight.iter().position(|other| *other == call);
        place.map(|place| self.in_flight.remove(place));
    }
}
