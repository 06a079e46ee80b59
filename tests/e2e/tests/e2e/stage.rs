//! What a test stands on: a running stack, tokens, and a center, session and people of its own.

use std::{env, path::PathBuf};

use jiff::Timestamp;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use vaxslot::{clock, stack::Stack, token::Signer};
use vaxslot_domain::{
    Date,
    access::{Caller, Region},
    person::Phone,
};

use crate::{
    request::{Answer, Request, post},
    rows,
};

/// A district of the seed.
pub const DISTRICT: u32 = 363;

/// Tests share the stack, but one that looks at the whole table must have it to itself.
static TABLE: RwLock<()> = RwLock::const_new(());

/// A running stack with a center and a session to play with.
pub struct Stage {
    _share: Share,
    pub api: String,
    pub stack: Stack,
    pub client: Client,
    pub signer: Signer,
    pub today: Date,
    pub admin: String,
    pub operator: String,
    pub citizen: String,
    pub analyst: String,
    pub center: u64,
    /// Tomorrow, one slot 09:00-11:00 of two units for dose 1, ages 18 to 44.
    pub session: String,
    /// Of the citizen, born 1990.
    pub person: String,
}

/// A test's hold on the table.
enum Share {
    Common { _guard: RwLockReadGuard<'static, ()> },
    Alone { _guard: RwLockWriteGuard<'static, ()> },
}

impl Stage {
    pub async fn set() -> Self {
        Self::with(Share::Common { _guard: TABLE.read().await }).await
    }

    /// A stage while no other test writes.
    pub async fn alone() -> Self {
        Self::with(Share::Alone { _guard: TABLE.write().await }).await
    }

    async fn with(share: Share) -> Self {
        let stack = load();
        let signer = stack.signer().expect("the stack's keys");
        let api = stack.api_url().expect("the stack's address").to_owned();
        let number = clock::random() % 1_000_000_000;
        let staff = |caller: &Caller| sign(&signer, caller, "staff");
        let admin = staff(&Caller::Admin { region: Region::Country });
        let analyst = staff(&Caller::Analyst { region: Region::Country });
        let (citizen, _) = citizen(&signer, number);
        let client = client();
        let center = json!({
            "name": "Test Center", "address": "1 Test Road", "district_id": DISTRICT, "pincode": 411_027,
            "opens": "09:00", "closes": "18:00", "fee_type": "Free",
        });
        let made = post("/v1/admin/centers").by(&admin).json(&center).send(&client, &api).await.expect(201);
        let center = made.json["center_id"].as_u64().expect("a center_id");
        let id = u32::try_from(center).ok().and_then(|id| id.try_into().ok()).expect("a center's id");
        let operator = staff(&Caller::Operator { centers: [id].into() });
        let mut stage = Self {
            _share: share,
            today: clock::today(),
            session: String::new(),
            person: String::new(),
            api,
            stack,
            client,
            signer,
            admin,
            operator,
            citizen,
            analyst,
            center,
        };
        let session = stage.schedule();
        let path = format!("/v1/admin/centers/{center}/sessions");
        let made = stage.send(&post(path).by(&stage.operator).json(&session)).await.expect(201);
        stage.session = text(&made.json["session_id"]);
        stage.person = stage.register(&stage.citizen, "1990").await;
        stage
    }

    /// A session that can be published.
    pub fn schedule(&self) -> Value {
        json!({
            "date": self.tomorrow().to_string(), "vaccine": "COVISHIELD", "min_age": 18, "max_age": 44, "fee": 0,
            "slots": [{"slot": "09:00-11:00", "capacity": {"1": 2}}],
        })
    }

    pub fn tomorrow(&self) -> Date {
        self.today.tomorrow().expect("a day after today")
    }

    pub async fn register(&self, citizen: &str, birth: &str) -> String {
        let body = json!({"name": "Test Person", "birth": birth});
        let made = self.send(&post("/v1/beneficiaries").by(citizen).json(&body)).await.expect(201);
        text(&made.json["beneficiary_id"])
    }

    /// A citizen nobody has seen before.
    pub fn stranger(&self) -> String {
        self.reachable_stranger().0
    }

    /// The same, and the phone that messages go to.
    pub fn reachable_stranger(&self) -> (String, Phone) {
        citizen(&self.signer, clock::random() % 1_000_000_000)
    }

    /// A booking that would succeed.
    pub fn order(&self) -> Value {
        json!({"session_id": self.session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": [self.person]})
    }

    /// Cancels, as the stage's citizen, the appointments of an answer.
    pub async fn cancel(&self, made: &Answer) {
        self.send(&post("/v1/appointments/cancel").by(&self.citizen).json(&own(made))).await.expect(200);
    }

    /// Has a job of the schedule done now. Returns its report.
    pub async fn run_job(&self, job: &str) -> Value {
        let path = "/2015-03-31/functions/vaxslot-sweeper/invocations";
        let url = format!("{}{path}", rows::endpoint(&self.stack));
        let call = self.client.post(url).header("authorization", rows::signed("lambda"));
        let call = call.body(json!({ "job": job }).to_string());
        let report = call.send().await.expect("an answer").text().await.expect("a text");
        serde_json::from_str(&report).unwrap_or_else(|error| panic!("{job}: {error}: {report}"))
    }

    pub async fn send(&self, request: &Request) -> Answer {
        request.send(&self.client, &self.api).await
    }
}

/// The body that names the appointments of an answer.
pub fn own(made: &Answer) -> Value {
    let made = made.json["appointments"].as_array().expect("appointments").iter();
    let both = |one: &Value| json!({"beneficiary_id": one["beneficiary_id"], "appointment_id": one["appointment_id"]});
    json!({ "appointments": made.map(both).collect::<Vec<_>>() })
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text was expected, not {value}")).to_owned()
}

pub fn sign(signer: &Signer, caller: &Caller, subject: &str) -> String {
    signer.sign(caller, subject, now(), 1).expect("a token")
}

pub fn now() -> Timestamp {
    clock::now()
}

fn citizen(signer: &Signer, number: u64) -> (String, Phone) {
    let account = format!("citizen-{number}").parse().expect("an account");
    let phone: Phone = format!("+91{:010}", 7_000_000_000 + number).parse().expect("a phone");
    (sign(signer, &Caller::Citizen { account, phone: Some(phone.clone()) }, "citizen"), phone)
}

fn client() -> Client {
    Client::builder().tls_certs_only([]).no_proxy().build().expect("a client")
}

fn load() -> Stack {
    let file = env::var_os("VAXSLOT_STACK")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.local/stack.json"), PathBuf::from);
    Stack::load(&file).unwrap_or_else(|error| panic!("{error}: run `make run DETACH=1` or `make test`"))
}
