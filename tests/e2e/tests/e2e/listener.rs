//! A queue that is subscribed to a topic of the stack.

use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::{Value, json};
use vaxslot::clock;

use crate::{
    rows,
    stage::{Stage, text},
};

/// How often a queue is asked, a second each time.
const LOOKS: u32 = 90;

pub struct Listener {
    client: aws_sdk_sqs::Client,
    url: String,
    /// Messages that were wanted, each once.
    pub heard: Vec<Value>,
}

impl Listener {
    /// Listens from now on; `topic` is its name in the stack's description.
    pub async fn subscribe(stage: &Stage, topic: &str, filter: &Value) -> Self {
        let config = rows::config(&stage.stack).await;
        let client = aws_sdk_sqs::Client::new(&config);
        let name = format!("listener-{:x}", clock::random());
        let allow = json!({
            "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*",
        });
        let policy = json!({"Version": "2012-10-17", "Statement": [allow]}).to_string();
        let create = client.create_queue().queue_name(&name).attributes(QueueAttributeName::Policy, policy);
        let made = create.send().await.expect("a queue");
        let file = std::fs::read_to_string(stage.stack.file()).expect("the stack's description");
        let file: Value = serde_json::from_str(&file).expect("JSON");
        let subscribe = aws_sdk_sns::Client::new(&config)
            .subscribe()
            .topic_arn(text(&file[topic]))
            .protocol("sqs")
            .endpoint(format!("arn:aws:sqs:us-east-1:000000000000:{name}"))
            .attributes("RawMessageDelivery", "true")
            .attributes("FilterPolicy", filter.to_string());
        subscribe.send().await.expect("subscribed");
        Self { client, url: made.queue_url.expect("its address"), heard: Vec::new() }
    }

    /// Awaits so many different messages that are wanted, in all. Deliveries of the same one count once.
    pub async fn hears(&mut self, count: usize, wanted: impl Fn(&Value) -> bool) -> &[Value] {
        for _ in 0..LOOKS {
            if self.heard.len() >= count {
                return &self.heard;
            }
            let receive = self.client.receive_message().queue_url(&self.url).max_number_of_messages(10);
            for message in receive.wait_time_seconds(1).send().await.expect("an answer").messages.unwrap_or_default() {
                let body: Value = serde_json::from_str(message.body().expect("a body")).expect("JSON");
                if wanted(&body) && self.heard.iter().all(|earlier| earlier["id"] != body["id"]) {
                    self.heard.push(body);
                }
                let receipt = message.receipt_handle().expect("a receipt");
                self.client
                    .delete_message()
                    .queue_url(&self.url)
                    .receipt_handle(receipt)
                    .send()
                    .await
                    .expect("deleted");
            }
        }
        panic!("{} messages came in 90 s, {count} were awaited", self.heard.len());
    }
}
