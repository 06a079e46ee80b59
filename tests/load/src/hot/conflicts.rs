//! Conflicts between transactions, which engines on one machine do not have: they let everybody wait in line.
//!
//! DynamoDB does not let transactions queue for an item: of two that meet at one, one is cancelled ("Managing complex
//! workflows with DynamoDB transactions" in the developer guide). This line to an engine does the same: a transaction holds
//! its items from when it comes until it is answered, and at least for [`LEAST`]; one that comes for a held item is
//! cancelled at once.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    serve::ListenerExt,
};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    task::JoinHandle,
    time::{Instant, sleep_until},
};

use crate::Outcome;

/// What a transaction takes at least where it is not on the same machine.
pub const LEAST: Duration = Duration::from_millis(5);

/// The line: what comes to its endpoint goes to the engine.
pub struct Line {
    pub endpoint: String,
    way: Arc<Way>,
    server: JoinHandle<()>,
}

struct Way {
    http: Client,
    engine: String,
    held: Mutex<HashSet<String>>,
    cancelled: AtomicUsize,
}

impl Line {
    pub async fn to(engine: &str) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let http = Client::builder().tcp_nodelay(true).build()?;
        let (held, cancelled) = (Mutex::default(), AtomicUsize::new(0));
        let way = Arc::new(Way { http, engine: engine.to_owned(), held, cancelled });
        let routes = Router::new().fallback(forward).with_state(way.clone());
        let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
        let server = tokio::spawn(async move { drop(axum::serve(listener, routes).await) });
        Ok(Self { endpoint, way, server })
    }

    /// How many transactions were cancelled because of another.
    pub fn cancelled(&self) -> usize {
        self.way.cancelled.load(Ordering::Relaxed)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Way {
    fn held(&self) -> MutexGuard<'_, HashSet<String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes hold of all the items, or tells the place of one that is held.
    fn hold(&self, items: &[String]) -> Result<(), usize> {
        let mut held = self.held();
        if let Some(place) = items.iter().position(|item| held.contains(item)) {
            return Err(place);
        }
        held.extend(items.iter().cloned());
        Ok(())
    }

    fn let_go(&self, items: &[String]) {
        let mut held = self.held();
        for item in items {
            held.remove(item);
        }
    }

    async fn send(&self, headers: HeaderMap, body: Bytes) -> Result<(StatusCode, Bytes), reqwest::Error> {
        let answer = self.http.post(&self.engine).headers(headers).body(body).send().await?;
        Ok((answer.status(), answer.bytes().await?))
    }
}

async fn forward(State(way): State<Arc<Way>>, headers: HeaderMap, body: Bytes) -> (StatusCode, Bytes) {
    let items = items(&body);
    let least = Instant::now() + LEAST;
    if let Err(place) = way.hold(&items) {
        way.cancelled.fetch_add(1, Ordering::Relaxed);
        return (StatusCode::BAD_REQUEST, conflict(items.len(), place).to_string().into());
    }
    let answer = way.send(headers, body).await;
    if !items.is_empty() {
        sleep_until(least).await;
        way.let_go(&items);
    }
    answer.unwrap_or_else(|error| (StatusCode::BAD_GATEWAY, error.to_string().into()))
}

/// The items of a transaction, by their keys; none for any other request.
fn items(body: &[u8]) -> Vec<String> {
    if !body.windows(15).take(64).any(|window| window == b"\"TransactItems\"") {
        return Vec::new();
    }
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let writes = request["TransactItems"].as_array().into_iter().flatten();
    let key = |write: &Value| {
        let write = write.as_object()?.values().next()?;
        let row = write.get("Key").or_else(|| write.get("Item"))?;
        Some(format!("{} {} {}", write["TableName"], row["pk"], row["sk"]))
    };
    writes.filter_map(key).collect()
}

/// As the API reference of `TransactWriteItems` shows it.
fn conflict(items: usize, place: usize) -> Value {
    let code = |item| if item == place { "TransactionConflict" } else { "None" };
    let codes: Vec<&str> = (0..items).map(code).collect();
    let reasons: Vec<Value> = codes.iter().map(|code| json!({ "Code": code })).collect();
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons": reasons,
        "Message": format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_transactions_hold_items() {
        let write = json!({ "TransactItems": [
            { "Update": { "TableName": "t", "Key": { "pk": { "S": "a" }, "sk": { "S": "b" } } } },
            { "Put": { "TableName": "t", "Item": { "pk": { "S": "c" }, "sk": { "S": "d" }, "n": { "N": "1" } } } },
        ] });
        let expected = [r#""t" {"S":"a"} {"S":"b"}"#, r#""t" {"S":"c"} {"S":"d"}"#];
        assert_eq!(items(write.to_string().as_bytes()), expected);
        assert!(items(json!({ "Key": { "pk": { "S": "a" } } }).to_string().as_bytes()).is_empty());
    }
}
