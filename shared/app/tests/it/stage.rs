//! A session whose reservations are queued, and people who want to be vaccinated.

use std::sync::Arc;

use vaxslot_app::{
    booker::{Booker, Closer, Delivery},
    booking::{Booking, BookingError, Finality, Reserved},
    ports::{Added, Bookings, People, Sessions, Tried},
    tickets::{Desk, Fate, Ticket, TicketState},
};
use vaxslot_domain::{
    Timestamp,
    access::{Region, Scope},
    appointment::Status,
    availability::Turns,
    booking::{Policy, Refusal},
    id::AccountId,
    opening::{Opening, Queueing},
    person::Beneficiary,
    session::PoolSummary,
    ticket::TicketEnd,
};
use vaxslot_testkit::{
    MemoryQueue, MemoryStore, TestHost,
    make::{Draft, Published, account, adult, order, own, phone, read},
};

pub const NOW: &str = "2026-11-21T10:00:00Z";
pub const EVERYWHERE: Scope = Scope::Region(Region::Country);

pub struct Stage {
    pub host: Arc<TestHost>,
    pub store: Arc<MemoryStore>,
    pub queue: Arc<MemoryQueue>,
    pub published: Published,
    /// As many as were asked for, each with an account of their own.
    pub people: Vec<Beneficiary>,
    pub booking: Booking,
    pub desk: Desk,
}

/// A ticket with whose it is.
#[derive(Debug, Clone)]
pub struct Held {
    pub account: AccountId,
    pub ticket: Ticket,
}

impl Stage {
    pub async fn new(shards: &[u32], people: u128) -> Self {
        let opening = Opening { opens_at: None, queue: Queueing::On };
        Self::with(Draft { opening, ..Draft::new(1, shards) }, people).await
    }

    pub async fn with(draft: Draft, people: u128) -> Self {
        let host = Arc::new(TestHost::at(read(NOW)));
        let store = Arc::new(MemoryStore::new());
        let queue = Arc::new(MemoryQueue::new(host.clone()));
        let published = draft.made();
        store.publish(&published.session, &published.shards).await.unwrap();
        let people = (1..=people).map(|number| adult(number, &account(&format!("account-{number}")))).collect();
        let booking = Booking::new(store.clone(), host.clone(), Policy::USUAL);
        let desk = Desk::new(store.clone(), queue.clone(), host.clone());
        let stage = Self { host, store, queue, published, people, booking, desk };
        for person in &stage.people {
            stage.register(person).await;
        }
        stage
    }

    pub async fn register(&self, person: &Beneficiary) {
        assert_eq!(self.store.add_beneficiary(person, &phone(9_812_345_678)).await.unwrap(), Added::Done);
    }

    /// A worker that has just been started.
    pub fn booker(&self) -> Booker {
        Booker::new(Booking::new(self.store.clone(), self.host.clone(), Policy::USUAL))
    }

    pub fn closer(&self) -> Closer {
        Closer::new(self.store.clone(), self.host.clone())
    }

    pub async fn ask(
        &self,
        people: &[&Beneficiary],
        finality: Finality,
        key: Option<&str>,
    ) -> Result<Reserved, BookingError> {
        let order = order(&people[0].account, &self.published.session, people);
        self.booking.reserve_or_queue(&self.desk, self.published.session.id, &order, finality, key).await
    }

    /// Asks, and holds the ticket.
    pub async fn queue(&self, people: &[&Beneficiary]) -> Held {
        self.queue_as(people, Finality::Book, None).await
    }

    pub async fn queue_as(&self, people: &[&Beneficiary], finality: Finality, key: Option<&str>) -> Held {
        match self.ask(people, finality, key).await {
            Ok(Reserved::Queued(ticket)) => Held { account: people[0].account.clone(), ticket },
            other => panic!("should be queued: {other:?}"),
        }
    }

