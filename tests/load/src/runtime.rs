//! What Lambda is to a function: it starts the release binary, hands it events, and takes its answers.
//!
//! It stands for Lambda's own runtime API (see "Using the Lambda runtime API" in the developer guide), in this process, so
//! that a measurement ends where the function's own part ends: no gateway and no proxy lies in between.

use std::{
    collections::HashMap,
    process::Stdio,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
    serve::ListenerExt,
};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    sync::{Mutex as Turn, mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};
use vaxslot_app::ports::Host;
use vaxslot_aws::SystemHost;

use crate::{Outcome, cpu, setting::Setting};

/// The timeout that the template gives a function.
fn timeout_of(function: &str) -> Duration {
    Duration::from_secs(match function {
        "admin" | "reports" => 29,
        "projector" | "notifier" | "receipts" => 30,
        "sweeper" => 60,
        _ => 10,
    })
}

/// How long the gateway waits for a function ("Quotas" in the developer guide of API Gateway). Others wait as long as it runs.
const PATIENCE: Duration = Duration::from_secs(30);

/// A function, served by one or more processes of its binary.
pub struct Function {
    events: mpsc::UnboundedSender<Call>,
    processes: Vec<Child>,
    server: JoinHandle<()>,
    timeout: Duration,
}

/// What became of an event.
#[derive(Debug, Clone)]
pub struct Answered {
    /// When a process took the event.
    pub begun: Instant,
    /// When its answer had arrived whole.
    pub ended: Instant,
    pub body: Bytes,
}

/// An event that no process answered well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unanswered {
    #[error("no answer in time")]
    Late,
    #[error("the function failed")]
    Failed,
}

struct Call {
    event: Bytes,
    caller: oneshot::Sender<Result<Answered, Unanswered>>,
}

struct Api {
    events: Turn<mpsc::UnboundedReceiver<Call>>,
    taken: Mutex<HashMap<u64, Taken>>,
    next: AtomicU64,
    arn: String,
    timeout: Duration,
}

struct Taken {
    begun: Instant,
    caller: oneshot::Sender<Result<Answered, Unanswered>>,
}

/// How a function runs.
#[derive(Debug, Clone, Copy)]
pub struct Sandboxes {
    pub processes: usize,
    /// How many events each process takes at once.
    pub at_once: usize,
}

impl Function {
    /// Starts a function's release binary with further variables.
    pub async fn start(
        setting: &Setting,
        name: &str,
        sandboxes: Sandboxes,
        variables: &[(&str, String)],
    ) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let (events, taken) = mpsc::unbounded_channel();
        let api = Arc::new(Api {
            events: Turn::new(taken),
            taken: Mutex::default(),
            next: AtomicU64::new(1),
            timeout: timeout_of(name),
            arn: format!("arn:aws:lambda:us-east-1:000000000000:function:{name}"),
        });
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(answer))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .with_state(api);
        let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
        let server = tokio::spawn(async move { drop(axum::serve(listener, routes).await) });
        let start = |_| {
            Command::new(setting.binary(name))
                .env_clear()
                .envs(setting.environment("", name, &address, sandboxes.at_once))
                .envs(variables.iter().map(|(name, value)| (name, value)))
                .stdout(Stdio::null())
                .kill_on_drop(true)
                .spawn()
        };
        let processes = (0..sandboxes.processes).map(start).collect::<Result<_, _>>();
        let processes = processes.map_err(|error| format!("{}: {error}", setting.binary(name).display()))?;
        Ok(Self { events, processes, server, timeout: timeout_of(name) })
    }

    /// Hands over an event as soon as a process asks for one, and waits for the answer.
    pub async fn invoke(&self, event: impl Into<Bytes>) -> Result<Answered, Unanswered> {
        let (caller, answered) = oneshot::channel();
        self.events.send(Call { event: event.into(), caller }).map_err(|_| Unanswered::Failed)?;
        match timeout(PATIENCE.max(self.timeout), answered).await {
            Ok(Ok(Ok(answered))) if answered.ended - answered.begun > self.timeout => Err(Unanswered::Late),
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(Unanswered::Failed),
            Err(_) => Err(Unanswered::Late),
        }
    }

    /// The processor time that the processes have had so far.
    pub fn cpu(&self) -> Outcome<Duration> {
        self.processes.iter().map(cpu::of).sum()
    }

    /// The most memory that the processes had resident so far, together, in MB of 1024 * 1024 bytes.
    pub fn peak_memory(&self) -> Outcome<u64> {
        let kilobytes = self.processes.iter().map(peak_kilobytes).sum::<Outcome<u64>>()?;
        Ok(kilobytes.div_ceil(1024))
    }

    pub async fn stop(mut self) -> Outcome<()> {
        for process in &mut self.processes {
            process.kill().await?;
        }
        self.server.abort();
        Ok(())
    }
}

fn peak_kilobytes(process: &Child) -> Outcome<u64> {
    let id = process.id().ok_or("a process has ended")?;
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

impl Api {
    /// Ends an invocation. One that is not there was ended before.
    fn end(&self, id: &str, outcome: impl FnOnce(Instant) -> Result<Answered, Unanswered>) -> StatusCode {
        let number = u64::from_str_radix(id.rsplit('-').next().unwrap_or_default(), 16).unwrap_or_default();
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
        let Some(taken) = taken else { return StatusCode::BAD_REQUEST };
        // Whoever asked may have stopped waiting.
        let _ = taken.caller.send(outcome(taken.begun));
        StatusCode::ACCEPTED
    }
}

async fn next(State(api): State<Arc<Api>>) -> Result<([(&'static str, String); 3], Bytes), StatusCode> {
    let Call { event, caller } = api.events.lock().await.recv().await.ok_or(StatusCode::GONE)?;
    let id = api.next.fetch_add(1, Ordering::Relaxed);
    let taken = Taken { begun: Instant::now(), caller };
    api.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(id, taken);
    let deadline = SystemHost.now() + api.timeout;
    let headers = [
        ("lambda-runtime-aws-request-id", format!("8476a536-e9f4-11e8-9739-{id:012x}")),
        ("lambda-runtime-deadline-ms", deadline.as_millisecond().to_string()),
        ("lambda-runtime-invoked-function-arn", api.arn.clone()),
    ];
    Ok((headers, event))
}

async fn answer(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    api.end(&id, |begun| Ok(Answered { begun, ended: Instant::now(), body }))
}

async fn error(State(api): State<Arc<Api>>, Path(id): Path<String>) -> StatusCode {
    api.end(&id, |_| Err(Unanswered::Failed))
}
