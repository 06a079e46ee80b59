//! Wires the `projector` function.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use vaxslot_api::env::number_or;
use vaxslot_app::{projection::Projection, times::TRAIL_DAYS};
use vaxslot_aws::{DynamoStore, SnsEvents, SystemHost, connect};
use vaxslot_projector::Projector;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    vaxslot_api::log_as_json();
    let table = vaxslot_api::env::required("TABLE_NAME")?;
    let topic = vaxslot_api::env::required("EVENTS_TOPIC_ARN")?;
    let config = connect();
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&config), &table);
    let events = SnsEvents::new(aws_sdk_sns::Client::new(&config), topic);
    let projection = Projection::new(Arc::new(store), Arc::new(events), Arc::new(SystemHost));
    let projector =
        Projector::new(Arc::new(projection), table).keeping_trail(number_or("TRAIL_DAYS", TRAIL_DAYS, 1..=36_500)?);
    run(service_fn(async |event: LambdaEvent<_>| Ok::<_, Error>(projector.handle(event.payload).await))).await
}
