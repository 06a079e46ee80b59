//! Bookings a second through `reserve`, beside the engine's own transactions.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures::future::try_join_all;
use reqwest::{Client, StatusCode};
use serde_json::json;
use vaxslot_aws::DynamoStore;
use vaxslot_domain::session::Session;
use vaxslot_testkit::{table, wire::Wire};

use crate::{
    Outcome, engine,
    people::{self, Citizen},
    rate::Rate,
    runtime::{CONCURRENCY, Runtime},
    setting::Setting,
};

const TIME: Duration = Duration::from_secs(6);

/// Prints bookings a second at several numbers of clients, each as a ratio to the engine's own transactions.
pub async fn report(setting: &Setting, runtime: &Runtime) -> Outcome<()> {
    let (client, name) = table::create(&setting.engine, &Wire::new()).await?;
    let store = DynamoStore::new(client.clone(), &name);
    let reserve = runtime.function(setting, "reserve", &name, &setting.engine)?;
    println!(
        "## Bookings through `reserve` ({CONCURRENCY} at once in one process), {} s each\n\n| clients | engine's own transactions/s | bookings/s | ratio | p50 ms | p99 ms |\n| --- | --- | --- | --- | --- | --- |",
        TIME.as_secs()
    );
    let url = reserve.url("/v1/appointments");
    for clients in [1, 4, 16] {
        let raw = engine::transactions(&client, &name, clients, TIME).await?;
        let session = people::publish(&store, 10_000).await?;
        let enough = usize::try_from(TIME.as_secs())? * 900;
        let citizens = people::register(&store, enough.min(9_000)).await?;
        let tokens: Vec<String> = citizens.iter().map(|citizen| setting.token(citizen)).collect::<Outcome<_>>()?;
        let booked = book(&runtime.http, &url, clients, &session, &citizens, &tokens).await?;
        println!(
            "| {clients} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} |",
            raw.per_second(),
            booked.per_second(),
            booked.per_second() / raw.per_second(),
            booked.percentile(50),
            booked.percentile(99)
        );
    }
    println!("\n`reserve` had at most {} MB resident.\n", reserve.peak_memory()?);
    reserve.stop().await
}

/// Books one place for each citizen until the time or the citizens run out.
async fn book(
    http: &Client,
    url: &str,
    clients: usize,
    session: &Session,
    citizens: &[Citizen],
    tokens: &[String],
) -> Outcome<Rate> {
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    let one = async |_| {
        let mut times = Vec::new();
        while start.elapsed() < TIME {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let (Some(citizen), Some(token)) = (citizens.get(place), tokens.get(place)) else { break };
            let body = json!({
                "session_id": session.id, "slot": session.slots[0].to_string(), "dose": session.doses[0],
                "beneficiaries": [citizen.beneficiary],
            });
            let begun = Instant::now();
            let answer = http.post(url).bearer_auth(token).json(&body).send().await?;
            times.push(begun.elapsed());
            if answer.status() != StatusCode::CREATED {
                return Err(format!("a booking was answered {}: {}", answer.status(), answer.text().await?).into());
            }
        }
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(times)
    };
    let times = try_join_all((0..clients).map(one)).await?.concat();
    Ok(Rate::new(start.elapsed(), times))
}
