use futures::future::join_all;
use uuid::Uuid;
use vaxslot_app::ports::{KeptAnswer, KeyUse, RequestKey, Store, Tried};
use vaxslot_domain::{SignedDuration, Timestamp};

use super::support::{done, refused};
use crate::make::read;

fn key(subject: &str, operation: &str, key: &str) -> RequestKey {
    RequestKey::new(subject, operation, key)
}

fn at(text: &str) -> Timestamp {
    read(text)
}

fn used(attempt: u128) -> KeyUse {
    KeyUse {
        request: "8f2c".to_owned(),
        since: at("2026-11-21T10:00:00.125Z"),
        attempt: Uuid::from_u128(attempt),
        until: at("2026-11-21T10:00:30.125Z"),
        answer: None,
    }
}

fn answer() -> KeptAnswer {
    KeptAnswer {
        status: 201,
        media_type: "application/json".to_owned(),
        location: Some("/v1/centers/9".to_owned()),
        body: "{\"name\":\"पुणे\\n\"}".to_owned(),
    }
}

fn stale(noted: &KeyUse) -> Timestamp {
    noted.since.saturating_sub(SignedDuration::from_hours(24)).unwrap()
}

async fn note(store: &dyn Store, key: RequestKey, first: &KeyUse) -> Tried<(), KeyUse> {
    store.note_use(key, first, stale(first)).await.unwrap()
}

pub async fn a_key_is_noted_once(store: &dyn Store) {
    let ours = key("somebody", "cancel", "k");
    assert_eq!(note(store, ours, &used(1)).await, Tried::Done(()));
    let other = KeyUse { request: "other".to_owned(), ..used(2) };
    assert_eq!(note(store, ours, &other).await, Tried::Refused(used(1)));
}

pub async fn keys_of_others_and_of_other_operations_are_other_keys(store: &dyn Store) {
    for (number, scope) in
        [("a", "cancel", "k"), ("b", "cancel", "k"), ("a", "confirm", "k"), ("a", "cancel", "l"), ("ac", "ancel", "k")]
            .into_iter()
            .enumerate()
    {
        let first = used(number as u128);
        assert_eq!(note(store, key(scope.0, scope.1, scope.2), &first).await, Tried::Done(()), "{scope:?}");
    }
}

pub async fn an_answer_is_kept_and_stays(store: &dyn Store) {
    let ours = key("somebody", "register", "k");
    done(store.note_use(ours, &used(1), Timestamp::MIN).await);
    for location in [None, answer().location] {
        let ours = key("somebody", "register", location.as_deref().unwrap_or("none"));
        done(store.note_use(ours, &used(1), Timestamp::MIN).await);
        let answered = KeyUse { answer: Some(KeptAnswer { location, ..answer() }), ..used(1) };
        done(store.renew_use(ours, used(1).attempt, &answered).await);
        assert_eq!(note(store, ours, &used(2)).await, Tried::Refused(answered.clone()));
        refused(store.renew_use(ours, used(1).attempt, &used(3)).await);
        assert_eq!(note(store, ours, &used(2)).await, Tried::Refused(answered));
    }
}

pub async fn only_who_noted_a_key_renews_it(store: &dyn Store) {
    let ours = key("somebody", "cancel", "k");
    refused(store.renew_use(ours, used(1).attempt, &used(1)).await);
    done(store.note_use(ours, &used(1), Timestamp::MIN).await);
    refused(store.renew_use(ours, used(2).attempt, &used(2)).await);
    done(store.renew_use(ours, used(1).attempt, &used(2)).await);
    assert_eq!(note(store, ours, &used(3)).await, Tried::Refused(used(2)));
    refused(store.renew_use(ours, used(1).attempt, &KeyUse { answer: Some(answer()), ..used(1) }).await);
    assert_eq!(note(store, ours, &used(3)).await, Tried::Refused(used(2)));
}

pub async fn a_stale_use_gives_way(store: &dyn Store) {
    let ours = key("somebody", "cancel", "k");
    done(store.note_use(ours, &used(1), Timestamp::MIN).await);
    done(store.renew_use(ours, used(1).attempt, &KeyUse { answer: Some(answer()), ..used(1) }).await);
    let (first, later) = (used(1).since, used(2));
    let just_before = first.saturating_sub(SignedDuration::from_millis(1)).unwrap();
    refused(store.note_use(ours, &later, just_before).await);
    done(store.note_use(ours, &later, first).await);
    assert_eq!(note(store, ours, &used(3)).await, Tried::Refused(later));
}

pub async fn of_many_attempts_at_once_one_is_noted(store: &dyn Store) {
    let ours = key("somebody", "cancel", "k");
    let attempts: Vec<KeyUse> = (1..=16).map(used).collect();
    let tried = join_all(attempts.iter().map(|attempt| note(store, ours, attempt))).await;
    let first: Vec<_> = attempts.iter().zip(&tried).filter(|(_, tried)| **tried == Tried::Done(())).collect();
    assert_eq!(first.len(), 1);
    for (attempt, tried) in attempts.iter().zip(&tried) {
        assert!(attempt == first[0].0 || *tried == Tried::Refused(first[0].0.clone()));
    }
}
