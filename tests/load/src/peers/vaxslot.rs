//! Vaxslot itself: the release binary of `reserve`, with tokens, request bodies and all of its rules.

use std::time::Duration;

use serde_json::{Value, json};
use vaxslot_aws::keys;
use vaxslot_domain::session::Session;

use crate::{
    Outcome,
    crowd::{Person, Table},
    event, people,
    race::{Answer, Request, Trace},
    runtime::{Answered, Function, Sandboxes, Unanswered},
    setting::Setting,
    validity::Stored,
};

/// The function over an engine, with a race's sessions and people in its table.
pub struct Vaxslot {
    function: Function,
    table: Table,
    sessions: Vec<Session>,
    people: Vec<Person>,
}

impl Vaxslot {
    pub async fn start(setting: &Setting, endpoint: &str, trace: &Trace, units_a_shard: u32) -> Outcome<Self> {
        let table = Table::create(endpoint).await?;
        let mut sessions = Vec::new();
        for seats in &trace.seats {
            sessions.push(people::publish(&table.store(), *seats, units_a_shard).await?);
        }
        let people = table.people(setting, 1, trace.people).await?;
        let sandboxes = Sandboxes { processes: 2, at_once: 16 };
        let function = Function::start(setting, "reserve", sandboxes, &table.variables()).await?;
        Ok(Self { function, table, sessions, people })
    }

    pub async fn book(&self, request: Request) -> Answer {
        let (person, session) = (&self.people[request.person], &self.sessions[request.session]);
        let body = json!({
            "session_id": session.id, "slot": session.slots[0].to_string(), "dose": session.doses[0],
            "beneficiaries": [person.beneficiary],
        });
        answer(self.function.invoke(event::post("/v1/appointments", &person.token, &body)).await)
    }

    /// Reads every row of the race, by the engine alone.
    pub async fn stored(&self) -> Outcome<Stored> {
        let mut stored = Stored { left: vec![0; self.sessions.len()], ..Stored::default() };
        let mut from = None;
        loop {
            let scan = self.table.client.scan().table_name(&self.table.name).set_exclusive_start_key(from);
            let page = scan.send().await?;
            for row in page.items() {
                let text = |name: &str| row.get(name).and_then(|value| value.as_s().ok().map(String::as_str));
                let pk = text(keys::PK).unwrap_or_default();
                let session_in =
                    |text: &str| self.sessions.iter().position(|session| text.contains(&session.id.to_string()));
                if let Some(pool) = pk.strip_prefix("POOL#") {
                    let session = session_in(pool).ok_or("a shard of another session")?;
                    let free = row.get("free").and_then(|value| value.as_n().ok()).ok_or("a shard without units")?;
                    stored.left[session] += free.parse::<i64>()?;
                } else if let Some(pool) = text(keys::POOL) {
                    let session = session_in(pool).ok_or("a booking in another session")?;
                    let is_it = |person: &Person| pk.ends_with(&person.beneficiary.to_string());
                    let person = self.people.iter().position(is_it).ok_or("a booking of a stranger")?;
                    stored.bookings.push(Request { person, session });
                }
            }
            match page.last_evaluated_key {
                Some(key) => from = Some(key),
                None => return Ok(stored),
            }
        }
    }

    pub async fn stop(self) -> Outcome<()> {
        self.function.stop().await
    }
}

/// What a function's answer tells.
pub fn answer(answered: Result<Answered, Unanswered>) -> Answer {
    let unclear = |what: String| Answer::Unclear(what);
    let body = match answered {
        Ok(answered) => answered.body,
        Err(error) => return unclear(error.to_string()),
    };
    let Ok(answer) = serde_json::from_slice::<Value>(&body) else { return unclear("no JSON".to_owned()) };
    if answer["statusCode"] == 201 {
        return Answer::Booked;
    }
    let problem: Value = answer["body"].as_str().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
    match problem["type"].as_str() {
        Some("urn:vaxslot:problem:sold-out") => Answer::SoldOut,
        Some("urn:vaxslot:problem:already-booked") => Answer::AlreadyBooked,
        Some("urn:vaxslot:problem:busy") => {
            let after = answer["headers"]["retry-after"].as_str().and_then(|seconds| seconds.parse().ok());
            Answer::Busy(Duration::from_secs(after.unwrap_or(1)))
        }
        other => unclear(format!("{} {}", answer["statusCode"], other.unwrap_or_default())),
    }
}
