//! The routes of citizens, against the store in memory.

use std::sync::Arc;

use axum::Router;
use serde_json::{Value, json};
use vaxslot_api::limit::{Rate, Rates};
use vaxslot_app::{
    booker::{Booker, Closer},
    booking::Booking,
    once::Once,
    ports::{Added, Host, People, Sessions, Store},
    tickets::Desk,
};
use vaxslot_domain::{
    SignedDuration,
    access::{Caller, Region, Scope},
    booking::Policy,
    id::SessionId,
    opening::{Opening, Queueing},
    person::Beneficiary,
    session::AgeBand,
    vaccine::Dose,
};
use vaxslot_reserve::{Reserve, router};
use vaxslot_testkit::{
    MemoryQueue, MemoryStore, TestHost,
    client::{Answer, Call},
    issuer,
    make::{Draft, account, adult, born, phone, read, session_id},
};

const ASHA: u128 = 0xa;
const RAVI: u128 = 0xb;
const MINA: u128 = 0xc;

/// A session for 30 first doses tomorrow, two people of one account, and a third of another.
struct Stage {
    store: Arc<MemoryStore>,
    host: Arc<TestHost>,
    queue: Arc<MemoryQueue>,
    router: Router,
    session: SessionId,
}

impl Stage {
    async fn new() -> Self {
        Self::with(&[15, 15]).await
    }

    async fn with(shards: &[u32]) -> Self {
        Self::under(Policy::USUAL, shards).await
    }

    async fn under(policy: Policy, shards: &[u32]) -> Self {
        Self::made(policy, shards, None).await
    }

    /// One whose sandbox counts how often each comes.
    async fn limited(rates: Rates) -> Self {
        Self::made(Policy::USUAL, &[15, 15], Some(rates)).await
    }

    async fn made(policy: Policy, shards: &[u32], rates: Option<Rates>) -> Self {
        let store = Arc::new(MemoryStore::new());
        let host = Arc::new(TestHost::at(read("2026-11-21T06:00:00Z")));
        let published = Draft::new(1, shards).made();
        store.publish(&published.session, &published.shards).await.unwrap();
        for person in [person(ASHA, "home"), person(RAVI, "home"), person(MINA, "next-door")] {
            let added = store.add_beneficiary(&person, &phone(9_812_345_678)).await.unwrap();
            assert_eq!(added, Added::Done);
        }
        let shared: (Arc<dyn Store>, Arc<dyn Host>) = (store.clone(), host.clone());
        let booking = Booking::new(shared.0.clone(), shared.1.clone(), policy);
        let queue = Arc::new(MemoryQueue::new(shared.1.clone()));
        let desk = Desk::new(shared.0.clone(), queue.clone(), shared.1.clone());
        let once = Once::new(store.clone(), shared.1.clone());
        let gate = match rates {
            Some(rates) => issuer::limited_gate(shared.1, store.clone(), rates),
            None => issuer::gate(shared.1),
        };
        let router = router(Reserve { booking, desk, once, gate });
        Self { store, host, queue, router, session: published.session.id }
    }

    /// Says how the session opens.
    async fn open(&self, queue: Queueing) {
        let opening = Opening { opens_at: None, queue };
        self.store.set_opening(self.session, &Scope::Region(Region::Country), opening).await.unwrap();
    }

    /// Works off the queue.
    async fn work(&self) {
        let booker = Booker::new(Booking::new(self.store.clone(), self.host.clone(), Policy::USUAL));
        while !self.queue.is_empty() {
            let batch = self.queue.receive(10);
            let again = booker.take(batch.clone()).await;
            assert_eq!(again, [] as [String; 0]);
            self.queue.settle(&batch, &again);
        }
    }

    async fn ticket(&self, caller: &Caller, queued: &Answer) -> Answer {
        Call::get(queued.headers["location"].to_str().unwrap()).by(caller).to(&self.router).await
    }

    async fn post(&self, path: &str, caller: &Caller, body: &Value) -> Answer {
        Call::post(path).by(caller).json(body).to(&self.router).await
    }

    async fn book(&self, people: &[u128]) -> Answer {
        self.post("/v1/appointments", &home(), &self.order(people)).await
    }

