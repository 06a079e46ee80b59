//! An open loop: people come when they come, however slow the answers are.
//!
//! A request's time counts from when it was due. So a stall counts against everyone who came during it, not only against
//! whoever was being served (no "coordinated omission").

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::Deserialize;
use tokio::time::{Instant, sleep_until};

use super::trace::{Asked, Trace};
use crate::{
    Outcome,
    latency::Latencies,
    runtime::{Answered, Function, Unanswered},
};

/// The two functions that people ask.
#[derive(Clone)]
pub struct Functions {
    pub search: Arc<Function>,
    pub reserve: Arc<Function>,
}

/// How the answers of one kind of request came.
#[derive(Debug, Default)]
pub struct Answers {
    /// From when a request was due to the end of its answer.
    pub whole: Latencies,
    /// From when a process took the request.
    pub own: Latencies,
    /// What came instead of the answer hoped for.
    pub errors: BTreeMap<String, usize>,
}

/// What happened.
#[derive(Debug)]
pub struct Observed {
    pub all: Answers,
    pub searches: Answers,
    pub reservations: Answers,
    /// From the first arrival to the last answer.
    pub time: Duration,
}

struct Sample {
    is_search: bool,
    due: Instant,
    outcome: Result<Answered, String>,
}

/// Sends `rate` requests a second for `time`, at random moments.
pub async fn observe(functions: &Functions, trace: Trace<'_>, rate: f64, time: Duration) -> Outcome<Observed> {
    let mut chance = StdRng::seed_from_u64(2);
    let start = Instant::now();
    let mut due = Duration::ZERO;
    let mut asked = Vec::new();
    for request in trace {
        due += Duration::from_secs_f64(-(1.0 - chance.random::<f64>()).ln() / rate);
        if due > time {
            break;
        }
        if start + due > Instant::now() {
            sleep_until(start + due).await;
        }
        asked.push(tokio::spawn(ask(functions.clone(), request, start + due)));
    }
    let samples = join_all(asked).await.into_iter().collect::<Result<Vec<Sample>, _>>()?;
    let time = start.elapsed();
    let (searches, reservations): (Vec<&Sample>, Vec<&Sample>) = samples.iter().partition(|sample| sample.is_search);
    Ok(Observed {
        all: answers(&samples.iter().collect::<Vec<_>>()),
        searches: answers(&searches),
        reservations: answers(&reservations),
        time,
    })
}

async fn ask(functions: Functions, request: Asked, due: Instant) -> Sample {
    let (is_search, function, event, expected) = match request {
        Asked::Search(event) => (true, functions.search, event, 200),
        Asked::Reserve(event) => (false, functions.reserve, event, 201),
    };
    let outcome = checked(function.invoke(event).await, expected);
    Sample { is_search, due, outcome }
}

/// The part of an answer that says what it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    status_code: u16,
}

fn checked(answered: Result<Answered, Unanswered>, expected: u16) -> Result<Answered, String> {
    let answered = answered.map_err(|error| error.to_string())?;
    let status: Status = serde_json::from_slice(&answered.body).map_err(|error| error.to_string())?;
    if status.status_code == expected { Ok(answered) } else { Err(status.status_code.to_string()) }
}

fn answers(samples: &[&Sample]) -> Answers {
    let good = || samples.iter().filter_map(|sample| Some((sample.due, sample.outcome.as_ref().ok()?)));
    let mut errors = BTreeMap::new();
    for error in samples.iter().filter_map(|sample| sample.outcome.as_ref().err()) {
        *errors.entry(error.clone()).or_default() += 1;
    }
    Answers {
        whole: good().map(|(due, answered)| answered.ended.duration_since(due.into_std())).collect(),
        own: good().map(|(_, answered)| answered.ended.duration_since(answered.begun)).collect(),
        errors,
    }
}
