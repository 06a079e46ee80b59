use async_trait::async_trait;
use vaxslot_app::ports::{DayFigures, RollupWrite, StoreError, Tried};
use vaxslot_domain::{
    Date,
    rollup::{Level, Node, Row},
};
use vaxslot_testkit::{MemoryKey, MemoryStore};

use super::SimStore;
use crate::store::at_once;

#[async_trait]
impl DayFigures for SimStore {
    async fn rows(&self, date: Date, level: Level) -> Result<Vec<Row>, StoreError> {
        self.get("read figures", Vec::new(), move |memory| at_once(memory.rows(date, level))).await
    }

    async fn row_version(&self, date: Date, under: Level, node: Node) -> Result<u64, StoreError> {
        let keys = vec![MemoryKey::Figures(date, under, node)];
        self.get("read version", keys, move |memory| at_once(memory.row_version(date, under, node))).await
    }

    async fn write_row(&self, write: &RollupWrite) -> Result<Tried<(), ()>, StoreError> {
        let (key, write) = (MemoryKey::Figures(write.date, write.under, write.row.node), write.clone());
        self.put("write figures", key, move |memory: &MemoryStore| at_once(memory.write_row(&write))).await
    }
}
