//! The walkthrough against a server that plays the service: it ends well, shows no secret, and notices a wrong answer.

use std::{
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::support::{Asked, serve};
use serde_json::{Value, json};
use vaxslot::{
    failure::Failure,
    http::Api,
    keys::{self, Present},
    token::Signer,
    walkthrough::{self, Patience, Place},
};
use vaxslot_domain::{Timestamp, person::parse_date, reference::Reference};

/// A way in which the service misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Books the same person twice.
    Twice,
    /// The search shows a seat more than there is.
    Stale,
    /// Tells the wrong appointment in its message.
    WrongMessage,
    /// Cannot carry out what it queued.
    Drops,
    /// Forbids publishing.
    Forbids,
}

const OURS: &str = "11111111-0000-4000-8000-000000000000";
/// The session that opens while everybody comes.
const RUSH: &str = "33333333-0000-4000-8000-000000000000";
const ELSEWHERE: &str = "22222222-0000-4000-8000-000000000000";

struct Service {
    fault: Fault,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The active appointment's number and session.
    active: Option<(u32, String)>,
    made: u32,
    messages: Vec<String>,
}

impl Service {
    fn answer(&self, asked: &Asked) -> (u16, Value) {
        let mut state = self.state.lock().unwrap();
        let body = asked.json();
        match asked.route().as_str() {
            "POST /v1/admin/centers" => (201, json!({"center_id": 10_000_001, "name": body["name"]})),
            "POST /v1/admin/centers/10000001/sessions" if self.fault == Fault::Forbids => {
                (403, json!({"title": "Forbidden", "detail": "Not your center."}))
            }
            "POST /v1/admin/centers/10000001/sessions" => {
                let id = if body["opens_at"].is_null() { OURS } else { RUSH };
                (201, json!({"session_id": id, "status": "OPEN"}))
            }
            "POST /v1/auth/otp" => {
                state.messages.push("042137 is your code.".to_owned());
                (202, json!({"challenge": "c", "expires_in": 180}))
            }
            "POST /v1/auth/token" if body["challenge"] == "c" && body["code"] == "042137" => {
                (200, json!({"access_token": "eyJhbGciOi", "refresh_token": "kept"}))
            }
            "POST /v1/beneficiaries" => (201, json!({"beneficiary_id": "b", "name": body["name"]})),
            "GET /v1/sessions" => (200, self.search(asked, &state)),
            "POST /v1/appointments" | "POST /v1/holds" if state.active.is_some() && self.fault != Fault::Twice => {
                (409, json!({"type": "urn:vaxslot:problem:already-booked", "title": "Already booked", "status": 409}))
            }
            "POST /v1/appointments" if body["session_id"] == RUSH => {
                self.make(&mut state, &body, "CONFIRMED");
                (202, json!({"ticket": "t", "status": "PENDING", "ahead": 0}))
            }
            "GET /v1/tickets/t" if self.fault == Fault::Drops => (200, json!({"status": "FAILED", "appointments": []})),
            "GET /v1/tickets/t" => {
                let mut ticket = appointment(state.made, "CONFIRMED");
                ticket["status"] = json!("CONFIRMED");
                (200, ticket)
            }
            "POST /v1/appointments" => (201, self.make(&mut state, &body, "CONFIRMED")),
            "POST /v1/holds" => (201, self.make(&mut state, &body, "HELD")),
            "POST /v1/appointments/confirm" => (200, self.turn(&mut state, "CONFIRMED")),
            "POST /v1/appointments/cancel" => {
                let ended = self.turn(&mut state, "CANCELLED");
                state.active = None;
                (200, ended)
            }
            "GET /v1/reports/bookings" => {
                let booked = u32::from(state.active.is_some());
                let id = if asked.parameter("center_id").is_some() { json!(ELSEWHERE) } else { json!(7) };
                (200, json!({"rows": [{"kind": "x", "id": id, "booked": booked}]}))
            }
            "GET /v1/reports/sessions/22222222-0000-4000-8000-000000000000/appointments" => {
                let id = state.active.as_ref().map(|(number, _)| id(*number));
                (200, json!({"appointments": [{"appointment_id": id}], "next_cursor": null}))
            }
            "GET /_ministack/sns/sms-messages" => {
                let number = asked.parameter("phoneNumber").unwrap().replace("%2B", "+");
                let messages: Vec<Value> = state.messages.iter().map(|text| json!({"Message": text})).collect();
                (200, json!({"sms_messages": {number: messages}}))
            }
            other => (404, json!({"title": "No such route", "detail": other})),
        }
    }

