use std::sync::Arc;

use async_trait::async_trait;
use vaxslot_domain::{
    Timestamp,
    trail::{Entry, Ledger, Place, Signature},
};

use super::{Store, StoreError};

/// A store that is written on somebody's behalf.
pub trait Signs: Store {
    /// The same store, which signs every row of districts, centers and sessions that it adds or changes as staff ask for.
    fn signing(self: Arc<Self>, signature: Signature) -> Arc<dyn Store>;

    /// The same store as it is.
    fn plain(self: Arc<Self>) -> Arc<dyn Store>;
}

/// Which entries of a trail are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The first moment.
    pub from: Timestamp,
    /// The moment behind the last.
    pub to: Timestamp,
    /// Only older ones than that at this place.
    pub before: Option<Place>,
}

/// What staff did.
#[async_trait]
pub trait Trail: Send + Sync {
    /// Adds an entry, which may be cleaned up after `until`. One that is there stays as it is.
    async fn note(&self, entry: &Entry, until: Timestamp) -> Result<(), StoreError>;

    /// Up to `most` entries of a trail (a consistent read), newest first.
    async fn trail(&self, ledger: Ledger, stretch: &Stretch, most: u32) -> Result<Vec<Entry>, StoreError>;
}
