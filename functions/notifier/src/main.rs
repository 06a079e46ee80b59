//! Wires the `notifier` function.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use vaxslot_api::env::{optional, parsed_or, required};
use vaxslot_aws::{DynamoStore, Registered, SnsSms, SystemHost, connect};
use vaxslot_domain::preferences::Channel;
use vaxslot_notifier::{DynamoMarks, Notifier, Notify, Relay, SesMail, SnsRelay, SqsLater, Templates};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    vaxslot_api::log_as_json();
    let (table, config) = (required("TABLE_NAME")?, connect());
    let (topic, queue) = (required("CHANNEL_TOPIC_ARN")?, required("NOTIFICATIONS_QUEUE_URL")?);
    let sns = aws_sdk_sns::Client::new(&config);
    let dynamo = aws_sdk_dynamodb::Client::new(&config);
    let gateways = SnsRelay::new(sns.clone(), topic);
    let (events, texts) = (optional("EMAIL_EVENTS")?, parsed_or("SMS_RECEIPTS", false)?);
    let named = [(Channel::Sms, texts), (Channel::Email, events.is_some())];
    let relay: Arc<dyn Relay> = match optional("EMAIL_SENDER")? {
        Some(sender) => Arc::new(SesMail::new(aws_sdk_sesv2::Client::new(&config), sender, events, gateways)),
        None => Arc::new(gateways),
    };
    let notifier = Notifier::new(Notify {
        store: Arc::new(DynamoStore::new(dynamo.clone(), &table)),
        marks: Arc::new(DynamoMarks::new(dynamo, table)),
        sms: Arc::new(SnsSms::new(sns, parsed_or("REGISTERED_TEXTS", Registered::default())?)),
        relay,
        later: Arc::new(SqsLater::new(aws_sdk_sqs::Client::new(&config), queue)),
        host: Arc::new(SystemHost),
        templates: Templates::load()?,
        named: named.into_iter().filter_map(|(channel, named)| named.then_some(channel)).collect(),
    });
    run(service_fn(async |event: LambdaEvent<_>| Ok::<_, Error>(notifier.handle(event.payload).await))).await
}
