//! A race for seats, and whether it was run fairly.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures::future::join_all;
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

/// Who asks for a seat, and in which session, both counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    pub person: usize,
    pub session: usize,
}

/// What all systems are given alike.
#[derive(Debug, Clone)]
pub struct Trace {
    pub people: usize,
    /// The seats of each session.
    pub seats: Vec<u32>,
    /// In the order they come.
    pub requests: Vec<Request>,
}

impl Trace {
    /// Everybody asks once for the same session.
    pub fn once(people: usize, seats: u32) -> Self {
        let requests = (0..people).map(|person| Request { person, session: 0 }).collect();
        Self { people, seats: vec![seats], requests }
    }

    /// Everybody asks twice, for two neighbouring sessions, in a random order that is the same in every run.
    pub fn twice(people: usize, seats: &[u32]) -> Self {
        let both = |person| [person, person + 1].map(|session| Request { person, session: session % seats.len() });
        let mut requests: Vec<Request> = (0..people).flat_map(both).collect();
        requests.shuffle(&mut StdRng::seed_from_u64(3));
        Self { people, seats: seats.to_vec(), requests }
    }
}

/// What somebody was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Booked,
    AlreadyBooked,
    SoldOut,
    /// Nothing was done, and whoever asked is to come again after this time.
    Busy(Duration),
    /// Anything else leaves people in the dark.
    Unclear(String),
}

/// What was told, and when.
#[derive(Debug)]
pub struct Told {
    /// By the place of the request.
    pub answers: Vec<Answer>,
    /// From the first request to the last seat that was given.
    pub sold: Duration,
    /// From the first request to the last answer.
    pub done: Duration,
}

impl Told {
    pub fn count(&self, wanted: &Answer) -> usize {
        self.answers.iter().filter(|answer| *answer == wanted).count()
    }

    /// What was said that nobody can rely on, and how often.
    pub fn unclear(&self) -> BTreeMap<&str, usize> {
        let mut found = BTreeMap::new();
        for answer in &self.answers {
            if let Answer::Unclear(what) = answer {
                *found.entry(what.as_str()).or_default() += 1;
            }
        }
        found
    }
}

/// Sends the requests in their order, from so many clients, each of which waits for its answer before it sends the next.
pub async fn run(trace: &Trace, clients: usize, ask: impl AsyncFn(usize, Request) -> Answer) -> Told {
    let (next, start) = (AtomicUsize::new(0), Instant::now());
    let client = async |number| {
        let mut told = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(request) = trace.requests.get(place) else { break told };
            told.push((place, ask(number, *request).await, start.elapsed()));
        }
    };
    let mut all = join_all((0..clients).map(client)).await.concat();
    let done = start.elapsed();
    all.sort_by_key(|(place, ..)| *place);
    let booked = all.iter().filter(|(_, answer, _)| *answer == Answer::Booked);
    let sold = booked.map(|(.., at)| *at).max().unwrap_or(done);
    Told { answers: all.into_iter().map(|(_, answer, _)| answer).collect(), sold, done }
}
