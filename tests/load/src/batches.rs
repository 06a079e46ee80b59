//! Batches as the table's stream and the notification queue bring them, made of bookings that are in the table.

use aws_sdk_dynamodb::Client;
use serde_dynamo::Item;
use serde_json::{Value, json};
use vaxslot_aws::{
    EventMessage, keys,
    stream::{self, Change},
};

use crate::{Outcome, people::Citizen};

/// Bookings that were made.
pub struct Bookings {
    /// The records of their rows.
    records: Vec<Value>,
    events: Vec<EventMessage>,
}

impl Bookings {
    /// Reads so many bookings of these people. Each is two records of the stream.
    pub async fn read(client: &Client, table: &str, citizens: &[Citizen], wanted: usize) -> Outcome<Self> {
        let mut bookings = Self { records: Vec::new(), events: Vec::new() };
        for citizen in citizens {
            let key = keys::beneficiary(citizen.beneficiary).attributes();
            let read = client.get_item().table_name(table).set_key(Some(key)).send().await?;
            let after = read.item.ok_or("a registered person is not in the table")?;
            let mut before = after.clone();
            before.remove("active");
            if let Some(Change::Told(event)) = stream::read(table, Some(&before), Some(&after))? {
                let shard = keys::shard(event.appointment.shard).attributes();
                bookings.records.push(record(before.into(), after.into()));
                bookings.records.push(record(shard.clone().into(), shard.into()));
                bookings.events.push(EventMessage::from(&*event));
            }
            if bookings.events.len() == wanted {
                return Ok(bookings);
            }
        }
        Err(format!("only {} people have an appointment", bookings.events.len()).into())
    }

    /// A batch of the stream.
    pub fn records(&self) -> Value {
        json!({ "Records": self.records })
    }

    /// A batch of the queue with so many events, which were not told yet if no other batch has this number.
    pub fn messages(&self, count: usize, number: u64) -> Value {
        let message = |(place, event): (usize, &EventMessage)| {
            let event = EventMessage { id: format!("{}:{number}", event.id), ..event.clone() };
            json!({ "messageId": format!("{number}-{place}"), "eventSource": "aws:sqs", "body": json!(event).to_string() })
        };
        json!({ "Records": self.events.iter().take(count).enumerate().map(message).collect::<Vec<_>>() })
    }
}

fn record(before: Item, after: Item) -> Value {
    json!({
        "eventID": "bench", "eventName": "MODIFY", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_255_200.0, "Keys": {}, "SequenceNumber": "1", "SizeBytes": 1_000,
            "StreamViewType": "NEW_AND_OLD_IMAGES", "OldImage": before, "NewImage": after,
        },
    })
}
