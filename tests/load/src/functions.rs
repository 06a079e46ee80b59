//! The release binaries under load: bookings a second through `reserve`, beside the engine's own transactions.

use std::{
    collections::HashMap,
    path::Path,
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures::future::try_join_all;
use reqwest::{Client, StatusCode};
use serde_json::json;
use tokio::process::{Child, Command};
use vaxslot_aws::DynamoStore;
use vaxslot_domain::session::Session;
use vaxslot_testkit::{table, wire::Wire};

use crate::{
    Outcome, engine,
    people::{self, Citizen},
    rate::Rate,
    setting::Setting,
};

const TIME: Duration = Duration::from_secs(6);
const PORT: u16 = 9_187;
const CONCURRENCY: usize = 16;

/// Prints bookings a second at several numbers of clients, each as a ratio to the engine's own transactions.
pub async fn report(setting: &Setting) -> Outcome<()> {
    let (client, name) = table::create(&setting.engine, &Wire::new()).await?;
    let store = DynamoStore::new(client.clone(), &name);
    let mut watch = Command::new(&setting.cargo_lambda)
        .args([
            "lambda",
            "watch",
            "--only-lambda-apis",
            "--invoke-address",
            "127.0.0.1",
            "--invoke-port",
            &PORT.to_string(),
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let runtime = format!("http://127.0.0.1:{PORT}/.rt/reserve");
    let variables = setting.environment(&name, "reserve", &runtime, CONCURRENCY);
    wait_for_port().await?;
    let mut reserve = start(&setting.binary("reserve"), variables)?;
    println!(
        "## Bookings through `reserve` ({CONCURRENCY} at once in one process), {} s each\n\n| clients | engine's own transactions/s | bookings/s | ratio | p50 ms | p99 ms |\n| --- | --- | --- | --- | --- | --- |",
        TIME.as_secs()
    );
    let http = Client::builder().timeout(Duration::from_secs(10)).build()?;
    for clients in [1, 4, 16] {
        let raw = engine::transactions(&client, &name, clients, TIME).await?;
        let session = people::publish(&store, 10_000).await?;
        let enough = usize::try_from(TIME.as_secs())? * 900;
        let citizens = people::register(&store, enough.min(9_000)).await?;
        let tokens: Vec<String> = citizens.iter().map(|citizen| setting.token(citizen)).collect::<Outcome<_>>()?;
        let booked = book(&http, clients, &session, &citizens, &tokens).await?;
        println!(
            "| {clients} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} |",
            raw.per_second(),
            booked.per_second(),
            booked.per_second() / raw.per_second(),
            booked.percentile(50),
            booked.percentile(99)
        );
    }
    println!("\n`reserve` had at most {} MB resident.\n", resident(&reserve)?);
    reserve.kill().await?;
    watch.kill().await?;
    Ok(())
}

/// Books one place for each citizen until the time or the citizens run out.
async fn book(
    http: &Client,
    clients: usize,
    session: &Session,
    citizens: &[Citizen],
    tokens: &[String],
) -> Outcome<Rate> {
    let next = AtomicUsize::new(0);
    let url = format!("http://127.0.0.1:{PORT}/lambda-url/reserve/v1/appointments");
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
            let answer = http.post(&url).bearer_auth(token).json(&body).send().await?;
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

fn start(binary: &Path, variables: HashMap<String, String>) -> Outcome<Child> {
    Ok(Command::new(binary).envs(variables).stdout(Stdio::null()).kill_on_drop(true).spawn()?)
}

async fn wait_for_port() -> Outcome<()> {
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(("127.0.0.1", PORT)).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("`cargo lambda watch` did not open its port".into())
}

#[expect(clippy::cast_precision_loss, reason = "a file size is far below 2^52")]
pub fn megabytes(file: &Path) -> Outcome<f64> {
    let size = std::fs::metadata(file).map_err(|error| format!("{}: {error}", file.display()))?.len();
    Ok(size as f64 / 1_000_000.0)
}

/// The most memory a process had resident, in MB.
fn resident(child: &Child) -> Outcome<u64> {
    let id = child.id().ok_or("the function has ended")?;
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1024)
}
