//! The memory of each function while it is under load: requests over its routes, or batches of its events.

use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use aws_sdk_dynamodb::Client;
use serde_json::{Value, json};
use vaxslot_app::ports::{Bookings as _, Centers, Host, Places, Tried};
use vaxslot_aws::{DynamoStore, SystemHost};
use vaxslot_domain::{
    SignedDuration,
    access::{Caller, Region},
    appointment::Status,
    booking::{Making, Order, Party, Reservation, Take},
    id::AppointmentId,
    session::{Session, ShardKey},
};
use vaxslot_testkit::{make, table, wire::Wire};

use crate::{
    Outcome,
    batches::Bookings,
    event, messages,
    people::{self, Citizen},
    queue,
    rate::Rate,
    report::{Report, Table},
    runtime::{Function, Sandboxes},
    setting::Setting,
};

/// How many events a function takes at once, and as many clients send them.
const CONCURRENCY: usize = 16;
const TIME: Duration = Duration::from_secs(5);
/// Every function should stay below so many MB.
const AIM: u64 = 64;
const CENTER: u32 = 13_274;
const SESSIONS: usize = 40;
const PEOPLE: usize = 2_000;
const ROWS_A_FILE: u64 = 500;
/// As many as a batch of the stream has records for.
const BOOKINGS_A_BATCH: usize = 50;
const MESSAGES_A_BATCH: usize = 10;
/// Holds that ran out, for a sweep to find.
const HOLDS: usize = 500;

/// In this order: who reports needs the sums that the projector writes.
const LOADS: [(&str, &str); 11] = [
    ("search", "a district's 40 sessions"),
    ("reserve", "bookings"),
    ("booker", "batches of 10 reservations, most of them refused"),
    ("closer", "batches of 10 dead letters"),
    ("projector", "batches of 100 changed rows"),
    ("notifier", "batches of 10 confirmations"),
    ("sweeper", "500 holds that ran out; audits of 1,600 shards"),
    ("reports", "a district's centers, a session's appointments as CSV"),
    ("admin", "sessions published; every 32nd request imports 500 of them"),
    ("identity", "people registered and listed"),
    ("subscriptions", "what an account without any is told"),
];

pub async fn report(setting: &Setting, report: &mut Report) -> Outcome<()> {
    report.heading("Memory under load");
    report.text(&format!(
        "The most that one process had resident, with {CONCURRENCY} clients for {} s. Asked for: less than {AIM} MB.",
        TIME.as_secs()
    ));
    let stage = Stage::set(setting).await?;
    let aws = messages::serve(&setting.engine).await?;
    let variables = [("TABLE_NAME", stage.table.clone()), ("AWS_ENDPOINT_URL", aws)];
    let mut figures = Table::new(&["function and load", "answers a second", "most MB"]);
    let mut most = 0;
    for (name, load) in LOADS {
        let sandboxes = Sandboxes { processes: 1, at_once: CONCURRENCY };
        let function = Function::start(setting, name, sandboxes, &variables).await?;
        let rate = match name {
            "projector" | "notifier" | "booker" | "closer" => stage.send_batches(name, &function).await,
            "sweeper" => stage.send_jobs(&function).await,
            _ => stage.send_requests(name, &function).await,
        };
        let rate = rate.map_err(|error| format!("`{name}`: {error}"))?;
        let peak = function.peak_memory()?;
        most = most.max(peak);
        figures.row([format!("{name}: {load}"), format!("{:.0}", rate.per_second()), peak.to_string()]);
        function.stop().await?;
    }
    report.table(&figures);
    report.text(if most < AIM { "Every function stays below." } else { "Not every function stays below." });
    Ok(())
}

/// What the functions find in the table.
struct Stage<'a> {
    setting: &'a Setting,
    client: Client,
    table: String,
    sessions: Vec<Session>,
    citizens: Vec<Citizen>,
    next: AtomicU64,
}

impl<'a> Stage<'a> {
    async fn set(setting: &'a Setting) -> Outcome<Self> {
        let (client, table) = table::create(&setting.engine, &Wire::new()).await?;
        let store = DynamoStore::new(client.clone(), &table);
        store.save_districts(&[make::pune()]).await?;
        store.add_center(&make::center(CENTER)).await?;
        let mut sessions = Vec::new();
        for _ in 0..SESSIONS {
            sessions.push(people::publish(&store, 1_000, 25).await?);
        }
        let citizens = people::register(&store, PEOPLE).await?;
        Ok(Self { setting, client, table, sessions, citizens, next: AtomicU64::new(0) })
    }

