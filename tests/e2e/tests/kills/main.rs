//! The functions themselves, killed at their work.
//!
//! `reserve`, `booker` and `closer` as they were built, driven as Lambda drives them, on DynamoDB Local and the queues of the
//! local stack; and a hand that ends their processes (SIGKILL) while they are at an event, two hundred times. Whoever asked
//! gets no answer and asks again; messages come again or become dead letters; what was on its way to the store arrives. In the
//! end everybody knows where they stand, every ticket has ended, and the checker finds nothing lost and nothing doubled.
//!
//! What is drawn by lot comes from one seed; what the machine does with it does not.

mod chance;
mod citizen;
mod desk;
mod line;
mod queue;
mod runtime;
mod setting;

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
    Asked, Broken, History, Made, Table, Told, answers, at_any_moment, holds, keys, refusals, tickets, told,
};
use vaxslot_domain::opening::Queueing;

use crate::{
    chance::Chance,
    citizen::{Citizen, Town},
    desk::Desk,
    line::Line,
    queue::Queues,
    runtime::Function,
    setting::{Setting, endpoint, signer, stack},
};

const KILLS: u32 = 200;
/// Of them, those after which nobody begins a change that a death holds up for half a minute.
const LATE: u32 = 120;
/// The longest pause between two, and the longest that a victim is left at its work, in milliseconds.
const PAUSE: u64 = 150;
const LEFT: u64 = 100;
const RESERVES: usize = 4;
const BOOKERS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_deaths_lose_nothing_and_double_nothing() {
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
    line: Arc<Line>,
    queues: Queues,
    reserve: Arc<Function>,
    booker: Arc<Function>,
    town: Arc<Town>,
}

impl Day {
    async fn begin(chance: &Chance) -> Self {
        let engine = env::var("DYNAMODB_LOCAL_URL").expect("DYNAMODB_LOCAL_URL is not set: run `make test`");
        let stack = stack();
        let setting = Setting::new(&engine, &signer(&stack), chance).await;
        let (line, address) = Line::serve(&engine, endpoint(&stack), chance.fork()).await;
        let mut queues = Queues::create(&stack).await;
        let variables = setting.variables(&stack, &address, &queues.reservations);
        let reserve = Function::start("reserve", RESERVES, &variables).await;
        let booker = Function::start("booker", BOOKERS, &variables).await;
        let closer = Function::start("closer", 1, &variables).await;
        queues.feed(&booker, BOOKERS, &closer);
        let town = Arc::new(Town {
            desk: Desk::new(reserve.clone()),
            sessions: setting.sessions.iter().map(|session| session.id.to_string()).collect(),
            is_over: AtomicBool::new(false),
            is_late: AtomicBool::new(false),
        });
        Self { chance: chance.clone(), setting, line, queues, reserve, booker, town }
    }

    /// Lets the day happen; tells what is broken, and what there was to break.
    async fn end(self) -> (Vec<String>, String) {
        let begun = Instant::now();
        let households = self.setting.households.iter().cloned();
        let lives = households.map(|one| tokio::spawn(Citizen::new(&self.town, one, self.chance.fork()).live()));
        let lives: Vec<_> = lives.collect();
        let killed = self.kill_all().await;
        self.town.is_over.store(true, Ordering::Relaxed);
        let killing = begun.elapsed();
        let resolved = lives.into_iter().map(|life| async { life.await.expect("a life").resolve().await });
        let resolved = join_all(resolved).await;
        self.queues.drained().await;
        self.line.rest().await;
        let known = join_all(resolved.into_iter().map(Citizen::wait)).await.concat();
        let (table, diary) = (self.setting.rows().await, self.town.desk.diary());
        let queued = self.setting.sessions.iter().filter(|session| session.opening.queue == Queueing::On);
        let history = History {
            deeds: diary,
            queued_for: queued.map(|session| session.id.to_string()).collect(),
            ..History::default()
        };
        let unheard = self.line.unheard();
        let mut broken: Vec<String> = judge(&table, &history).iter().map(ToString::to_string).collect();
        broken.extend(unknown(&table, &known));
        if unheard == 0 {
            broken.push("no process died while a write of its was under way: nothing was tested".to_owned());
        }
        let [of_reserve, of_booker] = killed;
        let figures = format!(
            "{of_reserve} deaths of reserve and {of_booker} of booker in {:.0} s, each at an event; {unheard} writes were carried out \
             for a process that was no more\n{}, all in {:.0} s",
            killing.as_secs_f64(),
            summary(&history, &table),
            begun.elapsed().as_secs_f64(),
        );
        self.queues.delete().await;
        (broken, figures)
    }

    /// Kills processes at their work, half of them of each function. Those that had just finished do not count.
    async fn kill_all(&self) -> [u32; 2] {
        let mut killed = [0, 0];
        let begun = Instant::now();
        while killed.iter().sum::<u32>() < KILLS {
            sleep(self.chance.millis(0..PAUSE)).await;
            let which = self.chance.below(2);
            let function = [&self.reserve, &self.booker][which];
            // Whoever takes the next event, in the midst of it.
            let victim = loop {
                assert!(begun.elapsed() < Duration::from_mins(4), "there is something to kill all the time");
                let at_work = function.at_work();
                if !at_work.is_empty() {
                    break *self.chance.pick(&at_work);
                }
                sleep(Duration::from_millis(1)).await;
            };
            sleep(self.chance.millis(0..LEFT)).await;
            killed[which] += u32::from(function.kill(victim).await);
            self.town.is_late.store(killed.iter().sum::<u32>() >= LATE, Ordering::Relaxed);
        }
        killed
    }
}

fn judge(table: &Table, history: &History) -> Vec<Broken> {
    [
        at_any_moment(table),
        told::check(table, history),
        keys::check(history),
        holds::late(table, history),
        tickets::check(table, history),
        refusals::check(table, history),
        answers::check(history),
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
