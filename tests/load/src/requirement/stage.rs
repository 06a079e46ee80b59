//! The engine, the places and the functions, for one rate after the other.

use std::{sync::Arc, time::Duration};

use super::{
    arrivals::{Functions, Observed, observe},
    trace::{ONE_RESERVATION_IN, Trace},
    world::World,
};
use crate::{
    Outcome, cpu,
    crowd::Table,
    dynoxide::Dynoxide,
    runtime::{Function, Sandboxes},
    setting::Setting,
};

/// As many events at once as a process of the concurrent kind is given by default for each of its processors.
const AT_ONCE: usize = 16;

pub struct Stage<'a> {
    setting: &'a Setting,
    engine: Dynoxide,
    table: Table,
    world: World,
    functions: Functions,
    registered: usize,
}

/// What happened at a rate, and the processor time of each part.
pub struct Measured {
    pub rate: u32,
    pub seconds: u64,
    pub observed: Observed,
    pub parts: Parts,
}

/// Processor time.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    /// The load generator, which also plays Lambda's part.
    pub client: Duration,
    pub search: Duration,
    pub reserve: Duration,
    pub engine: Duration,
}

impl<'a> Stage<'a> {
    pub async fn set(setting: &'a Setting) -> Outcome<Self> {
        let engine = Dynoxide::start().await?;
        let table = Table::create(&engine.endpoint).await?;
        let world = World::publish(&table).await?;
        let start = async |name: &str, processes| {
            let sandboxes = Sandboxes { processes, at_once: AT_ONCE };
            let mut variables = table.variables();
            // Logging as much as a deployed function does.
            variables.push(("RUST_LOG", "INFO".to_owned()));
            Outcome::Ok(Arc::new(Function::start(setting, name, sandboxes, &variables).await?))
        };
        let functions = Functions { search: start("search", 2).await?, reserve: start("reserve", 1).await? };
        Ok(Self { setting, engine, table, world, functions, registered: 0 })
    }

    pub async fn measure(&mut self, rate: u32, seconds: u64) -> Outcome<Measured> {
        // A tenth more than are expected, because arrivals are random.
        let enough = usize::try_from(u64::from(rate) * seconds)? * 11 / 10 / ONE_RESERVATION_IN + 10;
        let first = u128::try_from(self.registered)? + 1;
        let people = self.table.people(self.setting, first, enough).await?;
        self.registered += enough;
        let before = self.parts()?;
        let trace = Trace::new(&self.world, &people, u64::from(rate));
        let observed = observe(&self.functions, trace, rate.into(), Duration::from_secs(seconds)).await?;
        Ok(Measured { rate, seconds, observed, parts: self.parts()?.since(before) })
    }

    fn parts(&self) -> Outcome<Parts> {
        let Functions { search, reserve } = &self.functions;
        Ok(Parts { client: cpu::own()?, search: search.cpu()?, reserve: reserve.cpu()?, engine: self.engine.cpu()? })
    }

    pub async fn strike(self) -> Outcome<()> {
        for function in [self.functions.search, self.functions.reserve] {
            if let Some(function) = Arc::into_inner(function) {
                function.stop().await?;
            }
        }
        self.engine.stop().await
    }
}

impl Parts {
    fn since(self, before: Self) -> Self {
        Self {
            client: self.client.saturating_sub(before.client),
            search: self.search.saturating_sub(before.search),
            reserve: self.reserve.saturating_sub(before.reserve),
            engine: self.engine.saturating_sub(before.engine),
        }
    }

    pub fn all(self) -> Duration {
        self.client + self.search + self.reserve + self.engine
    }
}
