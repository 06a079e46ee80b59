//! The functions themselves, killed at their work.
//!
//! `reserve`, `booker` and `closer` as they were built, and `projector` and `notifier` that follow them, driven as Lambda drives
//! them, on DynamoDB Local and the queues and topics of the local stack; and a hand that ends their processes (SIGKILL) while they
//! are at an event: two hundred times those who book, a hundred times those who follow. Whoever asked gets no answer and asks
//! again; messages and records of the stream come again, or become dead letters; what was on its way to the store arrives. In the
//! end everybody knows where they stand, every ticket has ended, every event and every turn was told, and the checker finds
//! nothing lost and nothing doubled, and every sum exact.
//!
//! What is drawn by lot comes from one seed; what the machine does with it does not.

mod chance;
mod citizen;
mod desk;
mod line;
mod news;
mod published;
mod queue;
mod runtime;
mod setting;
mod stream;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::future::join_all;
use tokio::time::{Instant, sleep};
use vaxslot::clock;
use vaxslot_checker::{
    Asked, Broken, History, Made, Table, Told, answers, at_any_moment, availability, events, holds, keys, refusals,
    sums, tickets, told,
};
use vaxslot_domain::opening::Queueing;

use crate::{
    chance::Chance,
    citizen::{Citizen, Town},
    desk::Desk,
    line::Line,
    news::News,
    queue::Queues,
    runtime::Function,
    setting::{Setting, endpoint, signer, stack},
    stream::Stream,
};

/// How often each function is killed.
const KILLS: [(&str, u32); 4] = [("reserve", 100), ("booker", 100), ("projector", 50), ("notifier", 50)];
/// Of all, those after which nobody begins a change that a death holds up for half a minute.
const LATE: u32 = 180;
/// The longest pause between two, and the longest that a victim is left at its work, in milliseconds.
const PAUSE: u64 = 150;
const LEFT: u64 = 100;
const RESERVES: usize = 4;
const BOOKERS: usize = 3;
const NOTIFIERS: usize = 2;
/// The longest way to a service, in milliseconds: those who follow make many calls one after the other.
const WAY: u64 = 30;
const WAY_OF_FOLLOWERS: u64 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_deaths_lose_nothing_and_double_nothing() {
    let seed = env::var("SEED").ok().map_or_else(clock::random, |seed| seed.parse().expect("a number"));
    let again = format!("SEED={seed} infra/local/test keys deploy kills");
    println!("to begin as this began: {again}");
    let day = Day::begin(&Chance::new(seed)).await;
    let (broken, figures) = day.end().await;
    println!("{figures}");
    assert!(broken.is_empty(), "{}\nto begin as this began: {again}", broken.join("\n"));
}

/// Everything that plays a part.
struct Day {
    chance: Chance,
    setting: Setting,
    lines: [Arc<Line>; 2],
    queues: Queues,
    stream: Stream,
    /// Those who are killed.
    mortal: [Arc<Function>; 4],
    town: Arc<Town>,
}

impl Day {
    async fn begin(chance: &Chance) -> Self {
        let engine = env::var("DYNAMODB_LOCAL_URL").expect("DYNAMODB_LOCAL_URL is not set: run `make test`");
        let stack = stack();
        let setting = Setting::new(&engine, &signer(&stack), chance).await;
        let mut queues = Queues::create(&stack).await;
        let (line, address) = Line::serve(&engine, endpoint(&stack), WAY, chance.fork()).await;
        let variables = setting.variables(&stack, &address, &queues);
        let reserve = Function::start("reserve", RESERVES, &variables).await;
        let booker = Function::start("booker", BOOKERS, &variables).await;
        let closer = Function::start("closer", 1, &variables).await;
        let (behind, address) = Line::serve(&engine, endpoint(&stack), WAY_OF_FOLLOWERS, chance.fork()).await;
        let variables = setting.variables(&stack, &address, &queues);
        let projector = Function::start("projector", 1, &variables).await;
        let notifier = Function::start("notifier", NOTIFIERS, &variables).await;
        queues.feed((&booker, BOOKERS), &closer, (&notifier, NOTIFIERS));
        let stream = Stream::follow(&engine, &setting.stream, &projector);
        let town = Arc::new(Town {
            desk: Desk::new(reserve.clone()),
            sessions: setting.sessions.iter().map(|session| session.id.to_string()).collect(),
            is_over: AtomicBool::new(false),
            is_late: AtomicBool::new(false),
        });
        let mortal = [reserve, booker, projector, notifier];
        Self { chance: chance.clone(), setting, lines: [line, behind], queues, stream, mortal, town }
    }

