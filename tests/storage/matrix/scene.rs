use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use vaxslot_app::{
    booker::Delivery,
    booking::{Booking, Finality, Reserved},
    ports::{Centers, Tried},
    tickets::{Desk, Ticket},
};
use vaxslot_domain::{
    SignedDuration,
    appointment::Appointment,
    booking::{Own, Policy},
    opening::{Opening, Queueing},
    person::Beneficiary,
};
use vaxslot_testkit::{
    MemoryQueue,
    make::{Draft, Published, center_id, order, own, read},
};

use crate::booking::{Drive, NOW, reserve};

/// What has happened before.
#[derive(Clone, Copy, PartialEq)]
pub enum Before {
    Nothing,
    Booked,
    Held,
    /// The holds have run out.
    RanOut,
    /// The day of the appointments is long past.
    Lapsed,
    /// As many appointments were given up as may be in a day, a day ago.
    GaveUp,
    /// A reservation waits in the queue.
    Queued,
}

/// Two people of one account and two sessions with eight units each, which nobody else touches.
pub struct Scene<'a> {
    pub drive: &'a Drive,
    pub number: u32,
    pub booking: Booking,
    pub published: Published,
    pub other: Published,
    pub people: Vec<Beneficiary>,
    pub made: Vec<Own>,
    pub queue: Option<(Desk, Ticket, Vec<Delivery>)>,
    tries: AtomicU32,
}

impl<'a> Scene<'a> {
    pub async fn set(drive: &'a Drive, number: u32, before: Before) -> Self {
        drive.host.set(read(NOW));
        let queue = if before == Before::Queued { Queueing::On } else { Queueing::Auto };
        let opening = Opening { opens_at: None, queue };
        let draft = |id| {
            let usual = Draft::new(id, &[4, 4]);
            let mut center = usual.center.clone();
            center.id = center_id(20_000 + number);
            // What lapses is earlier than what is booked then.
            let date = read(if before == Before::Lapsed && id % 10 == 2 { "2026-11-30" } else { "2026-11-26" });
            Draft { date, center, opening, ..usual }
        };
        let first = u128::from(number) * 10;
        let published = drive.publish(draft(first + 1)).await;
        let other = drive.publish(draft(first + 2)).await;
        let people = drive.register(first + 1, 2, 2).await;
        let usual = Policy::USUAL;
        let policy = if before == Before::GaveUp { Policy { changes_a_day: 1, ..usual } } else { usual };
        let booking = Booking::new(drive.table.store.clone(), drive.host.clone(), policy);
        let tries = AtomicU32::new(0);
        let mut scene = Self { drive, number, booking, published, other, people, made: Vec::new(), queue: None, tries };
        match before {
            Before::Nothing => {}
            Before::Booked => {
                let center = &scene.published.session.center;
                assert_eq!(drive.table.store.add_center(center).await.unwrap(), Tried::Done(()));
                scene.take(Finality::Book).await;
            }
            Before::Held => scene.take(Finality::Hold).await,
            Before::RanOut => {
                scene.take(Finality::Hold).await;
                drive.host.advance(SignedDuration::from_mins(31));
            }
            Before::Lapsed => {
                scene.take(Finality::Book).await;
                drive.host.set(read("2026-11-28T10:00:00Z"));
            }
            Before::GaveUp => {
                scene.take(Finality::Book).await;
                scene.booking.cancel(&scene.people[0].account, &scene.made, None).await.unwrap();
                drive.host.advance(SignedDuration::from_hours(25));
            }
            Before::Queued => scene.line_up().await,
        }
        scene.tick();
        scene
    }

    pub fn party(&self) -> Vec<&Beneficiary> {
        self.people.iter().collect()
    }

    /// A key, a mark, a name: the same for every try in a scene.
    pub fn key(&self) -> String {
        format!("key-{}", self.number)
    }

    /// Every try has a moment of its own.
    pub fn tick(&self) {
        self.drive.host.advance(SignedDuration::from_millis(5));
    }

    /// How often this was asked before.
    pub fn earlier_tries(&self) -> u32 {
        self.tries.fetch_add(1, Ordering::Relaxed)
    }

    async fn take(&mut self, finality: Finality) {
        let made = reserve(&self.booking, &self.published, &self.party(), finality, None).await.unwrap();
        self.made = made.iter().map(own).collect();
    }

    async fn line_up(&mut self) {
        let queue = Arc::new(MemoryQueue::new(self.drive.host.clone()));
        let desk = Desk::new(self.drive.table.store.clone(), queue.clone(), self.drive.host.clone());
        let session = &self.published.session;
        let order = order(&self.people[0].account, session, &self.party());
        match self.booking.reserve_or_queue(&desk, session.id, &order, Finality::Book, None).await {
            Ok(Reserved::Queued(ticket)) => self.queue = Some((desk, ticket, queue.receive(10))),
            other => panic!("should be queued: {other:?}"),
        }
    }
}

/// Appointments as somebody was told of them: without the moment, which a repeat may tell anew.
pub fn told(made: &[Appointment]) -> String {
    let one = |made: &Appointment| format!("{} {} {}", made.id, made.shard.pool.session, made.status.name());
    made.iter().map(one).collect::<Vec<_>>().join(", ")
}
