use async_trait::async_trait;
use vaxslot_app::ports::{StoreError, Tallies, Tried};
use vaxslot_domain::{
    id::SessionId,
    session::ShardKey,
    tally::{ShardCount, Tally},
};

use crate::{
    expression::Terms,
    keys,
    rows::{STANDING, read_count, read_tally, write_count, write_tally},
    store::DynamoStore,
};

#[async_trait]
impl Tallies for DynamoStore {
    async fn tally(&self, tally: &Tally) -> Result<(), StoreError> {
        let mut condition = "attribute_not_exists(pk)".to_owned();
        let mut terms = Terms::default();
        for (number, earlier) in tally.standing.earlier().iter().enumerate() {
            condition = format!("{condition} OR #{STANDING} = :earlier{number}");
            terms = terms.names(&[STANDING]).text(&format!("earlier{number}"), earlier.name());
        }
        self.put_if(write_tally(tally), &condition, terms).await.map(drop)
    }

    async fn tallies(&self, shard: ShardKey) -> Result<Vec<Tally>, StoreError> {
        let items = self.partition(&keys::tallies_of(shard), "").await?;
        items.iter().map(|item| Ok(read_tally(&self.row(item))?)).collect()
    }

    async fn counts(&self, session: SessionId) -> Result<Vec<ShardCount>, StoreError> {
        let items = self.partition(&keys::counts_of(session), "").await?;
        let counts = items.iter().map(|item| Ok(read_count(&self.row(item))?));
        let mut counts: Vec<ShardCount> = counts.collect::<Result<_, StoreError>>()?;
        counts.sort_by_key(|count| count.shard);
        Ok(counts)
    }

    async fn write_count(&self, count: &ShardCount) -> Result<Tried<(), ()>, StoreError> {
        self.put_at(write_count(count), count.version).await
    }
}

impl DynamoStore {
    /// Puts a row in place of the one with this version, or where there is none if that is 0.
    pub(crate) async fn put_at(&self, item: crate::rows::Item, version: u64) -> Result<Tried<(), ()>, StoreError> {
        let (condition, terms) = if version == 0 {
            ("attribute_not_exists(pk)", Terms::default())
        } else {
            ("#version = :version", Terms::default().names(&["version"]).number("version", version))
        };
        Ok(self.put_if(item, condition, terms).await?.without_row())
    }
}
