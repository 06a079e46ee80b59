//! Wires the `reports` function.

use std::sync::Arc;

use vaxslot_api::{
    env::{TokenConfig, labels, required},
    limit::Purpose,
};
use vaxslot_app::reports::Reports;
use vaxslot_aws::{DynamoStore, Https, SystemHost, connect};
use vaxslot_reports::{ReportRoutes, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), vaxslot_api::Error> {
    vaxslot_api::log_as_json();
    let table = required("TABLE_NAME")?;
    let host = Arc::new(SystemHost);
    let store = Arc::new(DynamoStore::new(aws_sdk_dynamodb::Client::new(&connect()), table));
    let gate =
        TokenConfig::from_env()?.gate(store.clone(), Arc::new(Https::default()), host.clone(), Purpose::Booking)?;
    let reports = Reports::new(store, host);
    vaxslot_api::serve(router(ReportRoutes { reports, gate, sealer: labels()? })).await
}
