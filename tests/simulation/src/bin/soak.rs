//! Plays many histories, shows how far it is, and tells of each that is broken as it ends; or plays one, and shows all of it.
//! Fails if one is broken.
//!
//! `SEEDS` says how many (100,000), `FIRST` from which seed on (1), `ENOUGH` after how many broken ones to stop (5).
//! `SEED` names the one to be shown.

use std::{env, process::ExitCode, slice};

use vaxslot_simulation::{
    history::{Outcome, play},
    plant::Bug,
    runner::{Summary, play_many, report},
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

fn verdict(broken: &[Outcome]) -> String {
    if broken.is_empty() {
        return "all that must hold held".to_owned();
    }
    let seeds: Vec<String> = broken.iter().map(|outcome| outcome.seed.to_string()).collect();
    format!("{} broken, seeds {}", broken.len(), seeds.join(", "))
}

fn soak(first: u64, count: u64, enough: usize) -> bool {
    let step = (count / 100).clamp(1, 1_000);
    let summary = play_many(first, count, enough, |played, outcome| {
        print!("{}", report(slice::from_ref(outcome)));
        if played % step == 0 {
            eprintln!("{played:>8} of {count}");
        }
    });
    let Summary { histories, deeds, broken } = summary;
    println!("{histories} histories from seed {first} on, with {deeds} requests: {}", verdict(&broken));
    !broken.is_empty()
}
