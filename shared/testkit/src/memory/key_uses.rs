use async_trait::async_trait;
use uuid::Uuid;
use vaxslot_app::ports::{KeyUse, Keys, RequestKey, StoreError, Tried};
use vaxslot_domain::Timestamp;

use super::MemoryStore;

#[async_trait]
impl Keys for MemoryStore {
    async fn note_use(
        &self,
        key: RequestKey,
        first: &KeyUse,
        stale: Timestamp,
    ) -> Result<Tried<(), KeyUse>, StoreError> {
        let mut tables = self.tables();
        if let Some(found) = tables.key_uses.get(&key).filter(|found| found.since > stale) {
            return Ok(Tried::Refused(found.clone()));
        }
        tables.key_uses.insert(key, first.clone());
        Ok(Tried::Done(()))
    }

    async fn renew_use(&self, key: RequestKey, of: Uuid, renewed: &KeyUse) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        match tables.key_uses.get_mut(&key).filter(|found| found.attempt == of && found.answer.is_none()) {
            Some(found) => *found = renewed.clone(),
            None => return Ok(Tried::Refused(())),
        }
        Ok(Tried::Done(()))
    }
}