    /// Lets the day happen; tells what is broken, and what there was to break.
    async fn end(self) -> (Vec<String>, String) {
        let begun = Instant::now();
        let households = self.setting.households.iter().cloned();
        let lives = households.map(|one| tokio::spawn(Citizen::new(&self.town, one, self.chance.fork()).live()));
        let lives: Vec<_> = lives.collect();
        self.kill_all().await;
        self.town.is_over.store(true, Ordering::Relaxed);
        let killing = begun.elapsed();
        let resolved = lives.into_iter().map(|life| async { life.await.expect("a life").resolve().await });
        let resolved = join_all(resolved).await;
        self.queues.booked().await;
        join_all(self.lines.iter().map(|line| line.rest())).await;
        let known = join_all(resolved.into_iter().map(Citizen::wait)).await.concat();
        self.stream.drained().await;
        self.queues.told().await;
        join_all(self.lines.iter().map(|line| line.rest())).await;
        let rows = self.setting.rows().await;
        let (table, news) = (Table::read(&rows), News::new(&self.lines[1].published(), &rows));
        let queued = self.setting.sessions.iter().filter(|session| session.opening.queue == Queueing::On);
        let history = History {
            deeds: self.town.desk.diary(),
            events: news.events.clone(),
            queued_for: queued.map(|session| session.id.to_string()).collect(),
            ..History::default()
        };
        let unheard = self.lines.each_ref().map(|line| line.unheard());
        let mut broken: Vec<String> = judge(&table, &history, &news).iter().map(ToString::to_string).collect();
        broken.extend(unknown(&table, &known));
        let [.., (_, notifiers)] = KILLS;
        broken.extend(news.untold(notifiers));
        if unheard.contains(&0) {
            broken.push(format!(
                "processes died while {unheard:?} writes of theirs were under way: something was not tested"
            ));
        }
        let figures = format!(
            "{KILLS:?} deaths in {:.0} s, each at an event; {unheard:?} writes were carried out for a process that was no more\n{}\n{}, \
             all in {:.0} s",
            killing.as_secs_f64(),
            summary(&history, &table),
            news.summary(),
            begun.elapsed().as_secs_f64(),
        );
        self.queues.delete().await;
        (broken, figures)
    }

    /// Kills processes at their work. Those that had just finished do not count.
    async fn kill_all(&self) {
        let mut left = KILLS.map(|(_, count)| count);
        let begun = Instant::now();
        loop {
            let of: Vec<usize> = (0..left.len()).filter(|which| left[*which] > 0).collect();
            if of.is_empty() {
                return;
            }
            sleep(self.chance.millis(0..PAUSE)).await;
            // Whoever takes the next event, in the midst of it.
            let (which, victim) = loop {
                assert!(begun.elapsed() < Duration::from_mins(4), "there is something to kill all the time: {left:?}");
                let at_work =
                    of.iter().flat_map(|which| self.mortal[*which].at_work().into_iter().map(|one| (*which, one)));
                let at_work: Vec<_> = at_work.collect();
                if !at_work.is_empty() {
                    break *self.chance.pick(&at_work);
                }
                sleep(Duration::from_millis(1)).await;
            };
            sleep(self.chance.millis(0..LEFT)).await;
            left[which] -= u32::from(self.mortal[which].kill(victim).await);
            let killed = KILLS.iter().map(|(_, count)| count).sum::<u32>() - left.iter().sum::<u32>();
            self.town.is_late.store(killed >= LATE, Ordering::Relaxed);
        }
    }
}

fn judge(table: &Table, history: &History, news: &News) -> Vec<Broken> {
    [
        at_any_moment(table),
        told::check(table, history),
        keys::check(history),
        holds::late(table, history),
        tickets::check(table, history),
        refusals::check(table, history),
        answers::check(history),
        events::check(table, history),
        sums::check(table),
        availability::check(table, &news.turns, &clock::today().to_string()),
    ]
    .concat()
}

/// Where what people know in the end is not what is in the table.
fn unknown(table: &Table, known: &[Made]) -> Vec<String> {
    let active = known.iter().filter(|made| ["HELD", "CONFIRMED"].contains(&made.status.as_str()));
    let known: BTreeSet<_> = active.map(|made| (made.person.as_str(), made.appointment.as_str())).collect();
    let there: BTreeSet<_> = table.active().map(|(person, active)| (person, active.id.as_str())).collect();
    let odd = known.symmetric_difference(&there);
    odd.map(|(person, appointment)| format!("{appointment} of {person} is in the table or known, not both")).collect()
}

fn summary(history: &History, table: &Table) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut tickets: BTreeMap<&str, &str> = BTreeMap::new();
    for deed in &history.deeds {
        let told = match &deed.told {
            Told::Made(_) => "served",
            Told::Accepted { .. } => "given a ticket",
            Told::Pending => "still pending",
            Told::Refused { why, .. } => why,
            Told::Busy => "busy",
            Told::Nothing => "not answered",
            Told::Done | Told::Unclear => "unclear",
        };
        *counts.entry(told).or_default() += 1;
        if let (Asked::Ticket(ticket), Told::Made(_) | Told::Refused { .. }) = (&deed.asked, &deed.told) {
            tickets.insert(ticket, if told == "ticket-failed" || told == "served" { told } else { "refused" });
        }
    }
    let ended = |how: &str| tickets.values().filter(|end| **end == how).count();
    format!(
        "{} requests: {counts:?}; {} tickets: {} served, {} refused, {} failed; {} appointments stand, {} have ended",
        history.deeds.len(),
        tickets.len(),
        ended("served"),
        ended("refused"),
        ended("ticket-failed"),
        table.active().count(),
        table.ended.len(),
    )
}
