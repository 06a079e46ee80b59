//! The queue of reservations and its dead letters, at the local stack, and what brings messages to functions: as Lambda does,
//! it deletes what was carried out and leaves the rest to come again.

use std::{sync::Arc, time::Duration};

use aws_sdk_sqs::{
    Client,
    types::{DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName, QueueAttributeName},
};
use serde_json::{Value, json};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};
use vaxslot::{clock, stack::Stack};

use crate::{runtime::Function, setting::config};

/// How long a message is hidden that was handed out: in the template a minute, here as short as the queue allows to be faster.
const VISIBILITY: &str = "2";
/// How often a message is handed out: in the template five times. So few come that often that none would become a dead letter.
const MOST_RECEIVES: u32 = 3;

/// A FIFO queue with one for dead letters behind it.
pub struct Queues {
    client: Client,
    pub reservations: String,
    dead: String,
    feeders: Vec<JoinHandle<()>>,
}

impl Queues {
    /// Makes two queues of the test's own.
    pub async fn create(stack: &Stack) -> Self {
        let client = Client::new(&config(stack).await);
        let name = format!("kills-{:x}", clock::random());
        let dead = create(&client, format!("{name}-dead.fifo"), None).await;
        let arn = client.get_queue_attributes().queue_url(&dead).attribute_names(QueueAttributeName::QueueArn).send();
        let arn = arn.await.expect("attributes").attributes.unwrap_or_default();
        let arn = &arn[&QueueAttributeName::QueueArn];
        let redrive = json!({"deadLetterTargetArn": arn, "maxReceiveCount": MOST_RECEIVES}).to_string();
        let reservations = create(&client, format!("{name}.fifo"), Some(redrive)).await;
        Self { client, reservations, dead, feeders: Vec::new() }
    }

    /// Brings reservations to the booker, so many batches at once, and dead letters to the closer.
    pub fn feed(&mut self, booker: &Arc<Function>, at_once: usize, closer: &Arc<Function>) {
        let feed = |queue: &String, function: &Arc<Function>| {
            tokio::spawn(feed(self.client.clone(), queue.clone(), Arc::clone(function)))
        };
        let mut feeders: Vec<_> = (0..at_once).map(|_| feed(&self.reservations, booker)).collect();
        feeders.push(feed(&self.dead, closer));
        self.feeders = feeders;
    }

    /// Waits until both queues are empty.
    pub async fn drained(&self) {
        let begun = Instant::now();
        while self.count(&self.reservations).await + self.count(&self.dead).await > 0 {
            assert!(begun.elapsed() < Duration::from_mins(1), "the queues are worked off within a minute");
            assert!(self.feeders.iter().all(|feeder| !feeder.is_finished()), "messages are brought on and on");
            sleep(Duration::from_millis(200)).await;
        }
    }

    async fn count(&self, queue: &str) -> u64 {
        let counts = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let ask = self.client.get_queue_attributes().queue_url(queue).set_attribute_names(Some(counts.to_vec()));
        let told = ask.send().await.expect("attributes").attributes.unwrap_or_default();
        counts.iter().map(|name| told[name].parse::<u64>().expect("a number")).sum()
    }

    pub async fn delete(self) {
        self.feeders.iter().for_each(JoinHandle::abort);
        for queue in [&self.reservations, &self.dead] {
            self.client.delete_queue().queue_url(queue).send().await.expect("it is deleted");
        }
    }
}

async fn create(client: &Client, name: String, redrive: Option<String>) -> String {
    let queue = client
        .create_queue()
        .queue_name(name)
        .attributes(QueueAttributeName::FifoQueue, "true")
        .attributes(QueueAttributeName::VisibilityTimeout, VISIBILITY);
    let queue = match redrive {
        Some(redrive) => queue.attributes(QueueAttributeName::RedrivePolicy, redrive),
        None => queue,
    };
    queue.send().await.expect("a queue").queue_url.expect("an address")
}

async fn feed(client: Client, queue: String, function: Arc<Function>) {
    loop {
        let receive = client
            .receive_message()
            .queue_url(&queue)
            .max_number_of_messages(10)
            .wait_time_seconds(1)
            .message_system_attribute_names(MessageSystemAttributeName::All);
        let batch = receive.send().await.expect("messages").messages.unwrap_or_default();
        if batch.is_empty() {
            continue;
        }
        let event = json!({ "Records": batch.iter().map(record).collect::<Vec<_>>() });
        let Some(answer) = function.invoke(event.to_string()).await else { continue };
        let answer: Value = serde_json::from_slice(&answer).expect("a report of failures");
        let failures = answer["batchItemFailures"].as_array().expect("a list");
        let failed =
            |message: &Message| failures.iter().any(|one| one["itemIdentifier"].as_str() == message.message_id());
        let done = batch.iter().filter(|message| !failed(message)).enumerate();
        let done: Vec<_> = done
            .map(|(place, message)| {
                let entry = DeleteMessageBatchRequestEntry::builder().id(place.to_string());
                entry.set_receipt_handle(message.receipt_handle.clone()).build().expect("all parts are set")
            })
            .collect();
        if !done.is_empty() {
            // What was handed out again meanwhile has another receipt, and is not deleted by this one.
            let delete = client.delete_message_batch().queue_url(&queue).set_entries(Some(done));
            delete.send().await.expect("an answer");
        }
    }
}

fn record(message: &Message) -> Value {
    let attributes = message.attributes.iter().flatten();
    let attributes: serde_json::Map<String, Value> =
        attributes.map(|(name, value)| (name.as_str().to_owned(), json!(value))).collect();
    json!({
        "messageId": message.message_id, "receiptHandle": message.receipt_handle, "body": message.body,
        "attributes": attributes, "messageAttributes": {}, "md5OfBody": message.md5_of_body, "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:kills.fifo", "awsRegion": "us-east-1",
    })
}
