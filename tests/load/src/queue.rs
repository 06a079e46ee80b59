//! The queue path: bookings a second through the release binary of `booker`, beside the direct path on the same engine.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use vaxslot_app::{
    ports::{Host, Sessions},
    tickets::Ticket,
};
use vaxslot_aws::{QueuedMessage, SystemHost};
use vaxslot_domain::{
    booking::{Finality, Order, Party},
    id::{AccountId, BeneficiaryId},
    session::{Session, ShardKey},
    ticket::{Queued, TicketId},
};

use crate::{
    Outcome,
    crowd::{Person, Table},
    direct,
    dynoxide::Dynoxide,
    engine,
    hot::Line,
    people,
    report::{Report, Table as Figures},
    runtime::{Function, Sandboxes},
    setting::Setting,
};

const TIME: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;
/// As many ask `reserve` at once.
const CALLERS: usize = 16;
/// As many sandboxes `booker` has, each with a batch at a time, as Lambda does it.
const SANDBOXES: usize = 4;
/// As many as a session can have: a shard each for 64 workers.
const UNITS: u32 = 10_000;
const SESSIONS: usize = 2;
/// The most messages of a batch, and reservations of a transaction.
const BATCH: usize = 10;
/// An engine with a table, as it is measured.
struct Ground<'a> {
    name: &'static str,
    table: &'a Table,
    units_a_shard: u32,
    /// More people than are booked in a round, through the queue and directly.
    enough: [usize; 2],
}

/// What a round found, in bookings or transactions a second.
struct Round {
    direct: f64,
    queued: f64,
    /// The engine's own transactions, of two items and of eleven.
    own: [f64; 2],
}

impl Round {
    fn ratio(&self) -> f64 {
        self.queued / self.direct
    }

    /// What the engine would give if nothing but the number of items mattered.
    fn bare_ratio(&self) -> f64 {
        let [two, eleven] = self.own;
        10.0 * eleven / two
    }
}

pub async fn report(setting: &Setting, report: &mut Report) -> Outcome<()> {
    report.heading("Queue path against direct path");
    report.text(&format!(
        "Valid bookings through the release binaries of `booker` ({SANDBOXES} sandboxes, each handed a batch of {BATCH} messages of a shard \
         after the other, as SQS and Lambda do it) and of `reserve` ({CALLERS} callers), in turn for {} s each; the median of {ROUNDS} \
         rounds. Beside them bare transactions by the SDK, of two items and of eleven, as many at once: ten times the latter to the \
         former is what the engine itself allows. Where transactions conflict, those that meet at an item are cancelled as in the hot \
         session, which is in 12 shards here. Asked for: 4 to 1 on DynamoDB Local, and 3,000 a second on the embedded engine.",
        TIME.as_secs()
    ));
    let mut figures = Figures::new(&[
        "engine",
        "direct a second",
        "queue a second",
        "ratio",
        "own of 2 items",
        "own of 11 items",
        "the engine's own ratio",
    ]);
    let embedded = Dynoxide::start().await?;
    let (local, embedded_at) = (&setting.engine, &embedded.endpoint);
    let line = Line::to(local).await?;
    let ground = |name, table, units_a_shard, enough| Ground { name, table, units_a_shard, enough };
    let few = [7_500, 4_500];
    let many = [18_000, 9_000];
    for ground in [
        ground("DynamoDB Local", &Table::create(local).await?, 25, few),
        ground("DynamoDB Local, transactions conflict", &Table::create(&line.endpoint).await?, UNITS.div_ceil(12), few),
        ground("DynamoDB Local, a table without indexes", &Table::without_indexes(local).await?, 25, many),
        ground("embedded (dynoxide)", &Table::create(embedded_at).await?, 25, many),
        ground("embedded, a table without indexes", &Table::without_indexes(embedded_at).await?, 25, many),
    ] {
        let round = rounds(setting, &ground).await?;
        figures.row([
            ground.name.to_owned(),
            format!("{:.0}", round.direct),
            format!("{:.0}", round.queued),
            format!("{:.1}", round.ratio()),
            format!("{:.0}", round.own[0]),
            format!("{:.0}", round.own[1]),
            format!("{:.1}", round.bare_ratio()),
        ]);
    }
    embedded.stop().await?;
    report.table(&figures);
    Ok(())
}

