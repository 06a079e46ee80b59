//! The line between the SDK and the engine: it counts the calls, and fails as told.
//!
//! Engines on one machine never report a conflict or a throttle and never lose an answer, so these come from here.

mod batch;
mod fault;
mod units;

use std::{
    collections::BTreeMap,
    fmt,
    ops::RangeInclusive,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};

pub use fault::Fault;
pub use units::{Units, asking_for_units};

/// A line over plain HTTP. Clones share it.
#[derive(Debug, Clone)]
pub struct Wire {
    inner: SharedHttpClient,
    log: Arc<Mutex<Log>>,
}

#[derive(Debug, Default)]
struct Log {
    calls: BTreeMap<String, u32>,
    sequence: Vec<String>,
    units: BTreeMap<String, Units>,
    plan: Vec<Planned>,
    weather: Option<Weather>,
    death: Option<Death>,
    silence: Option<Silence>,
    under_way: Vec<UnderWay>,
    asks_for_units: bool,
}

/// Faults in turn, one at every so many calls.
#[derive(Debug)]
struct Weather {
    every: u32,
    faults: Vec<Fault>,
}

/// The process ends at a call.
#[derive(Debug, Clone, Copy)]
struct Death {
    at: u32,
    carried_out: bool,
}

/// Nothing comes back from a call on.
struct Silence {
    from: u32,
    each: Box<dyn Fn() + Send>,
}

impl fmt::Debug for Silence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Silence from call {}", self.from)
    }
}

/// A request that nobody waits for any more, and that is carried out later.
#[derive(Debug)]
struct UnderWay {
    request: HttpRequest,
    connector: SharedHttpConnector,
    overtaken: bool,
}

#[derive(Debug)]
struct Planned {
    /// Any, if none.
    operation: Option<String>,
    calls: RangeInclusive<u32>,
    fault: Fault,
}

impl Wire {
    #[must_use]
    pub fn new() -> Self {
        Self { inner: aws_smithy_http_client::Builder::new().build_http(), log: Arc::default() }
    }

    /// A line that has each answer tell its capacity units. It changes requests after they are signed, which only an
    /// engine that checks no signatures accepts.
    #[must_use]
    pub fn counting_units() -> Self {
        let wire = Self::new();
        wire.log().asks_for_units = true;
        wire
    }

    /// The client to configure the SDK with.
    #[must_use]
    pub fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// Fails these calls of an operation such as `TransactWriteItems`, counted from 1 since the last [`Wire::reset`].
    pub fn fail(&self, operation: &str, calls: RangeInclusive<u32>, fault: Fault) {
        self.log().plan.push(Planned { operation: Some(operation.to_owned()), calls, fault });
    }

    /// Fails one call of whatever operation, counted from 1 since the last [`Wire::reset`].
    pub fn fail_call(&self, number: u32, fault: Fault) {
        self.log().plan.push(Planned { operation: None, calls: number..=number, fault });
    }

    /// Sends nothing and answers nothing from this call of whatever operation on; `each` is told of each call.
    pub fn fall_silent(&self, from: u32, each: impl Fn() + Send + 'static) {
        self.log().silence = Some(Silence { from, each: Box::new(each) });
    }

    /// Has every request carried out that is still under way.
    ///
    /// # Panics
    /// When the engine does not answer.
    pub async fn settle(&self) {
        self.carry_out(|_| true).await;
    }

    async fn carry_out(&self, which: impl Fn(&UnderWay) -> bool) {
        let arrived: Vec<UnderWay> = self.log().under_way.extract_if(.., |one| which(one)).collect();
        for one in arrived {
            let answer = one.connector.call(one.request).await.expect("the engine answers");
            whole(answer).await.expect("a whole answer");
        }
    }

    /// Fails every `every`th call of whatever operation, with each of the faults in turn.
    pub fn fail_often(&self, every: u32, faults: &[Fault]) {
        self.log().weather = Some(Weather { every, faults: faults.to_vec() });
    }

    /// Lets nothing through from this call of whatever operation on, as if the process had died at it: before it was sent,
    /// or after it was carried out.
    pub fn die(&self, at: u32, carried_out: bool) {
        self.log().death = Some(Death { at, carried_out });
    }

