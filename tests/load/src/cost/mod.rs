//! What a million bookings cost: measured units, requests and billed time, put to public prices.

mod measure;
mod prices;

use self::measure::{BOOKINGS_A_BATCH, Event, Events, MESSAGES_A_BATCH, measure};
use crate::{
    Outcome,
    report::{Report, Table},
    setting::Setting,
};

const SEARCHES: f64 = 9.0;
/// How often the holder of a ticket looks at it.
const LOOKS: f64 = 3.0;
/// The memory of these functions in the template, in GB.
const MEMORY: f64 = 0.25;

pub async fn report(setting: &Setting, report: &mut Report) -> Outcome<()> {
    report.heading("Cost of a million bookings");
    report.text(
        "The release binaries, one event at a time, on DynamoDB Local, for a session of 300 units in 12 shards; units, calls and messages \
         are counted on the way there. Billed time is each event's own, rounded up to a millisecond.",
    );
    let events = measure(setting).await?;
    report.table(&measured(&events));
    report.text(&format!(
        "Dollars for a million bookings at public prices (US East, arm64, no free tier), with {SEARCHES:.0} searches and, if queued, \
         {LOOKS:.0} looks at the ticket for each. Direct: one event of the stream and of the topic at a time, as on a quiet day. Queued: \
         full batches, as in a rush. Text messages, logs, stored data and traffic are not in it."
    ));
    report.table(&costs(&events));
    Ok(())
}

fn measured(events: &Events) -> Table {
    let mut table = Table::new(&["event", "calls", "read units", "write units", "messages", "billed ms"]);
    for (name, event) in [
        ("`search`, a district's day", &events.search),
        ("`reserve`, a booking", &events.book),
        ("`reserve`, into the queue", &events.accept),
        ("`reserve`, a look at a ticket", &events.look),
        ("`booker`, 10 reservations", &events.batch),
        ("`projector`, 1 booking", &events.project_one),
        ("`projector`, 50 bookings", &events.project_many),
        ("`notifier`, 1 message", &events.tell_one),
        ("`notifier`, 10 messages", &events.tell_many),
    ] {
        let number = |number: f64| format!("{number:.1}");
        table.row([
            name.to_owned(),
            number(event.calls),
            number(event.read_units),
            number(event.write_units),
            number(event.published + event.queued),
            number(event.billed_ms),
        ]);
    }
    table
}

/// What is paid for, each per booking.
#[derive(Default, Clone, Copy)]
struct Bill {
    gateway: f64,
    invocations: f64,
    gb_seconds: f64,
    read_units: f64,
    write_units: f64,
    fifo: f64,
    queue: f64,
    topic: f64,
}

impl Bill {
    /// With an event of a function's, so many for each booking.
    fn with(mut self, event: &Event, each: f64) -> Self {
        self.invocations += each;
        self.gb_seconds += event.billed_ms / 1_000.0 * MEMORY * each;
        self.read_units += event.read_units * each;
        self.write_units += event.write_units * each;
        self.fifo += event.queued * each;
        self
    }

    /// With an event that somebody asks for.
    fn asked(mut self, event: &Event, each: f64) -> Self {
        self.gateway += each;
        self.with(event, each)
    }

    /// Dollars for a million, by what is paid for.
    fn dollars(&self) -> [(&'static str, f64); 8] {
        [
            ("API Gateway", self.gateway * prices::GATEWAY),
            ("Lambda, invocations", self.invocations * prices::INVOCATIONS),
            ("Lambda, time", self.gb_seconds * prices::GB_SECOND * 1_000_000.0),
            ("DynamoDB, written", self.write_units * prices::WRITE_UNITS),
            ("DynamoDB, read", self.read_units * prices::READ_UNITS),
            ("SQS, FIFO", self.fifo * prices::FIFO),
            ("SQS, standard", self.queue * prices::QUEUE),
            ("SNS", self.topic * prices::TOPIC),
        ]
    }
}

fn costs(events: &Events) -> Table {
    let batch = |count: usize| 1.0 / f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let (stream, messages) = (batch(BOOKINGS_A_BATCH), batch(MESSAGES_A_BATCH));
    let searches = Bill::default().asked(&events.search, SEARCHES);
    // What the notifier publishes are text messages. From the topic a message comes into the queue, is received and deleted.
    let mut direct =
        Bill::default().asked(&events.book, 1.0).with(&events.project_one, 1.0).with(&events.tell_one, 1.0);
    direct.topic += events.project_one.published;
    direct.queue += 3.0;
    let mut queued = Bill::default()
        .asked(&events.accept, 1.0)
        .asked(&events.look, LOOKS)
        .with(&events.batch, messages)
        .with(&events.project_many, stream)
        .with(&events.tell_many, messages);
    queued.fifo += 2.0 * messages;
    queued.topic += events.project_many.published * stream;
    queued.queue += 1.0 + 2.0 * messages;
    let mut table = Table::new(&["$ for a million bookings", "their searches", "direct", "queued"]);
    let columns = [searches, direct, queued].map(|bill| bill.dollars());
    for (place, (name, _)) in columns[0].iter().enumerate() {
        let [searches, direct, queued] = columns.map(|column| format!("{:.2}", column[place].1));
        table.row([(*name).to_owned(), searches, direct, queued]);
    }
    let [searches, direct, queued] = columns.map(|column| column.iter().map(|(_, dollars)| dollars).sum::<f64>());
    let row = |name: &str, sums: [f64; 3]| [name.to_owned(), two(sums[0]), two(sums[1]), two(sums[2])];
    table.row(row("together", [searches, direct, queued]));
    table.row(row("with their searches", [searches, direct + searches, queued + searches]));
    table
}

fn two(dollars: f64) -> String {
    format!("{dollars:.2}")
}
