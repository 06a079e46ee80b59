use std::sync::Arc;

use axum::Router;
use serde_json::{Value, json};
use vaxslot_admin::{Admin, router};
use vaxslot_app::{
    once::Once,
    ports::{Centers, Host, Places, Sessions, Signs},
    reception::Reception,
    staff::Staff,
};
use vaxslot_domain::{
    access::{Caller, Region},
    center::Center,
    place::District,
    session::{Session, Shard},
};
use vaxslot_testkit::{
    MemoryStore, TestHost,
    client::{Answer, Call},
    issuer,
    make::{center, center_id, district, pune, read},
};

/// Center 13274 of Pune, and center 500 of a district in another state; the operator runs the first.
pub struct Stage {
    pub store: Arc<MemoryStore>,
    pub host: Arc<TestHost>,
    pub router: Router,
}

pub const OWN: u32 = 13_274;
pub const FOREIGN: u32 = 500;
pub const ABSENT: u32 = 999;

impl Stage {
    pub async fn new() -> Self {
        let store = Arc::new(MemoryStore::new());
        let clock = Arc::new(TestHost::at(read("2026-11-21T06:00:00Z")));
        let host: Arc<dyn Host> = clock.clone();
        store.save_districts(&[pune(), delhi()]).await.unwrap();
        store.add_center(&center(OWN)).await.unwrap();
        store.add_center(&Center { district: delhi(), ..center(FOREIGN) }).await.unwrap();
        let shared: Arc<dyn Signs> = store.clone();
        let reception = Reception::new(store.clone(), host.clone());
        let staff = Staff::new(shared, host.clone(), 25);
        let once = Once::new(store.clone(), host.clone());
        let router = router(Admin { staff, reception, once, gate: issuer::gate(host), sealer: issuer::sealer() });
        Self { store, host: clock, router }
    }

    pub async fn post(&self, path: &str, caller: &Caller, body: &Value) -> Answer {
        Call::post(path).by(caller).json(body).to(&self.router).await
    }

    pub async fn import(&self, kind: &str, caller: &Caller, file: &str) -> Answer {
        Call::post(&format!("/v1/admin/import/{kind}")).by(caller).csv(file).to(&self.router).await
    }

    pub async fn center(&self, id: u32) -> Option<Center> {
        self.store.center(center_id(id)).await.unwrap()
    }

    /// The session that an answer shows, as it is stored.
    pub async fn session(&self, answer: &Answer) -> Session {
        let id = read(answer.json()["session_id"].as_str().unwrap());
        self.store.session(id).await.unwrap().unwrap()
    }

    pub async fn shards(&self, session: &Session) -> Vec<Shard> {
        let keys: Vec<_> = session.shard_keys().collect();
        self.store.shards(&keys).await.unwrap()
    }

    /// All sessions of a center from the stage's day on.
    pub async fn sessions_of(&self, id: u32) -> Vec<Session> {
        let today = read("2026-11-21");
        self.store.sessions_from(center_id(id), today, None, 1000).await.unwrap().sessions
    }
}

pub fn delhi() -> District {
    district(141, 9)
}

pub fn operator() -> Caller {
    Caller::Operator { centers: [center_id(OWN)].into() }
}

pub fn admin() -> Caller {
    Caller::Admin { region: Region::Country }
}

/// The administrator of Pune alone.
pub fn admin_of_pune() -> Caller {
    Caller::Admin { region: Region::District(pune().id) }
}

/// A session that fits center 13274.
pub fn schedule() -> Value {
    json!({
        "date": "2026-11-23",
        "vaccine": "COVISHIELD",
        "min_age": 18,
        "max_age": 44,
        "slots": [
            { "slot": "11:00-13:00", "capacity": { "1": 60, "2": 10 } },
            { "slot": "09:00-11:00", "capacity": { "1": 60, "2": 10 } },
        ],
    })
}

/// The same document with some members replaced, or taken away by null.
pub fn with(mut document: Value, changes: &[(&str, Value)]) -> Value {
    for (name, value) in changes {
        if value.is_null() {
            document.as_object_mut().unwrap().remove(*name);
        } else {
            document[*name] = value.clone();
        }
    }
    document
}

/// The rows of a `bad-rows` problem, as line and column.
pub fn bad_rows(answer: &Answer) -> Vec<(u64, String)> {
    assert_eq!(answer.outcome(), "422 bad-rows", "{}", answer.text());
    notes(&answer.json()["rows"])
}

pub fn notes(list: &Value) -> Vec<(u64, String)> {
    let note = |note: &Value| (note["line"].as_u64().unwrap(), note["column"].as_str().unwrap_or("-").to_owned());
    list.as_array().unwrap().iter().map(note).collect()
}
