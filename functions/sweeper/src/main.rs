//! Wires the `sweeper` function.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use vaxslot_api::env::{number_or, required};
use vaxslot_app::reminders::Reminders;
use vaxslot_aws::{DynamoStore, SqsReminders, SystemHost, connect};
use vaxslot_domain::Timestamp;
use vaxslot_sweeper::Sweeper;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    vaxslot_api::log_as_json();
    let (table, url, config) = (required("TABLE_NAME")?, required("NOTIFICATIONS_QUEUE_URL")?, connect());
    let hour = i8::try_from(number_or("REMINDER_HOUR", 10, 0..=23)?)?;
    let store = Arc::new(DynamoStore::new(aws_sdk_dynamodb::Client::new(&config), table));
    let (queue, host) = (SqsReminders::new(aws_sdk_sqs::Client::new(&config), url), Arc::new(SystemHost));
    let reminders = Reminders::new(store.clone(), Arc::new(queue), host.clone(), hour);
    let sweeper = Sweeper::new(store, host).reminding(reminders);
    run(service_fn(async |event: LambdaEvent<_>| {
        let deadline = Timestamp::try_from(event.context.deadline())?;
        Ok::<_, Error>(sweeper.handle(event.payload, deadline).await?)
    }))
    .await
}
