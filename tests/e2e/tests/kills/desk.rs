//! Where citizens ask: requests as the gateway hands them to `reserve`, answers in the checker's words, and the diary of both.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use axum::body::Bytes;
use serde_json::{Value, json};
use vaxslot::clock;
use vaxslot_app::tickets::Ticket;
use vaxslot_checker::{Asked, Deed, Held, Made, Told, instant::Moment};
use vaxslot_domain::Timestamp;

use crate::{runtime::Function, setting::Household};

/// What somebody wants. It keeps its number and key however often it is asked for.
#[derive(Debug, Clone)]
pub struct Intent {
    pub number: u64,
    pub key: Option<String>,
    pub asked: Asked,
}

pub struct Desk {
    reserve: Arc<Function>,
    diary: Mutex<Vec<Deed>>,
    intents: AtomicU64,
}

impl Desk {
    pub fn new(reserve: Arc<Function>) -> Self {
        Self { reserve, diary: Mutex::default(), intents: AtomicU64::new(0) }
    }

    pub fn intent(&self, key: Option<String>, asked: Asked) -> Intent {
        Intent { number: self.intents.fetch_add(1, Ordering::Relaxed), key, asked }
    }

    /// Asks once. A ticket is asked for by its word.
    pub async fn ask(&self, household: &Household, intent: &Intent, word: Option<&str>) -> Told {
        let event = event(household, intent, word);
        let sent_at = clock::now().as_millisecond();
        let answer = self.reserve.invoke(event.to_string()).await;
        let told = answer.map_or(Told::Nothing, |answer| told(household, intent, &answer));
        let deed = Deed {
            intent: intent.number,
            account: household.account.as_str().to_owned(),
            key: intent.key.clone(),
            asked: intent.asked.clone(),
            sent_at,
            told_at: clock::now().as_millisecond(),
            told: told.clone(),
        };
        self.diary.lock().unwrap_or_else(PoisonError::into_inner).push(deed);
        told
    }

    pub fn diary(&self) -> Vec<Deed> {
        self.diary.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The one slot of every session.
const SLOT: &str = "09:00-11:00";

fn event(household: &Household, intent: &Intent, word: Option<&str>) -> Value {
    let change = |held: &[Held]| {
        let both = |held: &Held| json!({"beneficiary_id": held.person, "appointment_id": held.appointment});
        json!({ "appointments": held.iter().map(both).collect::<Vec<_>>() })
    };
    let (path, body) = match &intent.asked {
        Asked::Book { session, dose, people, hold, .. } => (
            if *hold { "/v1/holds".to_owned() } else { "/v1/appointments".to_owned() },
            Some(json!({"session_id": session, "slot": SLOT, "dose": dose, "beneficiaries": people})),
        ),
        Asked::Confirm(held) => ("/v1/appointments/confirm".to_owned(), Some(change(held))),
        Asked::Cancel(held) => ("/v1/appointments/cancel".to_owned(), Some(change(held))),
        Asked::Move { session, held, .. } => {
            let mut body = change(held);
            body["session_id"] = json!(session);
            body["slot"] = json!(SLOT);
            ("/v1/appointments/reschedule".to_owned(), Some(body))
        }
        Asked::Ticket(_) => (format!("/v1/tickets/{}", word.unwrap_or_default()), None),
        Asked::Look => ("/v1/appointments".to_owned(), None),
        other => panic!("not a citizen's: {other:?}"),
    };
    let mut headers = json!({"host": "api.example", "authorization": format!("Bearer {}", household.token)});
    if let Some(key) = &intent.key {
        headers["idempotency-key"] = json!(key);
    }
    let text = body.map(|body| body.to_string());
    if let Some(text) = &text {
        headers["content-type"] = json!("application/json");
        headers["content-length"] = json!(text.len().to_string());
    }
    let method = if text.is_some() { "POST" } else { "GET" };
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "headers": headers,
        "requestContext": {
            "accountId": "000000000000", "apiId": "api", "domainName": "api.example", "domainPrefix": "api",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "kills"},
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": "$default", "stage": "$default",
            "time": "21/Nov/2026:00:00:00 +0000", "timeEpoch": 1_795_219_200_000_i64,
        },
        "body": text, "isBase64Encoded": false,
    })
}

fn told(household: &Household, intent: &Intent, answer: &Bytes) -> Told {
    let answer: Value = serde_json::from_slice(answer).expect("an answer for the gateway");
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap_or_default()).expect("JSON");
    match answer["statusCode"].as_u64() {
        Some(200 | 201) if matches!(intent.asked, Asked::Ticket(_)) => ticket(&body),
        Some(200 | 201) => Told::Made(made(&body)),
        Some(202) => {
            let word = text(&body["ticket"]);
            let ticket = Ticket::decode(&word, &household.account).expect("a ticket of one's own");
            Told::Accepted { ticket: ticket.id.to_string(), word }
        }
        _ => refusal(&body),
    }
}

fn ticket(body: &Value) -> Told {
    match body["status"].as_str() {
        Some("PENDING") => Told::Pending,
        Some("CONFIRMED" | "HELD") => Told::Made(made(body)),
        Some("REFUSED") => refusal(&body["problem"]),
        Some("FAILED") => Told::Refused { why: "ticket-failed".to_owned(), about: None },
        _ => panic!("no state of a ticket: {body}"),
    }
}

fn refusal(problem: &Value) -> Told {
    match problem["type"].as_str().and_then(|kind| kind.strip_prefix("urn:vaxslot:problem:")) {
        Some("busy" | "request-in-progress" | "too-many-requests") => Told::Busy,
        Some("outcome-unknown") => Told::Unclear,
        Some("internal" | "unauthorized") | None => panic!("no such answer was to come: {problem}"),
        Some(why) => {
            let named = (problem["beneficiary_id"].as_str(), problem["appointment_id"].as_str());
            let about = |(person, appointment): (&str, &str)| Held {
                person: person.to_owned(),
                appointment: appointment.to_owned(),
            };
            Told::Refused { why: why.to_owned(), about: named.0.zip(named.1).map(about) }
        }
    }
}

fn made(body: &Value) -> Vec<Made> {
    let each = |one: &Value| Made {
        person: text(&one["beneficiary_id"]),
        appointment: text(&one["appointment_id"]),
        session: text(&one["session_id"]),
        status: text(&one["status"]),
        hold_until: one["hold_until"].as_str().map(moment),
    };
    body["appointments"].as_array().expect("appointments").iter().map(each).collect()
}

fn moment(text: &str) -> Moment {
    text.parse::<Timestamp>().expect("a moment").as_millisecond()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text was expected, not {value}")).to_owned()
}
