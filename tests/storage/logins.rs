//! Codes, logins and buckets on `DynamoDB` Local: what must happen once happens once, however many come at once.

use futures::future::join_all;
use uuid::Uuid;
use vaxslot_app::ports::{Buckets, KeySets, Tried};
use vaxslot_domain::{SignedDuration, Timestamp, bucket::Allowance};
use vaxslot_identity::{DynamoLogins, Filed, Logins, Session};
use vaxslot_testkit::{
    MemoryStore,
    make::{account, phone, read},
};

use crate::engine;

const CHALLENGE: Uuid = Uuid::from_u128(7);

fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = read("2026-11-21T10:00:00Z");
    start.checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

async fn logins() -> DynamoLogins {
    let table = engine::table().await;
    DynamoLogins::new(table.raw, table.name)
}

#[tokio::test]
async fn of_many_tries_at_once_five_count() {
    let logins = logins().await;
    logins.file(CHALLENGE, "a hash", at(180)).await.unwrap();
    let tries = join_all((0..200).map(|_| logins.try_code(CHALLENGE, at(0)))).await;
    let mut counted: Vec<Filed> = tries.into_iter().filter_map(|tried| tried.unwrap()).collect();
    counted.sort_by_key(|filed| filed.tries);
    let expected: Vec<Filed> = (1..=5).map(|tries| Filed { mac: "a hash".to_owned(), tries }).collect();
    assert_eq!(counted, expected);
}

#[tokio::test]
async fn a_code_counts_while_it_is_there_and_unused() {
    let logins = logins().await;
    assert_eq!(logins.try_code(CHALLENGE, at(0)).await.unwrap(), None);
    assert!(!logins.use_up(CHALLENGE, Uuid::from_u128(1)).await.unwrap());
    logins.file(CHALLENGE, "a hash", at(180)).await.unwrap();
    assert!(logins.try_code(CHALLENGE, at(179)).await.unwrap().is_some());
    assert_eq!(logins.try_code(CHALLENGE, at(180)).await.unwrap(), None);
    let users: Vec<Uuid> = (1..=20).map(Uuid::from_u128).collect();
    let used = join_all(users.iter().map(|user| logins.use_up(CHALLENGE, *user))).await;
    let winner: Vec<_> = users.iter().zip(used).filter(|(_, used)| *used.as_ref().unwrap()).collect();
    assert_eq!(winner.len(), 1);
    assert!(logins.use_up(CHALLENGE, *winner[0].0).await.unwrap(), "its answer may have been lost");
    assert_eq!(logins.try_code(CHALLENGE, at(0)).await.unwrap(), None);
}

#[tokio::test]
async fn a_login_is_renewed_once_for_each_generation_until_it_ends() {
    let (logins, id, home) = (logins().await, Uuid::from_u128(8), account("home"));
    let begun = Session {
        account: home.clone(),
        phone: phone(9_812_345_678),
        generation: 0,
        renewed_at: at(0),
        until: at(1_000),
        ended: false,
    };
    assert_eq!(logins.session(&home, id).await.unwrap(), None);
    assert!(!logins.renew(&home, id, 0, at(1)).await.unwrap());
    logins.end(&home, id).await.unwrap();
    assert_eq!(logins.session(&home, id).await.unwrap(), None, "what never was does not end");
    logins.begin(id, &begun).await.unwrap();
    assert_eq!(logins.session(&home, id).await.unwrap(), Some(begun.clone()));
    let renewals = join_all((0..20).map(|_| logins.renew(&home, id, 0, at(5)))).await;
    assert_eq!(renewals.into_iter().filter(|renewed| *renewed.as_ref().unwrap()).count(), 1);
    let renewed = Session { generation: 1, renewed_at: at(5), ..begun };
    assert_eq!(logins.session(&home, id).await.unwrap(), Some(renewed.clone()));
    logins.end(&home, id).await.unwrap();
    assert_eq!(logins.session(&home, id).await.unwrap(), Some(Session { ended: true, ..renewed }));
    assert!(!logins.renew(&home, id, 1, at(6)).await.unwrap());
}

#[tokio::test]
async fn an_accounts_logins_are_listed_and_discarded() {
    let logins = logins().await;
    let login = |name: &str| Session {
        account: account(name),
        phone: phone(9_812_345_678),
        generation: 0,
        renewed_at: at(0),
        until: at(1_000),
        ended: false,
    };
    let (home, next_door) = (account("home"), account("next-door"));
    for number in 1..=3 {
        logins.begin(Uuid::from_u128(number), &login("home")).await.unwrap();
    }
    logins.begin(Uuid::from_u128(4), &login("next-door")).await.unwrap();
    let ids = async |account| -> Vec<u128> {
        logins.of(account).await.unwrap().into_iter().map(|(id, _)| id.as_u128()).collect()
    };
    assert_eq!((ids(&home).await, ids(&next_door).await), (vec![1, 2, 3], vec![4]));
    assert_eq!(logins.session(&home, Uuid::from_u128(4)).await.unwrap(), None, "another account's is none of it");
    for _ in 0..2 {
        logins.discard(&home, Uuid::from_u128(2)).await.unwrap();
        assert_eq!(ids(&home).await, [1, 3]);
    }
    assert!(!logins.renew(&home, Uuid::from_u128(2), 0, at(1)).await.unwrap(), "what was discarded is not renewed");
}

async fn a_bucket_gives_its_burst_and_then_one_at_a_time(buckets: &dyn Buckets) {
    let allowance = Allowance::per(10, SignedDuration::from_secs(100));
    let takes = async |name: &str, seconds| {
        let mut taken = 0;
        for _ in 0..30 {
            taken += u32::from(buckets.take(name, allowance, at(seconds)).await.unwrap() == Tried::Done(()));
        }
        taken
    };
    assert_eq!(takes("a", 0).await, 10);
    assert_eq!(buckets.take("a", allowance, at(4)).await.unwrap(), Tried::Refused(SignedDuration::from_secs(6)));
    assert_eq!(takes("a", 10).await, 1);
    assert_eq!(takes("b", 10).await, 10);
    assert_eq!(takes("a", 35).await, 2);
    assert_eq!(takes("a", 10_000).await, 10);
}

#[tokio::test]
async fn buckets_in_memory_and_in_the_table_are_the_same() {
    a_bucket_gives_its_burst_and_then_one_at_a_time(&MemoryStore::new()).await;
    a_bucket_gives_its_burst_and_then_one_at_a_time(&*engine::table().await.store).await;
}

#[tokio::test]
async fn of_many_takes_at_once_no_more_are_given_than_there_are() {
    let store = engine::table().await.store;
    let allowance = Allowance::per(25, SignedDuration::from_hours(1));
    let takes = join_all((0..200).map(|_| store.take("rush", allowance, at(0)))).await;
    let given = takes.into_iter().filter(|taken| matches!(taken, Ok(Tried::Done(())))).count();
    assert_eq!(given, 25);
}

#[tokio::test]
async fn the_key_set_is_the_last_that_was_published() {
    let store = engine::table().await.store;
    assert_eq!(store.key_set().await.unwrap(), None);
    for set in [r#"{"keys":[]}"#, r#"{"keys":[1]}"#] {
        store.publish_key_set(set).await.unwrap();
        assert_eq!(store.key_set().await.unwrap().as_deref(), Some(set));
    }
}
