//! Events from the queue, and the messages they lead to.

use std::{
    collections::HashMap,
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use aws_lambda_events::sqs::SqsEvent;
use futures::FutureExt;
use vaxslot_app::ports::{Bookings, Contacts, People, Sessions, Sms, StoreError};
use vaxslot_aws::EventMessage;
use vaxslot_domain::{
    SignedDuration, Timestamp,
    event::{Event, EventKind},
    person::Phone,
    preferences::{Channel, Language, Preferences, QuietHours},
};
use vaxslot_notifier::{Errand, Handed, Later, Marked, Marks, Notifier, Notify, Relay, Templates};
use vaxslot_testkit::{MemoryStore, TestHost, make};

#[derive(Default)]
struct Outbox {
    sent: Mutex<Vec<(String, String)>>,
    /// Under which names texts went out, and by which channel.
    texts: Mutex<Vec<String>>,
    /// For how many seconds events were put off.
    put_off: Mutex<Vec<i64>>,
    broken: AtomicBool,
    life: Arc<Life>,
}

#[async_trait]
impl Sms for Outbox {
    async fn send(&self, to: &Phone, text: &str, template: &str) -> Result<String, StoreError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Failed("no line".into()));
        }
        self.life.step().await;
        self.sent.lock().unwrap().push((to.as_str().to_owned(), text.to_owned()));
        self.texts.lock().unwrap().push(format!("SMS {template}"));
        self.life.step().await;
        Ok("sms-1".to_owned())
    }
}

#[async_trait]
impl Relay for Outbox {
    async fn hand(&self, errand: &Errand) -> Result<String, StoreError> {
        self.sent.lock().unwrap().push((errand.to.clone(), errand.text.clone()));
        self.texts.lock().unwrap().push(format!("{} {}.{}", errand.channel, errand.template, errand.language));
        Ok("relay-1".to_owned())
    }
}

#[async_trait]
impl Later for Outbox {
    async fn bring(&self, _: &EventMessage, after: SignedDuration) -> Result<(), StoreError> {
        self.put_off.lock().unwrap().push(after.as_secs());
        Ok(())
    }
}

/// Marks in memory, with the lease of the real ones.
#[derive(Default)]
struct MemoryMarks {
    marks: Mutex<HashMap<(String, Channel), Mark>>,
    names: Names,
    life: Arc<Life>,
}

/// Which messages go by which ids where they are delivered.
#[derive(Default)]
struct Names {
    known: Mutex<Vec<(String, Channel)>>,
    broken: AtomicBool,
}

/// What was handed over, and since when somebody is at it.
type Mark = (Option<Handed>, Timestamp);

impl MemoryMarks {
    fn look(&self, event: &str, channel: Channel, now: Timestamp) -> Marked {
        let mut marks = self.marks.lock().unwrap();
        let key = (event.to_owned(), channel);
        match marks.get(&key) {
            Some((Some(handed), _)) => Marked::Sent { delivery: handed.delivery.clone() },
            Some((None, taken)) if now.duration_since(*taken).as_secs() <= 60 => Marked::Busy,
            _ => {
                marks.insert(key, (None, now));
                Marked::Ours
            }
        }
    }
}

#[async_trait]
impl Marks for MemoryMarks {
    async fn take(&self, event: &str, channel: Channel, now: Timestamp) -> Result<Marked, StoreError> {
        self.life.step().await;
        let marked = self.look(event, channel, now);
        self.life.step().await;
        Ok(marked)
    }

    async fn done(&self, event: &str, channel: Channel, handed: &Handed, now: Timestamp) -> Result<(), StoreError> {
        self.life.step().await;
        self.marks.lock().unwrap().insert((event.to_owned(), channel), (Some(handed.clone()), now));
        self.life.step().await;
        Ok(())
    }

    async fn name(&self, delivery: &str, event: &str, channel: Channel, now: Timestamp) -> Result<(), StoreError> {
        if self.names.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Failed("no line".into()));
        }
        self.life.step().await;
        assert!(matches!(self.look(event, channel, now), Marked::Sent { .. }), "the mark comes before the name");
        self.names.known.lock().unwrap().push((delivery.to_owned(), channel));
        self.life.step().await;
        Ok(())
    }
}

