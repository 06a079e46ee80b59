//! What must be seen to happen in a world, lest its properties hold because nothing does.

use stateright::Property;

use crate::{
    job::{booker::stands_elsewhere, dead_letters::was_booked, request::Told},
    state::State,
    store::Outcome,
    world::{Kind, Sight, World, request_of},
};

pub fn property(sight: Sight) -> Property<World> {
    match sight {
        Sight::EverybodyServed => Property::sometimes("everybody is served", |world, state: &State| {
            numbers(world).all(|number| told(state, number) == Some(Told::Yes))
        }),
        Sight::SomebodyRefused => Property::sometimes("somebody is refused", |world, state: &State| {
            numbers(world).any(|number| told(state, number) == Some(Told::No))
        }),
        Sight::OutcomeUnknown => Property::sometimes("the outcome is not known", |world, state: &State| {
            numbers(world).any(|number| told(state, number) == Some(Told::Unclear) && made(world, state, number))
        }),
        Sight::CommitAfterItsCallerWent => {
            Property::sometimes("a caller is gone before its request lands", |world, state: &State| {
                numbers(world).any(|number| {
                    let waits = |call: &crate::call::Call| call.concerns(world, number);
                    told(state, number) == Some(Told::Unclear) && state.in_flight.iter().any(waits)
                })
            })
        }
        Sight::RepeatAnsweredAfterTheEnd => {
            Property::sometimes("a repeat is told yes after the end", |world, state: &State| {
                numbers(world).any(|number| {
                    let over = world.ids(number).iter().all(|id| state.store.ended.contains(id));
                    over && state.request(number).attempt > 0 && told(state, number) == Some(Told::Yes)
                })
            })
        }
        Sight::HoldExpired => Property::sometimes("a hold runs out and is given back", |world, state: &State| {
            numbers(world).any(|number| is_hold(world, number) && over(world, state, number))
        }),
        Sight::Confirmed => Property::sometimes("a hold is confirmed", |world, state: &State| {
            let confirmed =
                |active: crate::store::Appointment| active.until.is_none() && is_hold(world, request_of(active.id));
            state.store.people.iter().filter_map(|person| person.active).any(confirmed)
        }),
        Sight::Moved => Property::sometimes("an appointment moves", |world, state: &State| {
            numbers(world)
                .any(|number| matches!(world.request(number).kind, Kind::Move { .. }) && made(world, state, number))
        }),
        Sight::TicketRefused => {
            Property::sometimes("a ticket is refused", |_, state: &State| has(state, Outcome::Refused))
        }
        Sight::TicketFailed => Property::sometimes("a ticket fails", |_, state: &State| has(state, Outcome::Failed)),
        Sight::TicketBooked => Property::sometimes("a batch of tickets is booked", |world, state: &State| {
            numbers(world).filter(|number| was_booked(&state.store, *number)).count() > 1
        }),
        Sight::BookedBesideQueue => {
            Property::sometimes("a ticket is booked beside the queue", |world, state: &State| {
                numbers(world).filter(|number| is_queued(world, *number)).any(|number| {
                    let (times, attempt) = state.store.made[usize::from(world.id(number))];
                    times > 0 && attempt > 0 && state.queue.sent.contains(number)
                })
            })
        }
        Sight::RefusedBesideQueue => {
            Property::sometimes("a ticket is refused beside the queue", |world, state: &State| {
                numbers(world).any(|number| is_queued(world, number) && told(state, number) == Some(Told::No))
            })
        }
        Sight::Redelivered => {
            Property::sometimes("a message is delivered again after its commit", |world, state: &State| {
                let again = |message: &crate::queue::Message| {
                    message.deliveries > 1 && was_booked(&state.store, message.ticket)
                };
                let _ = world;
                state.queue.messages.iter().any(again)
            })
        }
        Sight::BookedOnAnotherShard => {
            Property::sometimes("what overflows is booked on another shard", |_, state: &State| {
                state.queue.messages.iter().any(|message| stands_elsewhere(&state.store, message.ticket, message.shard))
            })
        }
        Sight::CancellationFinished => Property::sometimes("a cancellation finishes", |_, state: &State| {
            state.store.sessions.iter().any(|session| session.finished)
        }),
        Sight::Withdrawn => Property::sometimes("two appointments are withdrawn", |world, state: &State| {
            let ids = numbers(world).flat_map(|number| world.ids(number).iter());
            ids.filter(|id| state.store.owner(*id).withdrawn.contains(*id)).count() > 1
        }),
    }
}

fn numbers(world: &World) -> impl Iterator<Item = u8> + use<> {
    0..u8::try_from(world.requests.len()).unwrap_or(u8::MAX)
}

fn told(state: &State, number: u8) -> Option<Told> {
    state.request(number).told()
}

fn made(world: &World, state: &State, number: u8) -> bool {
    world.ids(number).iter().all(|id| state.store.was_made(id))
}

fn over(world: &World, state: &State, number: u8) -> bool {
    world.ids(number).iter().all(|id| state.store.ended.contains(id))
}

fn is_hold(world: &World, number: u8) -> bool {
    matches!(world.request(number).kind, Kind::Hold | Kind::Made { until: Some(_), .. })
}

fn is_queued(world: &World, number: u8) -> bool {
    world.request(number).kind == Kind::Queue
}

fn has(state: &State, outcome: Outcome) -> bool {
    state.store.outcomes.contains(&Some(outcome))
}
