//! What each function uses for one event, as counted on the way to the engine.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use serde_json::{Value, json};
use vaxslot_app::ports::Sessions;
use vaxslot_domain::{
    capacity,
    opening::{Opening, Queueing},
    session::Session,
};
use vaxslot_testkit::make;

use crate::{
    Outcome,
    batches::Bookings,
    crowd::{Person, Table},
    event,
    meter::{Meter, Used},
    people::{self, Citizen},
    queue,
    runtime::{Function, Sandboxes},
    setting::Setting,
};

const ROUNDS: usize = 40;
const ROUNDS_OF_MANY: usize = 4;
/// Twelve shards, as in the hot session.
const UNITS: u32 = 300;
/// More than come.
const PEOPLE: usize = 700;
/// The bookings of a full batch of the stream.
pub const BOOKINGS_A_BATCH: usize = 50;
/// The messages of a full batch of a queue.
pub const MESSAGES_A_BATCH: usize = 10;

/// The mean of some events of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    pub calls: f64,
    pub read_units: f64,
    pub write_units: f64,
    pub published: f64,
    pub queued: f64,
    /// Each rounded up, as Lambda bills it.
    pub billed_ms: f64,
}

/// Everything that the prices are put to.
pub struct Events {
    pub search: Event,
    pub book: Event,
    pub accept: Event,
    pub look: Event,
    pub batch: Event,
    pub project_one: Event,
    pub project_many: Event,
    pub tell_one: Event,
    pub tell_many: Event,
}

/// The place where it is measured.
struct Place<'a> {
    setting: &'a Setting,
    meter: Meter,
    table: Table,
    /// For single bookings, for those that are followed one by one, and for those that are followed together.
    sessions: [Session; 3],
    queued: Session,
    people: Vec<Person>,
}

pub async fn measure(setting: &Setting) -> Outcome<Events> {
    let mut place = Place::set(setting).await?;
    let one = place.function("reserve").await?;
    let book = place.book(&one).await?;
    let accept = place.accept(&one).await?;
    let (batch, look) = place.queue(&one).await?;
    let projector = place.function("projector").await?;
    let notifier = place.function("notifier").await?;
    let functions = [&one, &projector, &notifier];
    let (project_one, tell_one) = place.follow(functions, 1, [1, 1], ROUNDS).await?;
    let (project_many, tell_many) =
        place.follow(functions, 2, [BOOKINGS_A_BATCH, MESSAGES_A_BATCH], ROUNDS_OF_MANY).await?;
    let search = place.function("search").await?;
    let query = format!("district_id={}&date={}", place.queued.center.district.id, place.queued.date);
    // Each another one: the same again would be answered from the sandbox's memory.
    let search_events = (1..=ROUNDS).map(|limit| event::search(&format!("{query}&limit={limit}"))).collect();
    let searched = place.mean(&search, search_events, 200).await?;
    for function in [one, projector, notifier, search] {
        function.stop().await?;
    }
    Ok(Events { search: searched, book, accept, look, batch, project_one, project_many, tell_one, tell_many })
}

impl<'a> Place<'a> {
    async fn set(setting: &'a Setting) -> Outcome<Self> {
        let meter = Meter::to(&setting.engine).await?;
        let table = Table::create(&setting.engine).await?;
        let store = table.store();
        let publish = async || people::publish(&store, UNITS, 25).await;
        let sessions = [publish().await?, publish().await?, publish().await?];
        let shards = capacity::divide(UNITS.try_into()?, 25);
        let opening = Opening { opens_at: None, queue: Queueing::On };
        let draft = make::Draft { date: sessions[0].date, opening, ..make::Draft::new(1_000_000, &shards) };
        let queued = draft.made();
        store.publish(&queued.session, &queued.shards).await?;
        let mut people = Vec::new();
        for citizen in people::register(&store, PEOPLE).await? {
            let token = setting.token(&citizen)?;
            people.push(Person { account: citizen.account, beneficiary: citizen.beneficiary, token });
        }
        Ok(Self { setting, meter, table, sessions, queued: queued.session, people })
    }

    async fn function(&self, name: &str) -> Outcome<Function> {
        let mut variables = self.table.variables();
        variables.push(("AWS_ENDPOINT_URL", self.meter.endpoint.clone()));
        variables.push(("RESERVATIONS_QUEUE_URL", format!("{}/000000000000/Reservations.fifo", self.meter.endpoint)));
        Function::start(self.setting, name, Sandboxes { processes: 1, at_once: 1 }, &variables).await
    }

    fn people(&mut self, count: usize) -> Outcome<Vec<Person>> {
        let left = self.people.len().checked_sub(count).ok_or("more people should be registered")?;
        Ok(self.people.split_off(left))
    }

