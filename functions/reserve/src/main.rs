//! Wires the `reserve` function.

use std::sync::Arc;

use vaxslot_api::{
    env::{TokenConfig, policy, required},
    limit::Purpose,
};
use vaxslot_app::{booking::Booking, once::Once, tickets::Desk};
use vaxslot_aws::{DynamoStore, Https, SqsQueue, SystemHost, connect};
use vaxslot_reserve::{Reserve, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), vaxslot_api::Error> {
    vaxslot_api::log_as_json();
    let (table, policy) = (required("TABLE_NAME")?, policy()?);
    let host = Arc::new(SystemHost);
    let config = connect();
    let store = Arc::new(DynamoStore::new(aws_sdk_dynamodb::Client::new(&config), table));
    let gate =
        TokenConfig::from_env()?.gate(store.clone(), Arc::new(Https::default()), host.clone(), Purpose::Booking)?;
    let queue = SqsQueue::new(aws_sdk_sqs::Client::new(&config), required("RESERVATIONS_QUEUE_URL")?);
    let desk = Desk::new(store.clone(), Arc::new(queue), host.clone());
    let once = Once::new(store.clone(), host.clone());
    let booking = Booking::new(store, host, policy);
    vaxslot_api::serve(router(Reserve { booking, desk, once, gate })).await
}
