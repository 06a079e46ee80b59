//! The line between the functions and what they call: DynamoDB Local, and the queues and topics of the local stack. What is on
//! its way arrives, whether or not whoever sent it lives to hear the answer; and what is published is kept.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::{
    net::TcpListener,
    sync::oneshot,
    time::{Instant, sleep},
};

use crate::{chance::Chance, published::Published};

/// The line, and what became of calls that change something.
pub struct Line {
    http: reqwest::Client,
    tables: String,
    stack: String,
    /// The longest way to or from a service, in milliseconds.
    way: u64,
    chance: Chance,
    published: Mutex<Vec<Published>>,
    /// Those whose caller was gone when they were carried out.
    unheard: AtomicU64,
    under_way: AtomicU64,
}

impl Line {
    /// Serves until the process ends; returns the address, too.
    pub async fn serve(tables: &str, stack: &str, way: u64, chance: Chance) -> (Arc<Self>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let line = Arc::new(Self {
            http: reqwest::Client::builder().tls_certs_only([]).no_proxy().build().expect("a client"),
            tables: tables.to_owned(),
            stack: stack.to_owned(),
            way,
            chance,
            published: Mutex::default(),
            unheard: AtomicU64::new(0),
            under_way: AtomicU64::new(0),
        });
        let routes = Router::new().fallback(carry).with_state(line.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (line, address)
    }

    /// How many writes were carried out for a process that was no more.
    pub fn unheard(&self) -> u64 {
        self.unheard.load(Ordering::Relaxed)
    }

    /// All that was published, once for each telling.
    pub fn published(&self) -> Vec<Published> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until nothing is on its way.
    pub async fn rest(&self) {
        let begun = Instant::now();
        while self.under_way.load(Ordering::Relaxed) > 0 {
            assert!(begun.elapsed() < Duration::from_secs(30), "calls arrive within half a minute");
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn forward(&self, operation: &str, headers: &HeaderMap, body: Bytes) -> Response {
        let service = if operation.starts_with("DynamoDB") { &self.tables } else { &self.stack };
        let mut request = self.http.post(service).body(body);
        for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        let Ok(answer) = request.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
        let (status, kind) = (answer.status(), answer.headers().get(header::CONTENT_TYPE).cloned());
        let kind = kind.map(|kind| [(header::CONTENT_TYPE, kind)]);
        match answer.bytes().await {
            Ok(body) => (status, kind, body).into_response(),
            Err(_) => StatusCode::BAD_GATEWAY.into_response(),
        }
    }
}

async fn carry(State(line): State<Arc<Line>>, headers: HeaderMap, body: Bytes) -> Response {
    let operation = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default().to_owned();
    // SNS is called by a form that names the operation.
    let published = if operation.is_empty() { Published::read(&body) } else { Vec::new() };
    let writes = ["TransactWriteItems", "BatchWriteItem", "UpdateItem", "PutItem", "SendMessage"];
    let writes = !published.is_empty() || writes.iter().any(|write| operation.ends_with(write));
    let (there, back) = (line.chance.millis(0..line.way), line.chance.millis(0..line.way));
    let (tell, told) = oneshot::channel();
    line.under_way.fetch_add(1, Ordering::Relaxed);
    tokio::spawn(async move {
        sleep(there).await;
        let answer = line.forward(&operation, &headers, body).await;
        let done = answer.status().is_success();
        if done {
            line.published.lock().unwrap_or_else(PoisonError::into_inner).extend(published);
        }
        sleep(back).await;
        if tell.send(answer).is_err() && writes && done {
            line.unheard.fetch_add(1, Ordering::Relaxed);
        }
        line.under_way.fetch_sub(1, Ordering::Relaxed);
    });
    told.await.unwrap_or_else(|_| StatusCode::BAD_GATEWAY.into_response())
}
