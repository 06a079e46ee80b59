use async_trait::async_trait;
use uuid::Uuid;
use vaxslot_app::ports::{KeyUse, Keys, RequestKey, StoreError, Tried};
use vaxslot_domain::Timestamp;

use crate::{
    expression::Terms,
    rows::{instant, read_key_use, write_key_use},
    store::DynamoStore,
};

#[async_trait]
impl Keys for DynamoStore {
    async fn note_use(
        &self,
        key: RequestKey,
        first: &KeyUse,
        stale: Timestamp,
    ) -> Result<Tried<(), KeyUse>, StoreError> {
        let terms = Terms::default().names(&["since"]).text("stale", instant(stale));
        let condition = "attribute_not_exists(pk) OR #since <= :stale";
        Ok(match self.put_if(write_key_use(key, first), condition, terms).await? {
            Tried::Done(()) => Tried::Done(()),
            Tried::Refused(found) => Tried::Refused(read_key_use(&self.row(&found))?),
        })
    }

    async fn renew_use(&self, key: RequestKey, of: Uuid, renewed: &KeyUse) -> Result<Tried<(), ()>, StoreError> {
        let terms = Terms::default().names(&["attempt", "answer"]).text("of", of);
        let condition = "#attempt = :of AND attribute_not_exists(#answer)";
        Ok(self.put_if(write_key_use(key, renewed), condition, terms).await?.without_row())
    }
}
