//! Wires the `projector` function.

use std::sync::Arc;

use aws_lambda_events::dynamodb::Event;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use vaxslot_api::env::trail_days;
use vaxslot_app::{ports::Host, projection::Projection};
use vaxslot_aws::{DynamoStore, SnsEvents, SystemHost, connect};
use vaxslot_projector::{Projector, lag, oldest};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    vaxslot_api::log_as_json();
    let table = vaxslot_api::env::required("TABLE_NAME")?;
    let topic = vaxslot_api::env::required("EVENTS_TOPIC_ARN")?;
    let availability = vaxslot_api::env::required("AVAILABILITY_TOPIC_ARN")?;
    let config = connect();
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&config), &table);
    let events = SnsEvents::new(aws_sdk_sns::Client::new(&config), topic, availability);
    let projection = Projection::new(Arc::new(store), Arc::new(events), Arc::new(SystemHost));
    let projector = Projector::new(Arc::new(projection), table).keeping_trail(trail_days()?);
    run(service_fn(async |event: LambdaEvent<Event>| {
        let made = oldest(&event.payload.records);
        let handled = projector.handle(event.payload).await;
        if let Some(made) = made.filter(|_| handled.batch_item_failures.is_empty()) {
            println!("{}", lag(made, SystemHost.now()));
        }
        Ok::<_, Error>(handled)
    }))
    .await
}
