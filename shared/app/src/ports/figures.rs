use async_trait::async_trait;
use vaxslot_domain::{
    id::SessionId,
    rollup::{Day, Level, Row, Spot},
    session::ShardKey,
    tally::{ShardCount, Tally},
};

use super::{StoreError, Tried};

/// One sum to write.
#[derive(Debug, Clone, PartialEq)]
pub struct RollupWrite {
    pub day: Day,
    /// The level under which the row stands.
    pub under: Level,
    pub row: Row,
    /// The version that the row had before its parts were read; 0 if it was absent.
    pub version: u64,
}

impl RollupWrite {
    #[must_use]
    pub fn spot(&self) -> Spot {
        Spot { day: self.day, under: self.under, node: self.row.node }
    }
}

/// A row with the number of its changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned {
    pub row: Row,
    pub version: u64,
}

/// A day's figures.
#[async_trait]
pub trait DayFigures: Send + Sync {
    /// The children of a level (a consistent read), by id.
    async fn rows(&self, day: Day, level: Level) -> Result<Vec<Row>, StoreError>;

    /// Single rows in the order asked for (consistent reads); no spot may stand twice.
    async fn rows_at(&self, spots: &[Spot]) -> Result<Vec<Option<Versioned>>, StoreError>;

    /// Writes a row if its version is still the one given. Refused otherwise.
    async fn write_row(&self, write: &RollupWrite) -> Result<Tried<(), ()>, StoreError>;
}

/// Where appointments stand, each in a row of its own beside those of its shard; and how many stand where in each shard.
#[async_trait]
pub trait Tallies: Send + Sync {
    /// Files where an appointment stands. Does nothing if it is known to stand there, or further on.
    async fn tally(&self, tally: &Tally) -> Result<(), StoreError>;

    /// The tallies of a shard (a consistent read), by appointment.
    async fn tallies(&self, shard: ShardKey) -> Result<Vec<Tally>, StoreError>;

    /// What was counted of a session's shards (a consistent read), by shard; those of which nothing was are left out.
    async fn counts(&self, session: SessionId) -> Result<Vec<ShardCount>, StoreError>;

    /// Writes a shard's count if its version is still the one given. Refused otherwise.
    async fn write_count(&self, count: &ShardCount) -> Result<Tried<(), ()>, StoreError>;
}
