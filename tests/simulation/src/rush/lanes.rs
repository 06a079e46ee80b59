use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
};
use vaxslot_app::{
    booker::{Booker, Delivery},
    ports::{Queue, StoreError},
};
use vaxslot_domain::ticket::Queued;
use vaxslot_testkit::MemoryKey;

use crate::{
    machine::Function,
    store::budget::Budgets,
    world::{Chance, Group, World, lock},
};

/// How many messages a second a group takes one by one: a partition of a queue with high throughput takes so many ("Quotas
/// related to messages" in the developer guide of SQS), and a group has one partition.
const SENDS_A_SECOND: u64 = 300;
/// The most messages of a batch.
const BATCH: usize = 10;
/// When a message comes again that was not carried out.
const VISIBILITY: Duration = Duration::from_mins(1);
/// How long a call of the queue's takes at most each way, in milliseconds.
const WAY: u64 = 5;

/// A queue with a lane for each group. What is sent is delivered in batches to the booker, of a lane one at a time.
pub struct Lanes {
    world: World,
    group: Group,
    booker: Arc<Function<Booker>>,
    chance: Mutex<Chance>,
    budgets: Mutex<Budgets>,
    senders: Mutex<BTreeMap<String, UnboundedSender<Delivery>>>,
    waiting: Arc<AtomicU32>,
    count: AtomicU32,
}

impl Lanes {
    pub fn new(world: &World, booker: Arc<Function<Booker>>) -> Arc<Self> {
        Arc::new(Self {
            world: world.clone(),
            group: world.group(),
            booker,
            chance: Mutex::new(world.fork()),
            budgets: Mutex::new(Budgets::of(SENDS_A_SECOND, 0)),
            senders: Mutex::default(),
            waiting: Arc::default(),
            count: AtomicU32::new(0),
        })
    }

    async fn way(&self) {
        let way = lock(&self.chance).millis(0..WAY + 1);
        self.world.sleep(way).await;
    }

    fn put(&self, queued: &Queued) {
        let group = queued.shard.to_string();
        let id = format!("message-{}", self.count.fetch_add(1, Ordering::Relaxed));
        let delivery = Delivery { id, group: group.clone(), received: 0, queued: Some(queued.clone()) };
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let mut senders = lock(&self.senders);
        let lane = senders.entry(group).or_insert_with(|| {
            let (send, messages) = unbounded();
            let (world, chance) = (self.world.clone(), self.world.fork());
            let lane = Lane { world, chance, booker: Arc::clone(&self.booker), waiting: Arc::clone(&self.waiting) };
            self.world.spawn(self.group, lane.serve(messages));
            send
        });
        let _ = lane.unbounded_send(delivery);
    }
}

struct Lane {
    world: World,
    chance: Chance,
    booker: Arc<Function<Booker>>,
    waiting: Arc<AtomicU32>,
}

impl Lane {
    async fn serve(mut self, mut messages: UnboundedReceiver<Delivery>) {
        while let Some(first) = messages.next().await {
            let way = self.chance.millis(1..WAY * 2 + 1);
            self.world.sleep(way).await;
            let mut batch = vec![first];
            while batch.len() < BATCH
                && let Ok(message) = messages.try_recv()
            {
                batch.push(message);
            }
            let count = u32::try_from(batch.len()).unwrap_or_default();
            self.deliver(batch).await;
            self.waiting.fetch_sub(count, Ordering::Relaxed);
        }
    }

    /// Brings a batch until all of it is carried out.
    async fn deliver(&self, mut batch: Vec<Delivery>) {
        loop {
            for delivery in &mut batch {
                delivery.received += 1;
            }
            let work = batch.clone();
            let answer = self.booker.call(move |booker| async move { booker.take(work).await }).await;
            if let Ok(again) = answer {
                batch.retain(|delivery| again.contains(&delivery.id));
            }
            if batch.is_empty() {
                return;
            }
            self.world.sleep(VISIBILITY).await;
        }
    }
}

#[async_trait]
impl Queue for Lanes {
    async fn send(&self, queued: &Queued) -> Result<(), StoreError> {
        self.way().await;
        let key = [MemoryKey::Shard(queued.shard)];
        let taken = lock(&self.budgets).write(&key, 1, self.world.now());
        if taken {
            self.put(queued);
        }
        self.way().await;
        if taken { Ok(()) } else { Err(StoreError::Throttled) }
    }

    async fn waiting(&self) -> Result<u32, StoreError> {
        self.way().await;
        Ok(self.waiting.load(Ordering::Relaxed))
    }
}
