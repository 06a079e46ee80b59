//! The queue path: bookings a second through the release binary of `booker`, beside the direct path on the same engine.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use vaxslot_app::ports::{Host, Sessions};
use vaxslot_aws::{QueuedMessage, SystemHost};
use vaxslot_domain::{
    booking::{Finality, Order, Party},
    session::{Session, ShardKey},
    ticket::{Queued, TicketId},
};

use crate::{
    Outcome,
    crowd::{Person, Table},
    direct,
    dynoxide::Dynoxide,
    people,
    report::{Report, Table as Figures},
    runtime::{Function, Sandboxes},
    setting::Setting,
};

const TIME: Duration = Duration::from_secs(6);
/// As many shards are worked on at once.
const AT_ONCE: usize = 16;
/// As many as a session can have: a shard each for 64 workers.
const UNITS: u32 = 10_000;
const SESSIONS: usize = 4;
/// The most messages of a batch, and reservations of a transaction.
const BATCH: usize = 10;

pub async fn report(setting: &Setting, report: &mut Report) -> Outcome<()> {
    report.heading("Queue path against direct path");
    report.text(&format!(
        "Valid bookings through the release binaries of `booker`, which is handed batches of {BATCH} messages of a shard as SQS does it, and \
         of `reserve`, with {AT_ONCE} at once for {} s each. Asked for: 4 to 1 on DynamoDB Local, and 3,000 a second on the embedded \
         engine.",
        TIME.as_secs()
    ));
    let mut figures = Figures::new(&["engine", "direct a second", "queue a second", "ratio"]);
    let embedded = Dynoxide::start().await?;
    for (engine, endpoint) in [("DynamoDB Local", &setting.engine), ("embedded (dynoxide)", &embedded.endpoint)] {
        let table = Table::create(endpoint).await?;
        let sessions = publish(&table).await?;
        let crowd = usize::try_from(UNITS)? * SESSIONS;
        let people = table.people(setting, 1, 2 * crowd).await?;
        let (queue, direct) = people.split_at(crowd);
        let queued = work(setting, &table, &sessions, queue).await?;
        let booked = direct::rate(setting, &table, AT_ONCE, TIME, direct).await?.per_second();
        figures.row([
            engine.to_owned(),
            format!("{booked:.0}"),
            format!("{queued:.0}"),
            format!("{:.1}", queued / booked),
        ]);
    }
    embedded.stop().await?;
    report.table(&figures);
    Ok(())
}

async fn publish(table: &Table) -> Outcome<Vec<Session>> {
    let mut sessions = Vec::new();
    for _ in 0..SESSIONS {
        sessions.push(people::publish(&table.store(), UNITS, 25).await?);
    }
    Ok(sessions)
}

/// Bookings a second, counted in the shards.
async fn work(setting: &Setting, table: &Table, sessions: &[Session], people: &[Person]) -> Outcome<f64> {
    let batches = batches(sessions, people)?;
    let sandboxes = Sandboxes { processes: 1, at_once: AT_ONCE };
    let function = Function::start(setting, "booker", sandboxes, &table.variables()).await?;
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    let one = async |_| {
        while start.elapsed() < TIME {
            let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            let answered = function.invoke(batch.clone()).await?;
            let answer: Value = serde_json::from_slice(&answered.body)?;
            if answer["batchItemFailures"] != json!([]) {
                return Err(format!("the booker answered {answer}").into());
            }
        }
        Outcome::Ok(())
    };
    futures::future::try_join_all((0..AT_ONCE).map(one)).await?;
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
    let messages = people.iter().map(|person| {
        let queued = Queued {
            ticket: TicketId { request: SystemHost.uuid(), mark: 1 },
            earlier: None,
            order: Order {
                account: person.account.clone(),
                party: Party::new(vec![person.beneficiary])?,
                slot: session.slots[0],
                dose: session.doses[0],
            },
            finality: Finality::Book,
            accepted_at: SystemHost.now(),
            shard,
        };
        let body = serde_json::to_string(&QueuedMessage::from(&queued))?;
        Outcome::Ok(json!({
            "messageId": queued.ticket.to_string(), "body": body, "eventSource": "aws:sqs",
            "attributes": { "ApproximateReceiveCount": "1", "MessageGroupId": shard.to_string() },
        }))
    });
    Ok(json!({ "Records": messages.collect::<Outcome<Vec<Value>>>()? }).to_string())
}

async fn booked(table: &Table, sessions: &[Session]) -> Outcome<u32> {
    let mut booked = 0;
    for session in sessions {
        let keys: Vec<ShardKey> = session.shard_keys().collect();
        booked += table.store().shards(&keys).await?.iter().map(|shard| shard.capacity - shard.free).sum::<u32>();
    }
    Ok(booked)
}
