use uuid::Uuid;
use vaxslot_domain::{Timestamp, id::AccountId};

use crate::{derive, ports::Host};

/// What a request goes by in the queue.
pub(crate) struct Name {
    pub request: Uuid,
    /// What it goes by the day before and the day after; none if it cannot come again.
    pub others: Option<[Uuid; 2]>,
    /// Decides which shard it waits for: the same request comes to the same one, where its repeats keep their order.
    pub line: u64,
}

impl Name {
    pub fn of(account: &AccountId, key: Option<&str>, now: Timestamp, host: &dyn Host) -> Self {
        let Some(key) = key else { return Self { request: host.uuid(), others: None, line: host.random() } };
        let [request, earlier] = derive::keyed_requests(account, key, now);
        let line = u64::from_str_radix(&derive::digest(&["line", account.as_str(), key]), 16).unwrap_or_default();
        let later = derive::keyed_request_next_day(account, key, now);
        Self { request, others: Some([earlier, later]), line }
    }
}
