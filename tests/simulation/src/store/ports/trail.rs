use std::sync::Arc;

use async_trait::async_trait;
use vaxslot_app::ports::{Signs, Store, StoreError, Stretch, Trail};
use vaxslot_domain::{
    Timestamp,
    trail::{Entry, Ledger, Signature},
};

use super::SimStore;
use crate::store::at_once;

/// Rows carry no signatures here, so no entry is ever made of them.
impl Signs for SimStore {
    fn signing(self: Arc<Self>, _: Signature) -> Arc<dyn Store> {
        self
    }

    fn plain(self: Arc<Self>) -> Arc<dyn Store> {
        self
    }
}

#[async_trait]
impl Trail for SimStore {
    async fn note(&self, entry: &Entry, until: Timestamp) -> Result<(), StoreError> {
        let entry = entry.clone();
        self.get("note entry", Vec::new(), move |memory| at_once(memory.note(&entry, until))).await
    }

    async fn trail(&self, ledger: Ledger, stretch: &Stretch, most: u32) -> Result<Vec<Entry>, StoreError> {
        let stretch = stretch.clone();
        self.query("trail", move |memory| at_once(memory.trail(ledger, &stretch, most))).await
    }
}
