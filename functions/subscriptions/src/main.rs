//! Wires the `subscriptions` function.

use std::sync::Arc;

use vaxslot_api::{
    env::{TokenConfig, labels, parsed_or, required},
    limit::Purpose,
};
use vaxslot_app::{once::Once, subscriptions::Announcements};
use vaxslot_aws::{DynamoStore, Https, SnsSubscribers, SystemHost, connect};
use vaxslot_subscriptions::{Desk, SystemNames, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), vaxslot_api::Error> {
    vaxslot_api::log_as_json();
    let (config, host) = (connect(), Arc::new(SystemHost));
    let store = Arc::new(DynamoStore::new(aws_sdk_dynamodb::Client::new(&config), required("TABLE_NAME")?));
    let topic = SnsSubscribers::new(aws_sdk_sns::Client::new(&config), required("AVAILABILITY_TOPIC_ARN")?);
    let gate =
        TokenConfig::from_env()?.gate(store.clone(), Arc::new(Https::default()), host.clone(), Purpose::People)?;
    vaxslot_api::serve(router(Desk {
        announcements: Announcements::new(store.clone(), Arc::new(topic), host.clone()),
        once: Once::new(store.clone(), host.clone()),
        buckets: store,
        names: Arc::new(SystemNames),
        labels: labels()?,
        local: parsed_or("LOCAL_WEBHOOKS", false)?,
        host,
        gate,
    }))
    .await
}
