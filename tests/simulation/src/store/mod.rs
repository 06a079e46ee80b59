//! A store that behaves as DynamoDB does where local engines don't.
//!
//! What a write does is the testkit's [`MemoryStore`], which one contract holds to DynamoDB Local. Around it lie, each in a
//! module of its own: the way there and back ([`line`]), what transactions do to one another ([`serve`]), what a partition
//! can take ([`budget`]), requests known by their token ([`tokens`]), and what follows a write later ([`feed`]).

pub mod budget;
pub mod feed;
pub mod line;
mod ports;
mod serve;
pub mod tokens;
pub mod weather;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use vaxslot_testkit::{MemoryKey, MemoryRow, MemoryStore};

use crate::{
    plant::Bug,
    world::{Group, World, lock},
};

pub(crate) use line::ATTEMPT;
pub(crate) use serve::at_once;

use budget::Budgets;
use feed::Feed;
use tokens::Tokens;
use weather::Weather;

/// The table, and the machines that keep it. They are never killed.
pub struct Server {
    world: World,
    group: Group,
    /// A mistake made on purpose.
    bug: Option<Bug>,
    memory: MemoryStore,
    /// The rows that transactions under way hold.
    held: Mutex<BTreeMap<MemoryKey, u64>>,
    transactions: Mutex<u64>,
    budgets: Mutex<Budgets>,
    tokens: Mutex<Tokens>,
    weather: Mutex<Weather>,
    feed: Feed,
}

/// Somebody's connection to the table.
#[derive(Clone)]
pub struct SimStore {
    server: Arc<Server>,
    caller: Arc<str>,
}

impl Server {
    #[must_use]
    pub fn new(world: &World, weather: Weather, budgets: Budgets, bug: Option<Bug>) -> Arc<Self> {
        Arc::new(Self {
            world: world.clone(),
            group: world.group(),
            bug,
            memory: MemoryStore::new(),
            held: Mutex::default(),
            transactions: Mutex::default(),
            budgets: Mutex::new(budgets),
            tokens: Mutex::default(),
            weather: Mutex::new(weather),
            feed: Feed::new(world),
        })
    }

    /// A connection for a caller by this name.
    #[must_use]
    pub fn connect(self: &Arc<Self>, caller: &str) -> SimStore {
        SimStore { server: Arc::clone(self), caller: Arc::from(caller) }
    }

    #[must_use]
    pub fn bug(&self) -> Option<Bug> {
        self.bug
    }

    /// Lets every fault end.
    pub fn calm(&self) {
        lock(&self.weather).calm();
    }

    #[must_use]
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// Every row as it is now.
    #[must_use]
    pub fn rows(&self) -> Vec<MemoryRow> {
        self.memory.all_rows()
    }

    /// Has the stream tell of each session and each appointment as if it were new.
    pub fn touch(&self) {
        let told = |row: &MemoryRow| match row {
            MemoryRow::Session(_) => true,
            MemoryRow::Person(person) => person.active.is_some(),
            _ => false,
        };
        for row in self.memory.all_rows().into_iter().filter(told) {
            self.feed.record(feed::Change { key: row.key(), before: None, after: Some(row) }, Duration::ZERO);
        }
    }

    /// Puts rows before anything begins: nothing follows from them.
    pub fn prepare(&self, rows: impl IntoIterator<Item = MemoryRow>) {
        for row in rows {
            self.feed.begin(&row);
            self.memory.put(row);
        }
    }
}
