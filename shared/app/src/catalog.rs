//! What everybody may look up: places, centers, and sessions with their availability.

use std::{sync::Arc, time::Duration};

use futures::future::try_join_all;
use vaxslot_domain::{
    center::Center,
    id::{CenterId, SessionId, StateId},
    place::{District, State},
    search::{Days, Filter, Listing, Place},
    session::Session,
};

use crate::{
    ports::{Host, Listed, Store, StoreError},
    retry::persist,
};

/// How long a caller may keep a list of sessions before asking again.
pub const FRESH: Duration = Duration::from_secs(1);

/// The most sessions in one page.
pub const MOST_A_PAGE: u32 = 200;

/// With a filter a page reads more rows than it returns, in the same one query.
const READ_FOR_FILTER: u32 = 5;

/// A search.
#[derive(Debug, Clone, Copy)]
pub struct Search {
    pub place: Place,
    pub days: Days,
    pub filter: Filter,
    pub after: Option<Listing>,
    /// How many sessions to return at most, from 1 to [`MOST_A_PAGE`].
    pub limit: u32,
}

/// A page of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// In order of date, center and id. May hold fewer than the limit although there is a next page.
    pub sessions: Vec<Session>,
    /// Where the next page goes on; none at the end.
    pub next: Option<Listing>,
}

/// Looking things up.
pub struct Catalog {
    store: Arc<dyn Store>,
    host: Arc<dyn Host>,
}

impl Catalog {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        Self { store, host }
    }

    pub async fn states(&self) -> Result<Vec<State>, StoreError> {
        persist(&*self.host, || self.store.states()).await
    }

    /// The districts of a state; none if the state is unknown.
    pub async fn districts(&self, state: StateId) -> Result<Option<Vec<District>>, StoreError> {
        let districts = persist(&*self.host, || self.store.districts(state)).await?;
        Ok(Some(districts).filter(|districts| !districts.is_empty()))
    }

    pub async fn center(&self, id: CenterId) -> Result<Option<Center>, StoreError> {
        persist(&*self.host, || self.store.center(id)).await
    }

    pub async fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        persist(&*self.host, || self.store.session(id)).await
    }

    /// A page of sessions; none if the district or center is unknown. One query for a district, pincode or center.
    pub async fn search(&self, search: &Search) -> Result<Option<Page>, StoreError> {
        let lists = search.place.lists();
        let alone = search.filter.is_empty() && lists.len() == 1;
        let most = if alone { search.limit } else { search.limit * READ_FOR_FILTER };
        let reads = lists
            .into_iter()
            .map(|list| persist(&*self.host, move || self.store.list(list, search.days, search.after, most)));
        let page = page(search, try_join_all(reads).await?);
        if page.sessions.is_empty() && page.next.is_none() && !self.is_known(search.place).await? {
            return Ok(None);
        }
        Ok(Some(page))
    }

    async fn is_known(&self, place: Place) -> Result<bool, StoreError> {
        Ok(match place {
            Place::District(id) => persist(&*self.host, || self.store.district(id)).await?.is_some(),
            Place::Center(id) => self.center(id).await?.is_some(),
            Place::Pincode(_) | Place::Around(_) => true,
        })
    }
}

/// Merges lists into one page. A list that goes on hides what lies behind its last row, so the page ends there.
fn page(search: &Search, lists: Vec<Listed>) -> Page {
    let ends = lists.iter().filter(|listed| listed.more).filter_map(|listed| listed.sessions.last());
    let horizon = ends.map(Listing::of).min();
    let seen = |session: &Session| horizon.is_none_or(|end| Listing::of(session) <= end);
    let wanted = |session: &Session| search.place.contains(session) && search.filter.admits(session);
    let all = lists.into_iter().flat_map(|listed| listed.sessions);
    let mut sessions: Vec<Session> = all.filter(|session| seen(session) && wanted(session)).collect();
    sessions.sort_by_key(Listing::of);
    let limit = usize::try_from(search.limit).unwrap_or(usize::MAX);
    let next = if sessions.len() > limit {
        sessions.truncate(limit);
        sessions.last().map(Listing::of)
    } else {
        horizon
    };
    Page { sessions, next }
}
