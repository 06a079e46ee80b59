//! Plays many histories, and shows how far it is; or one, and shows all of it.
//!
//! `SEEDS` says how many (100,000), `FIRST` from which seed on (1), `ENOUGH` after how many broken ones to stop (5).
//! `SEED` names the one to be shown.

use std::{env, process::ExitCode};

use vaxslot_simulation::{
    history::play,
    plant::Bug,
    runner::{play_many, report},
    world::Tracing,
};

fn main() -> ExitCode {
    let number = |name: &str| env::var(name).ok().and_then(|text| text.replace('_', "").parse::<u64>().ok());
    let broken = if let Some(seed) = number("SEED") {
        show(seed)
    } else {
        let enough = number("ENOUGH").and_then(|count| count.try_into().ok()).unwrap_or(5);
        soak(number("FIRST").unwrap_or(1), number("SEEDS").unwrap_or(100_000), enough)
    };
    if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn show(seed: u64) -> bool {
    let bug = env::var("BUG").ok();
    let bug = bug.and_then(|name| Bug::ALL.iter().copied().find(|bug| format!("{bug:?}") == name));
    let outcome = play(seed, Tracing::Lines, bug);
    for line in outcome.trace.lines() {
        println!("{line}");
    }
    println!("seed {seed}: {} requests, digest {:016x}", outcome.deeds, outcome.trace.digest());
    for one in &outcome.broken {
        println!("{one}");
    }
    !outcome.broken.is_empty()
}

fn soak(first: u64, count: u64, enough: usize) -> bool {
    let step = (count / 100).max(1);
    let summary = play_many(first, count, enough, |played| {
        if played % step == 0 {
            eprintln!("{played:>8} of {count}");
        }
    });
    println!("{} histories with {} requests, {} broken", summary.histories, summary.deeds, summary.broken.len());
    print!("{}", report(&summary.broken));
    !summary.broken.is_empty()
}
