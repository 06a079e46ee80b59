//! Wires the `issuer` function.

use std::sync::Arc;

use vaxslot_api::env::required;
use vaxslot_aws::{DynamoStore, SystemHost, connect};
use vaxslot_identity::{Issuer, issuer_router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), vaxslot_api::Error> {
    vaxslot_api::log_as_json();
    let table = required("TABLE_NAME")?;
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&connect()), table);
    vaxslot_api::serve(issuer_router(Issuer { sets: Arc::new(store), host: Arc::new(SystemHost) })).await
}
