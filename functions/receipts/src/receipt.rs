use serde::Deserialize;
use vaxslot_domain::{SignedDuration, Timestamp, preferences::Channel};

use crate::{deliveries::Message, status::Status};

/// By how much somebody's clock may be ahead of ours: a status of tomorrow would stand against all of today's.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// The longest id, in bytes. Ours have 60, those of SES and SNS less than 100.
const LONGEST: usize = 200;

/// What a receipt is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A message, by its own id.
    Message(Message),
    /// Whatever goes by this id where it is delivered.
    Delivery(String),
}

/// What became of a message, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub about: About,
    pub status: Status,
    pub at: Timestamp,
}

/// A body that is no receipt. What is in it is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the receipt's {0} cannot be read")]
pub struct Unreadable(pub &'static str);

/// The body of a gateway.
#[derive(Deserialize)]
struct OfGateway {
    id: String,
    status: Status,
    at: Timestamp,
}

/// What of an event of SES is read.
#[derive(Deserialize)]
struct OfSes {
    source: String,
    #[serde(rename = "detail-type")]
    kind: String,
    time: Timestamp,
    detail: Detail,
}

#[derive(Deserialize)]
struct Detail {
    mail: Mail,
}

#[derive(Deserialize)]
struct Mail {
    #[serde(rename = "messageId")]
    message_id: String,
}

impl Receipt {
    /// Reads a body of the queue; there is nothing to note of an event of SES that is about no delivery.
    ///
    /// # Errors
    /// When it is neither an event of SES nor a gateway's receipt.
    pub fn read(body: &str, now: Timestamp) -> Result<Option<Self>, Unreadable> {
        match serde_json::from_str::<OfSes>(body) {
            Ok(event) if event.source == "aws.ses" => {
                let Some(status) = Status::of_email(&event.kind) else { return Ok(None) };
                Self::of_delivery(event.detail.mail.message_id, status, event.time, now).map(Some)
            }
            _ => Self::of_gateway(serde_json::from_str(body).map_err(|_| Unreadable("body"))?, now).map(Some),
        }
    }

    fn of_gateway(OfGateway { id, status, at }: OfGateway, now: Timestamp) -> Result<Self, Unreadable> {
        let (event, channel) = known(&id)?.rsplit_once(':').ok_or(Unreadable("id"))?;
        let channel: Channel = channel.parse().map_err(|_| Unreadable("id"))?;
        let message = Message { event: known(event)?.to_owned(), channel };
        Ok(Self { about: About::Message(message), status, at: past(at, now)? })
    }

    /// A receipt that names a delivery.
    ///
    /// # Errors
    /// When there can be no such id, or the moment is still to come.
    pub fn of_delivery(id: String, status: Status, at: Timestamp, now: Timestamp) -> Result<Self, Unreadable> {
        known(&id)?;
        Ok(Self { about: About::Delivery(id), status, at: past(at, now)? })
    }
}

fn known(id: &str) -> Result<&str, Unreadable> {
    let fine = (1..=LONGEST).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    if fine { Ok(id) } else { Err(Unreadable("id")) }
}

fn past(at: Timestamp, now: Timestamp) -> Result<Timestamp, Unreadable> {
    if at.duration_since(now) <= AHEAD { Ok(at) } else { Err(Unreadable("moment")) }
}