    fn next(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    async fn send_requests(&self, name: &str, function: &Function) -> Outcome<Rate> {
        Rate::of(CONCURRENCY, TIME, async |_| {
            let answered = function.invoke(self.request(name)?).await?;
            let answer: Value = serde_json::from_slice(&answered.body)?;
            // Who comes a second time is refused, and what the engine cannot keep up with is busy: these are answers, too.
            if answer["statusCode"].as_u64().is_none_or(|status| status >= 500 && status != 503) {
                return Err(format!("`{name}` answered {answer}").into());
            }
            Ok(())
        })
        .await
    }

    fn request(&self, name: &str) -> Outcome<String> {
        let number = self.next();
        let any = usize::try_from(number)?;
        let session = &self.sessions[any % SESSIONS];
        let citizen = &self.citizens[any % PEOPLE];
        let staff = self.setting.token_of(&Caller::Admin { region: Region::Country })?;
        Ok(match (name, number % 2) {
            ("search", _) => event::search(&format!("district_id=363&date={}&limit=50", session.date)),
            ("reserve", _) => {
                let body = json!({
                    "session_id": session.id, "slot": session.slots[0].to_string(), "dose": session.doses[0],
                    "beneficiaries": [citizen.beneficiary],
                });
                event::post("/v1/appointments", &self.setting.token(citizen)?, &body)
            }
            ("reports", 0) => {
                event::get("/v1/reports/bookings", &format!("date={}&district_id=363", session.date), &staff)
            }
            ("reports", _) => {
                event::get(&format!("/v1/reports/sessions/{}/appointments", session.id), "format=csv", &staff)
            }
            ("admin", _) if number.is_multiple_of(32) => {
                event::file("/v1/admin/import/sessions", &staff, &file_of_sessions(session, number))
            }
            ("admin", _) => event::post(&format!("/v1/admin/centers/{CENTER}/sessions"), &staff, &new_session(session)),
            ("identity", 0) => {
                let account = make::account(&format!("newcomer-{number}"));
                let caller = Caller::Citizen { account, phone: Some(make::phone(number)) };
                let body = json!({ "name": "Asha Rao", "birth": "1984" });
                event::post("/v1/beneficiaries", &self.setting.token_of(&caller)?, &body)
            }
            ("subscriptions", _) => event::get("/v1/subscriptions", "", &self.setting.token(citizen)?),
            ("identity", _) => event::get("/v1/beneficiaries", "", &self.setting.token(citizen)?),
            _ => return Err(format!("no requests are known for `{name}`").into()),
        })
    }

    async fn send_batches(&self, name: &str, function: &Function) -> Outcome<Rate> {
        let bookings = Bookings::read(&self.client, &self.table, &self.citizens, BOOKINGS_A_BATCH).await?;
        // A batch is handled at a time.
        Rate::of(2, TIME, async |_| {
            let batch = match name {
                "projector" => bookings.records(),
                "notifier" => bookings.messages(MESSAGES_A_BATCH, self.next()),
                _ => self.reservations()?,
            };
            let answered = function.invoke(batch.to_string()).await?;
            let answer: Value = serde_json::from_slice(&answered.body)?;
            if answer["batchItemFailures"] != json!([]) {
                return Err(format!("`{name}` answered {answer}").into());
            }
            Ok(())
        })
        .await
    }

    /// Ten reservations of one shard.
    fn reservations(&self) -> Outcome<Value> {
        let number = usize::try_from(self.next())?;
        let session = &self.sessions[number % SESSIONS];
        let shard = session.shard_keys().next().ok_or("a session has shards")?;
        let citizens = self.citizens.iter().cycle().skip(number * 10 % PEOPLE).take(10);
        let messages = citizens.map(|citizen| queue::message(session, shard, &citizen.account, citizen.beneficiary));
        let records = messages.map(|message| Ok(message?.record)).collect::<Outcome<Vec<Value>>>()?;
        Ok(json!({ "Records": records }))
    }

    /// A sweep and an audit in turn, one at a time, as their schedules bring them.
    async fn send_jobs(&self, function: &Function) -> Outcome<Rate> {
        self.hold().await?;
        Rate::of(1, TIME, async |_| {
            let job = if self.next().is_multiple_of(2) { "audit" } else { "sweep" };
            function.invoke(json!({ "job": job }).to_string()).await?;
            Ok(())
        })
        .await
    }

    /// Holds that ran out half an hour ago.
    async fn hold(&self) -> Outcome<()> {
        let store = DynamoStore::new(self.client.clone(), &self.table);
        let session = &people::publish(&store, 1_000, 25).await?;
        let then = SystemHost.now() - SignedDuration::from_hours(1);
        let until = then + SignedDuration::from_mins(30);
        let making = Making {
            session,
            status: Status::Held { until },
            now: then,
            request: None,
            others: &[],
            changes_a_day: 10,
            tickets: &[],
            walk_in: None,
        };
        let shards: Vec<ShardKey> = session.shard_keys().collect();
        for (number, citizen) in people::register(&store, HOLDS).await?.into_iter().enumerate() {
            let party = Party::new(vec![citizen.beneficiary])?;
            let order = Order { account: citizen.account, party, slot: session.slots[0], dose: session.doses[0] };
            let take = Take::whole(shards[number % shards.len()], 1);
            let wanted = Reservation::new(&order, take, &[AppointmentId::new(SystemHost.uuid())], &making);
            if let Tried::Refused(found) = store.reserve(&wanted).await? {
                return Err(format!("a hold was refused: {found:?}").into());
            }
        }
        Ok(())
    }
}

fn new_session(like: &Session) -> Value {
    json!({
        "date": like.date, "vaccine": "COVAXIN", "min_age": 18,
        "availability": { "ranges": ["09:00-18:00"], "slot_minutes": 30, "capacity": { "1": 20, "2": 20 } },
    })
}

/// Sessions that differ from those of every other file, by their ages and slots.
fn file_of_sessions(like: &Session, number: u64) -> String {
    let mut file = String::from("center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3\r\n");
    for row in 0..ROWS_A_FILE {
        let (age, minute) = (row % 100, (number / 32 + row / 100) % 60);
        let slots = format!("09:{minute:02}-11:00 11:00-13:00");
        let _ = write!(file, "{CENTER},{},COVAXIN,{age},,0,{slots},20,20,\r\n", like.date);
    }
    file
}
