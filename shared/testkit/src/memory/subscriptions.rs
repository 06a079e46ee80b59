use async_trait::async_trait;
use vaxslot_app::ports::{StoreError, Subscriptions, Tried};
use vaxslot_domain::{
    id::{AccountId, SubscriptionId},
    subscription::Subscription,
};

use super::MemoryStore;

#[async_trait]
impl Subscriptions for MemoryStore {
    async fn subscriptions(&self, account: &AccountId) -> Result<Vec<Subscription>, StoreError> {
        let tables = self.tables();
        Ok(tables.subscriptions.iter().filter(|((of, _), _)| of == account).map(|(_, one)| one.clone()).collect())
    }

    async fn add_subscription(&self, new: &Subscription) -> Result<Tried<(), ()>, StoreError> {
        let mut tables = self.tables();
        let key = (new.account.clone(), new.id);
        let taken = tables.subscriptions.values().any(|one| one.endpoint == new.endpoint);
        if taken || tables.subscriptions.contains_key(&key) {
            return Ok(Tried::Refused(()));
        }
        tables.subscriptions.insert(key, new.clone());
        Ok(Tried::Done(()))
    }

    async fn name_subscription(&self, account: &AccountId, id: SubscriptionId, arn: &str) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if let Some(one) = tables.subscriptions.get_mut(&(account.clone(), id)) {
            one.arn = Some(arn.to_owned());
        }
        Ok(())
    }

    async fn drop_subscription(&self, gone: &Subscription) -> Result<(), StoreError> {
        let this_one = |_: &_, one: &mut Subscription| {
            (&one.account, one.id, one.made_at) != (&gone.account, gone.id, gone.made_at)
        };
        self.tables().subscriptions.retain(this_one);
        Ok(())
    }
}
