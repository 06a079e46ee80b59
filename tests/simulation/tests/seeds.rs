//! A thousand histories, each judged; and that a seed is one history.

use std::env;

use vaxslot_simulation::{
    history::play,
    runner::{play_many, report},
    world::Tracing,
};

#[test]
fn what_must_hold_holds_in_every_history() {
    let seeds = env::var("SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000);
    let summary = play_many(1, seeds, 5, |_, _| {});
    assert!(summary.broken.is_empty(), "of {} histories:\n{}", summary.histories, report(&summary.broken));
    assert!(summary.deeds > 10 * usize::try_from(seeds).unwrap(), "{} requests are too few to tell", summary.deeds);
}

#[test]
fn a_seed_is_one_history_to_the_microsecond() {
    for seed in 1..=60 {
        let (once, again) = (play(seed, Tracing::Digest, None), play(seed, Tracing::Digest, None));
        assert_eq!(once.trace.digest(), again.trace.digest(), "seed {seed}");
        assert_ne!(once.trace.digest(), play(seed + 1, Tracing::Digest, None).trace.digest());
    }
}
