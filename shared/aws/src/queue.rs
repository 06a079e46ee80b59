use async_trait::async_trait;
use aws_sdk_sqs::{Client, types::QueueAttributeName};
use serde::{Deserialize, Serialize};
use vaxslot_app::ports::{Queue, StoreError};
use vaxslot_domain::{
    booking::{Finality, Order, Party},
    session::{PoolKey, ShardKey, SlotNumber},
    ticket::Queued,
};

use crate::{error::classify, rows::instant};

/// A reservation as it stands in the queue. It names people by id only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueuedMessage {
    pub ticket: String,
    /// What the request goes by the day before and the day after.
    pub others: Option<[String; 2]>,
    pub account: String,
    pub beneficiaries: Vec<String>,
    pub session_id: String,
    pub slot: String,
    pub slot_number: u8,
    pub dose: u8,
    /// The shard that it waits for.
    pub shard: u8,
    pub hold: bool,
    /// RFC 3339, UTC.
    pub accepted_at: String,
}

impl From<&Queued> for QueuedMessage {
    fn from(queued: &Queued) -> Self {
        let Order { account, party, slot, dose } = &queued.order;
        Self {
            ticket: queued.ticket.to_string(),
            others: queued.others.map(|others| others.map(|request| request.to_string())),
            account: account.as_str().to_owned(),
            beneficiaries: party.people().iter().map(ToString::to_string).collect(),
            session_id: queued.shard.pool.session.to_string(),
            slot: slot.to_string(),
            slot_number: queued.shard.pool.slot.0,
            dose: dose.get(),
            shard: queued.shard.number,
            hold: queued.finality == Finality::Hold,
            accepted_at: instant(queued.accepted_at),
        }
    }
}

impl QueuedMessage {
    /// The reservation; none where a part cannot be read.
    #[must_use]
    pub fn queued(&self) -> Option<Queued> {
        let people = self.beneficiaries.iter().map(|person| person.parse().ok()).collect::<Option<_>>()?;
        let dose = self.dose.try_into().ok()?;
        let others = match &self.others {
            Some([earlier, later]) => Some([earlier.parse().ok()?, later.parse().ok()?]),
            None => None,
        };
        let pool = PoolKey { session: self.session_id.parse().ok()?, slot: SlotNumber(self.slot_number), dose };
        Some(Queued {
            ticket: self.ticket.parse().ok()?,
            others,
            order: Order {
                account: self.account.parse().ok()?,
                party: Party::new(people).ok()?,
                slot: self.slot.parse().ok()?,
                dose,
            },
            finality: if self.hold { Finality::Hold } else { Finality::Book },
            accepted_at: self.accepted_at.parse().ok()?,
            shard: ShardKey { pool, number: self.shard },
        })
    }
}

/// The queue of reservations as an SQS FIFO queue: a message group for each shard, a deduplication id for each ticket.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    client: Client,
    url: String,
}

impl SqsQueue {
    #[must_use]
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self { client, url: url.into() }
    }
}

#[async_trait]
impl Queue for SqsQueue {
    async fn send(&self, queued: &Queued) -> Result<(), StoreError> {
        let body = serde_json::to_string(&QueuedMessage::from(queued));
        let body = body.map_err(|error| StoreError::Failed(error.into()))?;
        let send = self
            .client
            .send_message()
            .queue_url(&self.url)
            .message_group_id(queued.shard.to_string())
            .message_deduplication_id(queued.ticket.to_string())
            .message_body(body);
        send.send().await.map_err(classify)?;
        Ok(())
    }

    async fn waiting(&self) -> Result<u32, StoreError> {
        let wanted = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let ask = self.client.get_queue_attributes().queue_url(&self.url).set_attribute_names(Some(wanted.to_vec()));
        let told = ask.send().await.map_err(classify)?.attributes.unwrap_or_default();
        let count = |name| told.get(name).and_then(|text| text.parse::<u32>().ok()).unwrap_or_default();
        Ok(wanted.iter().map(count).fold(0, u32::saturating_add))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use vaxslot_domain::{id::SessionId, ticket::TicketId};

    use super::*;

    fn queued() -> Queued {
        let uuid = |number| Uuid::from_u128(number);
        let dose = 2.try_into().unwrap();
        let pool = PoolKey { session: SessionId::new(uuid(5)), slot: SlotNumber(1), dose };
        let people = [1, 2].map(|number| vaxslot_domain::id::BeneficiaryId::new(uuid(number)));
        Queued {
            ticket: TicketId { request: uuid(7), mark: 0xab },
            others: Some([uuid(8), uuid(9)]),
            order: Order {
                account: "home".parse().unwrap(),
                party: Party::new(people.to_vec()).unwrap(),
                slot: "09:00-11:00".parse().unwrap(),
                dose,
            },
            finality: Finality::Hold,
            accepted_at: "2026-11-21T10:00:00.125Z".parse().unwrap(),
            shard: pool.shard(3),
        }
    }

    #[test]
    fn what_is_sent_reads_back() {
        for wanted in [queued(), Queued { others: None, finality: Finality::Book, ..queued() }] {
            let text = serde_json::to_string(&QueuedMessage::from(&wanted)).unwrap();
            let read: QueuedMessage = serde_json::from_str(&text).unwrap();
            assert_eq!(read.queued(), Some(wanted));
        }
    }

    #[test]
    fn what_does_not_fit_is_not_read() {
        let sent = QueuedMessage::from(&queued());
        let text = |text: &str| text.to_owned();
        let broken = [
            QueuedMessage { ticket: text("7"), ..sent.clone() },
            QueuedMessage { others: Some([text("7"), text("8")]), ..sent.clone() },
            QueuedMessage { account: text(""), ..sent.clone() },
            QueuedMessage { beneficiaries: Vec::new(), ..sent.clone() },
            QueuedMessage { beneficiaries: vec![text("Asha")], ..sent.clone() },
            QueuedMessage { session_id: text("7"), ..sent.clone() },
            QueuedMessage { slot: text("9-11"), ..sent.clone() },
            QueuedMessage { dose: 0, ..sent.clone() },
            QueuedMessage { accepted_at: text("soon"), ..sent },
        ];
        for message in broken {
            assert_eq!(message.queued(), None, "{message:?}");
        }
    }
}
