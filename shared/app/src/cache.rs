//! What is kept for a moment in the function's memory: session facts, so that a booking needs no read; and which pools were
//! empty, so that those who come too late do not write in vain.
//!
//! What a stale copy may get wrong, the write's own conditions catch: a shard knows whether it is closed, and how much is
//! free. That a pool was empty refuses nobody: it is looked at again.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use vaxslot_domain::{
    SignedDuration, Timestamp,
    id::SessionId,
    session::{PoolKey, Session},
};

use crate::{
    ports::{Host, Sessions, StoreError},
    retry::persist,
};

/// How long it is used.
const FRESH: SignedDuration = SignedDuration::from_secs(1);

/// How many are kept of each kind; when there would be more, the stale ones go first.
const MOST: usize = 2_000;

/// Values by key, each as long as it is fresh.
struct Fresh<K, V>(Mutex<HashMap<K, (Timestamp, V)>>);

impl<K: Eq + Hash, V: Clone> Fresh<K, V> {
    fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.get(key).filter(|(since, _)| is_fresh(*since, now)).map(|(_, value)| value.clone())
    }

    fn keep(&self, key: K, value: V, now: Timestamp) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if values.len() >= MOST {
            values.retain(|_, (since, _)| is_fresh(*since, now));
        }
        if values.len() >= MOST {
            values.clear();
        }
        values.insert(key, (now, value));
    }
}

fn is_fresh(since: Timestamp, now: Timestamp) -> bool {
    now.duration_since(since) < FRESH
}

/// Sessions by id.
pub struct SessionCache {
    sessions: Arc<dyn Sessions>,
    host: Arc<dyn Host>,
    copies: Fresh<SessionId, Arc<Session>>,
}

impl SessionCache {
    #[must_use]
    pub fn new(sessions: Arc<dyn Sessions>, host: Arc<dyn Host>) -> Self {
        Self { sessions, host, copies: Fresh::new() }
    }

    /// The session as it was at most a second ago. Absence is not remembered.
    pub async fn get(&self, id: SessionId) -> Result<Option<Arc<Session>>, StoreError> {
        let now = self.host.now();
        if let Some(copy) = self.copies.get(&id, now) {
            return Ok(Some(copy));
        }
        let read = persist(&*self.host, || self.sessions.session(id)).await?.map(Arc::new);
        if let Some(session) = &read {
            self.copies.keep(id, Arc::clone(session), now);
        }
        Ok(read)
    }
}

/// Pools in which nothing was left.
pub struct EmptyPools(Fresh<PoolKey, ()>);

impl Default for EmptyPools {
    fn default() -> Self {
        Self(Fresh::new())
    }
}

impl EmptyPools {
    /// Notes that a look found nothing.
    pub fn note(&self, pool: PoolKey, now: Timestamp) {
        self.0.keep(pool, (), now);
    }

    /// Whether nothing was left a moment ago.
    pub fn has(&self, pool: PoolKey, now: Timestamp) -> bool {
        self.0.get(&pool, now).is_some()
    }
}
