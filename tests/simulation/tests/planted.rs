//! Mistakes made on purpose are noticed: the checks can fail. `docs/PLANTED_BUGS.md` says by which invariant, and in which
//! history; with `WRITE=1` in the environment it is written anew.

use std::{
    env,
    fmt::Write,
    fs, panic,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use vaxslot_simulation::{history::Outcome, plant::Bug, runner::catch};

/// In how many histories each has to be noticed.
const MOST: u64 = 1_000;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PLANTED_BUGS.md");

#[test]
fn every_mistake_is_noticed_as_the_table_says() {
    // What a mistake leaves behind may have a process panic. That is a part of its history, and none of this test's.
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if info.location().is_some_and(|place| place.file().contains("simulation/tests")) {
            usual(info);
        }
    }));
    let caught = catch_all();
    let missed: Vec<&str> =
        Bug::ALL.iter().zip(&caught).filter(|(_, outcome)| outcome.is_none()).map(|(bug, _)| bug.name()).collect();
    assert!(missed.is_empty(), "not noticed within {MOST} histories: {missed:?}");
    let table = table(&caught);
    if env::var_os("WRITE").is_some() {
        fs::write(TABLE, &table).expect("a table that can be written");
    }
    let written = fs::read_to_string(TABLE).unwrap_or_default();
    assert!(written == table, "docs/PLANTED_BUGS.md should be (run this test with WRITE=1):\n{table}");
}

/// The first history in which each is noticed.
fn catch_all() -> Vec<Option<Outcome>> {
    let next = AtomicUsize::new(0);
    let caught = Mutex::new(vec![None; Bug::ALL.len()]);
    let work = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(bug) = Bug::ALL.get(place) else { return };
            let outcome = catch(*bug, MOST);
            caught.lock().expect("nobody panics with it")[place] = outcome;
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(work))));
    caught.into_inner().expect("nobody panics with it")
}

fn table(caught: &[Option<Outcome>]) -> String {
    let mut text = include_str!("planted.md").to_owned();
    for (number, (bug, outcome)) in Bug::ALL.iter().zip(caught).enumerate() {
        let Some(outcome) = outcome else { continue };
        let mut invariants: Vec<&str> = outcome.broken.iter().map(|one| one.invariant.name()).collect();
        invariants.dedup();
        let (name, changes, seed, by) = (bug.name(), bug.changes(), outcome.seed, invariants[0]);
        let number = number + 1;
        let _ = writeln!(text, "| {number} | {name} | `{bug:?}` | {changes} | {by} | {seed} |");
    }
    text
}
