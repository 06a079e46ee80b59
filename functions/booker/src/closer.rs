//! Wires the `closer` function.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use vaxslot_app::booker::Closer;
use vaxslot_aws::{DynamoStore, SystemHost, connect};
use vaxslot_booker::{deliveries, failures};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    vaxslot_api::log_as_json();
    let table = vaxslot_api::env::required("TABLE_NAME")?;
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&connect()), table);
    let closer = Closer::new(Arc::new(store), Arc::new(SystemHost));
    let take = async |event: LambdaEvent<_>| Ok::<_, Error>(failures(closer.take(deliveries(event.payload)).await));
    run(service_fn(take)).await
}
