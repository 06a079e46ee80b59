use async_trait::async_trait;
use vaxslot_app::ports::{DayFigures, RollupWrite, StoreError, Tallies, Tried, Versioned};
use vaxslot_domain::{
    id::SessionId,
    rollup::{Day, Level, Row, Spot},
    session::ShardKey,
    tally::{ShardCount, Tally},
};
use vaxslot_testkit::{MemoryKey, MemoryRow, MemoryStore};

use super::SimStore;
use crate::{plant::writes, store::at_once};

#[async_trait]
impl DayFigures for SimStore {
    async fn rows(&self, day: Day, level: Level) -> Result<Vec<Row>, StoreError> {
        self.get("read figures", Vec::new(), move |memory| at_once(memory.rows(day, level))).await
    }

    async fn rows_at(&self, spots: &[Spot]) -> Result<Vec<Option<Versioned>>, StoreError> {
        let keys = spots.iter().map(|spot| MemoryKey::Figures(*spot)).collect();
        let look = |memory: &MemoryStore, key: &MemoryKey| {
            Ok(memory.row(key).and_then(|row| if let MemoryRow::Figures(_, row) = row { Some(row) } else { None }))
        };
        self.get_each("read rows", keys, look).await
    }

    async fn write_row(&self, write: &RollupWrite) -> Result<Tried<(), ()>, StoreError> {
        let (key, write) = (MemoryKey::Figures(write.spot()), write.clone());
        self.put("write figures", key, move |memory: &MemoryStore| at_once(memory.write_row(&write))).await
    }
}

#[async_trait]
impl Tallies for SimStore {
    async fn tally(&self, tally: &Tally) -> Result<(), StoreError> {
        let (bug, key, tally) = (self.server.bug, MemoryKey::Tally(tally.shard, tally.appointment), *tally);
        self.put("file", key, move |memory: &MemoryStore| writes::tally(bug, memory, &tally)).await
    }

    async fn tallies(&self, shard: ShardKey) -> Result<Vec<Tally>, StoreError> {
        self.get("read tallies", Vec::new(), move |memory| at_once(memory.tallies(shard))).await
    }

    async fn counts(&self, session: SessionId) -> Result<Vec<ShardCount>, StoreError> {
        self.get("read counts", Vec::new(), move |memory| at_once(memory.counts(session))).await
    }

    async fn write_count(&self, count: &ShardCount) -> Result<Tried<(), ()>, StoreError> {
        let (key, count) = (MemoryKey::Count(count.shard), count.clone());
        self.put("write count", key, move |memory: &MemoryStore| at_once(memory.write_count(&count))).await
    }
}
