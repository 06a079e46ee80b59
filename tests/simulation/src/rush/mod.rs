//! The opening's hard second: tens of thousands of people within two seconds for a few hundred places.
//!
//! The use cases on machines, over a store whose partitions take what DynamoDB's take and whose transactions conflict, and
//! a queue whose groups take what those of SQS take. Nothing fails here but by too many people: faults have histories of
//! their own.

mod lanes;
mod person;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::{StreamExt, channel::mpsc::unbounded};
use vaxslot_app::{booker::Booker, booking::Booking, projection::Projection, tickets::Desk};
use vaxslot_checker::{Broken, at_any_moment};
use vaxslot_domain::{
    Timestamp,
    booking::Policy,
    capacity,
    opening::Opening,
    person::{Account, Beneficiary},
    session::Session,
};
use vaxslot_projector::Projector;
use vaxslot_testkit::{
    MemoryRow,
    make::{Draft, Published, account, adult, phone},
};

use self::{
    lanes::Lanes,
    person::{End, Person},
};
use crate::{
    history::table,
    host::SimHost,
    machine::Function,
    store::{Server, budget::Budgets, weather::Weather},
    stream::{Shape, Stream},
    topic::Topic,
    world::{BEGIN, Stuck, Tracing, World},
};

/// How many calls of a function run at once in an AWS account, unless more were asked for.
const CONCURRENCY: usize = 1_000;

/// As many places a shard has, unless told otherwise (`PoolShardUnits`).
const UNITS_A_SHARD: u32 = 25;

/// A sandbox of the function that people reach.
struct Counter {
    booking: Booking,
    desk: Desk,
}

/// How people get to their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Through the queue, as a session opens.
    Queue,
    /// At once, each in a transaction of their own.
    Direct,
    /// As [`Way::Direct`], with all places in one shard.
    OneCounter,
}

/// Who comes, and for what.
#[derive(Debug, Clone, Copy)]
pub struct Rush {
    pub people: usize,
    pub places: u32,
    /// They come within this time, at any moment.
    pub within: Duration,
    pub way: Way,
    /// Whether their requests carry an `Idempotency-Key`.
    pub keys: bool,
}

/// How it ended.
#[derive(Debug)]
pub struct Seen {
    pub booked: usize,
    pub sold_out: usize,
    /// Those who were told something else, or nothing, by what it was.
    pub unclear: BTreeMap<String, usize>,
    /// How often somebody was asked to come again a moment later.
    pub sent_away: u64,
    pub tickets: usize,
    /// From the beginning to the moment when the last place was taken.
    pub sold_after: Duration,
    /// From the beginning to the last answer.
    pub answered_after: Duration,
    /// How long people waited for their answer, shortest first.
    pub waits: Vec<Duration>,
    /// Places that are taken, as the shards have it.
    pub taken: u32,
    /// What the checker finds broken in the table.
    pub broken: Vec<Broken>,
}

impl Seen {
    /// Within this time so many of a hundred had their answer.
    #[must_use]
    pub fn wait(&self, percent: usize) -> Duration {
        let place = (self.waits.len() * percent).div_ceil(100).max(1) - 1;
        self.waits.get(place).copied().unwrap_or_default()
    }
}

/// Lets a rush happen.
///
/// # Errors
/// When it comes to no end.
pub fn play(rush: Rush, seed: u64) -> Result<Seen, Stuck> {
    let world = World::new(seed, Tracing::Off);
    world.run(happen(world.clone(), rush))
}

async fn happen(world: World, rush: Rush) -> Seen {
    let published = session(rush);
    let people: Vec<Beneficiary> =
        (1..).take(rush.people).map(|number| adult(number, &account(&number.to_string()))).collect();
    let server = Server::new(&world, Weather::fair(world.fork()), Budgets::real(), None);
    server.prepare(first_rows(&published, &people));
    let reserve = functions(&world, &server);
    // Sums are there when the session opens.
    server.touch();
    let start = Duration::from_secs(5);
    let (tell, told) = unbounded();
    let mut chance = world.fork();
    let within = u64::try_from(rush.within.as_micros()).unwrap_or(u64::MAX);
    for person in people {
        let at = start + Duration::from_micros(chance.among(0..within));
        let key = rush.keys.then(|| format!("key of {}", person.account.as_str()));
        let life = Person::new(&world, &reserve, &published.session, &person, key).live(at, tell.clone());
        world.spawn(world.group(), life);
    }
    drop(tell);
    let ends: Vec<End> = told.collect().await;
    judge(&server, start, &ends)
}

