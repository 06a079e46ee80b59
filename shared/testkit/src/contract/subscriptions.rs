use uuid::Uuid;
use vaxslot_app::ports::Store;
use vaxslot_domain::{
    id::SubscriptionId,
    subscription::{Filter, Protocol, Subscription},
};

use super::support::{done, refused};
use crate::make::{account, pincode, pune, read};

fn subscription(of: &str, number: u128, endpoint: &str) -> Subscription {
    Subscription {
        id: SubscriptionId::new(Uuid::from_u128(number)),
        account: account(of),
        protocol: Protocol::Https,
        masked: "https://…example.org/…".to_owned(),
        endpoint: endpoint.to_owned(),
        filter: Filter::default(),
        made_at: read("2026-11-21T10:00:00.125Z"),
        arn: None,
    }
}

pub async fn subscriptions_read_back_until_they_are_dropped(store: &dyn Store) {
    let whole = Filter {
        district: Some(pune().id),
        pincode: Some(pincode(411_027)),
        vaccine: "COVAXIN".parse().ok(),
        dose: 2.try_into().ok(),
        age: Some(45),
    };
    let first = Subscription { filter: whole, ..subscription("asha", 1, "a") };
    let second = subscription("asha", 2, "b");
    let other = subscription("ravi", 3, "c");
    for one in [&first, &second, &other] {
        done(store.add_subscription(one).await);
    }
    assert_eq!(store.subscriptions(&account("asha")).await.unwrap(), [first.clone(), second.clone()]);
    store.name_subscription(&first.account, first.id, "arn:1").await.unwrap();
    let named = Subscription { arn: Some("arn:1".to_owned()), ..first };
    assert_eq!(store.subscriptions(&account("asha")).await.unwrap(), [named.clone(), second.clone()]);
    for _ in 0..2 {
        store.drop_subscription(&named).await.unwrap();
        assert_eq!(store.subscriptions(&account("asha")).await.unwrap(), std::slice::from_ref(&second));
    }
    store.name_subscription(&named.account, named.id, "arn:2").await.unwrap();
    assert_eq!(store.subscriptions(&account("asha")).await.unwrap(), [second], "what is gone stays gone");
    assert_eq!(store.subscriptions(&account("ravi")).await.unwrap(), [other]);
}

pub async fn an_address_is_subscribed_once(store: &dyn Store) {
    let first = subscription("asha", 1, "a");
    done(store.add_subscription(&first).await);
    refused(store.add_subscription(&subscription("ravi", 2, "a")).await);
    refused(store.add_subscription(&subscription("asha", 1, "b")).await);
    assert_eq!(store.subscriptions(&account("ravi")).await.unwrap(), []);
    store.drop_subscription(&first).await.unwrap();
    done(store.add_subscription(&subscription("ravi", 2, "a")).await);
}
