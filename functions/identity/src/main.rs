//! Wires the `identity` function.

use std::sync::Arc;

use vaxslot_api::env::{TokenConfig, required};
use vaxslot_app::people::Beneficiaries;
use vaxslot_aws::{DynamoStore, SystemHost, connect};
use vaxslot_identity::{Identity, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), vaxslot_api::Error> {
    vaxslot_api::log_as_json();
    let (table, tokens) = (required("TABLE_NAME")?, TokenConfig::from_env()?);
    let host = Arc::new(SystemHost);
    let gate = tokens.gate(host.clone())?;
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&connect()), table);
    let beneficiaries = Beneficiaries::new(Arc::new(store), host.clone());
    vaxslot_api::serve(router(Identity { beneficiaries, gate, host, tokens })).await
}
