use async_trait::async_trait;
use vaxslot_app::ports::{StoreError, Subscriptions, Tried};
use vaxslot_domain::{
    id::{AccountId, SubscriptionId},
    subscription::Subscription,
};

use crate::{
    expression::Terms,
    keys,
    rows::{begin, instant, put_text, read_subscription, write_subscription},
    store::DynamoStore,
    transaction::Transaction,
};

#[async_trait]
impl Subscriptions for DynamoStore {
    async fn subscriptions(&self, account: &AccountId) -> Result<Vec<Subscription>, StoreError> {
        let items = self.partition(&keys::account(account).pk, keys::SUBSCRIPTION).await?;
        items.iter().map(|item| Ok(read_subscription(&self.row(item))?)).collect()
    }

    async fn add_subscription(&self, new: &Subscription) -> Result<Tried<(), ()>, StoreError> {
        let mut transaction = Transaction::default();
        transaction.insert(write_subscription(new));
        let mut address = begin(&keys::endpoint(&new.endpoint));
        put_text(&mut address, "subscription", new.id);
        transaction.insert(address);
        Ok(self.transact(transaction).await?.without_row())
    }

    async fn name_subscription(&self, account: &AccountId, id: SubscriptionId, arn: &str) -> Result<(), StoreError> {
        let terms = Terms::default().names(&["arn"]).text("arn", arn);
        let key = keys::subscription(account, id);
        self.update_if(&key, "SET #arn = :arn", "attribute_exists(pk)", terms).await.map(drop)
    }

    async fn drop_subscription(&self, gone: &Subscription) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        // With the instant, so that no two of them are dropped by the same request, which the table would take for a repeat.
        let this_one = Terms::default()
            .names(&["endpoint", "made_at"])
            .text("endpoint", &gone.endpoint)
            .text("made_at", instant(gone.made_at));
        let key = keys::subscription(&gone.account, gone.id);
        transaction.delete(&key, "#endpoint = :endpoint AND #made_at = :made_at", this_one);
        let terms = Terms::default().names(&["subscription"]).text("subscription", gone.id);
        transaction.delete(&keys::endpoint(&gone.endpoint), "#subscription = :subscription", terms);
        // Both went together, so where one is not there the other is not either.
        self.transact(transaction).await.map(drop)
    }
}
