//! The store keeps the contract that its twin in memory keeps.

use std::sync::Arc;

use vaxslot_app::ports::Store;
use vaxslot_testkit::store_contract;

use crate::engine;

async fn empty() -> Arc<dyn Store> {
    engine::table().await.store
}

store_contract!(super::empty);
