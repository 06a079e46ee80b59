//! Reservations on their way into SQS, at the SDK's HTTP client: what is sent, and what a failed call means.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_sqs::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
};
use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use serde_json::{Value, json};
use vaxslot_app::{
    booking::{Booking, BookingError, Finality, Reserved},
    ports::{Queue, Sessions, StoreError},
    tickets::Desk,
};
use vaxslot_aws::{QueuedMessage, SqsQueue};
use vaxslot_domain::{
    booking::Policy,
    opening::{Opening, Queueing},
};
use vaxslot_testkit::{
    MemoryStore, TestHost,
    make::{Draft, Published, account, adult, order, read},
};

const URL: &str = "https://sqs.us-east-1.amazonaws.com/123456789012/Reservations.fifo";

/// A way for a call to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Throttled,
    NoSuchQueue,
    /// The line fails before anything is sent.
    NotSent,
    /// The service fails, and cannot say whether it did anything.
    ServerError,
    /// It is carried out, and the answer does not come.
    AnswerLost,
}

/// A FIFO queue as SQS answers for it.
#[derive(Debug, Clone, Default)]
struct Service(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    calls: usize,
    /// What became of the first calls.
    faults: Vec<Fault>,
    /// A message for each deduplication id.
    messages: Vec<Value>,
}

