//! The direct path: bookings a second through the release binary of `reserve`, beside the engine's own transactions.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use serde_json::json;
use vaxslot_domain::session::Session;

use crate::{
    Outcome,
    crowd::{Person, Table},
    engine, event,
    peers::vaxslot::answer,
    people,
    race::Answer,
    rate::Rate,
    report::{Report, Table as Figures},
    runtime::{Function, Sandboxes},
    setting::Setting,
};

const TIME: Duration = Duration::from_secs(4);
const ROUNDS: usize = 3;
const CLIENTS: [usize; 3] = [1, 4, 16];
/// More than any engine here books in a round's time.
const PEOPLE_A_ROUND: usize = 4_000;

pub async fn report(setting: &Setting, report: &mut Report) -> Outcome<()> {
    report.heading("Direct path against the engine's own transactions");
    report.text(&format!(
        "Bookings through the release binary of `reserve` (token, rules, JSON), and bare two-item transactions by the SDK, on DynamoDB \
         Local, in turn for {} s each; the median of {ROUNDS} rounds. Asked for: 0.8.",
        TIME.as_secs()
    ));
    let table = Table::create(&setting.engine).await?;
    let sandboxes = Sandboxes { processes: 1, at_once: CLIENTS[2] };
    let function = Function::start(setting, "reserve", sandboxes, &table.variables()).await?;
    let mut figures =
        Figures::new(&["clients", "engine's own a second", "bookings a second", "ratio", "p50 ms", "p99 ms"]);
    let mut registered = 0;
    for clients in CLIENTS {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let raw = engine::transactions(&table.client, &table.name, 2, clients, TIME).await?;
            let session = people::publish(&table.store(), 10_000, 25).await?;
            let people = table.people(setting, registered + 1, PEOPLE_A_ROUND).await?;
            registered += u128::try_from(PEOPLE_A_ROUND)?;
            let booked = book(&function, clients, TIME, &session, &people).await?;
            rounds.push((booked.per_second() / raw.per_second(), raw, booked));
        }
        rounds.sort_by(|one, other| one.0.total_cmp(&other.0));
        let (ratio, raw, booked) = &rounds[ROUNDS / 2];
        figures.row([
            clients.to_string(),
            format!("{:.0}", raw.per_second()),
            format!("{:.0}", booked.per_second()),
            format!("{ratio:.2}"),
            format!("{:.1}", booked.percentile(50)),
            format!("{:.1}", booked.percentile(99)),
        ]);
    }
    function.stop().await?;
    report.table(&figures);
    Ok(())
}

/// Bookings of a session with plenty of units, through one process.
pub async fn rate(
    setting: &Setting,
    table: &Table,
    clients: usize,
    time: Duration,
    units_a_shard: u32,
    people: &[Person],
) -> Outcome<Rate> {
    let session = people::publish(&table.store(), 10_000, units_a_shard).await?;
    let sandboxes = Sandboxes { processes: 1, at_once: clients };
    let function = Function::start(setting, "reserve", sandboxes, &table.variables()).await?;
    let rate = book(&function, clients, time, &session, people).await?;
    function.stop().await?;
    Ok(rate)
}

async fn book(
    function: &Function,
    clients: usize,
    time: Duration,
    session: &Session,
    people: &[Person],
) -> Outcome<Rate> {
    let next = AtomicUsize::new(0);
    Rate::of(clients, time, async |_| {
        let person = people.get(next.fetch_add(1, Ordering::Relaxed)).ok_or("more people should be registered")?;
        let body = json!({
            "session_id": session.id, "slot": session.slots[0].to_string(), "dose": session.doses[0],
            "beneficiaries": [person.beneficiary],
        });
        loop {
            match answer(function.invoke(event::post("/v1/appointments", &person.token, &body)).await) {
                Answer::Booked => return Ok(()),
                // Nothing was done, for too many came at once.
                Answer::Busy(_) => {}
                other => return Err(format!("a booking was answered {other:?}").into()),
            }
        }
    })
    .await
}
