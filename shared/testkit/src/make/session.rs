use vaxslot_domain::{
    Date,
    availability::Turns,
    center::Center,
    opening::Opening,
    session::{AgeBand, PoolKey, PoolSummary, Session, SessionStatus, Shard, ShardKey, SlotNumber},
    vaccine::{Dose, Vaccine},
    window::Window,
};

use super::{FIRST_SLOT, center, read, session_id, window};

/// A session to be made.
#[derive(Debug, Clone)]
pub struct Draft {
    pub id: u128,
    pub center: Center,
    pub date: Date,
    pub vaccine: Vaccine,
    pub ages: AgeBand,
    pub doses: Vec<Dose>,
    pub slots: Vec<Window>,
    pub opening: Opening,
    /// The units of each shard; every pool is divided alike.
    pub shards: Vec<u32>,
}

/// A session and the shards of all its pools.
#[derive(Debug, Clone)]
pub struct Published {
    pub session: Session,
    pub shards: Vec<Shard>,
}

impl Draft {
    /// A session for adults on 22 November 2026 with one slot for first doses, whose units are divided as told.
    #[must_use]
    pub fn new(id: u128, shards: &[u32]) -> Self {
        Self {
            id,
            center: center(13_274),
            date: read("2026-11-22"),
            vaccine: Vaccine::Covishield,
            ages: AgeBand::new(18, None).expect("an age band"),
            doses: vec![Dose::FIRST],
            slots: vec![window("09:00-11:00")],
            opening: Opening::default(),
            shards: shards.to_vec(),
        }
    }

    #[must_use]
    pub fn made(self) -> Published {
        let id = session_id(self.id);
        let count = u8::try_from(self.shards.len()).expect("at most 255 shards");
        let units = self.shards.iter().sum();
        let slots = (0u8..).map(SlotNumber).take(self.slots.len());
        let pools =
            slots.flat_map(|slot| self.doses.iter().map(move |dose| PoolKey { session: id, slot, dose: *dose }));
        let shards: Vec<Shard> = pools
            .flat_map(|pool| (0..count).zip(&self.shards).map(move |(number, units)| (pool.shard(number), *units)))
            .map(|(key, units)| Shard::fresh(key, units))
            .collect();
        let summary = PoolSummary { shards: count, capacity: units, free: units };
        let session = Session {
            id,
            center: self.center,
            date: self.date,
            vaccine: self.vaccine,
            ages: self.ages,
            fee: 0,
            status: SessionStatus::Open,
            opening: self.opening,
            opening_set_at: None,
            cancelling: None,
            pools: vec![summary; self.slots.len() * self.doses.len()],
            doses: self.doses,
            slots: self.slots,
            turns: Turns::new(),
            version: 1,
        };
        Published { session, shards }
    }
}

impl Published {
    /// The pool of the first slot and the first dose.
    #[must_use]
    pub fn pool(&self) -> PoolKey {
        PoolKey { session: self.session.id, slot: FIRST_SLOT, dose: self.session.doses[0] }
    }

    /// A shard of that pool.
    #[must_use]
    pub fn shard(&self, number: u8) -> ShardKey {
        self.pool().shard(number)
    }

    #[must_use]
    pub fn keys(&self) -> Vec<ShardKey> {
        self.shards.iter().map(|shard| shard.key).collect()
    }
}
