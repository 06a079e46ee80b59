//! The line between functions and AWS, which counts what AWS would bill. It goes to the engine, and takes the part of the
//! topic and of the queue.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use vaxslot_aws::keys::{PROFILE, SK};
use vaxslot_testkit::wire::{Units, asking_for_units};

use crate::{Outcome, messages};

/// What was asked of AWS.
#[derive(Debug, Clone, Copy, Default)]
pub struct Used {
    pub calls: u32,
    /// Of reads; half a unit each where they need not be consistent.
    pub read: Units,
    pub written: Units,
    pub published: u32,
    pub queued: u32,
}

/// A line that counts.
pub struct Meter {
    pub endpoint: String,
    way: Arc<Way>,
    server: JoinHandle<()>,
}

struct Way {
    engine: String,
    http: reqwest::Client,
    used: Mutex<Used>,
}

impl Meter {
    pub async fn to(engine: &str) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let http = reqwest::Client::builder().tcp_nodelay(true).build()?;
        let way = Arc::new(Way { engine: engine.to_owned(), http, used: Mutex::default() });
        let routes = Router::new().fallback(forward).with_state(way.clone());
        let server = tokio::spawn(async move { drop(axum::serve(listener, routes).await) });
        Ok(Self { endpoint, way, server })
    }

    /// What was used since the last time.
    pub fn read(&self) -> Used {
        self.way.count(std::mem::take)
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Way {
    fn count<T>(&self, count: impl FnOnce(&mut Used) -> T) -> T {
        count(&mut self.used.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn to_engine(&self, operation: &str, headers: &HeaderMap, body: &[u8]) -> Result<Response, reqwest::Error> {
        let asking = asking_for_units(body).unwrap_or_default();
        let mut request = self.http.post(&self.engine).body(asking);
        for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await?;
        let (status, told) = (answer.status(), answer.bytes().await?);
        let units = in_transaction(body).map_or_else(|| Units::told(&told), |writes| writes.units(Units::told(&told)));
        let reads = ["Get", "Query", "BatchGet", "TransactGet"].iter().any(|kind| operation.starts_with(kind));
        self.count(|used| {
            used.calls += 1;
            let sum = if reads { &mut used.read } else { &mut used.written };
            *sum = *sum + units;
        });
        Ok((status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], told).into_response())
    }
}

/// The rows that a transaction writes.
struct Writes {
    rows: u32,
    /// People's own rows, which stand in an index.
    people: u32,
}

impl Writes {
    /// Two units for each row, which is below a kilobyte: the engine tells of two rows alone, however many there are. What
    /// it tells of an index is for one row.
    fn units(&self, told: Units) -> Units {
        Units { table: f64::from(2 * self.rows), indexes: told.indexes * f64::from(self.people.max(1)) }
    }
}

fn in_transaction(body: &[u8]) -> Option<Writes> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let writes = body["TransactItems"].as_array()?;
    let is_person = |write: &&Value| write["Update"]["Key"][SK]["S"] == PROFILE;
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Some(Writes { rows: count(writes.len()), people: count(writes.iter().filter(is_person).count()) })
}

async fn forward(State(way): State<Arc<Way>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    match target.split_once('.') {
        None => {
            way.count(|used| used.published += 1);
            ([(header::CONTENT_TYPE, "text/xml")], messages::TAKEN).into_response()
        }
        Some(("AmazonSQS", "SendMessage")) => {
            way.count(|used| used.queued += 1);
            Json(json!({ "MessageId": "taken", "SequenceNumber": "1" })).into_response()
        }
        // How many wait is asked once a second, however many come.
        Some(("AmazonSQS", _)) => Json(json!({ "Attributes": {} })).into_response(),
        Some((_, operation)) => {
            way.to_engine(operation, &headers, &body).await.unwrap_or(StatusCode::BAD_GATEWAY.into_response())
        }
    }
}
