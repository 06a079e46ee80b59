//! The benchmark: `make bench`, or `make bench FIGURE=hot` for one of its figures.
//!
//! It measures the release binaries, and beside them, in the same run, what they are to be compared with. Client, functions
//! and engine share one machine: read the ratios, not the rates. What the figures say, and what they do not, is in
//! docs/PERFORMANCE.md.

mod batches;
mod cold;
mod cost;
mod cpu;
mod crowd;
mod direct;
mod dynoxide;
mod engine;
mod event;
mod hot;
mod latency;
mod memory;
mod messages;
mod meter;
mod peers;
mod people;
mod queue;
mod race;
mod rate;
mod report;
mod requirement;
mod runtime;
mod rush;
mod setting;
mod units;
mod validity;

use std::{env, error::Error};

use report::Report;
use setting::Setting;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const FIGURES: [&str; 10] =
    ["units", "cold", "memory", "direct", "queue", "hot", "rush", "peers", "requirement", "cost"];

#[tokio::main]
async fn main() -> Outcome<()> {
    let wanted: Vec<String> = env::args().skip(1).collect();
    if let Some(unknown) = wanted.iter().find(|name| !FIGURES.contains(&name.as_str())) {
        return Err(format!("there is no figure {unknown}, only {}", FIGURES.join(", ")).into());
    }
    let setting = Setting::from_env()?;
    let mut report = Report::default();
    for figure in FIGURES {
        if wanted.is_empty() || wanted.iter().any(|name| name == figure) {
            measure(figure, &setting, &mut report).await.map_err(|error| format!("{figure}: {error}"))?;
        }
    }
    report.keep()
}

async fn measure(figure: &str, setting: &Setting, report: &mut Report) -> Outcome<()> {
    match figure {
        "units" => units::report(&setting.engine, report).await,
        "cold" => cold::report(setting, report).await,
        "memory" => memory::report(setting, report).await,
        "direct" => direct::report(setting, report).await,
        "queue" => queue::report(setting, report).await,
        "hot" => hot::report(setting, report).await,
        "rush" => rush::report(report),
        "cost" => cost::report(setting, report).await,
        "peers" => peers::report(setting, report).await,
        _ => requirement::report(setting, report).await,
    }
}
