//! The opening's hard second: two thousand people at once for three hundred seats of one session.

mod conflicts;

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::time::sleep;

use self::conflicts::LEAST;
pub use self::conflicts::Line;
use crate::{
    Outcome,
    peers::vaxslot::Vaxslot,
    race::{self, Answer, Request, Told, Trace},
    report::{Report, Table},
    setting::Setting,
    validity,
};

const PEOPLE: usize = 2_000;
const SEATS: u32 = 300;
const ROUNDS: usize = 3;

/// A way to keep the seats, and whether transactions meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Way {
    name: &'static str,
    units_a_shard: u32,
    conflicts: bool,
}

const WAYS: [Way; 4] = [
    Way { name: "12 shards", units_a_shard: 25, conflicts: false },
    Way { name: "one counter", units_a_shard: SEATS, conflicts: false },
    Way { name: "12 shards, conflicts", units_a_shard: 25, conflicts: true },
    Way { name: "one counter, conflicts", units_a_shard: SEATS, conflicts: true },
];

/// How often somebody comes again before they give up.
const MOST_TRIES: usize = 30;

struct Race {
    told: Told,
    /// How often somebody was asked to come again.
    sent_away: usize,
    faults: Vec<String>,
    cancelled: usize,
}

pub async fn report(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let trace = Trace::once(PEOPLE, SEATS);
    report.heading("Hot session: 2,000 people at once for 300 seats");
    report.text(&format!(
        "The release binary of `reserve` on DynamoDB Local, {ROUNDS} rounds, the four ways in turn. The engine lets transactions wait \
         in line; in the rows with conflicts a line before it does as DynamoDB does: a transaction holds its items until it is \
         answered, at least {} ms, and whoever comes for a held item is cancelled. The one counter is the same program with all seats \
         in one shard. Whoever is answered `busy`, which says that nothing was done, comes again after `Retry-After`. Asked for: exactly \
         {SEATS}, nothing unclear.",
        LEAST.as_millis()
    ));
    let mut races: [Vec<Race>; WAYS.len()] = Default::default();
    for _ in 0..ROUNDS {
        for (way, races) in WAYS.into_iter().zip(&mut races) {
            races.push(once(setting, &trace, way).await?);
        }
    }
    report.table(&written(&races));
    Ok(())
}

async fn once(setting: &Setting, trace: &Trace, way: Way) -> Outcome<Race> {
    let line = if way.conflicts { Some(Line::to(&setting.engine).await?) } else { None };
    let endpoint = line.as_ref().map_or(&setting.engine, |line| &line.endpoint);
    let vaxslot = Vaxslot::start(setting, endpoint, trace, way.units_a_shard).await?;
    let sent_away = AtomicUsize::new(0);
    let told = race::run(trace, trace.people, async |_, request| insist(&vaxslot, request, &sent_away).await).await;
    let stored = vaxslot.stored().await?;
    vaxslot.stop().await?;
    let faults = validity::faults(trace, &told, &stored);
    let cancelled = line.map_or(0, |line| line.cancelled());
    Ok(Race { told, sent_away: sent_away.into_inner(), faults, cancelled })
}

/// Asks, and comes again when told so.
async fn insist(vaxslot: &Vaxslot, request: Request, sent_away: &AtomicUsize) -> Answer {
    let mut answer = vaxslot.book(request).await;
    for _ in 0..MOST_TRIES {
        let Answer::Busy(time) = answer else { break };
        sent_away.fetch_add(1, Ordering::Relaxed);
        sleep(time).await;
        answer = vaxslot.book(request).await;
    }
    answer
}

fn written(races: &[Vec<Race>; WAYS.len()]) -> Table {
    let mut table = Table::new(&[
        "seats are kept in",
        "booked",
        "told sold out",
        "unclear",
        "asked to come again",
        "sold out after s",
        "last answer after s",
        "to 12 shards",
        "cancelled by conflict",
        "broken",
    ]);
    for (way, mine) in WAYS.iter().zip(races) {
        let like = WAYS.iter().position(|other| other.conflicts == way.conflicts).unwrap_or_default();
        let done = |races: &[Race]| median(races, |race| race.told.done);
        let broken: Vec<String> = mine.iter().flat_map(|race| race.faults.clone()).collect();
        table.row([
            way.name.to_owned(),
            range(mine, |race| race.told.count(&Answer::Booked)),
            range(mine, |race| race.told.count(&Answer::SoldOut)),
            range(mine, |race| race.told.unclear().values().sum()),
            range(mine, |race| race.sent_away),
            format!("{:.2}", median(mine, |race| race.told.sold).as_secs_f64()),
            format!("{:.2}", done(mine).as_secs_f64()),
            format!("{:.2}", done(mine).as_secs_f64() / done(&races[like]).as_secs_f64()),
            range(mine, |race| race.cancelled),
            if broken.is_empty() { "nothing".to_owned() } else { broken.join("; ") },
        ]);
    }
    table
}

fn median(races: &[Race], of: impl Fn(&Race) -> Duration) -> Duration {
    let mut all: Vec<Duration> = races.iter().map(of).collect();
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// The least and the most of all rounds.
fn range(races: &[Race], of: impl Fn(&Race) -> usize) -> String {
    let (least, most) =
        races.iter().map(of).fold((usize::MAX, 0), |(least, most), one| (least.min(one), most.max(one)));
    if least == most { most.to_string() } else { format!("{least}-{most}") }
}
