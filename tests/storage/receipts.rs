//! Marks of messages and what became of them, as `notifier` and `receipts` write them together.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use vaxslot_app::ports::StoreError;
use vaxslot_aws::keys;
use vaxslot_domain::{SignedDuration, Timestamp, preferences::Channel};
use vaxslot_notifier::{DynamoMarks, Handed, Marked, Marks};
use vaxslot_receipts::{Arrival, Deliveries, DynamoDeliveries, Message, Noted, Receipts, Status};
use vaxslot_testkit::{TestHost, make::read, wire::Fault};

use crate::engine::{self, Table};

const EVENT: &str = "9d3c1f7a-8e21-4f6b-b1c4-7a6e5d4c3b2a:appointment.confirmed";

struct Stage {
    table: Table,
    marks: DynamoMarks,
    deliveries: DynamoDeliveries,
}

fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = read("2026-11-21T10:00:00Z");
    start.checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

fn mine(channel: Channel) -> Message {
    Message { event: EVENT.to_owned(), channel }
}

impl Stage {
    async fn set() -> Self {
        let table = engine::table().await;
        let marks = DynamoMarks::new(table.client.clone(), &table.name);
        let deliveries = DynamoDeliveries::new(table.client.clone(), &table.name);
        Self { table, marks, deliveries }
    }

    /// A stage with a message that was sent.
    async fn sent(channel: Channel) -> Self {
        let stage = Self::set().await;
        assert_eq!(stage.marks.take(EVENT, channel, at(0)).await.unwrap(), Marked::Ours);
        let handed = Handed { text: "confirmed.hi".to_owned(), delivery: "ses-1".to_owned() };
        stage.marks.done(EVENT, channel, &handed, at(0)).await.unwrap();
        stage
    }

    async fn row(&self, key: keys::Key) -> Option<HashMap<String, AttributeValue>> {
        let get = self.table.raw.get_item().table_name(&self.table.name).set_key(Some(key.attributes()));
        get.consistent_read(true).send().await.unwrap().item
    }

    /// What stands at the mark, and since when.
    async fn standing(&self, channel: Channel) -> (String, String) {
        let row = self.row(keys::sent(EVENT, channel)).await.expect("the mark");
        assert_eq!(row["sent"], AttributeValue::Bool(true));
        assert_eq!(row["text"], AttributeValue::S("confirmed.hi".to_owned()), "the rest is as it was");
        let text = |name: &str| row.get(name).map(|value| value.as_s().unwrap().clone()).unwrap_or_default();
        (text("status"), text("status_at"))
    }
}

#[tokio::test]
async fn the_newest_status_stands_in_whatever_order_they_come() {
    let mut told = [(Status::Delayed, 10), (Status::Delivered, 20), (Status::Read, 20), (Status::Failed, 15)];
    for _ in 0..told.len() {
        told.rotate_left(1);
        let stage = Stage::sent(Channel::WhatsApp).await;
        for _ in 0..2 {
            for (status, seconds) in told {
                stage.deliveries.note(&mine(Channel::WhatsApp), status, at(seconds)).await.unwrap();
            }
            let expected = ("READ".to_owned(), "2026-11-21T10:00:20.000Z".to_owned());
            assert_eq!(stage.standing(Channel::WhatsApp).await, expected, "{told:?}");
        }
    }
}

#[tokio::test]
async fn a_repeat_changes_nothing_and_is_told_so() {
    let stage = Stage::sent(Channel::Email).await;
    let message = mine(Channel::Email);
    let note = |status, seconds| stage.deliveries.note(&message, status, at(seconds));
    assert_eq!(note(Status::Delivered, 20).await.unwrap(), Noted::Changed);
    assert_eq!(note(Status::Delivered, 20).await.unwrap(), Noted::Older);
    assert_eq!(note(Status::Failed, 19).await.unwrap(), Noted::Older);
    assert_eq!(note(Status::Delayed, 20).await.unwrap(), Noted::Older);
    assert_eq!(stage.standing(Channel::Email).await.0, "DELIVERED");
    assert_eq!(note(Status::Failed, 21).await.unwrap(), Noted::Changed, "it was thrown back later");
}

