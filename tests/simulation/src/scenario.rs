//! What a history is made of, drawn from its seed.

use std::time::Duration;

use vaxslot_domain::{
    SignedDuration, Timestamp,
    booking::Policy,
    opening::{Opening, Queueing},
    person::Beneficiary,
    vaccine::Dose,
};
use vaxslot_testkit::make::{Draft, Published, Wish, account, adult, born, read, window};

use crate::{
    clients::citizen::Character,
    queue,
    store::{budget::Budgets, weather::Weather},
    stream::Shape,
    world::{BEGIN, Chance},
};

/// Midnight by the clock that the names of requests go by, on the day before the usual session. In milliseconds since 1970.
const MIDNIGHT: i64 = 1_795_219_200_000;

/// A town on a day.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// In milliseconds since 1970.
    pub begin: i64,
    pub sessions: Vec<Published>,
    /// The people of each account.
    pub households: Vec<Vec<Beneficiary>>,
    pub characters: Vec<Character>,
    pub policy: Policy,
    pub units_a_shard: u32,
    pub weather: Weather,
    pub budgets: Budgets,
    pub stream: Shape,
    pub queue: queue::Shape,
    /// Of each clerk, how many things they do, and how long they wait between two at most, in milliseconds.
    pub clerks: Vec<(u64, u64)>,
    /// Of each nurse, as of each clerk.
    pub nurses: Vec<(u64, u64)>,
    /// A session of some days ago, in which people have appointments that nobody said anything about.
    pub past: Option<Published>,
    /// How often a machine is in trouble.
    pub trouble: Option<Duration>,
}

impl Scenario {
    #[must_use]
    pub fn draw(chance: &mut Chance) -> Self {
        // A rush is many who want the same at once; else everybody has time.
        let rush = chance.one_in(2);
        let leisure = if rush { 50 } else { *chance.pick(&[1_000, 10_000, 60_000]) };
        let count = if rush { 6 + chance.below(14) } else { 3 + chance.below(6) };
        let mut households: Vec<_> = (0..count).map(|number| household(chance, number)).collect();
        // Half of the histories happen on the day of their sessions, with people at the desk.
        let today = chance.one_in(2);
        let past = (today && chance.one_in(3)).then(|| past(chance, &mut households));
        let characters = households.iter().map(|_| character(chance, rush, leisure)).collect();
        let units_a_shard = *chance.pick(&[2, 3, 5, 25]);
        let eve = (!today && chance.one_in(2)).then(|| i64::try_from(chance.among(0..leisure * 4)).unwrap_or(0));
        let begin = eve.map_or(BEGIN, |before| MIDNIGHT - before);
        let sessions = (1..=1 + chance.below(3)).map(|number| session(chance, begin, number, units_a_shard, today));
        Self {
            begin,
            sessions: sessions.collect(),
            households,
            past,
            nurses: (0..if today { chance.below(4) } else { 0 }).map(|_| (chance.among(2..9), leisure)).collect(),
            characters,
            policy: Policy {
                hold: SignedDuration::from_secs(*chance.pick(&[5, 60, 1_800])),
                opening: SignedDuration::from_secs(*chance.pick(&[1, 60])),
                ..Policy::USUAL
            },
            units_a_shard,
            weather: Weather::draw(chance.fork()),
            budgets: if chance.one_in(3) { Budgets::of(20, 60) } else { Budgets::real() },
            stream: Shape::draw(chance),
            queue: queue::Shape::draw(chance),
            clerks: (0..chance.below(3)).map(|_| (chance.among(1..7), leisure * 2)).collect(),
            trouble: chance.one_in(2).then(|| Duration::from_millis(*chance.pick(&[200, 2_000, 20_000]))),
        }
    }
}

fn household(chance: &mut Chance, number: usize) -> Vec<Beneficiary> {
    let account = account(&format!("account-{number}"));
    let first = u128::try_from(number * 10 + 1).unwrap_or(1);
    let people = u128::try_from(1 + chance.below(4)).unwrap_or(1);
    (first..first + people)
        .map(|person| {
            let adult = adult(person, &account);
            if chance.one_in(20) { born(adult, "2015") } else { adult }
        })
        .collect()
}

/// Slots that begin soon after the world does, by the center's clock.
const SOON: [&str; 3] = ["15:31-16:00", "15:40-17:00", "17:00-18:00"];

/// A session of three days ago, where some have an appointment still.
fn past(chance: &mut Chance, households: &mut [Vec<Beneficiary>]) -> Published {
    let mut draft = Draft::new(900, &[25]);
    draft.date = read("2026-11-18");
    let mut published = draft.made();
    for person in households.iter_mut().flatten() {
        if published.shards[0].free > 0 && chance.one_in(3) {
            let made = Wish { now: read("2026-11-17T10:00:00Z"), ..Wish::new(&published.session, &[person]) };
            person.active = made.reservation().appointments.pop();
            published.shards[0].free -= 1;
        }
    }
    published
}

fn character(chance: &mut Chance, rush: bool, leisure: u64) -> Character {
    Character {
        deeds: if rush { chance.among(1..4) } else { chance.among(2..9) },
        leisure,
        holds: *chance.pick(&[0, 300, 900]),
        curiosity: *chance.pick(&[0, 0, 0, 200]),
        change: *chance.pick(&[0, 0, 0, 300]),
    }
}

/// Half of the sessions are never queued for, some always, and some for a while after they open.
fn opening(chance: &mut Chance, begin: i64) -> Opening {
    let begin = Timestamp::from_millisecond(begin).unwrap_or_default();
    let soon = SignedDuration::from_millis(i64::try_from(chance.below(5_000)).unwrap_or(0));
    match chance.below(4) {
        0 => Opening { opens_at: None, queue: Queueing::On },
        1 => Opening { opens_at: begin.saturating_add(soon).ok(), queue: Queueing::Auto },
        _ => Opening::default(),
    }
}

fn session(chance: &mut Chance, begin: i64, number: usize, units_a_shard: u32, today: bool) -> Published {
    let shards = (0..=chance.below(3)).map(|_| 1 + u32::try_from(chance.below(4)).unwrap_or(0).min(units_a_shard - 1));
    let mut draft = Draft::new(u128::try_from(number).unwrap_or(1), &shards.collect::<Vec<_>>());
    draft.opening = opening(chance, begin);
    if today {
        draft.date = read("2026-11-21");
        let slot = *chance.pick(&SOON);
        draft.slots = vec![window(slot)];
    }
    if chance.one_in(3) {
        draft.slots.push(window(if today { "18:00-19:00" } else { "11:00-13:00" }));
    }
    if chance.one_in(4) {
        draft.doses.push(Dose::SECOND);
    }
    draft.made()
}
