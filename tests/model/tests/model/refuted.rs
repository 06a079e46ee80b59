//! Broken protocols. The model refutes each, with the shortest way to the harm.

use stateright::{Checker, Model};

use crate::{
    docs, properties,
    state::Step,
    world::{Flaw, World},
    worlds,
};

fn refute(world: World, flaw: Flaw, property: &'static str) {
    let broken = World { flaw: Some(flaw), sights: &[], ..world };
    let steps = shortest_way(&broken, property);
    println!("{flaw:?} in \"{}\":\n{steps:#?}", broken.name);
    docs::tell(&format!("| `{flaw:?}` | {} | {property} | {} |", broken.name, steps.len()));
}

/// Looks ever farther from the beginning: within one depth, the checker keeps the last way it finds.
fn shortest_way(world: &World, property: &'static str) -> Vec<Step> {
    (2..32)
        .find_map(|depth| {
            let checker = world.clone().checker().target_max_depth(depth).spawn_bfs().join();
            checker.discovery(property).map(stateright::Path::into_actions)
        })
        .expect("a way to the harm")
}

macro_rules! refuted {
    ($($test:ident: $flaw:ident in $world:ident by $property:ident,)*) => {
        $(#[test]
        fn $test() {
            refute(worlds::$world, Flaw::$flaw, properties::$property);
        })*
    };
}

refuted! {
    a_shard_without_its_condition: NoFreeCondition in LAST_UNIT by UNITS,
    a_person_without_the_lock: NoLock in HOLDS by UNITS,
    a_key_that_books_again_after_the_end: ForgetsWhatEnded in DIRECT by OWN,
    a_request_that_hops_without_resolving: HopsWithoutResolving in LAST_UNIT by REFUSED,
    a_confirmation_without_a_date: ConfirmsWithoutDate in HOLDS by IN_TIME,
    a_release_without_its_guard: ReleasesUnguarded in CHANGES by UNITS,
    a_move_in_two_steps: MovesInTwoSteps in MOVES by KEPT,
    a_party_one_by_one: SplitsParties in FAMILY by TOGETHER,
    an_acknowledgement_before_the_commit: AcknowledgesFirst in QUEUE by ALL_END,
    a_redelivery_that_reads_nothing_first: NeverLooksBack in DEAD_LETTERS by ONE_END,
    a_ticket_that_is_closed_unasked: ClosesUnasked in DEAD_LETTERS by ONE_END,
    a_booker_that_ignores_marks: IgnoresMarks in DEAD_LETTERS by ONE_END,
    a_repeat_beside_the_queue_that_ignores_marks: IgnoresMarksBesideQueue in CALM by ONE_END,
    a_repeat_beside_the_queue_that_reads_nothing_first: NeverLooksBackBesideQueue in CALM by ONE_END,
    a_cancellation_that_leaves_shards_open: LeavesShardsOpen in CANCELLATION by NONE_MADE,
    a_cancelled_shard_that_is_reopened: ReopensCancelledShards in CANCELLATION by NONE_MADE,
}