fn session(rush: Rush) -> Published {
    let a_shard = if rush.way == Way::OneCounter { rush.places } else { UNITS_A_SHARD };
    let shards = rush.places.try_into().map(|places| capacity::divide(places, a_shard)).unwrap_or_default();
    let mut draft = Draft::new(1, &shards);
    if rush.way == Way::Queue {
        draft.opening = Opening { opens_at: Timestamp::from_millisecond(BEGIN).ok(), ..Opening::default() };
    }
    draft.made()
}

fn first_rows(published: &Published, people: &[Beneficiary]) -> Vec<MemoryRow> {
    let mut rows =
        vec![MemoryRow::Session(published.session.clone()), MemoryRow::Center(published.session.center.clone())];
    rows.extend(published.shards.iter().copied().map(MemoryRow::Shard));
    for person in people {
        rows.push(MemoryRow::Person(person.clone()));
        rows.push(MemoryRow::Account(Account {
            id: person.account.clone(),
            phone: phone(9_812_345_678),
            beneficiaries: vec![person.id],
        }));
    }
    rows
}

/// What people reach, with everything behind it at work.
fn functions(world: &World, server: &Arc<Server>) -> Arc<Function<Counter>> {
    let policy = Policy::USUAL;
    let (inside, table) = (world.clone(), Arc::clone(server));
    let connect = move |name: &str| (Arc::new(table.connect(name)), Arc::new(SimHost::new(&inside)));
    let to = connect.clone();
    let booker = Function::new(world, "booker", Duration::from_secs(10), move |name| {
        let (store, host) = to(name);
        Booker::new(Booking::new(store, host, policy))
    });
    let lanes = Lanes::new(world, booker);
    let (to, topic) = (connect.clone(), Topic::new(world, Weather::fair(world.fork()), None));
    let projector = Function::new(world, "projector", Duration::from_secs(30), move |name| {
        let (store, host) = to(name);
        Projector::new(Arc::new(Projection::new(store, topic.clone(), host)), "table")
    });
    Stream::start(world, server, &projector, Shape { shards: 8, batch: 100, lag: 200, again: 1_000 });
    Function::new(world, "reserve", Duration::from_secs(10), move |name| {
        let (store, host) = connect(name);
        let desk = Desk::new(store.clone(), lanes.clone(), host.clone());
        Counter { booking: Booking::new(store, host, policy), desk }
    })
}

fn judge(server: &Server, start: Duration, ends: &[End]) -> Seen {
    let count = |word: &str| ends.iter().filter(|end| end.told == word).count();
    let mut unclear = BTreeMap::new();
    for end in ends.iter().filter(|end| end.told != person::BOOKED && end.told != person::SOLD_OUT) {
        *unclear.entry(end.told.clone()).or_default() += 1;
    }
    let mut waits: Vec<Duration> = ends.iter().map(|end| end.at.saturating_sub(end.came)).collect();
    waits.sort_unstable();
    let shards = server.feed().shards();
    let changed = shards.values().flat_map(|states| states.iter().skip(1)).map(|state| state.from - BEGIN).max();
    let changed = Duration::from_millis(changed.and_then(|millis| u64::try_from(millis).ok()).unwrap_or_default());
    let free = |row: &MemoryRow| if let MemoryRow::Shard(shard) = row { shard.capacity - shard.free } else { 0 };
    Seen {
        booked: count(person::BOOKED),
        sold_out: count(person::SOLD_OUT),
        unclear,
        sent_away: ends.iter().map(|end| end.sent_away).sum(),
        tickets: ends.iter().filter(|end| end.had_ticket).count(),
        sold_after: changed.saturating_sub(start),
        answered_after: ends.iter().map(|end| end.at).max().unwrap_or_default().saturating_sub(start),
        waits,
        taken: server.rows().iter().map(free).sum(),
        broken: at_any_moment(&table(server)),
    }
}

/// The session that everybody wants, and its only slot.
fn wanted(session: &Session, person: &Beneficiary) -> vaxslot_domain::booking::Order {
    vaxslot_testkit::make::order(&person.account, session, &[person])
}