    /// The mean of these events, one after the other, after a first one that warms up.
    async fn mean(&self, function: &Function, events: Vec<String>, expected: u64) -> Outcome<Event> {
        let (mut used, mut billed, mut count) = (Vec::new(), Duration::ZERO, 0u32);
        for (number, event) in events.into_iter().enumerate() {
            self.meter.read();
            let answered = function.invoke(event).await?;
            let answer: Value = serde_json::from_slice(&answered.body)?;
            let good = answer["statusCode"] == json!(expected) || answer["batchItemFailures"] == json!([]);
            if !good {
                return Err(format!("instead of {expected} came {answer}").into());
            }
            if number > 0 {
                used.push(self.meter.read());
                billed += milliseconds_up(answered.ended - answered.begun);
                count += 1;
            }
        }
        Ok(mean(&used, billed, f64::from(count)))
    }

    async fn book(&mut self, reserve: &Function) -> Outcome<Event> {
        let people = self.people(ROUNDS)?;
        let events = people.iter().map(|person| booking(&self.sessions[0], person)).collect();
        self.mean(reserve, events, 201).await
    }

    async fn accept(&mut self, reserve: &Function) -> Outcome<Event> {
        let people = self.people(ROUNDS)?;
        let events = people.iter().map(|person| booking(&self.queued, person)).collect();
        self.mean(reserve, events, 202).await
    }

    /// Batches of reservations, and looks at their tickets.
    async fn queue(&mut self, reserve: &Function) -> Outcome<(Event, Event)> {
        let booker = self.function("booker").await?;
        let shards: Vec<_> = self.queued.shard_keys().collect();
        let (mut batches, mut looks) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS / 2 {
            let people = self.people(MESSAGES_A_BATCH)?;
            let shard = shards[round % shards.len()];
            let messages =
                people.iter().map(|person| queue::message(&self.queued, shard, &person.account, person.beneficiary));
            let messages = messages.collect::<Outcome<Vec<queue::Message>>>()?;
            looks.push(event::get(&format!("/v1/tickets/{}", messages[0].word), "", &people[0].token));
            let records: Vec<&Value> = messages.iter().map(|message| &message.record).collect();
            batches.push(json!({ "Records": records }).to_string());
        }
        let batch = self.mean(&booker, batches, 200).await?;
        booker.stop().await?;
        Ok((batch, self.mean(reserve, looks, 200).await?))
    }

    /// Bookings, then what follows from them.
    async fn follow(
        &mut self,
        [reserve, projector, notifier]: [&Function; 3],
        session: usize,
        [bookings, messages]: [usize; 2],
        rounds: usize,
    ) -> Outcome<(Event, Event)> {
        let (mut records, mut told) = (Vec::new(), Vec::new());
        let (mut projections, mut tellings) = (Vec::new(), Vec::new());
        for round in 0..=rounds {
            let people = self.people(bookings)?;
            for person in &people {
                reserve.invoke(booking(&self.sessions[session], person)).await?;
            }
            let made = read(&self.table.client, &self.table.name, &people).await?;
            self.meter.read();
            let projection = projector.invoke(made.records().to_string()).await?;
            let used = self.meter.read();
            let notification = notifier.invoke(made.messages(messages, round as u64).to_string()).await?;
            if round > 0 {
                records.push(used);
                told.push(self.meter.read());
                projections.push(projection.ended - projection.begun);
                tellings.push(notification.ended - notification.begun);
            }
        }
        let billed = |times: &[Duration]| times.iter().copied().map(milliseconds_up).sum::<Duration>();
        let count = f64::from(u32::try_from(rounds)?);
        Ok((mean(&records, billed(&projections), count), mean(&told, billed(&tellings), count)))
    }
}

fn booking(session: &Session, person: &Person) -> String {
    let body = json!({
        "session_id": session.id, "slot": session.slots[0].to_string(), "dose": session.doses[0],
        "beneficiaries": [person.beneficiary],
    });
    event::post("/v1/appointments", &person.token, &body)
}

async fn read(client: &Client, table: &str, people: &[Person]) -> Outcome<Bookings> {
    let citizen = |person: &Person| Citizen { account: person.account.clone(), beneficiary: person.beneficiary };
    let citizens: Vec<Citizen> = people.iter().map(citizen).collect();
    Bookings::read(client, table, &citizens, people.len()).await
}

fn milliseconds_up(time: Duration) -> Duration {
    Duration::from_millis(u64::try_from(time.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX))
}

fn mean(used: &[Used], billed: Duration, count: f64) -> Event {
    let sum = |of: fn(&Used) -> f64| used.iter().map(of).sum::<f64>() / count;
    Event {
        calls: sum(|used| used.calls.into()),
        read_units: sum(|used| used.read.table + used.read.indexes),
        write_units: sum(|used| used.written.table + used.written.indexes),
        published: sum(|used| used.published.into()),
        queued: sum(|used| used.queued.into()),
        billed_ms: billed.as_secs_f64() * 1_000.0 / count,
    }
}