/// A life that ends at one of its steps: nothing happens after it.
#[derive(Default)]
struct Life {
    /// How many steps are left; nothing for ever.
    left: Mutex<Option<u32>>,
}

impl Life {
    async fn step(&self) {
        let dies = match &mut *self.left.lock().unwrap() {
            None => false,
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
        };
        if dies {
            pending::<()>().await;
        }
    }

    fn set(&self, left: Option<u32>) {
        *self.left.lock().unwrap() = left;
    }
}

struct Stage {
    store: Arc<MemoryStore>,
    marks: Arc<MemoryMarks>,
    outbox: Arc<Outbox>,
    host: Arc<TestHost>,
    notifier: Notifier,
    confirmed: EventMessage,
    reminder: EventMessage,
}

async fn stage() -> Stage {
    let (store, outbox) = (Arc::new(MemoryStore::default()), Arc::new(Outbox::default()));
    let host = Arc::new(TestHost::at(make::read("2026-11-21T10:00:00Z")));
    let published = make::Draft::new(1, &[25]).made();
    store.publish(&published.session, &published.shards).await.unwrap();
    let person = make::adult(1, &make::account("account-1"));
    store.add_beneficiary(&person, &make::phone(7)).await.unwrap();
    let mut reservation = make::Wish::new(&published.session, &[&person]).reservation();
    store.reserve(&reservation).await.unwrap();
    let appointment = reservation.appointments.remove(0);
    let reminder = EventMessage::reminder(&appointment);
    let confirmed = EventMessage::from(&Event { kind: EventKind::Confirmed, appointment });
    let marks = Arc::new(MemoryMarks { life: outbox.life.clone(), ..MemoryMarks::default() });
    let notifier = Notifier::new(Notify {
        store: store.clone(),
        marks: marks.clone(),
        sms: outbox.clone(),
        relay: outbox.clone(),
        later: outbox.clone(),
        host: host.clone(),
        templates: Templates::load().unwrap(),
        named: vec![Channel::Sms, Channel::Email],
    });
    Stage { store, marks, outbox, host, notifier, confirmed, reminder }
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

    fn texts(&self) -> Vec<String> {
        self.outbox.texts.lock().unwrap().clone()
    }

    async fn wants(&self, wanted: Preferences) {
        self.store.prefer(&make::account("account-1"), &wanted).await.unwrap();
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

#[tokio::test]
async fn each_channel_is_told_once_in_the_accounts_language() {
    let stage = stage().await;
    stage
        .wants(Preferences {
            language: Language::Marathi,
            channels: Channel::ALL.iter().copied().collect(),
            email: "asha@example.org".parse().ok(),
            ..Preferences::default()
        })
        .await;
    stage.outbox.broken.store(true, Ordering::SeqCst);
    assert_eq!(stage.hand(&[stage.body()]).await, ["m0"], "the text message comes again");
    assert_eq!(stage.texts(), ["EMAIL confirmed.mr", "WHATSAPP confirmed.mr"], "and held up no other channel");
    stage.outbox.broken.store(false, Ordering::SeqCst);
    stage.host.advance(SignedDuration::from_secs(61));
    for _ in 0..2 {
        assert!(stage.hand(&[stage.body()]).await.is_empty());
    }
    assert_eq!(stage.texts()[2..], ["SMS confirmed.mr"]);
    let to: Vec<String> = stage.sent().into_iter().map(|(to, _)| to).collect();
    let phone = make::phone(7);
    assert_eq!(to, ["asha@example.org", phone.as_str(), phone.as_str()]);
    let marks = stage.marks.marks.lock().unwrap();
    let handed = |channel| marks[&(stage.confirmed.id.clone(), channel)].0.clone().map(|handed| handed.delivery);
    assert_eq!([handed(Channel::Sms), handed(Channel::Email)], [Some("sms-1".to_owned()), Some("relay-1".to_owned())]);
}

#[tokio::test]
async fn who_wants_nothing_is_told_nothing() {
    let stage = stage().await;
    stage.wants(Preferences { opted_out: true, ..Preferences::default() }).await;
    assert!(stage.hand(&[stage.body()]).await.is_empty());
    assert!(stage.sent().is_empty());
}

#[tokio::test]
async fn an_event_waits_for_the_end_of_quiet_hours() {
    let stage = stage().await;
    // It is half past three in the afternoon in India.
    stage.wants(Preferences { quiet: QuietHours::parse("15:00", "16:00").ok(), ..Preferences::default() }).await;
    assert!(stage.hand(&[stage.body()]).await.is_empty());
    assert_eq!((stage.sent().len(), stage.outbox.put_off.lock().unwrap().clone()), (0, vec![1800]));
    stage.host.advance(SignedDuration::from_mins(30));
    assert!(stage.hand(&[stage.body()]).await.is_empty());
    assert_eq!(stage.sent().len(), 1);
}

#[tokio::test]
async fn who_still_has_the_appointment_is_reminded_once() {
    let stage = stage().await;
    let body = || serde_json::to_string(&stage.reminder).unwrap();
    assert!(stage.hand(&[body(), body()]).await.is_empty());
    assert_eq!(stage.texts(), ["SMS reminder.en"]);
}

#[tokio::test]
async fn nobody_is_reminded_of_what_no_longer_stands_or_has_begun() {
    let stage = stage().await;
    let gone = EventMessage { appointment_id: make::appointment_id(99).to_string(), ..stage.reminder.clone() };
    assert!(stage.hand(&[serde_json::to_string(&gone).unwrap()]).await.is_empty());
    stage.host.advance(SignedDuration::from_hours(24));
    assert!(stage.hand(&[serde_json::to_string(&stage.reminder).unwrap()]).await.is_empty());
    assert!(stage.sent().is_empty());
}

#[tokio::test]
async fn a_crash_between_the_mark_and_the_name_loses_neither_and_sends_nothing_twice() {
    let stage = stage().await;
    let names = &stage.marks.names;
    names.broken.store(true, Ordering::SeqCst);
    assert_eq!(stage.hand(&[stage.body()]).await, ["m0"]);
    names.broken.store(false, Ordering::SeqCst);
    assert!(stage.hand(&[stage.body()]).await.is_empty());
    assert_eq!(stage.sent().len(), 1);
    assert_eq!(*names.known.lock().unwrap(), [("sms-1".to_owned(), Channel::Sms)]);
}

#[tokio::test]
async fn only_what_ses_and_sns_deliver_is_named() {
    let stage = stage().await;
    let (channels, email) = (Channel::ALL.iter().copied().collect(), "asha@example.org".parse().ok());
    stage.wants(Preferences { channels, email, ..Preferences::default() }).await;
    assert!(stage.hand(&[stage.body()]).await.is_empty());
    let expected = [("sms-1".to_owned(), Channel::Sms), ("relay-1".to_owned(), Channel::Email)];
    assert_eq!(*stage.marks.names.known.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_death_at_any_step_leaves_nobody_untold() {
    let mut told = Vec::new();
    for steps in 0.. {
        let stage = stage().await;
        stage.outbox.life.set(Some(steps));
        let finished = stage.hand(&[stage.body()]).now_or_never();
        stage.outbox.life.set(None);
        // The queue brings it again, and once more.
        stage.host.advance(SignedDuration::from_secs(61));
        assert!(stage.hand(&[stage.body()]).await.is_empty());
        assert!(stage.hand(&[stage.body()]).await.is_empty());
        told.push(stage.sent().len());
        if finished.is_some() {
            break;
        }
    }
    // Before and after it is taken, handed over, noted and named; and no death at all. Who dies between handing over and noting
    // it leaves nobody who knows.
    assert_eq!(told, [1, 1, 1, 2, 2, 1, 1, 1, 1]);
}
