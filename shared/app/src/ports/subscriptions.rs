use async_trait::async_trait;
use vaxslot_domain::{
    id::{AccountId, SubscriptionId},
    subscription::{Endpoint, Filter, Subscription},
};

use super::{StoreError, Tried};

/// Who wants to be told what can be had.
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// The account's subscriptions as they are now, by id.
    async fn subscriptions(&self, account: &AccountId) -> Result<Vec<Subscription>, StoreError>;

    /// Adds a subscription. Refused if its id is taken, or there is one of the same address.
    async fn add_subscription(&self, new: &Subscription) -> Result<Tried<(), ()>, StoreError>;

    /// Notes what the topic calls a subscription. Does nothing if it is gone.
    async fn name_subscription(&self, account: &AccountId, id: SubscriptionId, arn: &str) -> Result<(), StoreError>;

    /// Drops a subscription, so that its address is free again.
    async fn drop_subscription(&self, gone: &Subscription) -> Result<(), StoreError>;
}

/// Where a subscription stands with the topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Whoever has the address has not confirmed it yet.
    Pending,
    Confirmed,
    /// It was ended from the address, or was never confirmed in time.
    Gone,
}

/// Those whom the topic of what can be had tells.
#[async_trait]
pub trait Subscribers: Send + Sync {
    async fn standing(&self, arn: &str) -> Result<Standing, StoreError>;

    /// Ends a subscription, if there is one that was confirmed.
    async fn unsubscribe(&self, arn: &str) -> Result<(), StoreError>;
}

/// The same, where it takes new ones.
#[async_trait]
pub trait Subscribing: Subscribers {
    /// Has the topic ask whoever has an address for confirmation; returns what it calls the subscription, if it says so by then.
    /// Refused where the topic cannot deliver to the address. The same again changes nothing.
    async fn subscribe(&self, endpoint: &Endpoint, filter: &Filter) -> Result<Tried<Option<String>, ()>, StoreError>;

    /// Confirms with the token that came to the address; returns what the topic calls the subscription. Refused if it is not the
    /// token.
    async fn confirm_subscription(&self, token: &str) -> Result<Tried<String, ()>, StoreError>;
}
