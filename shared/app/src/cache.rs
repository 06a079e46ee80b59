//! What is kept for a moment in the function's memory: session facts, so that a booking needs no read; and which pools were
//! empty, so that those who come too late do not write in vain.
//!
//! What a stale copy may get wrong, the write's own conditions catch: a shard knows whether it is closed, and how much is
//! free. That a pool was empty refuses nobody: it is looked at again.

use std::{
    collections::HashMap,
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

/// How long a copy is used.
const FRESH: SignedDuration = SignedDuration::from_secs(1);

/// How many copies are kept; when more are asked for, the stale ones go first.
const MOST: usize = 2_000;

type Copies = HashMap<SessionId, (Timestamp, Arc<Session>)>;

/// Sessions by id.
pub struct SessionCache {
    sessions: Arc<dyn Sessions>,
    host: Arc<dyn Host>,
    copies: Mutex<Copies>,
}

impl SessionCache {
    #[must_use]
    pub fn new(sessions: Arc<dyn Sessions>, host: Arc<dyn Host>) -> Self {
        Self { sessions, host, copies: Mutex::new(HashMap::new()) }
    }

    /// The session as it was at most a second ago. Absence is not remembered.
    pub async fn get(&self, id: SessionId) -> Result<Option<Arc<Session>>, StoreError> {
        let now = self.host.now();
        if let Some(copy) = self.fresh(id, now) {
            return Ok(Some(copy));
        }
        let read = persist(&*self.host, || self.sessions.session(id)).await?.map(Arc::new);
        if let Some(session) = &read {
            self.keep(session, now);
        }
        Ok(read)
    }

    fn fresh(&self, id: SessionId, now: Timestamp) -> Option<Arc<Session>> {
        let copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        copies.get(&id).filter(|(read_at, _)| is_fresh(*read_at, now)).map(|(_, copy)| Arc::clone(copy))
    }

    fn keep(&self, session: &Arc<Session>, now: Timestamp) {
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        if copies.len() >= MOST {
            copies.retain(|_, (read_at, _)| is_fresh(*read_at, now));
        }
        if copies.len() >= MOST {
            copies.clear();
        }
        copies.insert(session.id, (now, Arc::clone(session)));
    }
}

/// Pools in which nothing was left.
#[derive(Default)]
pub struct EmptyPools(Mutex<HashMap<PoolKey, Timestamp>>);

impl EmptyPools {
    /// Notes that a look found nothing.
    pub fn note(&self, pool: PoolKey, now: Timestamp) {
        let mut pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pools.len() >= MOST {
            pools.retain(|_, seen_at| is_fresh(*seen_at, now));
        }
        if pools.len() >= MOST {
            pools.clear();
        }
        pools.insert(pool, now);
    }

    /// Whether nothing was left a moment ago.
    pub fn has(&self, pool: PoolKey, now: Timestamp) -> bool {
        let pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pools.get(&pool).is_some_and(|seen_at| is_fresh(*seen_at, now))
    }
}

fn is_fresh(read_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(read_at) < FRESH
}