/// The round with the median ratio.
async fn rounds(setting: &Setting, ground: &Ground<'_>) -> Outcome<Round> {
    let Ground { table, units_a_shard, enough: [queued, direct], .. } = *ground;
    let mut rounds = Vec::new();
    let mut registered = 0;
    for _ in 0..ROUNDS {
        let sessions = publish(table, units_a_shard).await?;
        let people = table.people(setting, registered + 1, queued + direct).await?;
        registered += u128::try_from(people.len())?;
        let (queue, direct) = people.split_at(queued);
        let own = async |items, at_once| {
            Outcome::Ok(engine::transactions(&table.client, &table.name, items, at_once, TIME).await?.per_second())
        };
        rounds.push(Round {
            own: [own(2, CALLERS).await?, own(1 + BATCH, SANDBOXES).await?],
            queued: work(setting, table, &sessions, queue).await?,
            direct: direct::rate(setting, table, CALLERS, TIME, units_a_shard, direct).await?.per_second(),
        });
    }
    rounds.sort_by(|one, other| one.ratio().total_cmp(&other.ratio()));
    Ok(rounds.swap_remove(ROUNDS / 2))
}

async fn publish(table: &Table, units_a_shard: u32) -> Outcome<Vec<Session>> {
    let mut sessions = Vec::new();
    for _ in 0..SESSIONS {
        sessions.push(people::publish(&table.store(), UNITS, units_a_shard).await?);
    }
    Ok(sessions)
}

/// Bookings a second, counted in the shards.
async fn work(setting: &Setting, table: &Table, sessions: &[Session], people: &[Person]) -> Outcome<f64> {
    let batches = batches(sessions, people)?;
    let sandboxes = Sandboxes { processes: SANDBOXES, at_once: 1 };
    let function = Function::start(setting, "booker", sandboxes, &table.variables()).await?;
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    let one = async |_| {
        while start.elapsed() < TIME {
            let batch = batches.get(next.fetch_add(1, Ordering::Relaxed)).ok_or("more batches should be made")?;
            let answered = function.invoke(batch.clone()).await?;
            let answer: Value = serde_json::from_slice(&answered.body)?;
            if answer["batchItemFailures"] != json!([]) {
                return Err(format!("the booker answered {answer}").into());
            }
        }
        Outcome::Ok(())
    };
    futures::future::try_join_all((0..SANDBOXES).map(one)).await?;
    let seconds = start.elapsed().as_secs_f64();
    function.stop().await?;
    Ok(f64::from(booked(table, sessions).await?) / seconds)
}

/// Batches of messages, each of one shard, going round the shards.
fn batches(sessions: &[Session], people: &[Person]) -> Outcome<Vec<String>> {
    let shards: Vec<(&Session, ShardKey)> =
        sessions.iter().flat_map(|session| session.shard_keys().map(move |key| (session, key))).collect();
    let fit = usize::try_from(UNITS)? * SESSIONS / shards.len() / BATCH * shards.len();
    people
        .chunks(BATCH)
        .take(fit)
        .enumerate()
        .map(|(place, people)| batch(shards[place % shards.len()], people))
        .collect()
}

fn batch((session, shard): (&Session, ShardKey), people: &[Person]) -> Outcome<String> {
    let records = people.iter().map(|person| message(session, shard, &person.account, person.beneficiary));
    let records = records.map(|message| Ok(message?.record)).collect::<Outcome<Vec<Value>>>()?;
    Ok(json!({ "Records": records }).to_string())
}

/// A reservation in the queue.
pub struct Message {
    /// The ticket's word.
    pub word: String,
    /// As SQS delivers it.
    pub record: Value,
}

/// A reservation under a ticket that nobody has seen before.
pub fn message(
    session: &Session,
    shard: ShardKey,
    account: &AccountId,
    beneficiary: BeneficiaryId,
) -> Outcome<Message> {
    let queued = Queued {
        ticket: TicketId { request: SystemHost.uuid(), mark: 1 },
        others: None,
        order: Order {
            account: account.clone(),
            party: Party::new(vec![beneficiary])?,
            slot: session.slots[0],
            dose: session.doses[0],
        },
        finality: Finality::Book,
        accepted_at: SystemHost.now(),
        shard,
    };
    let body = serde_json::to_string(&QueuedMessage::from(&queued))?;
    let record = json!({
        "messageId": queued.ticket.to_string(), "body": body, "eventSource": "aws:sqs",
        "attributes": { "ApproximateReceiveCount": "1", "MessageGroupId": shard.to_string() },
    });
    let ticket =
        Ticket { id: queued.ticket, accepted_at: queued.accepted_at, ahead: None, party: queued.order.party.clone() };
    Ok(Message { word: ticket.encode(account), record })
}

async fn booked(table: &Table, sessions: &[Session]) -> Outcome<u32> {
    let mut booked = 0;
    for session in sessions {
        let keys: Vec<ShardKey> = session.shard_keys().collect();
        booked += table.store().shards(&keys).await?.iter().map(|shard| shard.capacity - shard.free).sum::<u32>();
    }
    Ok(booked)
}
