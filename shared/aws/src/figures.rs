use std::collections::HashMap;

use async_trait::async_trait;
use vaxslot_app::ports::{DayFigures, RollupWrite, StoreError, Tried, Versioned};
use vaxslot_domain::rollup::{Day, Level, Row, Spot};

use crate::{
    keys::{self, PK, SK},
    rows::{read_rollup, write_rollup},
    store::DynamoStore,
};

#[async_trait]
impl DayFigures for DynamoStore {
    async fn rows(&self, day: Day, level: Level) -> Result<Vec<Row>, StoreError> {
        let items = self.partition(&keys::day(day, level), "").await?;
        items.iter().map(|item| Ok(read_rollup(&self.row(item))?.row)).collect()
    }

    async fn rows_at(&self, spots: &[Spot]) -> Result<Vec<Option<Versioned>>, StoreError> {
        let keys: Vec<_> = spots.iter().map(|spot| keys::day_row(*spot)).collect();
        let mut found = HashMap::new();
        for item in self.read_all(&keys).await? {
            let row = self.row(&item);
            let key = (row.text(PK)?.to_owned(), row.text(SK)?.to_owned());
            found.insert(key, read_rollup(&row)?);
        }
        Ok(keys.into_iter().map(|key| found.remove(&(key.pk, key.sk))).collect())
    }

    async fn write_row(&self, write: &RollupWrite) -> Result<Tried<(), ()>, StoreError> {
        self.put_at(write_rollup(write), write.version).await
    }
}
