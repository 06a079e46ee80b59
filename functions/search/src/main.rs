//! Wires the `search` function.

use std::sync::Arc;

use vaxslot_api::env::{labels, required};
use vaxslot_app::catalog::Catalog;
use vaxslot_aws::{DynamoStore, SystemHost, connect};
use vaxslot_search::{Recent, Search, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), vaxslot_api::Error> {
    vaxslot_api::log_as_json();
    let (table, sealer) = (required("TABLE_NAME")?, labels()?);
    let host = Arc::new(SystemHost);
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&connect()), table);
    let catalog = Catalog::new(Arc::new(store), host.clone());
    vaxslot_api::serve(router(Search { catalog, host, sealer, recent: Recent::default() })).await
}
