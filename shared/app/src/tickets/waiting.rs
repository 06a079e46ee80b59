use std::sync::{Arc, Mutex, PoisonError};

use vaxslot_domain::{SignedDuration, Timestamp};

use crate::ports::{Host, Queue};

/// How long a count is used.
const FRESH: SignedDuration = SignedDuration::from_secs(1);

/// How many reservations wait, counted once a second.
pub struct Waiting {
    queue: Arc<dyn Queue>,
    host: Arc<dyn Host>,
    last: Mutex<Option<(Timestamp, Option<u32>)>>,
}

impl Waiting {
    pub fn new(queue: Arc<dyn Queue>, host: Arc<dyn Host>) -> Self {
        Self { queue, host, last: Mutex::new(None) }
    }

    /// About how many wait; none if the queue does not say. It is tried once: nobody has to wait for an estimate.
    pub async fn count(&self) -> Option<u32> {
        let now = self.host.now();
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = last.filter(|(counted_at, _)| now.duration_since(*counted_at) < FRESH) {
            return count;
        }
        let count = self.queue.waiting().await.inspect_err(|_| tracing::warn!("the queue could not be counted")).ok();
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, count));
        count
    }
}
