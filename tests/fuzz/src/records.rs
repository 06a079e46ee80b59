//! Batches of queues and of the table's stream. What cannot be handled is named, and nothing is named that did not come.

use std::{cell::LazyCell, collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use aws_lambda_events::{dynamodb, sqs::SqsEvent};
use futures::executor::block_on;
use serde_json::Value;
use vaxslot_app::{
    booker::{Booker, Closer},
    booking::Booking,
    ports::{People, Sessions, Sms, StoreError},
    projection::Projection,
};
use vaxslot_aws::{EventMessage, QueuedMessage};
use vaxslot_booker::deliveries;
use vaxslot_domain::{SignedDuration, Timestamp, booking::Policy, person::Phone, preferences::Channel};
use vaxslot_notifier::{Errand, Handed, Later, Marked, Marks, Notifier, Notify, Relay, Templates};
use vaxslot_projector::Projector;
use vaxslot_receipts::{Arrival, Deliveries, Message, Noted, Receipts, Status};
use vaxslot_testkit::{
    MemoryStore, RecordedEvents, TestHost,
    make::{Draft, account, adult, phone, read},
};

use crate::choose;

const FUNCTIONS: [fn(&[u8]); 5] = [booker, closer, notifier, projector, receipts];

/// A byte for the function, then the event.
pub fn run(data: &[u8]) {
    let Some((function, event)) = choose(&FUNCTIONS, data) else { return };
    function(event);
}

struct Nobody;

#[async_trait]
impl Sms for Nobody {
    async fn send(&self, _: &Phone, text: &str, _: &str) -> Result<String, StoreError> {
        assert!(!text.is_empty());
        Ok(String::new())
    }
}

#[async_trait]
impl Marks for Nobody {
    async fn take(&self, _: &str, _: Channel, _: Timestamp) -> Result<Marked, StoreError> {
        Ok(Marked::Ours)
    }

    async fn done(&self, _: &str, _: Channel, _: &Handed, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn name(&self, _: &str, _: &str, _: Channel, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }
}

#[async_trait]
impl Deliveries for Nobody {
    async fn find(&self, delivery: &str) -> Result<Option<Message>, StoreError> {
        assert!(!delivery.is_empty());
        Ok((delivery.len() > 4).then(|| Message { event: "event".to_owned(), channel: Channel::Sms }))
    }

    async fn note(&self, message: &Message, _: Status, at: Timestamp) -> Result<Noted, StoreError> {
        assert!(!message.event.is_empty() && at < read("2026-11-21T10:06:00Z"));
        Ok(if message.event.len() > 4 { Noted::Changed } else { Noted::Unknown })
    }
}

#[async_trait]
impl Relay for Nobody {
    async fn hand(&self, errand: &Errand) -> Result<String, StoreError> {
        assert!(!errand.text.is_empty());
        Ok(String::new())
    }
}

#[async_trait]
impl Later for Nobody {
    async fn bring(&self, _: &EventMessage, _: SignedDuration) -> Result<(), StoreError> {
        Ok(())
    }
}

fn store() -> (Arc<MemoryStore>, Arc<TestHost>) {
    let store = Arc::new(MemoryStore::new());
    let published = Draft::new(1, &[25, 25]).made();
    block_on(async {
        store.publish(&published.session, &published.shards).await.expect("a session");
        store.add_beneficiary(&adult(0xa, &account("home")), &phone(9_812_345_678)).await.expect("a person");
    });
    (store, Arc::new(TestHost::at(read("2026-11-21T10:00:00Z"))))
}

fn booker(event: &[u8]) {
    let Ok(batch) = serde_json::from_slice::<SqsEvent>(event) else { return };
    let (store, host) = store();
    let batch = deliveries(batch);
    for queued in batch.iter().filter_map(|delivery| delivery.queued.as_ref()) {
        assert_eq!(QueuedMessage::from(queued).queued().as_ref(), Some(queued));
    }
    let ids: BTreeSet<String> = batch.iter().map(|delivery| delivery.id.clone()).collect();
    let again = block_on(Booker::new(Booking::new(store, host, Policy::USUAL)).take(batch));
    assert!(again.iter().all(|id| ids.contains(id)), "{again:?} of {ids:?}");
}

fn closer(event: &[u8]) {
    let Ok(batch) = serde_json::from_slice::<SqsEvent>(event) else { return };
    let (store, host) = store();
    let batch = deliveries(batch);
    let ids: BTreeSet<String> = batch.iter().map(|delivery| delivery.id.clone()).collect();
    let again = block_on(Closer::new(store, host).take(batch));
    assert!(again.iter().all(|id| ids.contains(id)), "{again:?} of {ids:?}");
}

thread_local! {
    /// Templates are compiled once.
    static NOTIFIER: LazyCell<Notifier> = LazyCell::new(|| {
        let (store, host) = store();
        let templates = Templates::load().expect("the templates");
        let (marks, sms, relay, later) = (Arc::new(Nobody), Arc::new(Nobody), Arc::new(Nobody), Arc::new(Nobody));
        Notifier::new(Notify { store, marks, sms, relay, later, host, templates, named: Channel::ALL.to_vec() })
    });
}

fn notifier(event: &[u8]) {
    let Ok(batch) = serde_json::from_slice::<SqsEvent>(event) else { return };
    let ids: BTreeSet<String> =
        batch.records.iter().map(|message| message.message_id.clone().unwrap_or_default()).collect();
    let response = NOTIFIER.with(|notifier| block_on(notifier.handle(batch)));
    let again = response.batch_item_failures;
    assert!(again.iter().all(|failure| ids.contains(&failure.item_identifier)), "{again:?} of {ids:?}");
}

fn receipts(event: &[u8]) {
    let Ok(arrival) = serde_json::from_slice::<Arrival>(event) else { return };
    let ids: BTreeSet<String> = match &arrival {
        Arrival::Queue(batch) => batch.records.iter().map(|one| one.message_id.clone().unwrap_or_default()).collect(),
        Arrival::Texts { .. } => BTreeSet::new(),
    };
    let host = Arc::new(TestHost::at(read("2026-11-21T10:00:00Z")));
    let Ok(response) = block_on(Receipts::new(Arc::new(Nobody), host).handle(arrival)) else { return };
    let again = response.batch_item_failures;
    assert!(again.iter().all(|failure| ids.contains(&failure.item_identifier)), "{again:?} of {ids:?}");
}

fn projector(event: &[u8]) {
    let Ok(batch) = serde_json::from_slice::<dynamodb::Event>(event) else { return };
    let numbers: BTreeSet<Option<String>> =
        batch.records.iter().map(|record| record.change.sequence_number.clone()).collect();
    let events = Arc::new(RecordedEvents::default());
    let (store, host) = store();
    let projector = Projector::new(Arc::new(Projection::new(store, events.clone(), host)), "vaxslot");
    let response = block_on(projector.handle(batch));
    for failure in response.batch_item_failures {
        assert!(numbers.contains(&failure.item_identifier), "{failure:?} of {numbers:?}");
    }
    for event in events.told() {
        let message = serde_json::to_string(&vaxslot_aws::EventMessage::from(&event)).expect("a message");
        assert!(
            serde_json::from_str::<Value>(&message)
                .is_ok_and(|message| message["kind"].is_string() || message["type"].is_string())
        );
    }
}
