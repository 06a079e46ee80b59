//! The benchmark: `make bench`.
//!
//! It prints what a booking costs in calls and units, what the release binaries do on DynamoDB Local beside what the engine
//! itself does in the same run, the memory of each function under load, and what a cold start takes. Client, functions and engine share one machine: read the
//! ratios, not the rates.

mod batches;
mod cold;
mod engine;
mod functions;
mod memory;
mod messages;
mod people;
mod rate;
mod runtime;
mod setting;
mod units;

use std::error::Error;

use runtime::Runtime;
use setting::Setting;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let setting = Setting::from_env()?;
    println!("# Vaxslot benchmark\n");
    units::report(&setting.engine).await?;
    cold::report(&setting).await?;
    let runtime = Runtime::start(&setting).await?;
    functions::report(&setting, &runtime).await?;
    memory::report(&setting, &runtime).await?;
    runtime.stop().await
}
