use async_trait::async_trait;
use vaxslot_app::ports::{StoreError, Subscriptions, Tried};
use vaxslot_domain::{
    id::{AccountId, SubscriptionId},
    subscription::Subscription,
};

use super::SimStore;
use crate::store::at_once;

#[async_trait]
impl Subscriptions for SimStore {
    async fn subscriptions(&self, account: &AccountId) -> Result<Vec<Subscription>, StoreError> {
        let account = account.clone();
        self.get("subscriptions", Vec::new(), move |memory| at_once(memory.subscriptions(&account))).await
    }

    async fn add_subscription(&self, new: &Subscription) -> Result<Tried<(), ()>, StoreError> {
        let new = new.clone();
        self.get("add subscription", Vec::new(), move |memory| at_once(memory.add_subscription(&new))).await
    }

    async fn name_subscription(&self, account: &AccountId, id: SubscriptionId, arn: &str) -> Result<(), StoreError> {
        let (account, arn) = (account.clone(), arn.to_owned());
        let work = move |memory: &vaxslot_testkit::MemoryStore| at_once(memory.name_subscription(&account, id, &arn));
        self.get("name subscription", Vec::new(), work).await
    }

    async fn drop_subscription(&self, gone: &Subscription) -> Result<(), StoreError> {
        let gone = gone.clone();
        self.get("drop subscription", Vec::new(), move |memory| at_once(memory.drop_subscription(&gone))).await
    }
}
