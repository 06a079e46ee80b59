use std::{collections::BTreeMap, sync::Arc, time::Duration};

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures::{StreamExt, future::join_all, stream};
use serde::Deserialize;
use serde_json::Value;
use vaxslot_api::metrics;
use vaxslot_app::{
    ports::{Host, StoreError},
    retry::persist,
};
use vaxslot_domain::{Timestamp, preferences::Channel};

use crate::{
    deliveries::{Deliveries, Noted},
    receipt::{About, Receipt, Unreadable},
    status::Status,
    texts::Packed,
};

/// How often the queue hands out a message before it becomes a dead letter. What nobody knows by then is let go.
pub const TRIES: u32 = 5;
/// How long an entry of the log waits for the row it is about, which is written right after the text was handed over.
const WAIT: Duration = Duration::from_secs(5);
/// How many entries of the log are noted at once.
const AT_ONCE: usize = 20;

/// What the function is called with.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Arrival {
    Texts { awslogs: Packed },
    Queue(SqsEvent),
}

/// Entries of the log that could not be noted; the log has each. Noting them again changes nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unnoted {
    #[error("{0} receipts could not be noted")]
    Some(usize),
    #[error(transparent)]
    All(#[from] Unreadable),
}

#[derive(Debug, thiserror::Error)]
enum ReceiptError {
    #[error("the message is not known to be sent yet")]
    Early,
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is counted. It names nobody.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages that turned out not to arrive.
    pub undelivered: BTreeMap<Channel, u64>,
    /// Receipts of what is not, or no longer, known.
    pub unknown: u64,
}

impl Counts {
    /// The counts as a line of the log, if there is anything to count.
    #[must_use]
    pub fn line(&self, now: Timestamp) -> Option<Value> {
        let name = |channel: &Channel| match channel {
            Channel::Sms => "UndeliveredSms",
            Channel::Email => "UndeliveredEmail",
            Channel::WhatsApp => "UndeliveredWhatsApp",
        };
        let undelivered = self.undelivered.iter().map(|(channel, count)| (name(channel), "Count", *count));
        let unknown = (self.unknown > 0).then_some(("UnknownReceipts", "Count", self.unknown));
        let figures: Vec<_> = undelivered.chain(unknown).collect();
        (!figures.is_empty()).then(|| metrics::line(&figures, now))
    }
}

/// What came of one receipt.
enum Outcome {
    Undelivered(Channel),
    Nothing,
    Unknown,
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Undelivered(channel) => *self.undelivered.entry(*channel).or_default() += 1,
            Outcome::Unknown => self.unknown += 1,
            Outcome::Nothing => {}
        }
    }
}

/// Handles receipts.
pub struct Receipts {
    deliveries: Arc<dyn Deliveries>,
    host: Arc<dyn Host>,
}

impl Receipts {
    #[must_use]
    pub fn new(deliveries: Arc<dyn Deliveries>, host: Arc<dyn Host>) -> Self {
        Self { deliveries, host }
    }

    /// Notes what arrived, and names the messages of the queue that are to come again.
    ///
    /// # Errors
    /// If entries of the log could not be noted: `CloudWatch` Logs is answered as a whole, and brings all of them again.
    pub async fn handle(&self, arrival: Arrival) -> Result<SqsBatchResponse, Unnoted> {
        let (counts, result) = match arrival {
            Arrival::Queue(batch) => {
                let (counts, response) = self.queue(batch).await;
                (counts, Ok(response))
            }
            Arrival::Texts { awslogs } => {
                let (counts, noted) = self.texts(&awslogs).await?;
                (counts, noted.map(|()| SqsBatchResponse::default()))
            }
        };
        if let Some(line) = counts.line(self.host.now()) {
            println!("{line}");
        }
        result
    }

