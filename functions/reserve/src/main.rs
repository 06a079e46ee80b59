//! Wires the `reserve` function.

use std::sync::Arc;

use vaxslot_api::env::{TokenConfig, policy, required};
use vaxslot_app::booking::Booking;
use vaxslot_aws::{DynamoStore, SystemHost, connect};
use vaxslot_reserve::{Reserve, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), vaxslot_api::Error> {
    vaxslot_api::log_as_json();
    let (table, policy) = (required("TABLE_NAME")?, policy()?);
    let host = Arc::new(SystemHost);
    let gate = TokenConfig::from_env()?.gate(host.clone())?;
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&connect()), table);
    let booking = Booking::new(Arc::new(store), host, policy);
    vaxslot_api::serve(router(Reserve { booking, gate })).await
}
