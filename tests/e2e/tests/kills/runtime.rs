//! What Lambda is to a function: it starts processes of the binary, hands each one event at a time, and takes the answers.
//! And a hand that kills them at their work.

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State as Shared},
    http::StatusCode,
    routing::{get, post},
};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    sync::{Mutex as Turn, Notify, oneshot},
    time::timeout,
};
use vaxslot::clock;

/// The timeout that the template gives these functions.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A function, served by processes of its binary.
pub struct Function {
    binary: PathBuf,
    variables: HashMap<&'static str, String>,
    address: String,
    api: Arc<Api>,
    processes: Vec<Turn<Child>>,
}

/// A process at work on an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtWork {
    place: usize,
    invocation: u64,
}

#[derive(Default)]
struct Api {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Call>,
    places: Vec<Place>,
    invocations: u64,
}

/// Where a process is, and after it the one that takes its place.
#[derive(Default)]
struct Place {
    generation: u32,
    taken: Option<(u64, oneshot::Sender<Option<Bytes>>)>,
}

struct Call {
    event: Bytes,
    caller: oneshot::Sender<Option<Bytes>>,
}

impl Function {
    /// Starts so many processes of a binary with these variables.
    pub async fn start(name: &'static str, count: usize, variables: &HashMap<&'static str, String>) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let api = Arc::new(Api::default());
        api.state().places.resize_with(count, Place::default);
        let routes = Router::new()
            .route("/{place}/{generation}/2018-06-01/runtime/invocation/next", get(next))
            .route("/{place}/{generation}/2018-06-01/runtime/invocation/{id}/response", post(answer))
            .route("/{place}/{generation}/2018-06-01/runtime/invocation/{id}/error", post(fail))
            .with_state(api.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let binary = binaries().join(name);
        let mut function = Self { binary, variables: variables.clone(), address, api, processes: Vec::new() };
        function.variables.insert("AWS_LAMBDA_FUNCTION_NAME", name.to_owned());
        function.processes = (0..count).map(|place| Turn::new(function.spawn(place, 0))).collect();
        Arc::new(function)
    }

    fn spawn(&self, place: usize, generation: u32) -> Child {
        let command = Command::new(&self.binary)
            .env_clear()
            .envs(&self.variables)
            .env("AWS_LAMBDA_RUNTIME_API", format!("http://{}/{place}/{generation}", self.address))
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        command.unwrap_or_else(|error| panic!("{}: {error}; was it built?", self.binary.display()))
    }

    /// Hands over an event as soon as a process asks for one. None if the process dies at it or fails.
    pub async fn invoke(&self, event: String) -> Option<Bytes> {
        let (caller, answered) = oneshot::channel();
        self.api.state().waiting.push_back(Call { event: event.into(), caller });
        self.api.arrived.notify_waiters();
        timeout(3 * TIMEOUT, answered).await.expect("an end within half a minute").ok().flatten()
    }

    /// The processes that are at work.
    pub fn at_work(&self) -> Vec<AtWork> {
        let state = self.api.state();
        let busy = state.places.iter().enumerate();
        busy.filter_map(|(place, one)| Some(AtWork { place, invocation: one.taken.as_ref()?.0 })).collect()
    }

    /// Kills a process that is still at the same work, and starts another in its place. Tells whether it died at it.
    pub async fn kill(&self, victim: AtWork) -> bool {
        let mut process = self.processes[victim.place].lock().await;
        let ended = process.try_wait().expect("a process");
        assert_eq!(ended, None, "{} ended by itself", self.binary.display());
        if !self.at_work().contains(&victim) {
            return false;
        }
        process.kill().await.expect("it is ours to kill");
        let (cut, generation) = self.api.bury(victim);
        *process = self.spawn(victim.place, generation);
        cut
    }
}

/// Where cargo puts binaries, this one among them.
fn binaries() -> PathBuf {
    let this = std::env::current_exe().expect("a path");
    this.ancestors().nth(2).expect("the folder of the profile").to_owned()
}

impl Api {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the work of a dead process from it, if it had not ended.
    fn bury(&self, victim: AtWork) -> (bool, u32) {
        let mut state = self.state();
        let place = &mut state.places[victim.place];
        place.generation += 1;
        // Whoever waits for the answer learns that there is none.
        let cut = place.taken.take().is_some_and(|(invocation, _)| invocation == victim.invocation);
        (cut, place.generation)
    }

    /// The next event, for the process that is there now.
    fn take(&self, place: usize, generation: u32) -> Result<Option<(u64, Bytes)>, StatusCode> {
        let mut state = self.state();
        if state.places.get(place).is_none_or(|place| place.generation != generation) {
            return Err(StatusCode::GONE);
        }
        let Some(Call { event, caller }) = state.waiting.pop_front() else { return Ok(None) };
        state.invocations += 1;
        let invocation = state.invocations;
        state.places[place].taken = Some((invocation, caller));
        Ok(Some((invocation, event)))
    }

    fn end(&self, (place, generation, id): (usize, u32, String), body: Option<Bytes>) -> StatusCode {
        let mut state = self.state();
        let Some(place) = state.places.get_mut(place).filter(|place| place.generation == generation) else {
            return StatusCode::GONE;
        };
        let Some((_, caller)) = place.taken.take_if(|(invocation, _)| request_id(*invocation) == id) else {
            return StatusCode::BAD_REQUEST;
        };
        // Whoever asked may have stopped waiting.
        let _ = caller.send(body);
        StatusCode::ACCEPTED
    }
}

fn request_id(invocation: u64) -> String {
    format!("8476a536-e9f4-11e8-9739-{invocation:012x}")
}

async fn next(
    Shared(api): Shared<Arc<Api>>,
    Path((place, generation)): Path<(usize, u32)>,
) -> Result<([(&'static str, String); 3], Bytes), StatusCode> {
    loop {
        let arrived = api.arrived.notified();
        if let Some((invocation, event)) = api.take(place, generation)? {
            let deadline = clock::now().as_millisecond() + i64::try_from(TIMEOUT.as_millis()).unwrap_or_default();
            let arn = "arn:aws:lambda:us-east-1:000000000000:function:killed".to_owned();
            let headers = [
                ("lambda-runtime-aws-request-id", request_id(invocation)),
                ("lambda-runtime-deadline-ms", deadline.to_string()),
                ("lambda-runtime-invoked-function-arn", arn),
            ];
            return Ok((headers, event));
        }
        arrived.await;
    }
}

async fn answer(Shared(api): Shared<Arc<Api>>, Path(place): Path<(usize, u32, String)>, body: Bytes) -> StatusCode {
    api.end(place, Some(body))
}

async fn fail(Shared(api): Shared<Arc<Api>>, Path(place): Path<(usize, u32, String)>) -> StatusCode {
    api.end(place, None)
}
