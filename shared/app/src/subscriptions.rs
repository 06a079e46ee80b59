//! Telling others what can be had: a row of ours for each subscription, and the topic's own.
//!
//! The row comes first, so that there is none of the topic's that nobody could end. What broke off in between is carried on by the
//! same request again, or ended by whoever finds the row in their list.

use std::sync::Arc;

use vaxslot_domain::{
    id::{AccountId, SubscriptionId},
    subscription::{Endpoint, Filter, MOST_SUBSCRIPTIONS, Subscription},
};

use crate::{
    ports::{Host, Standing, Store, StoreError, Subscribers, Subscribing, Tried},
    retry::persist,
};

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum SubscriptionError {
    #[error("the account has as many subscriptions as it may")]
    Full,
    #[error("the address is subscribed already")]
    Taken,
    #[error("the topic cannot deliver to the address")]
    Undeliverable,
    /// Absent, or another account's: they look the same.
    #[error("the account has no such subscription")]
    NoSuchSubscription,
    #[error("it is not the token that came to the address")]
    WrongToken,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A subscription to be made.
#[derive(Debug, Clone)]
pub struct NewSubscription {
    pub id: SubscriptionId,
    pub account: AccountId,
    pub endpoint: Endpoint,
    /// A keyed hash of protocol and address.
    pub hash: String,
    pub filter: Filter,
}

/// Listing and ending subscriptions.
pub struct OwnSubscriptions {
    store: Arc<dyn Store>,
    topic: Arc<dyn Subscribers>,
    host: Arc<dyn Host>,
}

impl OwnSubscriptions {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, topic: Arc<dyn Subscribers>, host: Arc<dyn Host>) -> Self {
        Self { store, topic, host }
    }

    async fn of(&self, account: &AccountId) -> Result<Vec<Subscription>, StoreError> {
        persist(&*self.host, || self.store.subscriptions(account)).await
    }

    /// The account's subscriptions, and where each stands.
    pub async fn list(&self, account: &AccountId) -> Result<Vec<(Subscription, Standing)>, StoreError> {
        let mut all = Vec::new();
        for one in self.of(account).await? {
            let standing = self.standing(&one).await?;
            all.push((one, standing));
        }
        Ok(all)
    }

    /// Where a subscription stands with the topic. What the topic has not named yet waits for its confirmation.
    pub async fn standing(&self, one: &Subscription) -> Result<Standing, StoreError> {
        let Some(arn) = &one.arn else { return Ok(Standing::Pending) };
        persist(&*self.host, || self.topic.standing(arn)).await
    }

    /// One of the account's subscriptions.
    pub async fn one(&self, account: &AccountId, id: SubscriptionId) -> Result<Subscription, SubscriptionError> {
        let found = self.of(account).await?.into_iter().find(|one| one.id == id);
        found.ok_or(SubscriptionError::NoSuchSubscription)
    }

    /// Ends a subscription.
    pub async fn end(&self, account: &AccountId, id: SubscriptionId) -> Result<(), SubscriptionError> {
        let one = self.one(account, id).await?;
        Ok(self.end_one(&one).await?)
    }

    /// Ends all subscriptions of an account.
    pub async fn end_all(&self, account: &AccountId) -> Result<(), StoreError> {
        for one in self.of(account).await? {
            self.end_one(&one).await?;
        }
        Ok(())
    }

    async fn end_one(&self, one: &Subscription) -> Result<(), StoreError> {
        if let Some(arn) = &one.arn {
            persist(&*self.host, || self.topic.unsubscribe(arn)).await?;
        }
        persist(&*self.host, || self.store.drop_subscription(one)).await
    }
}

/// Subscribing and confirming, too.
pub struct Announcements {
    store: Arc<dyn Store>,
    topic: Arc<dyn Subscribing>,
    host: Arc<dyn Host>,
    pub own: OwnSubscriptions,
}

impl Announcements {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, topic: Arc<dyn Subscribing>, host: Arc<dyn Host>) -> Self {
        let own = OwnSubscriptions::new(store.clone(), topic.clone(), host.clone());
        Self { store, topic, host, own }
    }

    /// Makes a subscription, which counts once it is confirmed from the address. The same id again carries on.
    pub async fn subscribe(&self, new: &NewSubscription) -> Result<Subscription, SubscriptionError> {
        let had = self.own.of(&new.account).await?;
        let again = had.iter().find(|one| one.id == new.id && one.endpoint == new.hash);
        let mut made = match again {
            Some(earlier) => earlier.clone(),
            None if had.len() >= MOST_SUBSCRIPTIONS => return Err(SubscriptionError::Full),
            None => self.add(new).await?,
        };
        match persist(&*self.host, || self.topic.subscribe(&new.endpoint, &new.filter)).await? {
            Tried::Done(arn) => {
                if let Some(arn) = arn.filter(|arn| made.arn.as_ref() != Some(arn)) {
                    self.name(&mut made, arn).await?;
                }
                Ok(made)
            }
            Tried::Refused(()) => {
                persist(&*self.host, || self.store.drop_subscription(&made)).await?;
                Err(SubscriptionError::Undeliverable)
            }
        }
    }

    async fn add(&self, new: &NewSubscription) -> Result<Subscription, SubscriptionError> {
        let made = Subscription {
            id: new.id,
            account: new.account.clone(),
            protocol: new.endpoint.protocol(),
            masked: new.endpoint.masked(),
            endpoint: new.hash.clone(),
            filter: new.filter,
            made_at: self.host.now(),
            arn: None,
        };
        if let Tried::Refused(()) = persist(&*self.host, || self.store.add_subscription(&made)).await? {
            // A lost answer may have been ours.
            let ours =
                self.own.of(&new.account).await?.into_iter().find(|one| one.id == made.id && one.endpoint == new.hash);
            return ours.ok_or(SubscriptionError::Taken);
        }
        // Of several at once that were each the last one allowed, none stays that is one too many.
        if self.own.of(&new.account).await?.len() > MOST_SUBSCRIPTIONS {
            persist(&*self.host, || self.store.drop_subscription(&made)).await?;
            return Err(SubscriptionError::Full);
        }
        Ok(made)
    }

    async fn name(&self, made: &mut Subscription, arn: String) -> Result<(), StoreError> {
        persist(&*self.host, || self.store.name_subscription(&made.account, made.id, &arn)).await?;
        made.arn = Some(arn);
        Ok(())
    }

    /// Confirms a subscription with the token that came to its address.
    pub async fn confirm(
        &self,
        account: &AccountId,
        id: SubscriptionId,
        token: &str,
    ) -> Result<Subscription, SubscriptionError> {
        let mut one = self.own.one(account, id).await?;
        match persist(&*self.host, || self.topic.confirm_subscription(token)).await? {
            Tried::Refused(()) => Err(SubscriptionError::WrongToken),
            Tried::Done(arn) if one.arn.as_ref().is_some_and(|known| *known != arn) => {
                Err(SubscriptionError::WrongToken)
            }
            Tried::Done(arn) => {
                self.name(&mut one, arn).await?;
                Ok(one)
            }
        }
    }
}