    fn search(&self, asked: &Asked, state: &State) -> Value {
        let taken = state.active.as_ref().is_some_and(|(_, session)| session == OURS) && self.fault != Fault::Stale;
        let session = |id: &str, center: u32, open: u32| {
            let capacity = json!([{"dose": 1, "capacity": 50, "available": open}]);
            json!({"session_id": id, "center": {"center_id": center}, "slots": [{"slot": "09:00-11:00", "capacity": capacity}]})
        };
        let ours = session(OURS, 10_000_001, 50 - u32::from(taken));
        let sessions =
            if asked.parameter("center_id").is_some() { vec![ours] } else { vec![session(ELSEWHERE, 7, 3), ours] };
        json!({"sessions": sessions, "next_cursor": null})
    }

    fn make(&self, state: &mut State, body: &Value, status: &str) -> Value {
        state.made += 1;
        state.active = Some((state.made, body["session_id"].as_str().unwrap().to_owned()));
        if status == "HELD" { appointment(state.made, status) } else { self.turn(state, status) }
    }

    /// Tells the person, as the notifier does for these two.
    fn turn(&self, state: &mut State, status: &str) -> Value {
        let Some((number, _)) = state.active else { return json!({}) };
        let told = if self.fault == Fault::WrongMessage { 99 } else { number };
        let words = if status == "CONFIRMED" { "is booked" } else { "is cancelled" };
        let reference = Reference::of(id(told).parse().expect("an id"));
        state.messages.push(format!("Asha Rao, it {words}. Ref {reference}"));
        appointment(number, status)
    }
}

fn id(number: u32) -> String {
    format!("{number:08}-0000-4000-8000-000000000000")
}

fn appointment(number: u32, status: &str) -> Value {
    json!({"appointments": [{"appointment_id": id(number), "status": status}]})
}

async fn walk(fault: Fault, run: u64) -> (Result<(), Failure>, String) {
    let folder = std::env::temp_dir().join(format!("vaxslot-{}-walk-{run}", std::process::id()));
    keys::create(&folder, None, Present::Refuse).unwrap();
    let signer = Signer::load(&folder, "x", "vaxslot").unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let service = Arc::new(Service { fault, state: Mutex::default() });
    let api = Api::new(&serve(move |asked| service.answer(asked))).unwrap();
    let place = Place {
        api: api.clone(),
        endpoint: api,
        signer,
        now: Timestamp::UNIX_EPOCH,
        today: parse_date("2026-11-21").unwrap(),
        run,
    };
    let patience = Patience { tries: 3, pause: Duration::from_millis(1) };
    let mut out = Vec::new();
    let ended = walkthrough::run_with(place, patience, &mut out).await;
    (ended, String::from_utf8(out).unwrap())
}

#[tokio::test(flavor = "current_thread")]
async fn it_ends_well_and_shows_each_exchange_but_no_secret() {
    let (ended, told) = walk(Fault::None, 1_234_567_890).await;
    ended.unwrap();
    for part in [
        "POST /v1/admin/centers   (admin's token)",
        "POST /v1/admin/centers/10000001/sessions   (operator's token)",
        "POST /v1/auth/otp",
        "Message to ***********90: 042137 is your code.",
        "POST /v1/beneficiaries   (citizen's token)",
        "GET /v1/sessions?district_id=363&date=2026-11-22",
        "-> 409 Conflict",
        "Message to ***********90: Asha Rao, it is cancelled",
        "-> 202 Accepted",
        "GET /v1/tickets/t",
        "POST /v1/appointments/confirm",
        "Done: every step was answered as expected.",
    ] {
        assert!(told.contains(part), "{part} is missing in:\n{told}");
    }
    assert!(!told.contains("eyJ") && !told.contains("+9199") && !told.contains("34567890"), "{told}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_wrong_answer_is_a_failure_that_says_which() {
    for (run, (fault, reason)) in (1..).zip([
        (Fault::Twice, "POST /v1/appointments: expected 409, got"),
        (Fault::Stale, "waited in vain for the search to show it"),
        (Fault::WrongMessage, "expected a message that 00000-08001-P is booked, got"),
        (Fault::Drops, "GET /v1/tickets/t: expected CONFIRMED at /status, got FAILED"),
        (Fault::Forbids, "expected 201, got: Forbidden: Not your center. (403 Forbidden)"),
    ]) {
        let (ended, _) = walk(fault, run).await;
        let line = ended.unwrap_err().line().unwrap();
        assert!(line.contains(reason), "{fault:?}: {line}");
    }
}
