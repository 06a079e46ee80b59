//! Two families, a session, and the routes over the store in memory.

use std::sync::Arc;

use axum::Router;
use serde_json::{Value, json};
use vaxslot_api::limit::Rates;
use vaxslot_app::{
    booker::Booker,
    booking::Booking,
    once::Once,
    ports::{Added, Host, People, Sessions, Store},
    tickets::Desk,
};
use vaxslot_domain::{
    access::{Caller, Region, Scope},
    booking::Policy,
    id::SessionId,
    opening::{Opening, Queueing},
    person::Beneficiary,
};
use vaxslot_reserve::{Reserve, router};
use vaxslot_testkit::{
    MemoryQueue, MemoryStore, TestHost,
    client::{Answer, Call},
    issuer,
    make::{Draft, account, adult, phone, read},
};

pub const ASHA: u128 = 0xa;
pub const RAVI: u128 = 0xb;
pub const MINA: u128 = 0xc;

pub const RESCHEDULE: &str = "/v1/appointments/reschedule";

/// A session for 30 first doses tomorrow, two people of one account, and a third of another.
pub struct Stage {
    pub store: Arc<MemoryStore>,
    pub host: Arc<TestHost>,
    pub queue: Arc<MemoryQueue>,
    pub router: Router,
    pub session: SessionId,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(&[15, 15]).await
    }

    pub async fn with(shards: &[u32]) -> Self {
        Self::under(Policy::USUAL, shards).await
    }

    pub async fn under(policy: Policy, shards: &[u32]) -> Self {
        Self::made(policy, shards, None).await
    }

    /// One whose sandbox counts how often each comes.
    pub async fn limited(rates: Rates) -> Self {
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
    pub async fn open(&self, queue: Queueing) {
        let opening = Opening { opens_at: None, queue };
        self.store.set_opening(self.session, &Scope::Region(Region::Country), opening, self.host.now()).await.unwrap();
    }

    /// Works off the queue.
    pub async fn work(&self) {
        let booker = Booker::new(Booking::new(self.store.clone(), self.host.clone(), Policy::USUAL));
        while !self.queue.is_empty() {
            let batch = self.queue.receive(10);
            let again = booker.take(batch.clone()).await;
            assert_eq!(again, [] as [String; 0]);
            self.queue.settle(&batch, &again);
        }
    }

    pub async fn ticket(&self, caller: &Caller, queued: &Answer) -> Answer {
        Call::get(queued.headers["location"].to_str().unwrap()).by(caller).to(&self.router).await
    }

    pub async fn post(&self, path: &str, caller: &Caller, body: &Value) -> Answer {
        Call::post(path).by(caller).json(body).to(&self.router).await
    }

    pub async fn book(&self, people: &[u128]) -> Answer {
        self.post("/v1/appointments", &home(), &self.order(people)).await
    }

    pub fn order(&self, people: &[u128]) -> Value {
        json!({ "session_id": self.session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": ids(people) })
    }

    /// Publishes another session with one shard of so many units.
    pub async fn publish(&self, draft: Draft) -> SessionId {
        let published = draft.made();
        self.store.publish(&published.session, &published.shards).await.unwrap();
        published.session.id
    }

    pub async fn free(&self) -> u32 {
        let session = self.store.session(self.session).await.unwrap().unwrap();
        let keys: Vec<_> = session.shard_keys().collect();
        self.store.shards(&keys).await.unwrap().iter().map(|shard| shard.free).sum()
    }
}

pub fn person(number: u128, of: &str) -> Beneficiary {
    adult(number, &account(of))
}

pub fn ids(people: &[u128]) -> Vec<String> {
    people.iter().map(|number| person(*number, "home").id.to_string()).collect()
}

pub fn home() -> Caller {
    Caller::Citizen { account: account("home"), phone: None }
}

pub fn next_door() -> Caller {
    Caller::Citizen { account: account("next-door"), phone: None }
}

/// The body that moves the appointments of an answer to a session's only slot.
pub fn moving(answer: &Answer, session: SessionId) -> Value {
    let mut body = own(answer);
    body["session_id"] = json!(session);
    body["slot"] = json!("09:00-11:00");
    body
}

/// The body that names the appointments of an answer.
pub fn own(answer: &Answer) -> Value {
    let both =
        |each: &Value| json!({ "beneficiary_id": each["beneficiary_id"], "appointment_id": each["appointment_id"] });
    json!({ "appointments": answer.json()["appointments"].as_array().unwrap().iter().map(both).collect::<Vec<_>>() })
}
