use async_trait::async_trait;
use vaxslot_app::ports::{DayFigures, RollupWrite, StoreError, Tried};
use vaxslot_domain::{
    Date,
    rollup::{Level, Node, Row},
};

use crate::{
    expression::Terms,
    keys,
    rows::{read_rollup, write_rollup},
    store::DynamoStore,
};

#[async_trait]
impl DayFigures for DynamoStore {
    async fn rows(&self, date: Date, level: Level) -> Result<Vec<Row>, StoreError> {
        let items = self.partition(&keys::day(date, level), "").await?;
        items.iter().map(|item| Ok(read_rollup(&self.row(item))?)).collect()
    }

    async fn row_version(&self, date: Date, under: Level, node: Node) -> Result<u64, StoreError> {
        let item = self.read(&keys::day_row(date, under, node)).await?;
        item.map_or(Ok(0), |item| Ok(self.row(&item).get("version")?))
    }

    async fn write_row(&self, write: &RollupWrite) -> Result<Tried<(), ()>, StoreError> {
        let (condition, terms) = if write.version == 0 {
            ("attribute_not_exists(pk)", Terms::default())
        } else {
            ("#version = :version", Terms::default().names(&["version"]).number("version", write.version))
        };
        Ok(self.put_if(write_rollup(write), condition, terms).await?.without_row())
    }
}