impl Service {
    fn failing(faults: &[Fault]) -> Self {
        Self(Arc::new(Mutex::new(State { faults: faults.to_vec(), ..State::default() })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self) -> Arc<SqsQueue> {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
            .retry_config(RetryConfig::disabled())
            .http_client(self.clone());
        Arc::new(SqsQueue::new(Client::from_conf(config.build()), URL))
    }

    fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let mut state = self.state();
        let fault = state.faults.get(state.calls).copied();
        state.calls += 1;
        match fault {
            Some(Fault::Throttled) => return Ok(refusal("RequestThrottled", 400)),
            Some(Fault::NoSuchQueue) => return Ok(refusal("QueueDoesNotExist", 400)),
            Some(Fault::ServerError) => return Ok(refusal("InternalError", 500)),
            Some(Fault::NotSent) => return Err(ConnectorError::io("refused".into()).never_connected()),
            Some(Fault::AnswerLost) | None => {}
        }
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default();
        let answer = match request.headers().get("x-amz-target") {
            Some("AmazonSQS.SendMessage") => {
                let id = &body["MessageDeduplicationId"];
                if !state.messages.iter().any(|message| message["MessageDeduplicationId"] == *id) {
                    state.messages.push(body);
                }
                json!({"MessageId": "m"})
            }
            _ => json!({"Attributes": {
                "ApproximateNumberOfMessages": "3",
                "ApproximateNumberOfMessagesNotVisible": "2",
            }}),
        };
        if fault.is_some() {
            return Err(ConnectorError::timeout("the answer did not come".into()));
        }
        Ok(response(200, &answer))
    }
}

impl HttpClient for Service {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Service {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(self.answer(&request))
    }
}

fn response(status: u16, body: &Value) -> HttpResponse {
    HttpResponse::new(status.try_into().unwrap(), body.to_string().into())
}

/// As SQS refuses: the code stands in a header, too.
fn refusal(code: &str, status: u16) -> HttpResponse {
    let mut response = response(status, &json!({"__type": format!("com.amazonaws.sqs#{code}"), "message": "no"}));
    response.headers_mut().insert("x-amzn-query-error", format!("{code};Sender"));
    response
}

/// Somebody asks for a place in a session with its queue on.
async fn ask(service: &Service) -> (Published, Result<Reserved, BookingError>) {
    let opening = Opening { opens_at: None, queue: Queueing::On };
    let published = Draft { opening, ..Draft::new(1, &[5]) }.made();
    let host = Arc::new(TestHost::at(read("2026-11-21T10:00:00Z")));
    let store = Arc::new(MemoryStore::new());
    store.publish(&published.session, &published.shards).await.unwrap();
    let booking = Booking::new(store.clone(), host.clone(), Policy::USUAL);
    let desk = Desk::new(store, service.queue(), host);
    let person = adult(1, &account("home"));
    let order = order(&person.account, &published.session, &[&person]);
    let told = booking.reserve_or_queue(&desk, published.session.id, &order, Finality::Book, Some("key")).await;
    (published, told)
}

#[tokio::test]
async fn a_reservation_is_one_message_in_the_group_of_its_shard() {
    let service = Service::default();
    let (published, told) = ask(&service).await;
    let Ok(Reserved::Queued(ticket)) = told else { panic!("should be queued: {told:?}") };
    assert_eq!(ticket.ahead, Some(5), "those that are worked on are in front as well");
    let state = service.state();
    let [message] = &state.messages[..] else { panic!("one message: {:?}", state.messages) };
    assert_eq!(message["QueueUrl"], URL);
    assert_eq!(message["MessageGroupId"], published.shard(0).to_string());
    assert_eq!(message["MessageDeduplicationId"], ticket.id.to_string());
    let body: QueuedMessage = serde_json::from_str(message["MessageBody"].as_str().unwrap()).unwrap();
    let queued = body.queued().unwrap();
    assert_eq!((queued.ticket, queued.order.party, queued.accepted_at), (ticket.id, ticket.party, ticket.accepted_at));
}

#[tokio::test]
async fn a_failed_call_is_one_attempt_and_says_what_it_may_have_done() {
    let (_, told) = ask(&Service::default()).await;
    assert!(told.is_ok());
    for (fault, expected) in [
        (Fault::Throttled, "Throttled"),
        (Fault::NoSuchQueue, "Failed"),
        (Fault::NotSent, "Unclear"),
        (Fault::ServerError, "Unclear"),
        (Fault::AnswerLost, "Unclear"),
    ] {
        let service = Service::failing(&[fault]);
        let error = service.queue().waiting().await.unwrap_err();
        let kind = match error {
            StoreError::Throttled => "Throttled",
            StoreError::Unclear(_) => "Unclear",
            StoreError::Failed(_) => "Failed",
            _ => "another",
        };
        assert_eq!((kind, service.state().calls), (expected, 1), "{fault:?}");
    }
}

#[tokio::test]
async fn what_passes_is_tried_again_and_sent_once() {
    for fault in [Fault::Throttled, Fault::NotSent, Fault::ServerError, Fault::AnswerLost] {
        // The first call counts who waits: nobody has to wait for that.
        let service = Service::failing(&[fault; 4]);
        let (_, told) = ask(&service).await;
        let Ok(Reserved::Queued(ticket)) = told else { panic!("{fault:?}: should be queued: {told:?}") };
        assert_eq!(ticket.ahead, None, "{fault:?}: it is not known who waits");
        let state = service.state();
        assert_eq!((state.messages.len(), state.calls), (1, 5), "{fault:?}");
    }
}

#[tokio::test]
async fn what_does_not_pass_is_told_as_it_is() {
    for (fault, sent) in [
        (Fault::Throttled, 0),
        (Fault::NoSuchQueue, 0),
        (Fault::NotSent, 0),
        (Fault::ServerError, 0),
        (Fault::AnswerLost, 1),
    ] {
        let service = Service::failing(&[fault; 100]);
        let (_, told) = ask(&service).await;
        let as_it_is = match fault {
            Fault::Throttled => matches!(told, Err(BookingError::Store(StoreError::Throttled))),
            Fault::NoSuchQueue => matches!(told, Err(BookingError::Store(StoreError::Failed(_)))),
            // It may wait in the queue: nobody may be told that it failed.
            Fault::NotSent | Fault::ServerError | Fault::AnswerLost => matches!(told, Err(BookingError::Unclear(_))),
        };
        assert!(as_it_is, "{fault:?}: {told:?}");
        assert_eq!(service.state().messages.len(), sent, "{fault:?}");
    }
}