#[tokio::test]
async fn nothing_is_noted_at_what_was_not_sent() {
    let stage = Stage::set().await;
    let message = mine(Channel::Sms);
    let note = || stage.deliveries.note(&message, Status::Delivered, at(5));
    assert_eq!(note().await.unwrap(), Noted::Unknown);
    assert!(stage.row(keys::sent(EVENT, Channel::Sms)).await.is_none(), "no row was made");
    stage.marks.take(EVENT, Channel::Sms, at(0)).await.unwrap();
    assert_eq!(note().await.unwrap(), Noted::Unknown, "it is being sent");
    let handed = Handed { text: "confirmed.hi".to_owned(), delivery: "sms-1".to_owned() };
    stage.marks.done(EVENT, Channel::Sms, &handed, at(6)).await.unwrap();
    assert_eq!(note().await.unwrap(), Noted::Changed);
}

#[tokio::test]
async fn a_message_is_found_by_its_delivery_and_ages_out_as_its_mark() {
    let stage = Stage::sent(Channel::Email).await;
    assert_eq!(stage.deliveries.find("ses-1").await.unwrap(), None);
    let again = stage.marks.take(EVENT, Channel::Email, at(1)).await.unwrap();
    assert_eq!(again, Marked::Sent { delivery: "ses-1".to_owned() }, "who comes again can name it");
    for _ in 0..2 {
        stage.marks.name("ses-1", EVENT, Channel::Email, at(0)).await.unwrap();
    }
    assert_eq!(stage.deliveries.find("ses-1").await.unwrap(), Some(mine(Channel::Email)));
    let [mark, name] = [keys::sent(EVENT, Channel::Email), keys::delivery("ses-1")];
    let (mark, name) = (stage.row(mark).await.unwrap(), stage.row(name).await.unwrap());
    assert_eq!(mark["expires"], name["expires"]);
}

#[tokio::test]
async fn faults_of_the_line_leave_the_same_status() {
    for operation in ["GetItem", "UpdateItem"] {
        for fault in
            [Fault::Throttled, Fault::NotSent, Fault::ServerError, Fault::AnswerLost, Fault::ServerErrorAfterwards]
        {
            let stage = Stage::sent(Channel::Email).await;
            stage.marks.name("ses-1", EVENT, Channel::Email, at(0)).await.unwrap();
            stage.table.wire.reset();
            stage.table.wire.fail(operation, 1..=1, fault);
            let receipts = Receipts::new(Arc::new(stage.deliveries.clone()), Arc::new(TestHost::at(at(60))));
            let body = json!({"source": "aws.ses", "detail-type": "Email Bounced", "time": "2026-11-21T10:00:05Z",
                "detail": {"mail": {"messageId": "ses-1", "destination": ["asha@example.org"]}}});
            let batch = json!({"Records": [{"messageId": "m0", "body": body.to_string()}]});
            let arrival: Arrival = serde_json::from_value(batch).unwrap();
            let response = receipts.handle(arrival).await.unwrap();
            assert!(response.batch_item_failures.is_empty(), "{operation} {fault:?}");
            assert_eq!(stage.standing(Channel::Email).await.0, "FAILED", "{operation} {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_row_that_does_not_parse_is_an_error_that_names_it() {
    let stage = Stage::sent(Channel::Email).await;
    stage.marks.name("ses-1", EVENT, Channel::Email, at(0)).await.unwrap();
    let put = stage.table.raw.update_item().table_name(&stage.table.name);
    let put = put.set_key(Some(keys::delivery("ses-1").attributes())).update_expression("SET channel = :other");
    put.expression_attribute_values(":other", AttributeValue::S("PIGEON".to_owned())).send().await.unwrap();
    assert!(matches!(stage.deliveries.find("ses-1").await, Err(StoreError::BadRow(row)) if row.attribute == "channel"));
}
