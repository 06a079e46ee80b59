//! Every world, explored to its end.

use stateright::{Checker, Model};

use crate::{docs, world::World, worlds};

fn explore(world: World) {
    let name = world.name;
    let checker = world.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    docs::tell(&format!("| {name} | {} | {} |", checker.unique_state_count(), checker.state_count()));
}

macro_rules! explored {
    ($($test:ident: $world:ident,)*) => {
        $(#[test]
        fn $test() {
            explore(worlds::$world);
        })*
    };
}

explored! {
    direct: DIRECT,
    last_unit: LAST_UNIT,
    family: FAMILY,
    holds: HOLDS,
    moves: MOVES,
    changes: CHANGES,
    queue: QUEUE,
    one_person: ONE_PERSON,
    queue_and_direct: QUEUE_AND_DIRECT,
    calm: CALM,
    dead_letters: DEAD_LETTERS,
    cancellation: CANCELLATION,
    cancellation_and_moves: CANCELLATION_AND_MOVES,
    cancellation_and_queue: CANCELLATION_AND_QUEUE,
}
