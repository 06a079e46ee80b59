use async_trait::async_trait;
use vaxslot_app::ports::{DayFigures, RollupWrite, StoreError, Tried};
use vaxslot_domain::{
    Date,
    rollup::{Level, Node, Row},
};

use super::MemoryStore;

#[async_trait]
impl DayFigures for MemoryStore {
    async fn rows(&self, date: Date, level: Level) -> Result<Vec<Row>, StoreError> {
        let tables = self.tables();
        let rows = tables.figures.iter().filter(|((day, under, _), _)| *day == date && *under == level);
        Ok(rows.map(|(_, (_, row))| row.clone()).collect())
    }

    async fn row_version(&self, date: Date, under: Level, node: Node) -> Result<u64, StoreError> {
        Ok(self.tables().figures.get(&(date, under, node)).map_or(0, |(version, _)| *version))
    }

    async fn write_row(&self, write: &RollupWrite) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        let key = (write.date, write.under, write.row.node);
        let version = tables.figures.get(&key).map_or(0, |(version, _)| *version);
        if version != write.version {
            return Ok(Tried::Refused(()));
        }
        tables.figures.insert(key, (version + 1, write.row.clone()));
        Ok(Tried::Done(()))
    }
}
