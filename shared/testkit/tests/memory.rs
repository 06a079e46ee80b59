//! The store in memory keeps the contract.

use std::sync::Arc;

use vaxslot_app::ports::Store;
use vaxslot_testkit::{MemoryStore, store_contract};

#[expect(clippy::unused_async, reason = "other stores take time to make")]
async fn empty() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

store_contract!(super::empty);
