use std::sync::Arc;

use async_trait::async_trait;
use vaxslot_app::ports::{Signs, Store, StoreError, Stretch, Trail};
use vaxslot_domain::{
    Timestamp,
    trail::{Entry, Ledger, Place, Signature},
};

use super::MemoryStore;

/// Nothing follows its rows by themselves, so a signature would be of no use.
impl Signs for MemoryStore {
    fn signing(self: Arc<Self>, _: Signature) -> Arc<dyn Store> {
        self
    }

    fn plain(self: Arc<Self>) -> Arc<dyn Store> {
        self
    }
}

#[async_trait]
impl Trail for MemoryStore {
    async fn note(&self, entry: &Entry, _: Timestamp) -> Result<(), StoreError> {
        self.tables().trail.entry((entry.ledger, entry.place())).or_insert_with(|| entry.clone());
        Ok(())
    }

    async fn trail(&self, ledger: Ledger, stretch: &Stretch, most: u32) -> Result<Vec<Entry>, StoreError> {
        let tables = self.tables();
        let wanted = |entry: &&Entry| {
            let (at, older) = (entry.signature.at, |place: &Place| entry.place() < *place);
            entry.ledger == ledger
                && (stretch.from..stretch.to).contains(&at)
                && stretch.before.as_ref().is_none_or(older)
        };
        let newest = tables.trail.values().rev().filter(wanted);
        Ok(newest.take(usize::try_from(most).unwrap_or(usize::MAX)).cloned().collect())
    }
}
