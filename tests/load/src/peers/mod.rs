//! The same race for others: what counts is valid bookings, and whoever breaks a rule has none.

mod postgres;
mod redis;
mod server;
pub mod vaxslot;

use std::collections::BTreeMap;

use self::{
    postgres::{Manner, Postgres},
    redis::Redis,
    vaxslot::Vaxslot,
};
use crate::{
    Outcome,
    dynoxide::Dynoxide,
    race::{self, Answer, Told, Trace},
    report::{Report, Table},
    setting::Setting,
    validity::{self, Stored},
};

const CLIENTS: usize = 32;
const ROUNDS: usize = 3;
const PEOPLE: usize = 2_500;
const SEATS: [u32; 4] = [500; 4];
const UNITS_A_SHARD: u32 = 25;

const DIRECT: &str = "Vaxslot, DynamoDB Local";

/// What the rounds of one system came to.
#[derive(Default)]
struct Results {
    rounds: Vec<Round>,
}

struct Round {
    valid: usize,
    per_second: f64,
    answers_per_second: f64,
    faults: Vec<String>,
}

pub async fn report(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let trace = Trace::twice(PEOPLE, &SEATS);
    report.heading("Others on the same trace");
    report.text(&format!(
        "{PEOPLE} people ask twice each, for two of {} sessions with {} seats each; {CLIENTS} clients; the median of {ROUNDS} rounds, \
         one system after the other in each.",
        SEATS.len(),
        SEATS[0]
    ));
    let (mut results, mut absent) = (BTreeMap::new(), Vec::new());
    let others = Others::start(&mut absent).await?;
    for _ in 0..ROUNDS {
        for (place, (name, round)) in others.round(setting, &trace).await?.into_iter().enumerate() {
            results.entry((place, name)).or_insert_with(Results::default).rounds.push(round);
        }
    }
    report.table(&written(&results));
    for line in absent {
        report.text(line);
    }
    Ok(())
}

struct Others {
    redis: [Option<Redis>; 2],
    postgres: Option<Postgres>,
}

impl Others {
    async fn start(absent: &mut Vec<&str>) -> Outcome<Self> {
        let redis = [Redis::start("everysec", CLIENTS).await?, Redis::start("always", CLIENTS).await?];
        if redis[0].is_none() {
            absent.push("Redis was passed over: `redis-server` is not installed (Debian package redis-server).");
        }
        let postgres = Postgres::start(CLIENTS).await?;
        if postgres.is_none() {
            absent.push(
                "PostgreSQL was passed over: `postgres` and `initdb` are not installed (Debian package postgresql).",
            );
        }
        Ok(Self { redis, postgres })
    }

    async fn round(&self, setting: &Setting, trace: &Trace) -> Outcome<Vec<(&'static str, Round)>> {
        let mut rounds = Vec::new();
        rounds.push((DIRECT, ours(setting, &setting.engine, trace).await?));
        let engine = Dynoxide::start().await?;
        rounds.push(("Vaxslot, dynoxide", ours(setting, &engine.endpoint, trace).await?));
        engine.stop().await?;
        let names = ["Redis, Lua script, AOF everysec", "Redis, Lua script, AOF always"];
        for (name, redis) in names.into_iter().zip(&self.redis) {
            let Some(redis) = redis else { continue };
            redis.fill(trace).await?;
            let told = race::run(trace, CLIENTS, async |client, request| redis.book(client, request).await).await;
            rounds.push((name, judged(trace, &told, &redis.stored(trace).await?)));
        }
        let Some(postgres) = &self.postgres else { return Ok(rounds) };
        for (name, manner) in [
            ("PostgreSQL, row lock", Manner::RowLock),
            ("PostgreSQL, one statement", Manner::OneStatement),
            ("PostgreSQL, read, then save", Manner::ReadThenSave),
        ] {
            postgres.fill(trace).await?;
            let book = async |client, request| postgres.book(manner, client, request).await;
            let told = race::run(trace, CLIENTS, book).await;
            rounds.push((name, judged(trace, &told, &postgres.stored().await?)));
        }
        Ok(rounds)
    }
}

async fn ours(setting: &Setting, endpoint: &str, trace: &Trace) -> Outcome<Round> {
    let vaxslot = Vaxslot::start(setting, endpoint, trace, UNITS_A_SHARD).await?;
    let told = race::run(trace, CLIENTS, async |_, request| vaxslot.book(request).await).await;
    let stored = vaxslot.stored().await?;
    vaxslot.stop().await?;
    Ok(judged(trace, &told, &stored))
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
fn judged(trace: &Trace, told: &Told, stored: &Stored) -> Round {
    let faults = validity::faults(trace, told, stored);
    let valid = if faults.is_empty() { told.count(&Answer::Booked) } else { 0 };
    Round {
        valid,
        per_second: valid as f64 / told.sold.as_secs_f64(),
        answers_per_second: told.answers.len() as f64 / told.done.as_secs_f64(),
        faults,
    }
}

impl Results {
    fn median(&self, of: impl Fn(&Round) -> f64) -> f64 {
        let mut all: Vec<f64> = self.rounds.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// The faults of the worst round, if any round had one: a system that is wrong now and then is wrong.
    fn faults(&self) -> Option<&Vec<String>> {
        self.rounds
            .iter()
            .map(|round| &round.faults)
            .max_by_key(|faults| faults.len())
            .filter(|faults| !faults.is_empty())
    }
}

fn written(results: &BTreeMap<(usize, &str), Results>) -> Table {
    let mut table = Table::new(&["system", "valid bookings", "a second", "to Vaxslot", "answers a second", "broken"]);
    let ours = results
        .iter()
        .find(|((_, name), _)| *name == DIRECT)
        .map_or(f64::NAN, |(_, ours)| ours.median(|round| round.per_second));
    for ((_, name), results) in results {
        let faults = results.faults();
        let valid =
            if faults.is_some() { 0 } else { results.rounds.iter().map(|round| round.valid).min().unwrap_or(0) };
        let rate = if faults.is_some() { 0.0 } else { results.median(|round| round.per_second) };
        table.row([
            (*name).to_owned(),
            valid.to_string(),
            format!("{rate:.0}"),
            format!("{:.1}", rate / ours),
            format!("{:.0}", results.median(|round| round.answers_per_second)),
            faults.map_or_else(|| "nothing".to_owned(), |faults| faults.join("; ")),
        ]);
    }
    table
}
