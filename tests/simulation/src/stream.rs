//! The table's stream and what brings it to the projector: in order for each row, and for nothing else; late; more than
//! once; and again from the first record that could not be handled.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_lambda_events::dynamodb::{Event, EventRecord};
use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
};
use vaxslot_projector::Projector;
use vaxslot_testkit::MemoryRow;

use crate::{
    host::SimHost,
    machine::Function,
    plant::{Bug, following},
    rows,
    store::{Server, feed::Change},
    world::{Chance, Group, World},
};

/// How a stream behaves.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub shards: usize,
    /// The most records in a batch.
    pub batch: usize,
    /// How long a record waits at most, in milliseconds.
    pub lag: u64,
    /// A batch that was handled comes again one time in so many.
    pub again: u64,
}

impl Shape {
    #[must_use]
    pub fn draw(chance: &mut Chance) -> Self {
        Self {
            shards: 1 + chance.below(4),
            batch: *chance.pick(&[1, 5, 100]),
            lag: *chance.pick(&[50, 500, 20_000]),
            again: *chance.pick(&[3, 20]),
        }
    }
}

/// A stream that is followed.
pub struct Stream {
    left: Arc<AtomicUsize>,
}

impl Stream {
    /// Has the projector follow the table.
    pub fn start(world: &World, server: &Arc<Server>, projector: &Arc<Function<Projector>>, shape: Shape) -> Self {
        let group = world.group();
        let left = Arc::new(AtomicUsize::new(0));
        let (tell, told) = unbounded();
        server.feed().follow(tell);
        let mut shards = Vec::new();
        for number in 0..shape.shards {
            let (send, records) = unbounded();
            shards.push(send);
            let poller = Poller {
                world: world.clone(),
                name: format!("stream-{number}"),
                chance: world.fork(),
                projector: Arc::clone(projector),
                server: Arc::clone(server),
                left: Arc::clone(&left),
                shape,
            };
            world.spawn(group, poller.run(records));
        }
        Self::divide(world, group, told, shards, Arc::clone(&left));
        Self { left }
    }

    /// Puts each record into the shard of its row.
    fn divide(
        world: &World,
        group: Group,
        mut told: UnboundedReceiver<Change>,
        shards: Vec<UnboundedSender<EventRecord>>,
        left: Arc<AtomicUsize>,
    ) {
        world.spawn(group, async move {
            let mut number = 0;
            while let Some(change) = told.next().await {
                number += 1;
                left.fetch_add(1, Ordering::Relaxed);
                let place = hash(&format!("{:?}", change.key)) % shards.len();
                let _ = shards[place].unbounded_send(record(&change, number));
            }
        });
    }

    /// Whether every record has been handled.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.left.load(Ordering::Relaxed) == 0
    }
}

struct Poller {
    world: World,
    name: String,
    chance: Chance,
    projector: Arc<Function<Projector>>,
    server: Arc<Server>,
    left: Arc<AtomicUsize>,
    shape: Shape,
}

impl Poller {
    async fn run(mut self, mut records: UnboundedReceiver<EventRecord>) {
        while let Some(first) = records.next().await {
            let most = if self.chance.one_in(4) { self.shape.lag } else { 50 };
            let lag = self.chance.millis(0..most + 1);
            self.world.sleep(lag).await;
            let mut batch = vec![first];
            while batch.len() < self.shape.batch
                && let Ok(record) = records.try_recv()
            {
                batch.push(record);
            }
            let count = batch.len();
            let first = self.spoiled(batch.clone()).await;
            self.deliver(&first).await;
            if self.chance.one_in(self.shape.again) {
                let second = self.spoiled(batch).await;
                self.deliver(&second).await;
            }
            self.left.fetch_sub(count, Ordering::Relaxed);
        }
    }

    /// Makes the mistakes that are made on purpose here.
    async fn spoiled(&mut self, mut batch: Vec<EventRecord>) -> Vec<EventRecord> {
        match self.server.bug() {
            Some(Bug::RecordSkipped) => batch.retain(|_| !self.chance.one_in(20)),
            Some(Bug::Increments) => {
                let (shards, rest) = batch.into_iter().partition(following::is_of_shard);
                batch = rest;
                let host = Arc::new(SimHost::new(&self.world));
                following::increment(self.server.connect("adder"), host, shards).await;
            }
            _ => {}
        }
        batch
    }

    /// Brings a batch until all of it is handled.
    async fn deliver(&mut self, batch: &[EventRecord]) {
        let mut handled = 0;
        while handled < batch.len() {
            let rest = &batch[handled..];
            self.world.note(&self.name, format_args!("brings {} records", rest.len()));
            let mut event = Event::default();
            event.records = rest.to_vec();
            let answer = self.projector.call(move |projector| async move { projector.handle(event).await }).await;
            handled = match answer {
                Ok(answer) => match answer.batch_item_failures.first() {
                    None => batch.len(),
                    Some(first) => {
                        let failed = |record: &EventRecord| record.change.sequence_number == first.item_identifier;
                        // A failure that names no record of the batch fails all of it.
                        handled + rest.iter().position(failed).unwrap_or(0)
                    }
                },
                Err(_) => handled,
            };
            if self.server.bug() == Some(Bug::FailureIgnored) {
                return;
            }
            if handled < batch.len() {
                let wait = self.chance.millis(10..1_000);
                self.world.sleep(wait).await;
            }
        }
    }
}

fn record(change: &Change, number: u64) -> EventRecord {
    let image = |row: &Option<MemoryRow>| row.as_ref().map(|row| rows::item(row).into()).unwrap_or_default();
    let mut record = EventRecord::default();
    record.event_id = number.to_string();
    record.change.sequence_number = Some(number.to_string());
    record.change.old_image = image(&change.before);
    record.change.new_image = image(&change.after);
    record
}

/// FNV-1a: the same on every machine.
fn hash(text: &str) -> usize {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    usize::try_from(hash >> 16).unwrap_or(0)
}

/// How often to look whether a stream is drained.
pub const LOOK: Duration = Duration::from_secs(1);
