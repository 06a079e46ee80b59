//! Events from the queue, and the messages they lead to.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use aws_lambda_events::sqs::SqsEvent;
use vaxslot_app::ports::{People, Sessions, Sms, StoreError};
use vaxslot_aws::EventMessage;
use vaxslot_domain::{
    SignedDuration, Timestamp,
    event::{Event, EventKind},
    person::Phone,
};
use vaxslot_notifier::{Marked, Marks, Notifier, Notify, Templates};
use vaxslot_testkit::{MemoryStore, TestHost, make};

#[derive(Default)]
struct Outbox {
    sent: Mutex<Vec<(String, String)>>,
    broken: AtomicBool,
}

#[async_trait]
impl Sms for Outbox {
    async fn send(&self, to: &Phone, text: &str) -> Result<(), StoreError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Failed("no line".into()));
        }
        self.sent.lock().unwrap().push((to.as_str().to_owned(), text.to_owned()));
        Ok(())
    }
}

/// Marks in memory, with the lease of the real ones.
#[derive(Default)]
struct MemoryMarks(Mutex<HashMap<String, (bool, Timestamp)>>);

#[async_trait]
impl Marks for MemoryMarks {
    async fn take(&self, event: &str, now: Timestamp) -> Result<Marked, StoreError> {
        let mut marks = self.0.lock().unwrap();
        match marks.get(event) {
            Some((true, _)) => Ok(Marked::Sent),
            Some((false, taken)) if now.duration_since(*taken).as_secs() <= 60 => Ok(Marked::Busy),
            _ => {
                marks.insert(event.to_owned(), (false, now));
                Ok(Marked::Ours)
            }
        }
    }

    async fn done(&self, event: &str, now: Timestamp) -> Result<(), StoreError> {
        self.0.lock().unwrap().insert(event.to_owned(), (true, now));
        Ok(())
    }
}

struct Stage {
    outbox: Arc<Outbox>,
    host: Arc<TestHost>,
    notifier: Notifier,
    confirmed: EventMessage,
}

async fn stage() -> Stage {
    let (store, outbox) = (Arc::new(MemoryStore::default()), Arc::new(Outbox::default()));
    let host = Arc::new(TestHost::at(make::read("2026-11-21T10:00:00Z")));
    let published = make::Draft::new(1, &[25]).made();
    store.publish(&published.session, &published.shards).await.unwrap();
    let person = make::adult(1, &make::account("account-1"));
    store.add_beneficiary(&person, &make::phone(7)).await.unwrap();
    let appointment = make::Wish::new(&published.session, &[&person]).reservation().appointments.remove(0);
    let confirmed = EventMessage::from(&Event { kind: EventKind::Confirmed, appointment });
    let notifier = Notifier::new(Notify {
        store,
        marks: Arc::new(MemoryMarks::default()),
        sms: outbox.clone(),
        host: host.clone(),
        templates: Templates::load().unwrap(),
    });
    Stage { outbox, host, notifier, confirmed }
}

impl Stage {
    /// Hands over bodies as one batch; returns the ids of the messages to come again.
    async fn hand(&self, bodies: &[String]) -> Vec<String> {
        let records: Vec<serde_json::Value> = bodies
            .iter()
            .enumerate()
            .map(|(place, body)| serde_json::json!({"messageId": format!("m{place}"), "body": body}))
            .collect();
        let batch: SqsEvent = serde_json::from_value(serde_json::json!({ "Records": records })).unwrap();
        let response = self.notifier.handle(batch).await;
        response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }

    fn body(&self) -> String {
        serde_json::to_string(&self.confirmed).unwrap()
    }

    fn sent(&self) -> Vec<(String, String)> {
        self.outbox.sent.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn a_confirmation_goes_to_the_accounts_phone() {
    let stage = stage().await;
    assert!(stage.hand(&[stage.body()]).await.is_empty());
    let sent = stage.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].0, make::phone(7).as_str());
    assert!(sent[0].1.contains("Sun 22 Nov 2026") && sent[0].1.contains("09:00-11:00"), "{}", sent[0].1);
}

#[tokio::test]
async fn a_moved_appointment_is_told_of_and_a_moved_hold_is_not() {
    let stage = stage().await;
    let moved = |status: &str| {
        let (kind, id) = ("appointment.rescheduled".to_owned(), format!("{status}:moved"));
        let message = EventMessage { id, kind, status: status.to_owned(), ..stage.confirmed.clone() };
        serde_json::to_string(&message).unwrap()
    };
    assert!(stage.hand(&[moved("HELD"), moved("CONFIRMED"), moved("CONFIRMED")]).await.is_empty());
    let sent = stage.sent();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].1.contains("now booked for Sun 22 Nov 2026"), "{}", sent[0].1);
}

#[tokio::test]
async fn an_event_that_comes_again_is_told_once() {
    let stage = stage().await;
    assert!(stage.hand(&[stage.body(), stage.body()]).await.is_empty());
    assert!(stage.hand(&[stage.body()]).await.is_empty());
    assert_eq!(stage.sent().len(), 1);
}

#[tokio::test]
async fn a_message_that_could_not_be_sent_comes_again_and_is_sent_after_the_lease() {
    let stage = stage().await;
    stage.outbox.broken.store(true, Ordering::SeqCst);
    assert_eq!(stage.hand(&[stage.body()]).await, ["m0"]);
    stage.outbox.broken.store(false, Ordering::SeqCst);
    assert_eq!(stage.hand(&[stage.body()]).await, ["m0"], "another sender may still be at it");
    assert!(stage.sent().is_empty());
    stage.host.advance(SignedDuration::from_secs(61));
    assert!(stage.hand(&[stage.body()]).await.is_empty());
    assert_eq!(stage.sent().len(), 1);
}

#[tokio::test]
async fn only_the_bad_messages_of_a_batch_come_again() {
    let stage = stage().await;
    let nobody = EventMessage { beneficiary_id: make::person_id(99).to_string(), ..stage.confirmed.clone() };
    let bodies = ["not JSON".to_owned(), stage.body(), serde_json::to_string(&nobody).unwrap()];
    assert_eq!(stage.hand(&bodies).await, ["m0", "m2"]);
    assert_eq!(stage.sent().len(), 1);
}

#[tokio::test]
async fn events_that_ask_for_no_message_send_none() {
    let stage = stage().await;
    let held = EventMessage { kind: "appointment.held".to_owned(), ..stage.confirmed.clone() };
    assert!(stage.hand(&[serde_json::to_string(&held).unwrap()]).await.is_empty());
    assert!(stage.sent().is_empty());
}
