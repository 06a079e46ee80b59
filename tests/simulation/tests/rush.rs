//! Twenty-five thousand people a second, for the same few places.
//!
//! `make bench FIGURE=rush` has all fifty thousand of them, and more ways.

use std::time::Duration;

use vaxslot_simulation::rush::{Rush, Way, play};

const PLACES: u32 = 300;

#[test]
fn everybody_gets_an_answer_and_every_place_is_taken_once() {
    for (way, keys, people) in [(Way::Queue, false, 5_000), (Way::Queue, true, 1_000), (Way::Direct, false, 1_000)] {
        let within = Duration::from_micros(40) * people;
        let people = usize::try_from(people).unwrap();
        let seen = play(Rush { people, places: PLACES, within, way, keys }, 1).unwrap();
        assert_eq!((seen.booked, seen.sold_out), (300, people - 300), "{way:?}: {:?}", seen.unclear);
        assert_eq!(seen.taken, PLACES, "{way:?}");
        assert!(seen.broken.is_empty(), "{way:?}: {:?}", seen.broken);
    }
}
