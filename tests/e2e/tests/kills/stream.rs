//! The table's stream on DynamoDB Local, and what brings its records to the projector: as Lambda does, one batch after the other,
//! each again until it is carried out, from the first record on that failed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use serde_json::{Map, Value, json};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

use crate::runtime::Function;

/// The most records of a batch: fewer than in the template, so that a batch is carried out now and then in between two deaths.
const BATCH: usize = 50;
/// The kinds of rows that the template's filter lets through.
const FOLLOWED: [&str; 7] = ["STATES", "DISTRICT#", "POOL#", "SESSION#", "END#", "CENTER#", "BENEFICIARY#"];
/// How long to wait for more.
const LULL: Duration = Duration::from_millis(100);
/// So often in a row there was nothing more when nothing more will come.
const LULLS: u32 = 10;

/// A stream that is followed.
pub struct Stream {
    lulls: Arc<AtomicU32>,
    follower: JoinHandle<()>,
}

impl Stream {
    /// Follows a stream from its beginning.
    pub fn follow(engine: &str, arn: &str, projector: &Arc<Function>) -> Self {
        let lulls = Arc::new(AtomicU32::new(0));
        let reader = Reader {
            http: reqwest::Client::builder().tls_certs_only([]).no_proxy().build().expect("a client"),
            engine: engine.to_owned(),
            arn: arn.to_owned(),
            projector: Arc::clone(projector),
            lulls: lulls.clone(),
        };
        Self { lulls, follower: tokio::spawn(reader.read()) }
    }

    /// Waits until all is carried out, and nothing more follows from it.
    pub async fn drained(&self) {
        self.lulls.store(0, Ordering::Relaxed);
        let begun = Instant::now();
        while self.lulls.load(Ordering::Relaxed) < LULLS {
            assert!(begun.elapsed() < Duration::from_mins(4), "the stream is worked off within four minutes");
            assert!(!self.follower.is_finished(), "records are brought on and on");
            sleep(LULL).await;
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

struct Reader {
    http: reqwest::Client,
    engine: String,
    arn: String,
    projector: Arc<Function>,
    lulls: Arc<AtomicU32>,
}

impl Reader {
    /// The shards follow each other: the last one stays open.
    async fn read(self) {
        let mut after = None;
        loop {
            let described = self.call("DescribeStream", json!({"StreamArn": self.arn})).await;
            let shards = described["StreamDescription"]["Shards"].as_array().expect("shards");
            let ids: Vec<&str> = shards.iter().filter_map(|shard| shard["ShardId"].as_str()).collect();
            let place =
                after.as_deref().map_or(Some(0), |after| ids.iter().position(|id| *id == after).map(|at| at + 1));
            let Some(id) = place.and_then(|place| ids.get(place)) else {
                sleep(LULL).await;
                continue;
            };
            self.read_shard(id).await;
            after = Some((*id).to_owned());
        }
    }

    async fn read_shard(&self, id: &str) {
        let begin = json!({"StreamArn": self.arn, "ShardId": id, "ShardIteratorType": "TRIM_HORIZON"});
        let mut next = self.call("GetShardIterator", begin).await["ShardIterator"].take();
        while next.is_string() {
            let mut told = self.call("GetRecords", json!({"ShardIterator": next, "Limit": BATCH})).await;
            next = told["NextShardIterator"].take();
            let Value::Array(records) = told["Records"].take() else { panic!("records are told") };
            if records.is_empty() {
                self.lulls.fetch_add(1, Ordering::Relaxed);
                sleep(LULL).await;
                continue;
            }
            self.lulls.store(0, Ordering::Relaxed);
            self.bring(records.into_iter().filter(is_followed).map(mended).collect()).await;
        }
    }

    async fn bring(&self, mut records: Vec<Value>) {
        while !records.is_empty() {
            let event = json!({ "Records": records }).to_string();
            let Some(answer) = self.projector.invoke(event).await else { continue };
            let answer: Value = serde_json::from_slice(&answer).expect("a report of failures");
            let Some(failed) = answer["batchItemFailures"][0]["itemIdentifier"].as_str() else { return };
            let place = records.iter().position(|record| record["dynamodb"]["SequenceNumber"] == failed);
            records.drain(..place.expect("a record of the batch"));
        }
    }

    async fn call(&self, operation: &str, body: Value) -> Value {
        let scope = "Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
        let call = self
            .http
            .post(&self.engine)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("DynamoDBStreams_20120810.{operation}"))
            .header("authorization", format!("AWS4-HMAC-SHA256 {scope}"))
            .body(body.to_string());
        let answer = call.send().await.expect("an answer").bytes().await.expect("a body");
        serde_json::from_slice(&answer).expect("JSON")
    }
}

fn is_followed(record: &Value) -> bool {
    let key = record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap_or_default();
    FOLLOWED.iter().any(|kind| key.starts_with(kind))
}

/// The engine's stream tells an empty map as `{}`, where the service has `{"M": {}}`.
fn mended(mut record: Value) -> Value {
    for image in ["OldImage", "NewImage"] {
        let attributes = record["dynamodb"].get_mut(image).and_then(Value::as_object_mut);
        attributes.into_iter().flat_map(Map::values_mut).for_each(mend);
    }
    record
}

fn mend(attribute: &mut Value) {
    if attribute.as_object().is_some_and(Map::is_empty) {
        *attribute = json!({"M": {}});
    } else if let Some(inner) = attribute.get_mut("M").and_then(Value::as_object_mut) {
        inner.values_mut().for_each(mend);
    } else if let Some(inner) = attribute.get_mut("L").and_then(Value::as_array_mut) {
        inner.iter_mut().for_each(mend);
    }
}
