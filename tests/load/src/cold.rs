//! Cold starts: from the start of a binary to its first answer, against a runtime API of our own.

use std::{
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use tokio::{net::TcpListener, process::Command, sync::oneshot};

use crate::{
    Outcome,
    report::{Report, Table},
    setting::Setting,
};

const RUNS: usize = 7;

pub async fn report(setting: &Setting, report: &mut Report) -> Outcome<()> {
    report.heading("Size and cold start");
    report.text(&format!("From the start of the process to its first answer, {RUNS} times."));
    let mut table = Table::new(&["function", "MB", "least ms", "median ms", "most ms"]);
    for function in [
        "search",
        "reserve",
        "admin",
        "reports",
        "identity",
        "subscriptions",
        "booker",
        "closer",
        "sweeper",
        "projector",
        "notifier",
        "receipts",
    ] {
        let binary = setting.binary(function);
        let mut times = Vec::new();
        for _ in 0..RUNS {
            times.push(start(setting, &binary, function).await?);
        }
        times.sort_unstable();
        let milliseconds = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
        table.row([
            function.to_owned(),
            format!("{:.2}", megabytes(&binary)?),
            milliseconds(times[0]),
            milliseconds(times[RUNS / 2]),
            milliseconds(times[RUNS - 1]),
        ]);
    }
    report.table(&table);
    Ok(())
}

struct Api {
    event: String,
    served: Mutex<bool>,
    answered: Mutex<Option<oneshot::Sender<Instant>>>,
}

async fn start(setting: &Setting, binary: &Path, function: &str) -> Outcome<Duration> {
    let (sender, answered) = oneshot::channel();
    let api = Arc::new(Api {
        event: event(function).to_string(),
        served: Mutex::new(false),
        answered: Mutex::new(Some(sender)),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let routes = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(answer))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(answer))
        .with_state(api);
    let server = tokio::spawn(async move { axum::serve(listener, routes).await });
    let begun = Instant::now();
    let mut child = Command::new(binary)
        .envs(setting.environment("cold", function, &address.to_string(), 1))
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let end = tokio::time::timeout(Duration::from_secs(10), answered).await??;
    child.kill().await?;
    server.abort();
    Ok(end - begun)
}

async fn next(State(api): State<Arc<Api>>) -> Result<([(&'static str, String); 3], String), StatusCode> {
    let first = !std::mem::replace(&mut *api.served.lock().unwrap_or_else(PoisonError::into_inner), true);
    if !first {
        // The runtime waits here until it is stopped.
        std::future::pending::<()>().await;
    }
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("lambda-runtime-deadline-ms", "4102444800000".to_owned()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:cold".to_owned()),
    ];
    Ok((headers, api.event.clone()))
}

async fn answer(State(api): State<Arc<Api>>) -> StatusCode {
    if let Some(sender) = api.answered.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _ = sender.send(Instant::now());
    }
    StatusCode::ACCEPTED
}

/// What a function answers by itself: a request for a path there is not, an empty batch, or, for the sweeper, no job.
fn event(function: &str) -> serde_json::Value {
    if matches!(function, "booker" | "closer" | "sweeper" | "projector" | "notifier" | "receipts") {
        return serde_json::json!({ "Records": [] });
    }
    let path = "/v1/no-such-path";
    serde_json::json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "headers": {},
        "requestContext": {
            "accountId": "000000000000", "apiId": "api", "domainName": "localhost", "domainPrefix": "localhost",
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "bench"},
            "requestId": "id", "routeKey": "$default", "stage": "$default",
            "time": "21/Nov/2026:00:00:00 +0000", "timeEpoch": 1_795_219_200_000_i64
        },
        "isBase64Encoded": false
    })
}

#[expect(clippy::cast_precision_loss, reason = "a file size is far below 2^52")]
fn megabytes(file: &Path) -> Outcome<f64> {
    let size = std::fs::metadata(file).map_err(|error| format!("{}: {error}", file.display()))?.len();
    Ok(size as f64 / 1_000_000.0)
}
