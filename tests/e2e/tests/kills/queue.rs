//! The queue of reservations and its dead letters, the topics and the queue of notifications, at the local stack, and what brings
//! messages to functions: as Lambda does, it deletes what was carried out and leaves the rest to come again.

use std::{collections::HashMap, sync::Arc, time::Duration};

use aws_sdk_sqs::{
    Client,
    types::{DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName, QueueAttributeName},
};
use futures::future::join_all;
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

/// A FIFO queue with one for dead letters behind it; topics, and a queue that one of them is heard by.
pub struct Queues {
    client: Client,
    topics: aws_sdk_sns::Client,
    pub reservations: String,
    dead: String,
    pub notifications: String,
    /// Topics by their ARNs.
    pub events: String,
    pub availability: String,
    feeders: Vec<JoinHandle<()>>,
}

impl Queues {
    /// Makes queues and topics of the test's own.
    pub async fn create(stack: &Stack) -> Self {
        let config = config(stack).await;
        let (client, topics) = (Client::new(&config), aws_sdk_sns::Client::new(&config));
        let name = format!("kills-{:x}", clock::random());
        let dead = create(&client, format!("{name}-dead.fifo"), fifo()).await;
        let redrive = json!({"deadLetterTargetArn": arn(&client, &dead).await, "maxReceiveCount": MOST_RECEIVES});
        let mut redriven = fifo();
        redriven.insert(QueueAttributeName::RedrivePolicy, redrive.to_string());
        let reservations = create(&client, format!("{name}.fifo"), redriven).await;
        // A sender that dies keeps its mark for a minute: within it, these come again more often than in the template.
        let allow = json!({
            "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*",
        });
        let policy = json!({"Version": "2012-10-17", "Statement": [allow]}).to_string();
        let open = [(QueueAttributeName::Policy, policy)].into();
        let notifications = create(&client, format!("{name}-notifications"), open).await;
        let events = topic(&topics, format!("{name}-events")).await;
        let availability = topic(&topics, format!("{name}-availability")).await;
        let subscribe = topics.subscribe().topic_arn(&events).protocol("sqs").attributes("RawMessageDelivery", "true");
        subscribe.endpoint(arn(&client, &notifications).await).send().await.expect("subscribed");
        Self { client, topics, reservations, dead, notifications, events, availability, feeders: Vec::new() }
    }

    /// Brings reservations to the booker, dead letters to the closer, and events to the notifier; so many batches at once.
    pub fn feed(&mut self, booker: (&Arc<Function>, usize), closer: &Arc<Function>, notifier: (&Arc<Function>, usize)) {
        let fed = [(&self.reservations, booker), (&self.dead, (closer, 1)), (&self.notifications, notifier)];
        let feeders = fed.into_iter().flat_map(|(queue, (function, at_once))| {
            (0..at_once).map(|_| tokio::spawn(feed(self.client.clone(), queue.clone(), Arc::clone(function))))
        });
        self.feeders = feeders.collect();
    }

    /// Waits until every reservation was carried out or has become a dead letter, and that was, too.
    pub async fn booked(&self) {
        self.drained(&[&self.reservations, &self.dead], Duration::from_mins(1)).await;
    }

    /// Waits until every event was told. Marks of senders that died are left to them for a minute.
    pub async fn told(&self) {
        self.drained(&[&self.notifications], Duration::from_mins(4)).await;
    }

    async fn drained(&self, queues: &[&String], within: Duration) {
        let begun = Instant::now();
        loop {
            let counts = join_all(queues.iter().map(|queue| self.count(queue))).await;
            if counts.iter().sum::<u64>() == 0 {
                return;
            }
            assert!(begun.elapsed() < within, "queues are worked off within {within:?}: {counts:?} are left");
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
        for queue in [&self.reservations, &self.dead, &self.notifications] {
            self.client.delete_queue().queue_url(queue).send().await.expect("it is deleted");
        }
        for topic in [&self.events, &self.availability] {
            self.topics.delete_topic().topic_arn(topic).send().await.expect("it is deleted");
        }
    }
}

fn fifo() -> HashMap<QueueAttributeName, String> {
    [(QueueAttributeName::FifoQueue, "true".to_owned())].into()
}

async fn create(client: &Client, name: String, attributes: HashMap<QueueAttributeName, String>) -> String {
    let queue = client.create_queue().queue_name(name).set_attributes(Some(attributes));
    let queue = queue.attributes(QueueAttributeName::VisibilityTimeout, VISIBILITY);
    queue.send().await.expect("a queue").queue_url.expect("an address")
}

async fn arn(client: &Client, queue: &str) -> String {
    let ask = client.get_queue_attributes().queue_url(queue).attribute_names(QueueAttributeName::QueueArn);
    let mut told = ask.send().await.expect("attributes").attributes.unwrap_or_default();
    told.remove(&QueueAttributeName::QueueArn).expect("an ARN")
}

async fn topic(client: &aws_sdk_sns::Client, name: String) -> String {
    client.create_topic().name(name).send().await.expect("a topic").topic_arn.expect("an ARN")
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
