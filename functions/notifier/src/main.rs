//! Wires the `notifier` function.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use vaxslot_aws::{DynamoStore, SnsSms, SystemHost, connect};
use vaxslot_notifier::{DynamoMarks, Notifier, Notify, Templates};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    vaxslot_api::log_as_json();
    let table = vaxslot_api::env::required("TABLE_NAME")?;
    let config = connect();
    let dynamo = aws_sdk_dynamodb::Client::new(&config);
    let notifier = Notifier::new(Notify {
        store: Arc::new(DynamoStore::new(dynamo.clone(), &table)),
        marks: Arc::new(DynamoMarks::new(dynamo, table)),
        sms: Arc::new(SnsSms::new(aws_sdk_sns::Client::new(&config))),
        host: Arc::new(SystemHost),
        templates: Templates::load()?,
    });
    run(service_fn(async |event: LambdaEvent<_>| Ok::<_, Error>(notifier.handle(event.payload).await))).await
}