    /// Forgets calls, units and plans.
    pub fn reset(&self) {
        let mut log = self.log();
        *log = Log { asks_for_units: log.asks_for_units, ..Log::default() };
    }

    /// How often each operation was called, failed calls included.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, u32> {
        self.log().calls.clone()
    }

    /// The operations in the order in which they were called.
    #[must_use]
    pub fn sequence(&self) -> Vec<String> {
        self.log().sequence.clone()
    }

    /// The units that each operation consumed, as far as answers told them.
    #[must_use]
    pub fn units(&self) -> BTreeMap<String, Units> {
        self.log().units.clone()
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call, and tells how it is to fail.
    fn begin(&self, operation: &str) -> Option<Fault> {
        let mut log = self.log();
        let count = log.calls.entry(operation.to_owned()).or_default();
        *count += 1;
        let number = *count;
        let total: u32 = log.calls.values().sum();
        log.sequence.push(operation.to_owned());
        if let Some(silence) = log.silence.as_ref().filter(|silence| total >= silence.from) {
            (silence.each)();
            return Some(Fault::NotSent);
        }
        if let Some(death) = log.death.filter(|death| total >= death.at) {
            let last = death.carried_out && total == death.at;
            return Some(if last { Fault::AnswerLost } else { Fault::NotSent });
        }
        let mut plan = log.plan.iter();
        let planned = plan.find(|planned| match &planned.operation {
            Some(named) => named == operation && planned.calls.contains(&number),
            None => planned.calls.contains(&total),
        });
        planned.map(|planned| planned.fault).or_else(|| log.weather.as_ref()?.at(total))
    }

    fn note(&self, operation: &str, units: Units) {
        let mut log = self.log();
        let sum = log.units.entry(operation.to_owned()).or_default();
        *sum = *sum + units;
    }
}

impl Weather {
    fn at(&self, call: u32) -> Option<Fault> {
        let turn = usize::try_from(call / self.every).ok()?;
        if call.is_multiple_of(self.every) { self.faults.get(turn % self.faults.len()).copied() } else { None }
    }
}

impl Default for Wire {
    fn default() -> Self {
        Self::new()
    }
}

impl HttpClient for Wire {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let connector = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Line { connector, wire: self.clone() })
    }
}

#[derive(Debug)]
struct Line {
    connector: SharedHttpConnector,
    wire: Wire,
}

impl HttpConnector for Line {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let operation = operation(&request);
        let fault = self.wire.begin(&operation);
        if let Some(fault @ (Fault::Overtaken | Fault::Late)) = fault {
            self.detain(&request, fault == Fault::Overtaken);
        }
        if let Some(answer) = fault.and_then(|fault| fault.instead_of(&request)) {
            return HttpConnectorFuture::ready(answer);
        }
        if self.wire.log().asks_for_units {
            units::ask(&mut request);
        }
        let rest = if fault == Some(Fault::Unprocessed) { Some(batch::halve(&mut request)) } else { None };
        if let Some(rest) = rest.as_ref().filter(|rest| rest.is_whole) {
            return HttpConnectorFuture::ready(Ok(rest.answer()));
        }
        let (answer, wire) = (self.connector.call(request), self.wire.clone());
        HttpConnectorFuture::new(async move {
            let mut response = whole(answer.await?).await?;
            wire.carry_out(|one| one.overtaken).await;
            if let Some(rest) = rest {
                rest.join(&mut response);
            }
            wire.note(&operation, units::told(&response));
            match fault {
                Some(fault) => fault.after(response),
                None => Ok(response),
            }
        })
    }
}

impl Line {
    fn detain(&self, request: &HttpRequest, overtaken: bool) {
        let request = request.try_clone().expect("a body in memory");
        self.wire.log().under_way.push(UnderWay { request, connector: self.connector.clone(), overtaken });
    }
}

/// The operation that a request of the JSON protocol names, such as `DynamoDB_20120810.GetItem`.
fn operation(request: &HttpRequest) -> String {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default().to_owned()
}

/// The same response with its body read to the end.
async fn whole(mut response: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let body = aws_smithy_types::byte_stream::ByteStream::new(response.take_body());
    let bytes = body.collect().await.map_err(|error| ConnectorError::io(error.into()))?;
    *response.body_mut() = bytes.into_bytes().into();
    Ok(response)
}
