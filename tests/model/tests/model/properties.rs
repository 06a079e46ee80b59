//! The invariants, as properties of the model.

use stateright::{Model, Property};

use crate::{
    job::{
        dead_letters::{has_ended, was_booked},
        request::Told,
    },
    state::State,
    store::Crime,
    world::{Kind, World, person_of},
};

pub const UNITS: &str = "I1: free and taken units make the capacity";
pub const OWN: &str = "I2: an active appointment is its person's own, and was made once";
pub const TOLD: &str = "I3: what a caller was told is in the table";
pub const REFUSED: &str = "I3: a refused attempt has changed nothing";
pub const KEPT: &str = "I3: a refused move keeps the old slot";
pub const ONE_END: &str = "I4: a ticket ends in one way";
pub const SAME: &str = "I5: a repeated request is not told no after a yes";
pub const NONE_LEFT: &str = "I6: nobody is booked in a session whose cancellation has finished";
pub const NONE_MADE: &str = "I6: no appointment is made in a cancelled session";
pub const IN_TIME: &str = "I8: no hold is confirmed after it ran out";
pub const TOGETHER: &str = "a party is booked together or not at all";
pub const ALL_END: &str = "when nothing is left to do, I4: every ticket has ended";
pub const ALL_FREE: &str = "when nothing is left to do, I8: every hold that ran out is free again";
pub const ALL_DONE: &str = "when nothing is left to do, everybody was answered and every cancellation is finished";

pub fn of(world: &World) -> Vec<Property<World>> {
    let mut properties = vec![
        Property::always(UNITS, |world, state: &State| units_add_up(world, state)),
        Property::always(OWN, |_, state: &State| own_and_once(state)),
        Property::always(TOLD, |world, state: &State| {
            every_request(world, |number, _| told_the_truth(world, state, number))
        }),
        Property::always(REFUSED, |world, state: &State| {
            every_request(world, |number, _| changed_nothing(world, state, number))
        }),
        Property::always(KEPT, |world, state: &State| {
            every_request(world, |number, kind| kept(world, state, number, kind))
        }),
        Property::always(ONE_END, |world, state: &State| {
            every_request(world, |number, _| !ended_twice(state, number, world))
        }),
        Property::always(SAME, |world, state: &State| {
            every_request(world, |number, _| !told_otherwise(world, state, number))
        }),
        Property::always(NONE_LEFT, |world, state: &State| none_left(world, state)),
        Property::always(NONE_MADE, |_, state: &State| state.store.crime != Some(Crime::MadeInCancelledSession)),
        Property::always(IN_TIME, |_, state: &State| state.store.crime != Some(Crime::ConfirmedTooLate)),
        Property::always(TOGETHER, |world, state: &State| {
            every_request(world, |number, _| together(world, state, number))
        }),
        Property::always(ALL_END, |world, state: &State| !is_settled(world, state) || all_ended(world, state)),
        Property::always(ALL_FREE, |world, state: &State| !is_settled(world, state) || all_free(state)),
        Property::always(ALL_DONE, |world, state: &State| !is_settled(world, state) || all_done(world, state)),
    ];
    properties.extend(world.sights.iter().map(|sight| crate::sights::property(*sight)));
    properties
}

/// Nothing can happen any more, so that whatever was to happen must have.
fn is_settled(world: &World, state: &State) -> bool {
    let mut steps = Vec::new();
    world.actions(state, &mut steps);
    steps.is_empty()
}

fn every_request(world: &World, holds: impl Fn(u8, Kind) -> bool) -> bool {
    (0..).zip(world.requests).all(|(number, request)| holds(number, request.kind))
}

fn units_add_up(world: &World, state: &State) -> bool {
    world.shards().all(|shard| {
        let here = |person: &&crate::store::Person| person.active.is_some_and(|active| active.shard == shard);
        let taken = i8::try_from(state.store.people.iter().filter(here).count()).unwrap_or(i8::MAX);
        let (free, capacity) = (state.store.shard(shard).free, world.capacity_of(shard));
        (0..=capacity).contains(&free) && capacity - free == taken
    })
}

