//! Sessions whose last slot has begun: nothing of them can be had any more, and whoever follows what can be had is to hear it.
//!
//! The projector lists when a session ends while something of it can be had. Here it is taken off its list; the stream tells the projector
//! of that, which makes the session's sums anew, and with them the turn of what was open. Should it be too early still by the
//! projector's clock, it is listed again.

use std::sync::Arc;

use futures::{StreamExt, stream};
use vaxslot_domain::{Timestamp, id::SessionId};

use crate::{
    ports::{END_LISTS, Host, Store, StoreError},
    retry::persist,
};

/// How many ends of a list are read at a time.
const PAGE: u32 = 100;
/// How many lists are gone through side by side.
const LISTS_AT_ONCE: usize = 4;
/// How many ends of a page are dropped side by side.
const ENDS_AT_ONCE: usize = 8;

/// What was done about sessions that ended.
#[derive(Debug, Default)]
pub struct Ended {
    pub sessions: u32,
    pub failures: Vec<EndError>,
    /// Whether time was up before every list was gone through.
    pub cut_short: bool,
}

/// Why the end of a session could not be seen to.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    #[error("the lists of sessions that end cannot be read")]
    List(#[source] StoreError),
    #[error("the end of session {0} cannot be seen to")]
    Session(SessionId, #[source] StoreError),
}

/// Sees to the ends of sessions.
pub struct Ends {
    store: Arc<dyn Store>,
    host: Arc<dyn Host>,
}

impl Ends {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        Self { store, host }
    }

    /// Goes through every list once, as far as it gets until then. What fails is told, and stops nothing else.
    pub async fn see_to(&self, until: Timestamp) -> Ended {
        let lists: Vec<_> = (0..END_LISTS).map(|list| self.list(list, until)).collect();
        let mut lists = stream::iter(lists).buffer_unordered(LISTS_AT_ONCE);
        let mut ended = Ended::default();
        while let Some(list) = lists.next().await {
            ended.sessions += list.sessions;
            ended.failures.extend(list.failures);
            ended.cut_short |= list.cut_short;
        }
        ended
    }

    async fn list(&self, list: u8, until: Timestamp) -> Ended {
        let (mut ended, now, mut after) = (Ended::default(), self.host.now(), None);
        loop {
            if self.host.now() >= until {
                return Ended { cut_short: true, ..ended };
            }
            let page = match persist(&*self.host, || self.store.due_ends(list, now, after, PAGE)).await {
                Ok(page) => page,
                Err(error) => {
                    ended.failures.push(EndError::List(error));
                    return ended;
                }
            };
            let drops = page.iter().map(|end| self.drop(end.session));
            let drops: Vec<_> = stream::iter(drops.collect::<Vec<_>>()).buffer_unordered(ENDS_AT_ONCE).collect().await;
            for dropped in drops {
                match dropped {
                    Ok(()) => ended.sessions += 1,
                    Err(error) => ended.failures.push(error),
                }
            }
            if page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
                return ended;
            }
            after = page.last().copied();
        }
    }

    async fn drop(&self, session: SessionId) -> Result<(), EndError> {
        let dropped = persist(&*self.host, || self.store.drop_end(session)).await;
        dropped.map_err(|error| EndError::Session(session, error))
    }
}
