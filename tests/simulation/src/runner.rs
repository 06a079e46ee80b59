//! Many seeds, on as many threads as there are cores; each history on one.

use std::{
    fmt::Write,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use crate::{
    history::{Outcome, play},
    plant::Bug,
    world::{Tracing, lock},
};

/// What many histories came to.
#[derive(Debug, Default)]
pub struct Summary {
    pub histories: u64,
    pub deeds: usize,
    /// The broken ones, by seed.
    pub broken: Vec<Outcome>,
}

/// Plays the seeds from `first` on, until `count` are played or `enough` are broken. `after` is told of each as it ends, and
/// how many have.
#[must_use]
pub fn play_many(first: u64, count: u64, enough: usize, after: impl Fn(u64, &Outcome) + Sync) -> Summary {
    let (next, summary) = (AtomicU64::new(first), Mutex::new(Summary::default()));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let work = || loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed - first >= count || lock(&summary).broken.len() >= enough {
            return;
        }
        let outcome = play(seed, Tracing::Off, None);
        let mut summary = lock(&summary);
        summary.histories += 1;
        summary.deeds += outcome.deeds;
        after(summary.histories, &outcome);
        if !outcome.broken.is_empty() {
            summary.broken.push(outcome);
        }
    };
    thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(work))));
    let mut summary = summary.into_inner().unwrap_or_default();
    summary.broken.sort_by_key(|outcome| outcome.seed);
    summary
}

/// The first history, of those up to `most`, in which a mistake is noticed.
#[must_use]
pub fn catch(bug: Bug, most: u64) -> Option<Outcome> {
    (1..=most).map(|seed| play(seed, Tracing::Off, Some(bug))).find(|outcome| !outcome.broken.is_empty())
}

/// What is broken, and how to see it happen.
#[must_use]
pub fn report(broken: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in broken.iter().filter(|outcome| !outcome.broken.is_empty()) {
        let _ = writeln!(text, "seed {} is broken:", outcome.seed);
        for one in &outcome.broken {
            let _ = writeln!(text, "  {one}");
        }
        let _ = writeln!(
            text,
            "  to see it happen: SEED={} cargo run --package vaxslot-simulation --bin soak",
            outcome.seed
        );
    }
    text
}
