//! The text messages that the local endpoint recorded instead of sending them.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};
use vaxslot_domain::person::Phone;

use crate::{
    failure::Failure,
    http::{Api, Call, path},
    mask,
};

const PATH: &str = "/_ministack/sns/sms-messages";

/// A recorded message.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    number: String,
    pub text: String,
}

impl Message {
    /// The number it went to, all but two digits hidden.
    #[must_use]
    pub fn masked_number(&self) -> String {
        mask::phone(&self.number)
    }

    /// Whether it reminds of tomorrow, in English. It comes by the stack's clock: who counts
    /// messages leaves it out.
    #[must_use]
    pub fn is_reminder(&self) -> bool {
        self.text.contains("a reminder for ")
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("number", &self.masked_number()).field("text", &self.text).finish()
    }
}

#[derive(Deserialize)]
struct Recorded {
    /// In the order in which the numbers first appeared.
    sms_messages: Map<String, Value>,
}

#[derive(Deserialize)]
struct RecordedMessage {
    #[serde(rename = "Message")]
    message: String,
}

/// The messages to one number or to all, newest last. The endpoint notes no time, so those of a number stand together, and
/// numbers in the order of their first message.
pub async fn messages(endpoint: &Api, to: Option<&Phone>) -> Result<Vec<Message>, Failure> {
    let filtered = to.map(|phone| path(PATH, &[("phoneNumber", phone.as_str())]));
    let answer = endpoint.call(&Call::get(filtered.unwrap_or_else(|| PATH.to_owned()))).await?;
    if !answer.status.is_success() {
        return Err(Failure::Refused(answer.refusal()));
    }
    read(&answer.body).map_err(|error| Failure::Refused(format!("the outbox cannot be read: {error}")))
}

fn read(body: &Value) -> Result<Vec<Message>, serde_json::Error> {
    let mut messages = Vec::new();
    for (number, recorded) in Recorded::deserialize(body)?.sms_messages {
        let recorded = Vec::<RecordedMessage>::deserialize(recorded)?;
        messages.extend(recorded.into_iter().map(|message| Message { number: number.clone(), text: message.message }));
    }
    Ok(messages)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_keep_their_order_and_hide_their_numbers() {
        let body = json!({"sms_messages": {
            "+919800000002": [{"Message": "first", "MessageId": "1"}, {"Message": "second", "MessageId": "2"}],
            "+919800000001": [{"Message": "third", "MessageId": "3"}],
        }, "region": "us-east-1"});
        let messages = read(&body).unwrap();
        let texts: Vec<&str> = messages.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts, ["first", "second", "third"]);
        assert!(!format!("{messages:?}").contains("98"));
        assert!(read(&json!({"error": "no"})).is_err());
    }
}
