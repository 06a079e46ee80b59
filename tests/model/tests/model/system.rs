//! Every step that any part of the system may take.

use stateright::{Model, Property};

use crate::{
    job::{
        Job, Sandbox,
        booker::Booker,
        cancellation::{Canceller, Reopener},
        dead_letters::DeadLetters,
        request::Request,
        sweeper::Sweeper,
    },
    properties,
    queue::Queue,
    state::{Left, State, Step},
    store::{Appointment, Store},
    world::{Kind, World},
};

impl Model for World {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let mut store = Store::new(self);
        let mut jobs = Vec::new();
        for (number, request) in (0..).zip(self.requests) {
            if let Kind::Made { shard, until } = request.kind {
                self.ids(number).iter().for_each(|id| store.make(self, Appointment { id, shard, until }, 0));
                jobs.push(Job::Request(Request::done(number)));
            } else {
                jobs.push(Job::Request(Request::new(number)));
            }
        }
        jobs.extend((0..self.bookers).map(|_| Job::Booker(Booker::default())));
        jobs.extend((0..self.bookers.min(1)).map(|_| Job::DeadLetters(DeadLetters::default())));
        jobs.extend((0..self.sweepers).map(|_| Job::Sweeper(Sweeper::default())));
        jobs.extend(self.cancels.iter().map(|session| Job::Canceller(Canceller::staff(*session))));
        jobs.extend(self.cancels.iter().map(|session| Job::Canceller(Canceller::sweeper(*session))));
        jobs.extend(self.reopens.iter().map(|session| Job::Reopener(Reopener::new(*session))));
        let sandboxes = jobs.into_iter().map(Sandbox::new).collect();
        let World { faults, repeats, forgets, unmarks, redrives, .. } = *self;
        let left = Left { faults, repeats, forgets, unmarks, redrives };
        vec![State { store, queue: Queue::default(), sandboxes, in_flight: Vec::new(), left }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        for (number, sandbox) in (0..).zip(&state.sandboxes) {
            self.steps_of(state, number, sandbox, steps);
        }
        for call in &state.in_flight {
            steps.extend([Step::Land(*call), Step::Vanish(*call)]);
        }
        steps.extend(state.queue.returnable(self).into_iter().map(Step::Return));
        if state.left.redrives > 0 && state.queue.dead.first().is_some_and(|ticket| state.is_visible(self, *ticket)) {
            steps.extend(self.shards().map(Step::Redrive));
        }
        if state.store.now < self.ticks {
            steps.push(Step::Tick);
        }
        let is_quiet = state.in_flight.is_empty() && state.sandboxes.iter().all(|sandbox| sandbox.unknown.is_none());
        if state.left.forgets && is_quiet && !state.store.tokens.is_empty() {
            steps.push(Step::ForgetTokens);
        }
        let is_idle = is_quiet && state.sandboxes.iter().all(|sandbox| !sandbox.is_at_work());
        if state.left.unmarks && is_idle && !state.store.marks.is_empty() {
            steps.push(Step::DropMarks);
        }
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        next.take(self, step);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(self)
    }
}

impl World {
    fn steps_of(&self, state: &State, number: u8, sandbox: &Sandbox, steps: &mut Vec<Step>) {
        for call in sandbox.calls(self, &state.store, &state.queue) {
            if !state.may_be_sent(self, call, sandbox) {
                continue;
            }
            steps.push(Step::Run(number, call));
            if state.left.faults > 0 && call.can_get_lost() {
                steps.extend([Step::LoseAnswer(number, call), Step::Delay(number, call)]);
            }
        }
        // Whoever has lost an answer may die of the same misfortune.
        if sandbox.unknown.is_some() || state.left.faults > 0 && sandbox.is_at_work() {
            steps.push(Step::Die(number));
            if matches!(sandbox.job, Job::Booker(_)) {
                steps.push(Step::GiveUp(number));
            }
        }
        match &sandbox.job {
            Job::Booker(booker) if booker.is_idle() && state.is_first_idle(number) => {
                steps.extend(state.queue.ready(self).into_iter().map(|shard| Step::Receive(number, shard)));
            }
            Job::Request(request) if request.told().is_some() && state.left.repeats > 0 => {
                // The answers of confirmations are kept under their keys, which is not modelled.
                let kept = matches!(self.request(request.number).kind, Kind::Made { .. } | Kind::Confirm { .. });
                steps.extend(Some(Step::Repeat(number)).filter(|_| !kept));
            }
            _ => {}
        }
    }
}