    /// Notes what a batch of the queue says.
    pub async fn queue(&self, batch: SqsEvent) -> (Counts, SqsBatchResponse) {
        let (mut counts, mut response) = (Counts::default(), SqsBatchResponse::default());
        let outcomes = join_all(batch.records.iter().map(|message| self.take(message))).await;
        for (message, outcome) in batch.records.iter().zip(outcomes) {
            let message_id = message.message_id.clone().unwrap_or_default();
            let error = match outcome {
                Ok(outcome) => {
                    counts.add(&outcome);
                    continue;
                }
                Err(error) => error,
            };
            if matches!(error, ReceiptError::Early) {
                tracing::info!(message_id, "a receipt comes again: {error}");
            } else {
                tracing::error!(error = vaxslot_api::chain(&error), message_id, "a receipt could not be noted");
            }
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message_id;
            response.batch_item_failures.push(failure);
        }
        (counts, response)
    }

    async fn take(&self, message: &SqsMessage) -> Result<Outcome, ReceiptError> {
        let body = message.body.as_deref().unwrap_or_default();
        let Some(receipt) = Receipt::read(body, self.host.now())? else { return Ok(Outcome::Nothing) };
        let received = message.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok());
        match self.note(&receipt).await? {
            Outcome::Unknown if received.is_none_or(|received: u32| received < TRIES) => Err(ReceiptError::Early),
            outcome => Ok(outcome),
        }
    }

    /// Notes what a batch of the log says. It has the texts of the whole account, codes among them, so that many are not known.
    ///
    /// # Errors
    /// If it cannot be read at all.
    pub async fn texts(&self, packed: &Packed) -> Result<(Counts, Result<(), Unnoted>), Unreadable> {
        let unpacked = packed.unpack(self.host.now())?;
        if unpacked.unreadable > 0 {
            tracing::warn!(count = unpacked.unreadable, "entries of the log of text messages cannot be read");
        }
        let (mut counts, mut failures) = (Counts::default(), 0);
        let early = self.note_all(&unpacked.receipts, &mut counts, &mut failures).await;
        if !early.is_empty() {
            self.host.pause(WAIT).await;
            let unknown = self.note_all(&early, &mut counts, &mut failures).await;
            counts.unknown += u64::try_from(unknown.len()).unwrap_or(u64::MAX);
        }
        Ok((counts, if failures == 0 { Ok(()) } else { Err(Unnoted::Some(failures)) }))
    }

    /// Notes receipts of the log, and counts what came of them but for those that are not known, which are returned.
    async fn note_all(&self, receipts: &[Receipt], counts: &mut Counts, failures: &mut usize) -> Vec<Receipt> {
        let noted = receipts.iter().map(|receipt| self.note(receipt)).collect::<Vec<_>>();
        let noted: Vec<_> = stream::iter(noted).buffered(AT_ONCE).collect().await;
        let mut unknown = Vec::new();
        for (receipt, outcome) in receipts.iter().zip(noted) {
            match outcome {
                Ok(Outcome::Unknown) => unknown.push(receipt.clone()),
                Ok(outcome) => counts.add(&outcome),
                Err(error) => {
                    *failures += 1;
                    tracing::error!(error = vaxslot_api::chain(&error), "a receipt could not be noted");
                }
            }
        }
        unknown
    }

    async fn note(&self, Receipt { about, status, at }: &Receipt) -> Result<Outcome, StoreError> {
        let message = match about {
            About::Message(message) => message.clone(),
            About::Delivery(id) => match persist(&*self.host, || self.deliveries.find(id)).await? {
                Some(message) => message,
                None => return Ok(Outcome::Unknown),
            },
        };
        Ok(match persist(&*self.host, || self.deliveries.note(&message, *status, *at)).await? {
            Noted::Changed if *status == Status::Failed => Outcome::Undelivered(message.channel),
            Noted::Changed | Noted::Older => Outcome::Nothing,
            Noted::Unknown => Outcome::Unknown,
        })
    }
}
