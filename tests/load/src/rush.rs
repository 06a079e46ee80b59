//! The opening's hard second in the simulated store: partitions and queues that take what those of AWS take, in time of their
//! own.

use std::time::Duration;

use vaxslot_simulation::rush::{self, Rush, Seen, Way};

use crate::{
    Outcome,
    report::{Report, Table},
};

const PEOPLE: usize = 50_000;
const PLACES: u32 = 300;
const WITHIN: Duration = Duration::from_secs(2);
const SEED: u64 = 1;

const WAYS: [(&str, Way, bool); 4] = [
    ("the queue", Way::Queue, false),
    ("the queue, with Idempotency-Key", Way::Queue, true),
    ("12 shards, direct", Way::Direct, false),
    ("one counter, direct", Way::OneCounter, false),
];

pub fn report(report: &mut Report) -> Outcome<()> {
    report.heading("The rush: 50,000 people within two seconds for 300 seats");
    report.text(
        "The use cases over the simulated store, in virtual time: a partition takes 1,000 write units a second, transactions that meet \
         conflict, a group of the queue takes 300 messages a second, a function runs 1,000 times at once. Whoever is asked to come again \
         comes after the 1 to 4 s of `Retry-After`, and looks at a ticket each 2 s. Asked for: exactly 300, nobody left in the dark.",
    );
    let mut table = Table::new(&[
        "way",
        "booked",
        "told sold out",
        "unclear",
        "tickets",
        "asked to come again",
        "sold out after s",
        "last answer after s",
        "p50 s",
        "p99 s",
        "broken",
    ]);
    for (name, way, keys) in WAYS {
        let rush = Rush { people: PEOPLE, places: PLACES, within: WITHIN, way, keys };
        let seen = rush::play(rush, SEED).map_err(|stuck| format!("the rush came to no end: {stuck:?}"))?;
        table.row(row(name, &seen));
    }
    report.table(&table);
    Ok(())
}

fn row(name: &str, seen: &Seen) -> [String; 11] {
    let seconds = |time: Duration| format!("{:.1}", time.as_secs_f64());
    [
        name.to_owned(),
        seen.booked.to_string(),
        seen.sold_out.to_string(),
        seen.unclear.values().sum::<usize>().to_string(),
        seen.tickets.to_string(),
        seen.sent_away.to_string(),
        seconds(seen.sold_after),
        seconds(seen.answered_after),
        seconds(seen.wait(50)),
        seconds(seen.wait(99)),
        seen.broken.first().map_or_else(
            || "nothing".to_owned(),
            |first| format!("{} things, the first: {}", seen.broken.len(), first.message),
        ),
    ]
}
