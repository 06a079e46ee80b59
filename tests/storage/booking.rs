//! A drive to book in: the use cases over a table, with sessions published and people registered.

use std::sync::Arc;

use futures::{StreamExt, stream};
use vaxslot_app::{
    booking::{Booking, BookingError, Finality},
    ports::{Added, People, Sessions, Tried},
    retry::persist,
};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    appointment::Appointment,
    booking::{MoveOrder, Own, Policy},
    person::Beneficiary,
};
use vaxslot_testkit::{
    TestHost,
    make::{Draft, Published, account, adult, order, phone, read},
};

use crate::engine::{self, Table};

/// The usual time of these tests: the day before the usual session.
pub const NOW: &str = "2026-11-21T10:00:00Z";

pub struct Drive {
    pub table: Table,
    pub host: Arc<TestHost>,
    /// One function's memory.
    pub booking: Booking,
}

pub type Outcome = Result<Vec<Appointment>, BookingError>;

impl Drive {
    pub async fn new() -> Self {
        Self::on(engine::table().await)
    }

    pub fn on(table: Table) -> Self {
        let host = Arc::new(TestHost::at(read(NOW)));
        let booking = sandbox(&table, host.clone());
        Self { table, host, booking }
    }

    /// Another function's memory, with a clock and chances of its own.
    pub fn sandbox(&self, seed: u64) -> Booking {
        let now: Timestamp = read(NOW);
        let millis = SignedDuration::from_millis(seed.try_into().expect("a small seed"));
        sandbox(&self.table, Arc::new(TestHost::seeded(now.saturating_add(millis).expect("a time"), seed)))
    }

    /// Publishes a session; again where an answer is lost on the way from a busy engine.
    pub async fn publish(&self, draft: Draft) -> Published {
        let published = draft.made();
        let write = || self.table.store.publish(&published.session, &published.shards);
        match persist(&*self.host, write).await.expect("the store answers") {
            Tried::Done(()) => {}
            Tried::Refused(earlier) => assert_eq!(earlier, published.session),
        }
        published
    }

    /// Registers adults with numbers from `first`, as many to an account as told.
    pub async fn register(&self, first: u128, count: u128, to_an_account: u128) -> Vec<Beneficiary> {
        let person =
            |number: u128| adult(number, &account(&format!("account-{}", (number - first) / to_an_account + first)));
        let people: Vec<Beneficiary> = (first..first + count).map(person).collect();
        let added = stream::iter(&people).map(|person| async {
            let phone = phone(9_812_345_678);
            let add = || self.table.store.add_beneficiary(person, &phone);
            match persist(&*self.host, add).await.expect("the store answers") {
                Added::Done => {}
                other => assert_eq!(other, Added::Exists(Box::new(person.clone()))),
            }
        });
        added.buffer_unordered(16).collect::<Vec<()>>().await;
        people
    }

    pub async fn book(&self, published: &Published, people: &[&Beneficiary]) -> Outcome {
        reserve(&self.booking, published, people, Finality::Book, None).await
    }

    pub async fn hold(&self, published: &Published, people: &[&Beneficiary]) -> Outcome {
        reserve(&self.booking, published, people, Finality::Hold, None).await
    }

    /// Has the session read, so that the next booking needs no read.
    pub async fn warm_up(&self, published: &Published) {
        let nobody = adult(u128::MAX, &account("nobody"));
        let outcome = self.book(published, &[&nobody]).await;
        assert!(matches!(outcome, Err(BookingError::Refused(_))), "{outcome:?}");
        self.table.wire.reset();
    }
}

/// Books or holds the first slot and dose of a session with the account of the first person.
pub async fn reserve(
    booking: &Booking,
    published: &Published,
    people: &[&Beneficiary],
    finality: Finality,
    key: Option<&str>,
) -> Outcome {
    let order = order(&people[0].account, &published.session, people);
    booking.reserve(published.session.id, &order, finality, key).await
}

/// Moves what the people were told they have to the first slot of a session, with the account of the first.
pub async fn reschedule(
    booking: &Booking,
    to: &Published,
    people: &[&Beneficiary],
    had: &[Own],
    key: Option<&str>,
) -> Outcome {
    let slot = to.session.slots[0];
    let order = MoveOrder::new(people[0].account.clone(), had.to_vec(), to.session.id, slot).expect("a party");
    booking.reschedule(&order, key).await
}

pub fn sandbox(table: &Table, host: Arc<TestHost>) -> Booking {
    Booking::new(table.store.clone(), host, Policy::USUAL)
}
