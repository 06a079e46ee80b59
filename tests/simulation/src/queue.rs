//! The queue of reservations and what brings it to the booker: a group in order, groups in any; late; more than once; and
//! again after a while what was not carried out. What came too often goes to the closer, or back to the queue.

use std::{sync::Mutex, time::Duration};

use std::sync::Arc;

use async_trait::async_trait;
use vaxslot_app::{
    booker::{Booker, Closer, Delivery},
    ports::{Queue, StoreError},
};
use vaxslot_domain::ticket::Queued;
use vaxslot_testkit::MemoryQueue;

use crate::{
    host::SimHost,
    machine::Function,
    plant::Bug,
    store::{
        ATTEMPT, at_once,
        weather::{Fate, Weather},
    },
    world::{Chance, Group, World, lock},
};

/// How a queue behaves.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub pollers: usize,
    /// The most messages in a batch.
    pub batch: usize,
    /// How long a poller rests at most between two looks, in milliseconds.
    pub rest: u64,
    /// What was carried out comes again one time in so many.
    pub again: u64,
}

impl Shape {
    #[must_use]
    pub fn draw(chance: &mut Chance) -> Self {
        Self {
            pollers: 1 + chance.below(4),
            batch: *chance.pick(&[1, 3, 10]),
            rest: *chance.pick(&[20, 200, 2_000]),
            again: *chance.pick(&[3, 20]),
        }
    }
}

/// A queue behind a line that loses.
pub struct SimQueue {
    world: World,
    group: Group,
    memory: MemoryQueue,
    weather: Mutex<Weather>,
    bug: Option<Bug>,
}

impl SimQueue {
    #[must_use]
    pub fn new(world: &World, weather: Weather, bug: Option<Bug>) -> Arc<Self> {
        let memory = MemoryQueue::new(Arc::new(SimHost::new(world)));
        Arc::new(Self { world: world.clone(), group: world.group(), memory, weather: Mutex::new(weather), bug })
    }

    /// Lets every fault end.
    pub fn calm(&self) {
        lock(&self.weather).calm();
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.memory.is_empty()
    }

    /// Has booker and closer work the queue off.
    pub fn serve(self: &Arc<Self>, booker: &Arc<Function<Booker>>, closer: &Arc<Function<Closer>>, shape: Shape) {
        for number in 0..shape.pollers {
            let poller = Poller {
                queue: Arc::clone(self),
                name: format!("poller-{number}"),
                chance: self.world.fork(),
                booker: Arc::clone(booker),
                shape,
            };
            self.world.spawn(self.group, poller.run());
        }
        let (queue, closer, chance) = (Arc::clone(self), Arc::clone(closer), self.world.fork());
        self.world.spawn(self.group, queue.bury(closer, chance));
    }

    /// Takes care of dead letters.
    async fn bury(self: Arc<Self>, closer: Arc<Function<Closer>>, mut chance: Chance) {
        let mut dead: Vec<Delivery> = Vec::new();
        loop {
            self.world.sleep(Duration::from_secs(1)).await;
            dead.extend(self.memory.take_dead());
            if dead.is_empty() {
                continue;
            }
            if chance.one_in(4) {
                self.world.note(&"queue", format_args!("takes {} dead letters back", dead.len()));
                self.memory.redrive(std::mem::take(&mut dead));
                continue;
            }
            self.world.note(&"queue", format_args!("brings {} dead letters", dead.len()));
            let batch = dead.clone();
            if let Ok(again) = closer.call(move |closer| async move { closer.take(batch).await }).await {
                dead.retain(|delivery| again.contains(&delivery.id));
            }
        }
    }
}

struct Poller {
    queue: Arc<SimQueue>,
    name: String,
    chance: Chance,
    booker: Arc<Function<Booker>>,
    shape: Shape,
}

impl Poller {
    async fn run(mut self) {
        let mut idle = 1;
        loop {
            // Who finds nothing looks less often.
            let rest = self.chance.millis(1..(self.shape.rest * idle).min(3_000) + 1);
            self.queue.world.sleep(rest).await;
            let most = 1 + self.chance.below(self.shape.batch);
            // Some groups are slower than others.
            let slow =
                if self.chance.one_in(3) { Some(u64::try_from(self.chance.below(3)).unwrap_or(0)) } else { None };
            let batch = self.queue.memory.receive_of(most, |group| slow.is_none_or(|slow| number(group) % 3 != slow));
            if batch.is_empty() {
                idle = (idle * 2).min(1_024);
            } else {
                idle = 1;
                self.deliver(batch).await;
            }
        }
    }

    async fn deliver(&mut self, batch: Vec<Delivery>) {
        let memory = &self.queue.memory;
        self.queue.world.note(&self.name, format_args!("brings {} messages", batch.len()));
        if self.queue.bug == Some(Bug::DeletedFirst) {
            memory.settle(&batch, &[]);
        }
        let work = batch.clone();
        let answer = self.booker.call(move |booker| async move { booker.take(work).await }).await;
        if let Ok(again) = answer {
            self.queue.world.note(&self.name, format_args!("{} are to come again", again.len()));
            if self.queue.bug == Some(Bug::FailuresDeleted) {
                memory.settle(&batch, &[]);
            } else if !self.chance.one_in(self.shape.again) {
                memory.settle(&batch, &again);
            }
        }
    }
}

/// The last digit of a group's name.
fn number(group: &str) -> u64 {
    group.bytes().next_back().map_or(0, u64::from)
}

#[async_trait]
impl Queue for SimQueue {
    async fn send(&self, queued: &Queued) -> Result<(), StoreError> {
        let (fate, way) = {
            let mut weather = lock(&self.weather);
            (weather.fate(), weather.way())
        };
        self.world.sleep(way).await;
        self.world.note(&"queue", format_args!("{} comes ({fate:?})", queued.ticket));
        let lost = || Err(StoreError::Unclear("the queue's answer was lost".into()));
        match fate {
            Fate::Throttled => return Err(StoreError::Throttled),
            Fate::RequestLost(_) | Fate::ServerError => {
                return if self.bug == Some(Bug::SendLost) { Ok(()) } else { lost() };
            }
            _ => {}
        }
        at_once(self.memory.send(queued))?;
        match fate {
            Fate::Fair => {
                self.world.sleep(way).await;
                Ok(())
            }
            Fate::Stuck(_) | Fate::Late(_) => {
                self.world.sleep(ATTEMPT).await;
                lost()
            }
            _ => lost(),
        }
    }

    async fn waiting(&self) -> Result<u32, StoreError> {
        at_once(self.memory.waiting())
    }
}
