//! Reminders over the store in memory.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use vaxslot_app::{
    ports::{Bookings, Cancellations, Host, People, Places, ReminderQueue, Sessions, StoreError},
    reminders::Reminders,
};
use vaxslot_domain::{
    SignedDuration,
    access::{Region, Scope},
    appointment::Appointment,
    id::AppointmentId,
};
use vaxslot_sweeper::{Job, Report, Sweeper};
use vaxslot_testkit::{
    MemoryStore, TestHost,
    make::{self, Draft, Published, Wish, district, read},
};

/// Half past three in the afternoon in India, on the day before the usual session.
const AFTERNOON: &str = "2026-11-21T10:00:00Z";

/// A queue that keeps what it was given, and moves the clock with each batch.
struct Queue {
    reminded: Mutex<Vec<AppointmentId>>,
    host: Arc<TestHost>,
    takes: SignedDuration,
    down: Mutex<Option<StoreError>>,
}

#[async_trait]
impl ReminderQueue for Queue {
    async fn queue_reminders(&self, of: &[Appointment]) -> Result<(), StoreError> {
        assert!((1..=10).contains(&of.len()), "{}", of.len());
        match *self.down.lock().unwrap() {
            Some(StoreError::Throttled) => return Err(StoreError::Throttled),
            Some(_) => return Err(StoreError::Failed("not allowed".into())),
            None => {}
        }
        self.host.advance(self.takes);
        self.reminded.lock().unwrap().extend(of.iter().map(|one| one.id));
        Ok(())
    }
}

struct Stage {
    store: Arc<MemoryStore>,
    host: Arc<TestHost>,
    queue: Arc<Queue>,
    sweeper: Sweeper,
}

impl Stage {
    /// Each message takes so many seconds.
    async fn new(seconds: i64) -> Self {
        let (store, host) = (Arc::new(MemoryStore::default()), Arc::new(TestHost::at(read(AFTERNOON))));
        let queue = Arc::new(Queue {
            reminded: Mutex::default(),
            host: host.clone(),
            takes: SignedDuration::from_secs(seconds),
            down: Mutex::default(),
        });
        store.save_districts(&[make::pune(), district(5, 17)]).await.unwrap();
        let reminders = Reminders::new(store.clone(), queue.clone(), host.clone(), 10);
        let sweeper = Sweeper::new(store.clone(), host.clone()).reminding(reminders);
        Self { store, host, queue, sweeper }
    }

    async fn publish(&self, draft: Draft) -> Published {
        let published = draft.made();
        self.store.publish(&published.session, &published.shards).await.unwrap();
        published
    }

    async fn book(&self, published: &Published, person: u128, held: bool) -> AppointmentId {
        let citizen = make::adult(person, &make::account(&format!("account-{person}")));
        self.store.add_beneficiary(&citizen, &make::phone(7)).await.unwrap();
        let wish = Wish::new(&published.session, &[&citizen]);
        let wish = if held { wish.held_until("2026-11-21T10:30:00Z") } else { wish };
        let reservation = wish.reservation();
        self.store.reserve(&reservation).await.unwrap();
        reservation.appointments[0].id
    }

    async fn call(&self) -> Report {
        let deadline = self.host.now().saturating_add(SignedDuration::from_mins(1)).unwrap();
        self.sweeper.handle(Job::Remind, deadline).await.unwrap()
    }

    fn reminded(&self) -> Vec<AppointmentId> {
        self.queue.reminded.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn who_is_booked_for_tomorrow_is_reminded_once() {
    let stage = Stage::new(0).await;
    let tomorrow = stage.publish(Draft::new(1, &[25, 25])).await;
    let later = stage.publish(Draft { date: read("2026-11-23"), ..Draft::new(2, &[25]) }).await;
    let cancelled = stage.publish(Draft::new(3, &[25])).await;
    let mut booked = Vec::new();
    for person in 1..=12 {
        booked.push(stage.book(&tomorrow, person, false).await);
    }
    stage.book(&tomorrow, 20, true).await;
    stage.book(&later, 21, false).await;
    stage.book(&cancelled, 22, false).await;
    let everywhere = Scope::Region(Region::Country);
    stage.store.begin_cancelling(cancelled.session.id, &everywhere, read(AFTERNOON)).await.unwrap();
    assert_eq!(stage.call().await, Report { reminded: 12, ..Report::default() });
    let mut reminded = stage.reminded();
    reminded.sort();
    booked.sort();
    assert_eq!(reminded, booked);
    assert_eq!(stage.call().await, Report::default(), "everybody is");
    stage.host.advance(SignedDuration::from_hours(24));
    assert_eq!(stage.call().await.reminded, 1, "of the next day");
}

#[tokio::test]
async fn nobody_is_reminded_before_the_hour() {
    let stage = Stage::new(0).await;
    let tomorrow = stage.publish(Draft::new(1, &[25])).await;
    stage.book(&tomorrow, 1, false).await;
    stage.host.set(read("2026-11-21T04:29:59Z"));
    assert_eq!(stage.call().await, Report::default());
    stage.host.set(read("2026-11-21T04:30:00Z"));
    assert_eq!(stage.call().await.reminded, 1);
}

#[tokio::test]
async fn a_call_goes_on_where_the_last_one_stopped() {
    let stage = Stage::new(30).await;
    for session in 1..=5 {
        let published = stage.publish(Draft::new(session, &[25])).await;
        stage.book(&published, session, false).await;
    }
    let elsewhere = vaxslot_domain::center::Center { district: district(5, 17), ..make::center(9) };
    let published = stage.publish(Draft { center: elsewhere, ..Draft::new(6, &[25]) }).await;
    stage.book(&published, 6, false).await;
    let mut calls = 0;
    loop {
        let report = stage.call().await;
        calls += 1;
        if !report.more {
            break;
        }
    }
    assert!(calls > 2, "{calls}");
    let mut reminded = stage.reminded();
    assert_eq!(reminded.len(), 6, "each once");
    reminded.sort();
    reminded.dedup();
    assert_eq!(reminded.len(), 6);
}

#[tokio::test]
async fn what_the_queue_did_not_take_is_tried_again() {
    for error in [StoreError::Throttled, StoreError::Failed("not allowed".into())] {
        let stage = Stage::new(0).await;
        let tomorrow = stage.publish(Draft::new(1, &[25])).await;
        stage.book(&tomorrow, 1, false).await;
        *stage.queue.down.lock().unwrap() = Some(error);
        let deadline = stage.host.now().saturating_add(SignedDuration::from_mins(1)).unwrap();
        assert!(stage.sweeper.handle(Job::Remind, deadline).await.is_err());
        *stage.queue.down.lock().unwrap() = None;
        assert_eq!(stage.call().await.reminded, 1);
    }
}
