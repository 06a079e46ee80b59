//! Wires the `receipts` function.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use vaxslot_aws::{SystemHost, connect};
use vaxslot_receipts::{DynamoDeliveries, Receipts};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    vaxslot_api::log_as_json();
    let table = vaxslot_api::env::required("TABLE_NAME")?;
    let deliveries = DynamoDeliveries::new(aws_sdk_dynamodb::Client::new(&connect()), table);
    let receipts = Receipts::new(Arc::new(deliveries), Arc::new(SystemHost));
    run(service_fn(async |event: LambdaEvent<_>| Ok::<_, Error>(receipts.handle(event.payload).await?))).await
}
