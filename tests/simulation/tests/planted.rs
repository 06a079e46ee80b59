//! Mistakes made on purpose are noticed: the checks can fail.

use std::{
    panic,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use vaxslot_simulation::{plant::Bug, runner::catch};

/// In how many histories each has to be noticed.
const MOST: u64 = 1_000;

#[test]
fn every_mistake_is_noticed() {
    // What a mistake leaves behind may have a process panic. That is a part of its history, and none of this test's.
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if info.location().is_some_and(|place| place.file().contains("simulation/tests")) {
            usual(info);
        }
    }));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut missed = Vec::new();
        while let Some(bug) = Bug::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
            match catch(*bug, MOST) {
                Some(outcome) => println!("{bug:?}: seed {}: {}", outcome.seed, outcome.broken[0]),
                None => missed.push(bug.name()),
            }
        }
        missed
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let missed: Vec<&str> = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread that ends well")).collect()
    });
    assert!(missed.is_empty(), "not noticed within {MOST} histories: {missed:?}");
}