    /// Works until nothing is left that can be handed out, each batch by a worker of its own.
    pub async fn work(&self) {
        loop {
            let batch = self.queue.receive(10);
            if batch.is_empty() {
                return;
            }
            self.work_on(&batch).await;
        }
    }

    pub async fn work_on(&self, batch: &[Delivery]) -> Vec<String> {
        let again = self.booker().take(batch.to_vec()).await;
        self.queue.settle(batch, &again);
        again
    }

    pub async fn show(&self, held: &Held) -> TicketState {
        self.desk.show(&held.account, &held.ticket.encode(&held.account)).await.expect("a ticket of one's own")
    }

    /// How a ticket stands, in a word: `OPEN`, the states of its appointments, or the reason.
    pub async fn end(&self, held: &Held) -> String {
        match self.show(held).await.fate {
            Fate::Open => "OPEN".to_owned(),
            Fate::Made(made) => made.iter().map(|made| made.status.name()).collect::<Vec<_>>().join(" "),
            Fate::Over(TicketEnd::Refused(refusal)) => reason(&refusal),
            Fate::Over(end) => format!("{end:?}"),
        }
    }

    pub async fn ends(&self, held: &[Held]) -> Vec<String> {
        let mut ends = Vec::new();
        for held in held {
            ends.push(self.end(held).await);
        }
        ends
    }

    /// Has staff say whether the session is queued for, at that time.
    pub async fn switch(&self, queue: Queueing, at: Timestamp) {
        let opening = Opening { opens_at: None, queue };
        self.store.set_opening(self.published.session.id, &EVERYWHERE, opening, at).await.unwrap();
    }

    /// Has the session's sums say that nothing is left.
    pub async fn sell_out(&self) {
        let session = self.store.session(self.published.session.id).await.unwrap().unwrap();
        let sums: Vec<PoolSummary> = session.pools.iter().map(|pool| PoolSummary { free: 0, ..*pool }).collect();
        self.store.summarize(session.id, session.version, &sums, &Turns::new()).await.unwrap();
    }

    /// The second person's ticket, which was refused because the only unit was the first one's; it is free again.
    pub async fn refused_once(&self, key: &str) -> Held {
        let [first, second] = [&self.people[0], &self.people[1]];
        let served = self.queue(&[first]).await;
        let refused = self.queue_as(&[second], Finality::Book, Some(key)).await;
        self.work().await;
        assert_eq!(self.ends(&[served.clone(), refused.clone()]).await, ["CONFIRMED", "SoldOut"]);
        let Fate::Made(made) = self.show(&served).await.fate else { panic!("it was made") };
        self.booking.cancel(&served.account, &[own(&made[0])], None).await.unwrap();
        refused
    }

    /// The free units of each shard.
    pub async fn free(&self) -> Vec<u32> {
        self.store.shards(&self.published.keys()).await.unwrap().iter().map(|shard| shard.free).collect()
    }

    /// Sees that every unit taken is somebody's appointment, and returns how many there are.
    pub async fn booked(&self) -> usize {
        let mut active = 0;
        for shard in self.store.shards(&self.published.keys()).await.unwrap() {
            let named = self.store.appointments_of(shard.key).await.unwrap();
            let named =
                named.iter().filter(|one| matches!(one.status, Status::Held { .. } | Status::Confirmed)).count();
            assert_eq!(shard.capacity - shard.free, u32::try_from(named).unwrap(), "shard {}", shard.key);
            active += named;
        }
        active
    }

    /// Books beside the queue, as somebody else would.
    pub async fn take_away(&self, shard: u8, people: &[&Beneficiary]) {
        let wish = vaxslot_testkit::make::Wish::new(&self.published.session, people).numbered(9_000);
        assert_eq!(self.store.reserve(&wish.from_shard(shard).reservation()).await.unwrap(), Tried::Done(()));
    }
}

/// A refusal without its particulars.
pub fn reason(refusal: &Refusal) -> String {
    let text = format!("{refusal:?}");
    text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned()
}
