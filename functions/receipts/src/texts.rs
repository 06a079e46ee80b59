//! SNS's log of text messages, as a subscription of `CloudWatch` Logs hands it on: packed by gzip, in Base64.

use std::io::Read;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::read::GzDecoder;
use serde::Deserialize;
use vaxslot_domain::Timestamp;

use crate::{
    receipt::{Receipt, Unreadable},
    status::Status,
};

/// How much is unpacked, in bytes. What is handed on has up to a megabyte before it is packed.
const MOST: u64 = 8 << 20;

#[derive(Deserialize)]
pub struct Packed {
    data: String,
}

/// What was in a batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    pub receipts: Vec<Receipt>,
    /// How many entries are none.
    pub unreadable: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Batch {
    message_type: String,
    #[serde(default)]
    log_events: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    /// In milliseconds since 1970.
    timestamp: i64,
    message: String,
}

/// What of an entry is read.
#[derive(Deserialize)]
struct Text {
    notification: Notification,
    status: String,
}

#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "messageId")]
    message_id: String,
}

impl Packed {
    /// Reads what is in it; the service's own messages have nothing.
    ///
    /// # Errors
    /// When it is not packed so, or no batch.
    pub fn unpack(&self, now: Timestamp) -> Result<Unpacked, Unreadable> {
        let packed = STANDARD.decode(&self.data).map_err(|_| Unreadable("packing"))?;
        let mut text = String::new();
        let unpacked = GzDecoder::new(packed.as_slice()).take(MOST).read_to_string(&mut text);
        unpacked.map_err(|_| Unreadable("packing"))?;
        let batch: Batch = serde_json::from_str(&text).map_err(|_| Unreadable("batch"))?;
        let mut all = Unpacked::default();
        if batch.message_type == "DATA_MESSAGE" {
            for entry in batch.log_events {
                match entry.read(now) {
                    Ok(receipt) => all.receipts.push(receipt),
                    Err(_) => all.unreadable += 1,
                }
            }
        }
        Ok(all)
    }
}

impl Entry {
    fn read(self, now: Timestamp) -> Result<Receipt, Unreadable> {
        let text: Text = serde_json::from_str(&self.message).map_err(|_| Unreadable("body"))?;
        let status = Status::of_text(&text.status).ok_or(Unreadable("status"))?;
        let at = Timestamp::from_millisecond(self.timestamp).map_err(|_| Unreadable("moment"))?;
        Receipt::of_delivery(text.notification.message_id, status, at, now)
    }
}
