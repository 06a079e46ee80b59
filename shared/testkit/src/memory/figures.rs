use async_trait::async_trait;
use vaxslot_app::ports::{DayFigures, RollupWrite, StoreError, Tallies, Tried, Versioned};
use vaxslot_domain::{
    id::SessionId,
    rollup::{Day, Level, Row, Spot},
    session::ShardKey,
    tally::{ShardCount, Tally},
};

use super::MemoryStore;

#[async_trait]
impl DayFigures for MemoryStore {
    async fn rows(&self, day: Day, level: Level) -> Result<Vec<Row>, StoreError> {
        let tables = self.tables();
        let rows = tables.figures.iter().filter(|(spot, _)| spot.day == day && spot.under == level);
        Ok(rows.map(|(_, found)| found.row.clone()).collect())
    }

    async fn rows_at(&self, spots: &[Spot]) -> Result<Vec<Option<Versioned>>, StoreError> {
        let tables = self.tables();
        Ok(spots.iter().map(|spot| tables.figures.get(spot).cloned()).collect())
    }

    async fn write_row(&self, write: &RollupWrite) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        let version = tables.figures.get(&write.spot()).map_or(0, |found| found.version);
        if version != write.version {
            return Ok(Tried::Refused(()));
        }
        tables.figures.insert(write.spot(), Versioned { row: write.row.clone(), version: version + 1 });
        Ok(Tried::Done(()))
    }
}

#[async_trait]
impl Tallies for MemoryStore {
    async fn tally(&self, tally: &Tally) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let key = (tally.shard, tally.appointment);
        let stands = tables.tallies.get(&key).map(|found| found.standing);
        if stands.is_none_or(|standing| tally.standing.earlier().contains(&standing)) {
            tables.tallies.insert(key, *tally);
        }
        Ok(())
    }

    async fn tallies(&self, shard: ShardKey) -> Result<Vec<Tally>, StoreError> {
        let tables = self.tables();
        Ok(tables.tallies.values().filter(|tally| tally.shard == shard).copied().collect())
    }

    async fn counts(&self, session: SessionId) -> Result<Vec<ShardCount>, StoreError> {
        let tables = self.tables();
        Ok(tables.counts.values().filter(|count| count.shard.pool.session == session).cloned().collect())
    }

    async fn write_count(&self, count: &ShardCount) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        let version = tables.counts.get(&count.shard).map_or(0, |found| found.version);
        if version != count.version {
            return Ok(Tried::Refused(()));
        }
        tables.counts.insert(count.shard, ShardCount { version: version + 1, ..count.clone() });
        Ok(Tried::Done(()))
    }
}