fn own_and_once(state: &State) -> bool {
    let own = |(number, person): (u8, &crate::store::Person)| {
        person.active.is_none_or(|active| person_of(active.id) == number && !state.store.ended.contains(active.id))
    };
    (0..).zip(&state.store.people).all(own) && state.store.made.iter().all(|(times, _)| *times <= 1)
}

fn told_the_truth(world: &World, state: &State, number: u8) -> bool {
    if state.request(number).told() != Some(Told::Yes) {
        return true;
    }
    match world.request(number).kind {
        Kind::Cancel { of } => world.ids(of).iter().all(|id| state.store.ended.contains(id)),
        Kind::Confirm { of } => world.ids(of).iter().all(|id| {
            let held = state.store.owner(id).active.is_some_and(|active| active.id == id && active.until.is_some());
            state.store.was_made(id) && !held
        }),
        // Accepted, no more: it is in the queue or has ended.
        Kind::Queue => state.queue.sent.contains(number) || has_ended(&state.store, number),
        _ => world.ids(number).iter().all(|id| state.store.was_made(id)),
    }
}

fn changed_nothing(world: &World, state: &State, number: u8) -> bool {
    let request = state.request(number);
    let makes = !matches!(world.request(number).kind, Kind::Confirm { .. } | Kind::Cancel { .. });
    let made_now = |id: u8| {
        let (times, attempt) = state.store.made[usize::from(id)];
        times > 0 && attempt == request.attempt
    };
    request.told() != Some(Told::No) || !makes || !world.ids(number).iter().any(made_now)
}

/// Where nobody else may end it.
fn kept(world: &World, state: &State, number: u8, kind: Kind) -> bool {
    let Kind::Move { of } = kind else { return true };
    let rivals = world.requests.iter().any(|other| other.kind == Kind::Cancel { of })
        || world.sweepers > 0
        || world.cancels.is_some();
    let refused = state.request(number).told() == Some(Told::No);
    rivals || !refused || !world.ids(of).iter().any(|id| state.store.ended.contains(id))
}

fn ended_twice(state: &State, ticket: u8, world: &World) -> bool {
    matches!(world.request(ticket).kind, Kind::Queue)
        && state.store.outcomes[usize::from(ticket)].is_some()
        && was_booked(&state.store, ticket)
}

/// Whether a repeat was told no after a yes. Who was only told that it waits may be, if that is the end of it.
fn told_otherwise(world: &World, state: &State, number: u8) -> bool {
    let request = state.request(number);
    let refused = world.request(number).kind == Kind::Queue && state.store.outcomes[usize::from(number)].is_some();
    request.was_told_yes && request.told() == Some(Told::No) && !refused
}

fn none_left(world: &World, state: &State) -> bool {
    let finished = |shard| state.store.session(world.session_of(shard)).finished;
    state.store.people.iter().filter_map(|person| person.active).all(|active| !finished(active.shard))
}

fn together(world: &World, state: &State, number: u8) -> bool {
    let mut times = world.ids(number).iter().map(|id| state.store.made[usize::from(id)].0);
    let first = times.next();
    times.all(|other| Some(other) == first)
}

fn all_ended(world: &World, state: &State) -> bool {
    let queued = (0..).zip(world.requests).filter(|(_, request)| request.kind == Kind::Queue).map(|(number, _)| number);
    let ended = |ticket| state.store.outcomes[usize::from(ticket)].is_some() || was_booked(&state.store, ticket);
    queued.filter(|ticket| state.queue.sent.contains(*ticket)).all(|ticket: u8| ended(ticket))
}

fn all_free(state: &State) -> bool {
    state.store.people.iter().filter_map(|person| person.active).all(|active| !active.expired_at(state.store.now))
}

fn all_done(world: &World, state: &State) -> bool {
    let answered = every_request(world, |number, kind| {
        let waits = match kind {
            Kind::Confirm { of } | Kind::Cancel { of } | Kind::Move { of } => {
                state.request(of).told() != Some(Told::Yes)
            }
            _ => false,
        };
        waits || state.request(number).told().is_some()
    });
    let finished = state.store.sessions.iter().all(|session| !session.cancelling || session.finished);
    answered && finished && state.queue.messages.is_empty() && state.queue.dead.is_empty()
}
