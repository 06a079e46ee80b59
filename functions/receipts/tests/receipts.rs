//! What arrives, and what is noted of it.

use std::{
    collections::{HashMap, VecDeque},
    io::Write,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use vaxslot_app::ports::StoreError;
use vaxslot_domain::{Timestamp, preferences::Channel};
use vaxslot_receipts::{Arrival, Counts, Deliveries, Message, Noted, Receipts, Status, TRIES, Unnoted, Unreadable};
use vaxslot_testkit::{TestHost, make::read};

const NOW: &str = "2026-11-21T10:00:00Z";
const EVENT: &str = "9d3c1f7a-8e21-4f6b-b1c4-7a6e5d4c3b2a:appointment.confirmed";
const PHONE: &str = "+919812345678";

/// Marks in memory: each status is noted, and a repeat is not.
#[derive(Default)]
struct Marks {
    names: Mutex<HashMap<String, Message>>,
    noted: Mutex<Vec<(Message, Status, Timestamp)>>,
    /// How often nothing is found yet.
    early: Mutex<u32>,
    faults: Mutex<VecDeque<StoreError>>,
}

#[async_trait]
impl Deliveries for Marks {
    async fn find(&self, delivery: &str) -> Result<Option<Message>, StoreError> {
        let mut early = self.early.lock().unwrap();
        if *early > 0 {
            *early -= 1;
            return Ok(None);
        }
        Ok(self.names.lock().unwrap().get(delivery).cloned())
    }

    async fn note(&self, message: &Message, status: Status, at: Timestamp) -> Result<Noted, StoreError> {
        if let Some(fault) = self.faults.lock().unwrap().pop_front() {
            return Err(fault);
        }
        if message.event != EVENT {
            return Ok(Noted::Unknown);
        }
        let (mut noted, new) = (self.noted.lock().unwrap(), (message.clone(), status, at));
        if noted.contains(&new) {
            return Ok(Noted::Older);
        }
        noted.push(new);
        Ok(Noted::Changed)
    }
}

struct Stage {
    marks: Arc<Marks>,
    receipts: Receipts,
}

fn stage() -> Stage {
    let marks = Arc::new(Marks::default());
    for (name, channel) in [("ses-1", Channel::Email), ("sms-1", Channel::Sms)] {
        marks.names.lock().unwrap().insert(name.to_owned(), Message { event: EVENT.to_owned(), channel });
    }
    Stage { receipts: Receipts::new(marks.clone(), Arc::new(TestHost::at(read(NOW)))), marks }
}

impl Stage {
    /// Hands over bodies that came so often as one batch; returns the counts, and the places of those that are to come again.
    async fn hand(&self, bodies: &[Value], received: u32) -> (Counts, Vec<String>) {
        let record = |(place, body): (usize, &Value)| {
            let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
            json!({"messageId": place.to_string(), "body": body,
                "attributes": {"ApproximateReceiveCount": received.to_string()}})
        };
        let records: Vec<Value> = bodies.iter().enumerate().map(record).collect();
        let (counts, response) =
            self.receipts.queue(serde_json::from_value(json!({"Records": records})).unwrap()).await;
        let again = response.batch_item_failures.into_iter().map(|failure| failure.item_identifier);
        (counts, again.collect())
    }

    fn noted(&self) -> Vec<(Channel, Status)> {
        self.marks.noted.lock().unwrap().iter().map(|(message, status, _)| (message.channel, *status)).collect()
    }
}

fn of_gateway(channel: &str, status: &str) -> Value {
    json!({"id": format!("{EVENT}:{channel}"), "status": status, "at": "2026-11-21T09:59:30Z", "to": PHONE})
}

fn of_ses(kind: &str, id: &str) -> Value {
    json!({"source": "aws.ses", "detail-type": kind, "time": "2026-11-21T09:59:30Z",
        "detail": {"mail": {"messageId": id, "destination": ["asha@example.org"]}}})
}

#[tokio::test]
async fn a_gateways_receipt_names_the_mark_itself() {
    let stage = stage();
    let bodies = ["DELAYED", "DELIVERED", "READ", "FAILED"].map(|status| of_gateway("WHATSAPP", status));
    let (counts, again) = stage.hand(&bodies, 1).await;
    assert_eq!(again, [""; 0]);
    let expected = [Status::Delayed, Status::Delivered, Status::Read, Status::Failed];
    assert_eq!(stage.noted(), expected.map(|status| (Channel::WhatsApp, status)));
    assert_eq!(counts.undelivered, [(Channel::WhatsApp, 1)].into());
}

#[tokio::test]
async fn an_event_of_ses_is_found_by_what_ses_calls_the_message() {
    let stage = stage();
    let kinds =
        ["Email Delivery Delayed", "Email Delivered", "Email Bounced", "Email Complaint Received", "Email Opened"];
    let (counts, again) = stage.hand(&kinds.map(|kind| of_ses(kind, "ses-1")), 1).await;
    assert_eq!(again, [""; 0]);
    let expected = [Status::Delayed, Status::Delivered, Status::Failed, Status::Complained];
    assert_eq!(stage.noted(), expected.map(|status| (Channel::Email, status)), "and an opening is none");
    assert_eq!(counts.undelivered, [(Channel::Email, 1)].into());
}

#[tokio::test]
async fn only_what_cannot_be_read_comes_again_and_it_does_so_to_the_end() {
    let stage = stage();
    let other = |name: &str, value: &str| {
        let mut body = of_gateway("EMAIL", "DELIVERED");
        body[name] = json!(value);
        body
    };
    let bad = [
        json!("not JSON"),
        json!({}),
        other("id", EVENT),
        other("id", &format!("{EVENT}:PIGEON")),
        other("id", ":EMAIL"),
        other("id", &format!("{}:EMAIL", "x".repeat(200))),
        other("id", "स:EMAIL"),
        other("status", "delivered"),
        other("at", "yesterday"),
        other("at", "2026-11-21T10:05:01Z"),
        of_ses("Email Delivered", ""),
        json!({"source": "aws.ses", "detail-type": "Email Delivered", "time": "2026-11-21T09:59:30Z", "detail": {}}),
    ];
    let places: Vec<String> = (0..bad.len()).map(|place| place.to_string()).collect();
    for received in [1, TRIES] {
        let bodies: Vec<Value> = bad.iter().cloned().chain([of_gateway("EMAIL", "DELIVERED")]).collect();
        let (counts, again) = stage.hand(&bodies, received).await;
        assert_eq!((again, counts), (places.clone(), Counts::default()));
    }
    assert_eq!(stage.noted(), [(Channel::Email, Status::Delivered)]);
}

#[tokio::test]
async fn what_is_not_known_yet_comes_again_until_its_tries_are_used_up() {
    let stage = stage();
    let mut foreign = of_gateway("EMAIL", "FAILED");
    foreign["id"] = json!("somebody-elses:EMAIL");
    let bodies = [of_ses("Email Bounced", "ses-2"), foreign];
    for received in 1..TRIES {
        assert_eq!(stage.hand(&bodies, received).await, (Counts::default(), vec!["0".to_owned(), "1".to_owned()]));
    }
    let let_go = Counts { unknown: 2, ..Counts::default() };
    assert_eq!(stage.hand(&bodies, TRIES).await, (let_go, vec![]));
    assert_eq!(stage.noted(), []);
}

#[tokio::test]
async fn a_failure_is_counted_once_however_often_it_is_told() {
    let stage = stage();
    let body = [of_gateway("EMAIL", "FAILED")];
    assert_eq!(stage.hand(&body, 1).await.0.undelivered, [(Channel::Email, 1)].into());
    assert_eq!(stage.hand(&body, 2).await, (Counts::default(), vec![]));
}

#[tokio::test]
async fn a_store_that_fails_for_a_moment_is_asked_again_and_else_the_queue() {
    let stage = stage();
    let body = [of_gateway("EMAIL", "DELIVERED")];
    *stage.marks.faults.lock().unwrap() = [StoreError::Throttled, StoreError::Unclear("lost".into())].into();
    assert_eq!(stage.hand(&body, 1).await.1, [""; 0]);
    stage.marks.faults.lock().unwrap().push_back(StoreError::Failed("no such table".into()));
    assert_eq!(stage.hand(&body, TRIES).await.1, ["0"], "and it is not let go");
}

fn packed(kind: &str, entries: &[Value]) -> Arrival {
    let event = |entry: &Value| json!({"id": "1", "timestamp": 1_795_255_200_000_i64, "message": entry.to_string()});
    let events: Vec<Value> = entries.iter().map(event).collect();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(json!({"messageType": kind, "logEvents": events}).to_string().as_bytes()).unwrap();
    let data = STANDARD.encode(gzip.finish().unwrap());
    serde_json::from_value(json!({"awslogs": {"data": data}})).unwrap()
}

fn of_sns(id: &str, status: &str) -> Value {
    json!({"notification": {"messageId": id, "timestamp": "2026-11-21 10:00:00.412"}, "status": status,
        "delivery": {"destination": PHONE, "dwellTimeMs": 1203}})
}

/// What came of entries of SNS's log.
async fn texts(stage: &Stage, entries: &[Value]) -> (Counts, Result<(), Unnoted>) {
    let Arrival::Texts { awslogs } = packed("DATA_MESSAGE", entries) else { panic!("no log") };
    stage.receipts.texts(&awslogs).await.unwrap()
}

#[tokio::test]
async fn the_log_of_text_messages_is_noted() {
    let stage = stage();
    let entries = [of_sns("sms-1", "SUCCESS"), of_sns("sms-1", "FAILURE"), of_sns("sms-1", "ODD"), json!("no object")];
    let (counts, noted) = texts(&stage, &entries).await;
    assert_eq!(noted, Ok(()));
    assert_eq!(stage.noted(), [(Channel::Sms, Status::Delivered), (Channel::Sms, Status::Failed)]);
    assert_eq!(counts, Counts { undelivered: [(Channel::Sms, 1)].into(), unknown: 0 });
    assert_eq!(stage.marks.noted.lock().unwrap()[0].2, read::<Timestamp>(NOW), "the log's own moment");
}

#[tokio::test]
async fn a_text_that_is_not_known_yet_is_looked_for_again_and_codes_are_passed_over() {
    let stage = stage();
    *stage.marks.early.lock().unwrap() = 2;
    let (counts, noted) = texts(&stage, &[of_sns("sms-1", "SUCCESS"), of_sns("a-code", "SUCCESS")]).await;
    assert_eq!((counts, noted), (Counts { unknown: 1, ..Counts::default() }, Ok(())));
    assert_eq!(stage.noted(), [(Channel::Sms, Status::Delivered)]);
}

#[tokio::test]
async fn what_could_not_be_noted_of_the_log_fails_after_the_rest_was() {
    let stage = stage();
    stage.marks.faults.lock().unwrap().push_back(StoreError::Failed("no such table".into()));
    let entries = [of_sns("sms-1", "FAILURE"), of_sns("sms-1", "SUCCESS")];
    let (counts, noted) = texts(&stage, &entries).await;
    assert_eq!((noted, counts), (Err(Unnoted::Some(1)), Counts::default()));
    assert_eq!(stage.noted(), [(Channel::Sms, Status::Delivered)]);
    assert_eq!(texts(&stage, &entries).await.1, Ok(()));
}

#[tokio::test]
async fn what_is_no_log_fails_and_a_word_of_the_service_says_nothing() {
    let stage = stage();
    let health = stage.receipts.handle(packed("CONTROL_MESSAGE", &[of_sns("sms-1", "SUCCESS")])).await;
    assert_eq!(health.unwrap().batch_item_failures.len(), 0);
    for data in ["", "!", "AAAA", "H4sIAAAA"] {
        let arrival = serde_json::from_value(json!({"awslogs": {"data": data}})).unwrap();
        let refused = stage.receipts.handle(arrival).await;
        assert_eq!(refused.unwrap_err(), Unnoted::All(Unreadable("packing")), "{data}");
    }
    assert_eq!(stage.noted(), []);
}

#[tokio::test]
async fn nothing_that_is_said_of_a_bad_body_is_from_it() {
    for body in [format!("\"{PHONE}\""), json!({"id": PHONE, "status": PHONE, "at": PHONE}).to_string()] {
        let refused = vaxslot_receipts::Receipt::read(&body, read(NOW)).unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains(&PHONE[1..]));
    }
}

#[test]
fn counts_are_figures_by_channel_and_nothing_is_said_of_nothing() {
    assert_eq!(Counts::default().line(read(NOW)), None);
    let undelivered = [(Channel::Sms, 2), (Channel::Email, 1), (Channel::WhatsApp, 3)].into();
    let line = Counts { undelivered, unknown: 4 }.line(read(NOW)).unwrap();
    let figures = ["UndeliveredSms", "UndeliveredEmail", "UndeliveredWhatsApp", "UnknownReceipts"];
    assert_eq!(figures.map(|name| line[name].as_u64()), [Some(2), Some(1), Some(3), Some(4)]);
    assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().map(Vec::len), Some(4));
}