    fn order(&self, people: &[u128]) -> Value {
        json!({ "session_id": self.session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": ids(people) })
    }

    /// Publishes another session with one shard of so many units.
    async fn publish(&self, draft: Draft) -> SessionId {
        let published = draft.made();
        self.store.publish(&published.session, &published.shards).await.unwrap();
        published.session.id
    }

    async fn free(&self) -> u32 {
        let session = self.store.session(self.session).await.unwrap().unwrap();
        let keys: Vec<_> = session.shard_keys().collect();
        self.store.shards(&keys).await.unwrap().iter().map(|shard| shard.free).sum()
    }
}

fn person(number: u128, of: &str) -> Beneficiary {
    adult(number, &account(of))
}

fn ids(people: &[u128]) -> Vec<String> {
    people.iter().map(|number| person(*number, "home").id.to_string()).collect()
}

fn home() -> Caller {
    Caller::Citizen { account: account("home"), phone: None }
}

fn next_door() -> Caller {
    Caller::Citizen { account: account("next-door"), phone: None }
}

/// The body that moves the appointments of an answer to a session's only slot.
fn moving(answer: &Answer, session: SessionId) -> Value {
    let mut body = own(answer);
    body["session_id"] = json!(session);
    body["slot"] = json!("09:00-11:00");
    body
}

/// The body that names the appointments of an answer.
fn own(answer: &Answer) -> Value {
    let both =
        |each: &Value| json!({ "beneficiary_id": each["beneficiary_id"], "appointment_id": each["appointment_id"] });
    json!({ "appointments": answer.json()["appointments"].as_array().unwrap().iter().map(both).collect::<Vec<_>>() })
}

#[tokio::test]
async fn a_family_books_lists_shows_and_cancels() {
    let stage = Stage::new().await;
    let booked = stage.book(&[ASHA, RAVI]).await;
    assert_eq!((booked.outcome().as_str(), &booked.headers["cache-control"]), ("201", &"no-store".parse().unwrap()));
    let first = &booked.json()["appointments"][0];
    assert_eq!(first["status"], "CONFIRMED");
    assert_eq!(first["hold_until"], Value::Null);
    assert_eq!(
        (&first["slot"], &first["dose"], &first["center_id"]),
        (&json!("09:00-11:00"), &json!(1), &json!(13274))
    );
    assert_eq!(stage.free().await, 28);

    let path = format!(
        "/v1/appointments/{}/{}",
        first["beneficiary_id"].as_str().unwrap(),
        first["appointment_id"].as_str().unwrap()
    );
    assert_eq!(Call::get(&path).by(&home()).to(&stage.router).await.json(), *first);

    let cancelled = stage.post("/v1/appointments/cancel", &home(), &own(&booked)).await;
    assert_eq!(cancelled.outcome(), "200");
    assert_eq!(cancelled.json()["appointments"][1]["status"], "CANCELLED");
    assert_eq!(stage.free().await, 30);

    let again = stage.book(&[ASHA]).await;
    assert_eq!(again.outcome(), "201");
    let listed = Call::get("/v1/appointments").by(&home()).to(&stage.router).await.json();
    let statuses: Vec<&Value> = listed["appointments"].as_array().unwrap().iter().map(|each| &each["status"]).collect();
    assert_eq!(statuses, ["CONFIRMED", "CANCELLED", "CANCELLED"]);
}

#[tokio::test]
async fn a_hold_is_confirmed_in_time_or_is_over() {
    let stage = Stage::new().await;
    let held = stage.post("/v1/holds", &home(), &stage.order(&[ASHA])).await;
    assert_eq!(held.outcome(), "201");
    assert_eq!(held.json()["appointments"][0]["status"], "HELD");
    assert_eq!(held.json()["appointments"][0]["hold_until"], "2026-11-21T06:30:00Z");
    let confirmed = stage.post("/v1/appointments/confirm", &home(), &own(&held)).await;
    assert_eq!(confirmed.outcome(), "200");
    assert_eq!(confirmed.json()["appointments"][0]["status"], "CONFIRMED");
    let twice = stage.post("/v1/appointments/confirm", &home(), &own(&held)).await;
    assert_eq!(twice.outcome(), "409 already-confirmed");

    let held = stage.post("/v1/holds", &home(), &stage.order(&[RAVI])).await;
    stage.host.advance(SignedDuration::from_mins(31));
    let late = stage.post("/v1/appointments/confirm", &home(), &own(&held)).await;
    assert_eq!(late.outcome(), "409 hold-expired");
}

#[tokio::test]
async fn a_repeated_key_gets_the_first_answer() {
    let stage = Stage::new().await;
    let send = async |people: &[u128]| {
        let call = Call::post("/v1/appointments").by(&home()).header("idempotency-key", "k1");
        call.json(&stage.order(people)).to(&stage.router).await
    };
    let first = send(&[ASHA]).await;
    stage.host.advance(SignedDuration::from_secs(5));
    assert_eq!(send(&[ASHA]).await.json(), first.json());
    assert_eq!(stage.free().await, 29);
    assert_eq!(send(&[ASHA, RAVI]).await.outcome(), "422 key-reused");
    let bad_key = Call::post("/v1/appointments").by(&home()).header("idempotency-key", "a key");
    assert_eq!(bad_key.json(&stage.order(&[RAVI])).to(&stage.router).await.outcome(), "400 invalid-idempotency-key");
}

#[tokio::test]
async fn a_repeated_key_gets_the_first_answer_after_its_appointment_ended() {
    let stage = Stage::new().await;
    let send = async |path: &str, key: &str, people: &[u128]| {
        let call = Call::post(path).by(&home()).header("idempotency-key", key);
        call.json(&stage.order(people)).to(&stage.router).await
    };
    for (path, key) in [("/v1/appointments", "k1"), ("/v1/holds", "k2")] {
        let first = send(path, key, &[ASHA, RAVI]).await;
        stage.post("/v1/appointments/cancel", &home(), &own(&first)).await;
        stage.host.advance(SignedDuration::from_mins(5));
        let again = send(path, key, &[ASHA, RAVI]).await;
        assert_eq!((again.outcome().as_str(), again.json()), ("201", first.json()));
        assert_eq!(send(path, key, &[RAVI]).await.outcome(), "422 key-reused");
        assert_eq!(stage.free().await, 30);
    }
}

#[tokio::test]
async fn who_changes_too_often_is_told_until_when_to_wait() {
    let stage = Stage::new().await;
    for _ in 0..10 {
        let booked = stage.book(&[ASHA]).await;
        stage.post("/v1/appointments/cancel", &home(), &own(&booked)).await;
    }
    let refused = stage.book(&[ASHA, RAVI]).await;
    assert_eq!(refused.outcome(), "409 too-many-changes");
    let told = refused.json();
    assert_eq!((&told["from"], &told["most"]), (&json!("2026-11-22T06:00:00Z"), &json!(10)));
    assert_eq!(told["beneficiary_id"], ids(&[ASHA])[0]);
    assert_eq!(stage.book(&[RAVI]).await.outcome(), "201");
}

#[tokio::test]
async fn after_the_cut_off_a_confirmed_appointment_is_kept() {
    let policy = Policy { cut_off: SignedDuration::from_hours(24), ..Policy::USUAL };
    let stage = Stage::under(policy, &[15]).await;
    let booked = stage.book(&[ASHA]).await;
    let held = stage.post("/v1/holds", &home(), &stage.order(&[RAVI])).await;
    let late = stage.post("/v1/appointments/cancel", &home(), &own(&booked)).await;
    assert_eq!(late.outcome(), "409 cut-off-passed");
    assert_eq!(late.json()["latest"], "2026-11-21T03:30:00Z");
    assert_eq!(late.json()["appointment_id"], booked.json()["appointments"][0]["appointment_id"]);
    assert_eq!(stage.post("/v1/appointments/cancel", &home(), &own(&held)).await.outcome(), "200");
    assert_eq!(stage.free().await, 14);
}

const RESCHEDULE: &str = "/v1/appointments/reschedule";

#[tokio::test]
async fn a_family_moves_to_another_session() {
    let stage = Stage::new().await;
    let other = stage.publish(Draft { date: read("2026-11-25"), ..Draft::new(2, &[2]) }).await;
    let booked = stage.book(&[ASHA, RAVI]).await;
    stage.host.advance(SignedDuration::from_mins(1));
    let moved = stage.post(RESCHEDULE, &home(), &moving(&booked, other)).await;
    assert_eq!((moved.outcome().as_str(), &moved.headers["cache-control"]), ("200", &"no-store".parse().unwrap()));
    let (old, new) = (&booked.json()["appointments"][1], &moved.json()["appointments"][1]);
    assert_eq!((&new["status"], &new["date"], &new["dose"]), (&json!("CONFIRMED"), &json!("2026-11-25"), &json!(1)));
    assert_eq!((&new["moved_from"], &new["moved_to"]), (&old["appointment_id"], &Value::Null));
    assert_eq!(stage.free().await, 30);
    let listed = Call::get("/v1/appointments").by(&home()).to(&stage.router).await.json();
    let listed = listed["appointments"].as_array().unwrap().clone();
    let statuses: Vec<&Value> = listed.iter().map(|each| &each["status"]).collect();
    assert_eq!(statuses, ["CONFIRMED", "CONFIRMED", "CANCELLED", "CANCELLED"]);
    let ended = listed.iter().find(|each| each["appointment_id"] == old["appointment_id"]).unwrap();
    assert_eq!(ended["moved_to"], new["appointment_id"]);
    assert_eq!(stage.post("/v1/appointments/cancel", &home(), &own(&moved)).await.outcome(), "200");
}

#[tokio::test]
async fn a_move_with_a_key_is_answered_again() {
    let stage = Stage::new().await;
    let other = stage.publish(Draft::new(2, &[2])).await;
    let held = stage.post("/v1/holds", &home(), &stage.order(&[ASHA])).await;
    let send = async |body: &Value| {
        Call::post(RESCHEDULE).by(&home()).header("idempotency-key", "m1").json(body).to(&stage.router).await
    };
    let moved = send(&moving(&held, other)).await;
    assert_eq!(moved.json()["appointments"][0]["hold_until"], "2026-11-21T06:30:00Z", "a hold keeps its last moment");
    stage.host.advance(SignedDuration::from_mins(5));
    assert_eq!(send(&moving(&held, other)).await.json(), moved.json());
    stage.post("/v1/appointments/cancel", &home(), &own(&moved)).await;
    assert_eq!(send(&moving(&held, other)).await.json(), moved.json());
    assert_eq!(send(&moving(&held, stage.session)).await.outcome(), "422 key-reused");
}

#[tokio::test]
async fn a_move_that_cannot_be_changes_nothing() {
    let policy = Policy { cut_off: SignedDuration::from_hours(12), ..Policy::USUAL };
    let stage = Stage::under(policy, &[15]).await;
    let (one, second) =
        (stage.publish(Draft::new(2, &[1])).await, Draft { doses: vec![Dose::SECOND], ..Draft::new(3, &[5]) });
    let second = stage.publish(second).await;
    let queued = Draft { opening: Opening { opens_at: None, queue: Queueing::On }, ..Draft::new(4, &[5]) };
    let queued = stage.publish(queued).await;
    let elders = stage.publish(Draft { ages: AgeBand::new(60, None).unwrap(), ..Draft::new(5, &[5]) }).await;
    let booked = stage.book(&[ASHA, RAVI]).await;
    let with = |field: &str, value: Value| {
        let mut body = moving(&booked, one);
        body[field] = value;
        body
    };
    let twice = json!([own(&booked)["appointments"][0], own(&booked)["appointments"][0]]);
    let rows = [
        (moving(&booked, stage.session), "409 same-slot"),
        (moving(&booked, one), "409 fewer-left"),
        (moving(&booked, second), "422 dose-not-offered"),
        (moving(&booked, queued), "409 queueing"),
        (moving(&booked, elders), "422 too-young"),
        (moving(&booked, session_id(99)), "404 no-such-session"),
        (with("slot", json!("11:00-13:00")), "404 no-such-slot"),
        (with("slot", json!("noon")), "422 invalid-body"),
        (with("dose", json!(1)), "422 invalid-body"),
        (with("appointments", json!([])), "422 invalid-body"),
        (with("appointments", twice), "422 invalid-body"),
        (own(&booked), "422 invalid-body"),
    ];
    for (body, outcome) in rows {
        assert_eq!(stage.post(RESCHEDULE, &home(), &body).await.outcome(), outcome, "{body}");
    }
    let foreign = stage.post(RESCHEDULE, &next_door(), &moving(&booked, one)).await;
    assert_eq!(foreign.outcome(), "404 no-such-appointment");
    stage.host.set(read("2026-11-21T15:30:00.001Z"));
    let late = stage.post(RESCHEDULE, &home(), &moving(&booked, one)).await;
    assert_eq!(
        (late.outcome().as_str(), &late.json()["latest"]),
        ("409 cut-off-passed", &json!("2026-11-21T15:30:00Z"))
    );
    assert_eq!(stage.free().await, 13);
    let listed = Call::get("/v1/appointments").by(&home()).to(&stage.router).await.json();
    assert_eq!(listed["appointments"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn refusals_name_what_would_help() {
    let stage = Stage::with(&[1]).await;
    let child = born(person(0xd, "home"), "2020-05-05");
    stage.store.add_beneficiary(&child, &phone(9_812_345_678)).await.unwrap();
    let too_young = stage.book(&[0xd]).await;
    assert_eq!(too_young.outcome(), "422 too-young");
    assert_eq!(too_young.json()["from"], "2038-05-05");
    let fewer = stage.book(&[ASHA, RAVI]).await;
    assert_eq!((fewer.outcome().as_str(), &fewer.json()["left"]), ("409 fewer-left", &json!(1)));
    let booked = stage.book(&[ASHA]).await;
    assert_eq!(stage.book(&[RAVI]).await.outcome(), "409 sold-out");
    let twice = stage.book(&[ASHA]).await;
    assert_eq!(twice.outcome(), "409 already-booked");
    assert_eq!(twice.json()["appointment_id"], booked.json()["appointments"][0]["appointment_id"]);
}

#[tokio::test]
async fn bodies_that_do_not_fit_are_refused_and_change_nothing() {
    let stage = Stage::new().await;
    let order = |change: (&str, Value)| {
        let mut body = stage.order(&[ASHA]);
        body[change.0] = change.1;
        body
    };
    let missing = json!({ "slot": "09:00-11:00", "dose": 1, "beneficiaries": ids(&[ASHA]) });
    let cases = [
        (missing, "422 invalid-body", "/session_id"),
        (order(("session_id", json!("363"))), "422 invalid-body", "/session_id"),
        (order(("session_id", json!(session_id(99)))), "404 no-such-session", ""),
        (order(("slot", json!("11:00-09:00"))), "422 invalid-body", "/slot"),
        (order(("slot", json!("10:00-11:00"))), "404 no-such-slot", ""),
        (order(("dose", json!(0))), "422 invalid-body", "/dose"),
        (order(("dose", json!("1"))), "422 invalid-body", "/dose"),
        (order(("dose", json!(2))), "422 dose-not-offered", ""),
        (order(("beneficiaries", json!([]))), "422 invalid-body", "/beneficiaries"),
        (order(("beneficiaries", json!(ids(&[ASHA, ASHA])))), "422 invalid-body", "/beneficiaries"),
        (order(("beneficiaries", json!(ids(&[1, 2, 3, 4, 5])))), "422 invalid-body", "/beneficiaries"),
        (order(("beneficiaries", json!(["x"]))), "422 invalid-body", "/beneficiaries/0"),
        (order(("center_id", json!(7))), "422 invalid-body", "/center_id"),
    ];
    for path in ["/v1/appointments", "/v1/holds"] {
        for (body, outcome, pointer) in &cases {
            let answer = stage.post(path, &home(), body).await;
            assert_eq!(answer.outcome(), *outcome, "{body}");
            assert_eq!(answer.json().get("pointer").and_then(Value::as_str).unwrap_or_default(), *pointer, "{body}");
        }
    }
    assert_eq!(stage.free().await, 30);
}

#[tokio::test]
async fn changes_name_each_person_once() {
    let stage = Stage::new().await;
    let booked = own(&stage.book(&[ASHA]).await);
    let one = &booked["appointments"][0];
    for path in ["/v1/appointments/confirm", "/v1/appointments/cancel"] {
        for body in [json!({ "appointments": [] }), json!({ "appointments": [one, one] })] {
            let answer = stage.post(path, &home(), &body).await;
            assert_eq!(
                (answer.outcome().as_str(), &answer.json()["pointer"]),
                ("422 invalid-body", &json!("/appointments"))
            );
        }
        assert_eq!(stage.post(path, &home(), &json!({})).await.outcome(), "422 invalid-body");
    }
}

#[tokio::test]
async fn what_is_anothers_looks_absent() {
    let stage = Stage::new().await;
    let theirs = stage.book(&[MINA]).await;
    let nobodys = stage.book(&[0xff]).await;
    assert_eq!(theirs.outcome(), "404 no-such-beneficiary");
    let masked = |answer: &Answer, number: u128| answer.text().replace(&ids(&[number])[0], "ID");
    assert_eq!(masked(&theirs, MINA), masked(&nobodys, 0xff));

    let booked = stage.book(&[ASHA]).await;
    let own = own(&booked);
    for path in ["/v1/appointments/confirm", "/v1/appointments/cancel"] {
        let foreign = stage.post(path, &next_door(), &own).await;
        assert_eq!(foreign.outcome(), "404 no-such-appointment");
        let mut absent = own.clone();
        absent["appointments"][0]["beneficiary_id"] = json!(ids(&[0xff])[0]);
        let absent = stage.post(path, &home(), &absent).await;
        assert_eq!(masked(&foreign, ASHA), masked(&absent, 0xff));
    }
    let appointment = &own["appointments"][0]["appointment_id"].as_str().unwrap();
    let shown = async |caller: &Caller, number: u128| {
        let path = format!("/v1/appointments/{}/{appointment}", ids(&[number])[0]);
        masked(&Call::get(&path).by(caller).to(&stage.router).await, number)
    };
    assert_eq!(shown(&next_door(), ASHA).await, shown(&home(), 0xff).await);
    let listed = Call::get("/v1/appointments").by(&next_door()).to(&stage.router).await;
    assert_eq!(listed.json(), json!({ "appointments": [] }));
}

#[tokio::test]
async fn only_citizens_come_in_and_before_anything_is_read() {
    let stage = Stage::new().await;
    let paths = ["/v1/appointments", "/v1/holds", "/v1/appointments/confirm", "/v1/appointments/cancel", RESCHEDULE];
    let one = format!("/v1/appointments/{}/{}", ids(&[ASHA])[0], ids(&[ASHA])[0]);
    let mut calls: Vec<_> = paths.iter().map(|path| (true, *path)).collect();
    calls.extend([(false, "/v1/appointments"), (false, one.as_str())]);
    let staff = [
        Caller::Operator { centers: [].into() },
        Caller::Admin { region: Region::Country },
        Caller::Analyst { region: Region::Country },
    ];
    for (posts, path) in calls {
        let call = || if posts { Call::post(path).json(&json!("nonsense")) } else { Call::get(path) };
        assert_eq!(call().to(&stage.router).await.outcome(), "401 unauthorized", "{path}");
        for caller in &staff {
            assert_eq!(call().by(caller).to(&stage.router).await.outcome(), "403 forbidden", "{path}");
        }
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_problems() {
    let stage = Stage::new().await;
    assert_eq!(Call::get("/v1/appointments/x").by(&home()).to(&stage.router).await.outcome(), "404 no-such-route");
    let wrong = Call::get("/v1/holds").by(&home()).to(&stage.router).await;
    assert_eq!(
        (wrong.outcome().as_str(), &wrong.headers["allow"]),
        ("405 method-not-allowed", &"POST".parse().unwrap())
    );
    let bad_id = Call::get("/v1/appointments/x/y").by(&home()).to(&stage.router).await;
    assert_eq!(
        (bad_id.outcome().as_str(), &bad_id.json()["parameter"]),
        ("400 invalid-parameter", &json!("beneficiary_id"))
    );
}

#[test]
fn every_operation_is_described() {
    let document = vaxslot_api::openapi::document(vec![vaxslot_reserve::openapi()]).unwrap();
    let paths: Vec<&String> = document.paths.paths.keys().collect();
    assert_eq!(paths.len(), 7, "{paths:?}");
}

#[tokio::test]
async fn a_queued_booking_gets_a_ticket_that_tells_what_becomes_of_it() {
    let stage = Stage::with(&[1]).await;
    stage.open(Queueing::On).await;
    let queued = stage.book(&[ASHA]).await;
    assert_eq!((queued.status, &queued.json()["status"]), (202, &json!("PENDING")));
    assert!(queued.headers.contains_key("retry-after"));
    assert_eq!(stage.free().await, 1, "nothing is booked yet");
    let pending = stage.ticket(&home(), &queued).await;
    assert_eq!(
        (pending.status, &pending.json()["status"], &pending.json()["ahead"]),
        (200, &json!("PENDING"), &json!(0))
    );
    assert!(pending.headers.contains_key("retry-after"));
    assert_eq!(stage.ticket(&next_door(), &queued).await.status, 404, "it is nobody else's");
    let late = stage.post("/v1/holds", &next_door(), &stage.order(&[MINA])).await;
    assert_eq!(late.status, 202);
    stage.work().await;
    let confirmed = stage.ticket(&home(), &queued).await.json();
    assert_eq!((&confirmed["status"], &confirmed["problem"]), (&json!("CONFIRMED"), &json!(null)));
    assert_eq!(confirmed["appointments"][0]["status"], "CONFIRMED");
    let refused = stage.ticket(&next_door(), &late).await;
    assert!(!refused.headers.contains_key("retry-after"), "it has ended");
    assert_eq!(refused.json()["status"], "REFUSED");
    assert_eq!(refused.json()["problem"]["type"], "urn:vaxslot:problem:sold-out");
    let mut cancel = json!({"appointments": []});
    let made = &confirmed["appointments"][0];
    cancel["appointments"] =
        json!([{"beneficiary_id": made["beneficiary_id"], "appointment_id": made["appointment_id"]}]);
    assert_eq!(stage.post("/v1/appointments/cancel", &home(), &cancel).await.status, 200);
    let after = stage.ticket(&home(), &queued).await.json();
    assert_eq!(after["status"], "CONFIRMED", "a ticket ends once");
    assert_eq!(after["appointments"][0]["status"], "CANCELLED");
}

#[tokio::test]
async fn whoever_waits_is_told_to_look_again_when_their_turn_may_have_come() {
    let stage = Stage::new().await;
    stage.open(Queueing::On).await;
    let seconds = |answer: &Answer| answer.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap();
    let first = stage.book(&[ASHA]).await;
    assert!((1..=2).contains(&seconds(&first)), "{}", seconds(&first));
    for _ in 0..2_000 {
        stage.queue.send_nonsense("others");
    }
    stage.host.advance(SignedDuration::from_secs(1));
    let late = stage.book(&[RAVI]).await;
    assert!((10..=16).contains(&seconds(&late)), "{}", seconds(&late));
    let again = stage.ticket(&home(), &late).await;
    assert_eq!(seconds(&again), seconds(&late), "the same place, the same ticket");
    assert!(seconds(&stage.ticket(&home(), &first).await) <= 2, "those who came later are behind");
}

#[tokio::test]
async fn a_queued_hold_is_held_and_a_dead_letter_fails() {
    let stage = Stage::with(&[5]).await;
    stage.open(Queueing::On).await;
    let hold = stage.post("/v1/holds", &home(), &stage.order(&[ASHA, RAVI])).await;
    stage.work().await;
    let ticket = stage.ticket(&home(), &hold).await.json();
    assert_eq!((&ticket["status"], &ticket["appointments"][1]["status"]), (&json!("HELD"), &json!("HELD")));
    let dead = stage.post("/v1/appointments", &next_door(), &stage.order(&[MINA])).await;
    let again = Closer::new(stage.store.clone(), stage.host.clone()).take(stage.queue.receive(10)).await;
    assert_eq!(again, [] as [String; 0]);
    let failed = stage.ticket(&next_door(), &dead).await.json();
    assert_eq!((&failed["status"], &failed["problem"]), (&json!("FAILED"), &json!(null)));
}

#[tokio::test]
async fn what_is_no_ticket_is_not_found() {
    let stage = Stage::new().await;
    for word in ["x", "AAAA", "%F0%9F%92%89", &"A".repeat(300)] {
        let answer = Call::get(&format!("/v1/tickets/{word}")).by(&home()).to(&stage.router).await;
        assert_eq!(
            (answer.status, &answer.json()["type"]),
            (404, &json!("urn:vaxslot:problem:no-such-ticket")),
            "{word}"
        );
    }
    assert_eq!(Call::get("/v1/tickets/x").to(&stage.router).await.status, 401);
}

async fn change(stage: &Stage, what: &str, key: &str, body: &Value) -> Answer {
    let call = Call::post(&format!("/v1/appointments/{what}")).by(&home()).header("idempotency-key", key);
    call.json(body).to(&stage.router).await
}

#[tokio::test]
async fn repeated_changes_are_told_their_first_answer() {
    let stage = Stage::new().await;
    let held = stage.post("/v1/holds", &home(), &stage.order(&[ASHA])).await;
    let confirmed = change(&stage, "confirm", "k", &own(&held)).await;
    assert_eq!(confirmed.outcome(), "200", "{}", confirmed.text());
    let cancelled = change(&stage, "cancel", "k", &own(&held)).await;
    assert_eq!(cancelled.outcome(), "200", "a key counts for one operation");
    assert_eq!(change(&stage, "confirm", "k", &own(&held)).await.text(), confirmed.text());
    assert_eq!(change(&stage, "cancel", "k", &own(&held)).await.text(), cancelled.text());
    assert_eq!(change(&stage, "cancel", "l", &own(&held)).await.outcome(), "404 no-such-appointment");
    let other = stage.book(&[RAVI]).await;
    assert_eq!(change(&stage, "cancel", "k", &own(&other)).await.outcome(), "422 key-reused");
    let theirs = stage.post("/v1/appointments", &next_door(), &stage.order(&[MINA])).await;
    let call = Call::post("/v1/appointments/cancel").by(&next_door()).header("idempotency-key", "k");
    assert_eq!(call.json(&own(&theirs)).to(&stage.router).await.outcome(), "200", "a key counts for one account");
}

#[tokio::test]
async fn wherever_the_process_dies_a_repeated_cancellation_is_carried_out_once() {
    for calls in 0.. {
        let stage = Stage::new().await;
        let body = own(&stage.book(&[ASHA, RAVI]).await);
        stage.store.stop_after(calls);
        let (router, sent) = (stage.router.clone(), body.clone());
        let dying = tokio::spawn(async move {
            let call = Call::post("/v1/appointments/cancel").by(&home()).header("idempotency-key", "k");
            call.json(&sent).to(&router).await
        });
        let first = dying.await;
        stage.store.go_on();
        stage.host.advance(SignedDuration::from_mins(1));
        let again = change(&stage, "cancel", "k", &body).await;
        assert_eq!((again.outcome().as_str(), stage.free().await), ("200", 30), "after {calls} calls");
        assert_eq!(again.json()["appointments"][1]["status"], "CANCELLED");
        if let Ok(first) = first {
            assert_eq!(first.text(), again.text());
            return;
        }
    }
}

#[tokio::test]
async fn who_sends_too_much_has_to_wait_and_nobody_else() {
    let rates = Rates { looks: Rate { account: 20, address: 1_000 }, ..Rates::USUAL };
    let stage = Stage::limited(rates).await;
    let list = async |caller: &Caller| Call::get("/v1/appointments").by(caller).to(&stage.router).await;
    for _ in 0..20 + 10 {
        assert_eq!(list(&home()).await.status, 200);
    }
    let refused = list(&home()).await;
    assert_eq!(
        (refused.outcome().as_str(), &refused.headers["retry-after"]),
        ("429 too-many-requests", &"3".parse().unwrap())
    );
    assert_eq!(list(&next_door()).await.status, 200);
    assert_eq!(stage.book(&[ASHA]).await.status, 201, "bookings are counted apart");
    stage.host.advance(SignedDuration::from_secs(3));
    assert_eq!(list(&home()).await.status, 200);
}

#[tokio::test]
async fn what_is_refused_for_being_too_much_is_not_even_read() {
    let stage = Stage::limited(Rates { changes: Rate { account: 1, address: 1_000 }, ..Rates::USUAL }).await;
    let ways = [
        "/v1/appointments",
        "/v1/holds",
        "/v1/appointments/confirm",
        "/v1/appointments/cancel",
        "/v1/appointments/reschedule",
    ];
    for way in [ways[0], ways[1]] {
        assert_eq!(stage.post(way, &home(), &json!({})).await.outcome(), "422 invalid-body", "bad requests count, too");
    }
    for way in ways {
        assert_eq!(stage.post(way, &home(), &stage.order(&[ASHA])).await.outcome(), "429 too-many-requests", "{way}");
        assert_eq!(stage.post(way, &home(), &json!({})).await.outcome(), "429 too-many-requests", "{way}");
    }
    assert_eq!(stage.free().await, 30);
}

#[tokio::test]
async fn no_forged_token_gets_in_or_changes_anything() {
    let stage = Stage::new().await;
    let good = issuer::token(&home());
    let forgeries = issuer::forgeries(&good, stage.host.now());
    assert!(forgeries.len() >= 40, "there are only {}", forgeries.len());
    let send =
        async |call: Call, authorization: &str| call.header("authorization", authorization).to(&stage.router).await;
    let book = || Call::post("/v1/appointments").json(&stage.order(&[ASHA]));
    for (name, token) in &forgeries {
        let bearer = format!("Bearer {token}");
        assert_eq!(send(Call::get("/v1/appointments"), &bearer).await.outcome(), "401 unauthorized", "{name}");
        assert_eq!(send(book(), &bearer).await.outcome(), "401 unauthorized", "{name}");
    }
    for header in
        ["", "Bearer", "Bearer ", &good, &format!("Basic {good}"), &format!("Bearer\t{good}"), &format!("JWT {good}")]
    {
        assert_eq!(send(book(), header).await.outcome(), "401 unauthorized", "{header}");
    }
    let bearer = format!("Bearer {good}");
    let twice = book().header("authorization", &bearer);
    assert_eq!(send(twice, &bearer).await.outcome(), "401 unauthorized", "two headers");
    assert_eq!(stage.free().await, 30);
    assert_eq!(send(book(), &bearer).await.status, 201, "the good one gets in");
}
