//! Wires the `sweeper` function.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use vaxslot_aws::{DynamoStore, SystemHost, connect};
use vaxslot_domain::Timestamp;
use vaxslot_sweeper::Sweeper;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    vaxslot_api::log_as_json();
    let table = vaxslot_api::env::required("TABLE_NAME")?;
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&connect()), table);
    let sweeper = Sweeper::new(Arc::new(store), Arc::new(SystemHost));
    run(service_fn(async |event: LambdaEvent<_>| {
        let deadline = Timestamp::try_from(event.context.deadline())?;
        Ok::<_, Error>(sweeper.handle(event.payload, deadline).await?)
    }))
    .await
}
