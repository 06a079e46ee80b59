//! The requirement: nine searches to one reservation, at three thousand requests a second for a minute.

mod arrivals;
mod stage;
mod trace;
mod world;

use std::time::Duration;

use self::{
    arrivals::Answers,
    stage::{Measured, Parts, Stage},
};
use crate::{
    Outcome,
    report::{Report, Table},
    setting::Setting,
};

/// Requests a second: the one required, and those to fall back to.
const RATES: [u32; 9] = [3_000, 2_500, 2_000, 1_500, 1_000, 750, 500, 250, 100];
const MINUTE: u64 = 60;
/// Long enough to see whether a rate holds.
const PROBE: u64 = 10;
const SLOWEST_MS: f64 = 50.0;

pub async fn report(setting: &Setting, report: &mut Report) -> Outcome<()> {
    report.heading("Nine searches to one reservation");
    let (rates, places) = (RATES[0], world::DISTRICTS * world::CENTERS_A_DISTRICT);
    report.text(&format!(
        "The release binaries of `search` and `reserve` on the embedded engine, everything on this machine's processors. Requests come at \
         random moments (open loop), and their time counts from when they were due. {places} sessions in {} districts; of ten searches \
         seven are for a district ({} sessions), two for a pincode, one for a center; every reservation is somebody else's. Asked for: \
         {rates} a second for a minute, no error, 99 of 100 within {SLOWEST_MS} ms.",
        world::DISTRICTS,
        world::CENTERS_A_DISTRICT
    ));
    let mut stage = Stage::set(setting).await?;
    let mut figures = Table::new(&[
        "a second, for s",
        "requests",
        "errors",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "most ms",
        "p99 of the function",
        "holds",
    ]);
    let mut held = None;
    for rate in RATES {
        let probe = stage.measure(rate, PROBE).await?;
        figures.row(row(&probe, &probe.observed.all, "all"));
        if holds(&probe) {
            let whole = stage.measure(rate, MINUTE).await?;
            let Measured { observed, .. } = &whole;
            for (kind, answers) in
                [("all", &observed.all), ("searches", &observed.searches), ("reservations", &observed.reservations)]
            {
                figures.row(row(&whole, answers, kind));
            }
            if holds(&whole) {
                held = Some(whole);
                break;
            }
        }
    }
    stage.strike().await?;
    report.table(&figures);
    match held {
        Some(held) => {
            report.text(&format!("{} requests a second hold. Where the processors' time went:", held.rate));
            report.table(&shares(&held));
        }
        None => report.text("None of these rates holds."),
    }
    Ok(())
}

fn holds(measured: &Measured) -> bool {
    let all = &measured.observed.all;
    all.errors.is_empty() && all.whole.within(0.99) < SLOWEST_MS
}

fn row(measured: &Measured, answers: &Answers, kind: &str) -> [String; 9] {
    let errors = answers.errors.iter().map(|(what, count)| format!("{count} {what}")).collect::<Vec<_>>();
    let within = |share| format!("{:.1}", answers.whole.within(share));
    [
        format!("{}, {}, {kind}", measured.rate, measured.seconds),
        answers.whole.count().to_string(),
        if errors.is_empty() { "0".to_owned() } else { errors.join(", ") },
        within(0.5),
        within(0.99),
        within(0.999),
        within(1.0),
        format!("{:.1}", answers.own.within(0.99)),
        if holds(measured) { "yes" } else { "no" }.to_owned(),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
fn shares(measured: &Measured) -> Table {
    let (observed, parts) = (&measured.observed, measured.parts);
    let Parts { client, search, reserve, engine } = parts;
    let [all, searches, reservations] =
        [&observed.all, &observed.searches, &observed.reservations].map(|answers| answers.whole.count());
    let mut table = Table::new(&["part", "processors busy", "ms each", "of"]);
    for (name, time, count, of) in [
        ("client and Lambda's part", client, all, "request"),
        ("`search`", search, searches, "search"),
        ("`reserve`", reserve, reservations, "reservation"),
        ("engine", engine, all, "request"),
        ("all", parts.all(), all, "request"),
    ] {
        let each = |time: Duration| time.as_secs_f64() * 1000.0 / count as f64;
        let busy = time.as_secs_f64() / observed.time.as_secs_f64();
        table.row([name.to_owned(), format!("{busy:.2}"), format!("{:.3}", each(time)), of.to_owned()]);
    }
    table
}
