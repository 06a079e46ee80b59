//! Wires the `admin` function.

use std::sync::Arc;

use vaxslot_admin::{Admin, router};
use vaxslot_api::{
    env::{TokenConfig, labels, number_or, required, trail_days},
    limit::Purpose,
};
use vaxslot_app::{once::Once, reception::Reception, staff::Staff};
use vaxslot_aws::{DynamoStore, Https, SystemHost, connect};
use vaxslot_domain::capacity::MOST_UNITS;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), vaxslot_api::Error> {
    vaxslot_api::log_as_json();
    let table = required("TABLE_NAME")?;
    let units_a_shard = number_or("POOL_SHARD_UNITS", 25, 1..=MOST_UNITS)?;
    let host = Arc::new(SystemHost);
    let store = Arc::new(DynamoStore::new(aws_sdk_dynamodb::Client::new(&connect()), table));
    let gate =
        TokenConfig::from_env()?.gate(store.clone(), Arc::new(Https::default()), host.clone(), Purpose::Booking)?;
    let once = Once::new(store.clone(), host.clone());
    let reception = Reception::new(store.clone(), host.clone()).keeping_trail(trail_days()?);
    let staff = Staff::new(store, host, units_a_shard);
    vaxslot_api::serve(router(Admin { staff, reception, once, gate, sealer: labels()? })).await
}
