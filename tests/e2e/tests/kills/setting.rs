//! A table on DynamoDB Local with sessions and people in it, and what functions find in their environment.

use std::{collections::HashMap, env, fs, path::PathBuf};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::{
    Client,
    config::Credentials,
    types::{StreamSpecification, StreamViewType},
};
use vaxslot::{clock, stack::Stack, token::Signer};
use vaxslot_app::ports::{Added, People, Sessions};
use vaxslot_aws::DynamoStore;
use vaxslot_checker::Row;
use vaxslot_domain::{
    access::Caller,
    id::{AccountId, BeneficiaryId},
    opening::{Opening, Queueing},
    session::Session,
};
use vaxslot_simulation::rows::plain;
use vaxslot_testkit::{
    make::{Draft, account, adult, phone},
    table,
    wire::Wire,
};

use crate::{chance::Chance, queue::Queues};

const ACCOUNTS: usize = 70;
/// Sessions, each with its shards, and whether it is queued for.
const SESSIONS: [([u32; 4], Queueing); 5] = [
    ([4; 4], Queueing::Off),
    ([4; 4], Queueing::Off),
    ([1, 2, 3, 4], Queueing::On),
    ([5; 4], Queueing::On),
    ([2, 9, 4, 3], Queueing::On),
];

/// An account's people, and a token for its owner.
#[derive(Clone)]
pub struct Household {
    pub account: AccountId,
    pub people: Vec<BeneficiaryId>,
    pub token: String,
}

pub struct Setting {
    client: Client,
    table: String,
    /// Of the table's stream.
    pub stream: String,
    pub sessions: Vec<Session>,
    pub households: Vec<Household>,
}

impl Setting {
    /// Makes the table, and everything in it.
    pub async fn new(engine: &str, signer: &Signer, chance: &Chance) -> Self {
        let (client, table) = table::create(engine, &Wire::new()).await.expect("a table on DynamoDB Local");
        let stream = begin_stream(&client, &table).await;
        let store = DynamoStore::new(client.clone(), &table);
        let mut sessions = Vec::new();
        for (number, (shards, queue)) in (1..).zip(SESSIONS) {
            let date = clock::today().tomorrow().expect("a day after today");
            let opening = Opening { opens_at: None, queue };
            let published = Draft { date, opening, ..Draft::new(number, &shards) }.made();
            store.publish(&published.session, &published.shards).await.expect("a session");
            sessions.push(published.session);
        }
        let mut households = Vec::new();
        for number in 0..ACCOUNTS {
            let account = account(&format!("account-{number}"));
            let first = u128::try_from(number * 10 + 1).unwrap_or_default();
            let count = u128::try_from(1 + chance.below(3)).unwrap_or_default();
            let mut people = Vec::new();
            for person in (first..first + count).map(|id| adult(id, &account)) {
                let added = store.add_beneficiary(&person, &phone(9_800_000_000 + number as u64)).await;
                assert_eq!(added.expect("an answer"), Added::Done);
                people.push(person.id);
            }
            let caller = Caller::Citizen { account: account.clone(), phone: None };
            let token = signer.sign(&caller, "kills", clock::now(), 1).expect("a token");
            households.push(Household { account, people, token });
        }
        Self { client, table, stream, sessions, households }
    }

    /// What a function finds in its environment.
    pub fn variables(&self, stack: &Stack, line: &str, queues: &Queues) -> HashMap<&'static str, String> {
        let set = fs::read_to_string(vaxslot::keys::set_file(&stack.keys())).expect("the stack's public keys");
        let text = |text: &str| text.to_owned();
        HashMap::from([
            ("AWS_LAMBDA_FUNCTION_VERSION", text("1")),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", text("256")),
            ("AWS_ACCESS_KEY_ID", text("test")),
            ("AWS_SECRET_ACCESS_KEY", text("test")),
            ("AWS_REGION", text("us-east-1")),
            ("AWS_ENDPOINT_URL", text(line)),
            ("TABLE_NAME", self.table.clone()),
            ("RESERVATIONS_QUEUE_URL", queues.reservations.clone()),
            ("NOTIFICATIONS_QUEUE_URL", queues.notifications.clone()),
            ("EVENTS_TOPIC_ARN", queues.events.clone()),
            ("AVAILABILITY_TOPIC_ARN", queues.availability.clone()),
            // Of channels that nobody has chosen here.
            ("CHANNEL_TOPIC_ARN", queues.availability.clone()),
            ("CHANGES_PER_DAY", text("20")),
            ("TOKEN_ISSUER", text(ISSUER)),
            ("TOKEN_AUDIENCE", text(AUDIENCE)),
            ("TOKEN_JWKS", set),
            ("LABEL_KEY", text("a key of labels for functions that are killed")),
            // Whoever is not answered asks again, and is to be answered.
            ("BOOKINGS_PER_ACCOUNT", text("60000")),
            ("LOOKS_PER_ACCOUNT", text("60000")),
            ("RUST_LOG", text("error")),
        ])
    }

    /// The whole table.
    pub async fn rows(&self) -> Vec<Row> {
        let scan = self.client.scan().table_name(&self.table).consistent_read(true);
        let mut pages = scan.into_paginator().items().send();
        let mut rows: Vec<Row> = Vec::new();
        while let Some(item) = pages.next().await {
            rows.push(plain(&item.expect("a row")));
        }
        rows
    }
}

/// Has the table tell of its changes, as the template's does; returns where.
async fn begin_stream(client: &Client, table: &str) -> String {
    let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::NewAndOldImages);
    let stream = stream.build().expect("all parts are set");
    let update = client.update_table().table_name(table).stream_specification(stream);
    let table = update.send().await.expect("a stream").table_description.expect("a description");
    table.latest_stream_arn.expect("an ARN")
}

const ISSUER: &str = "https://kills.example";
const AUDIENCE: &str = "vaxslot";

/// Signs with the stack's key, in the name of nobody else.
pub fn signer(stack: &Stack) -> Signer {
    Signer::load(&stack.keys(), ISSUER, AUDIENCE).expect("the stack's keys")
}

/// The running stack.
pub fn stack() -> Stack {
    let file = env::var_os("VAXSLOT_STACK")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.local/stack.json"), PathBuf::from);
    Stack::load(&file).unwrap_or_else(|error| panic!("{error}: run `make run DETACH=1` or `make test`"))
}

/// Where the stack answers.
pub fn endpoint(stack: &Stack) -> &str {
    let [endpoint, ..] = stack.table().expect("the stack's address");
    endpoint
}

/// How the stack is reached, as its owner.
pub async fn config(stack: &Stack) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .endpoint_url(endpoint(stack))
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "local"))
        .load()
        .await
}
