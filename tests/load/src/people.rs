//! Beneficiaries and sessions to book with, written straight into the store.

use std::sync::atomic::{AtomicU64, Ordering};

use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_app::ports::{Added, People, Sessions};
use vaxslot_aws::DynamoStore;
use vaxslot_domain::{
    capacity::{self, Capacity},
    id::{AccountId, BeneficiaryId},
    session::Session,
};
use vaxslot_testkit::make;

use crate::Outcome;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// Somebody with an account of one's own.
#[derive(Debug, Clone)]
pub struct Citizen {
    pub account: AccountId,
    pub beneficiary: BeneficiaryId,
}

/// `count` people nobody has seen before.
pub async fn register(store: &DynamoStore, count: usize) -> Outcome<Vec<Citizen>> {
    let people = (0..count).map(|_| one(store));
    stream::iter(people).buffer_unordered(32).try_collect().await
}

async fn one(store: &DynamoStore) -> Outcome<Citizen> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let account = make::account(&format!("citizen-{number}"));
    let person = make::adult(u128::from(number), &account);
    match store.add_beneficiary(&person, &make::phone(number)).await? {
        Added::Done => Ok(Citizen { account, beneficiary: person.id }),
        other => Err(format!("a new person was not added: {other:?}").into()),
    }
}

/// A session with so many units in one slot, published and open.
pub async fn publish(store: &DynamoStore, units: u32, units_a_shard: u32) -> Outcome<Session> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let shards = capacity::divide(Capacity::try_from(units)?, units_a_shard);
    let draft = make::Draft { date: tomorrow(), ..make::Draft::new(u128::from(number), &shards) };
    let published = draft.made();
    store.publish(&published.session, &published.shards).await?;
    Ok(published.session)
}

pub fn tomorrow() -> vaxslot_domain::Date {
    use vaxslot_app::ports::Host;
    let today = vaxslot_aws::SystemHost.now().to_zoned(vaxslot_domain::center::Zone::india().clock().clone()).date();
    today.tomorrow().unwrap_or(today)
}
