use futures::future::join_all;
use vaxslot_app::ports::{Store, Tried};
use vaxslot_domain::{
    center::{Center, FeeType},
    opening::{Opening, Queueing},
    session::{AgeBand, Session, Shard},
    vaccine::{Dose, Vaccine},
    window::Window,
};

use super::support::{free, publish, refused, register, reserve};
use crate::make::{DOSES, Draft, Published, Wish, account, adult, center, name, read, session_id, window};

fn several_slots(id: u128) -> Published {
    let slots = vec![window("00:00-00:05"), window("09:00-11:00"), window("23:00-23:59")];
    let ages = AgeBand::new(15, Some(17)).unwrap();
    let mut published =
        Draft { slots, ages, doses: DOSES.to_vec(), vaccine: Vaccine::SputnikV, ..Draft::new(id, &[3, 2]) }.made();
    published.session.fee = 780;
    published.session.center = Center { fee_type: FeeType::Paid, block: None, ..published.session.center };
    published
}

fn sorted(mut shards: Vec<Shard>) -> Vec<Shard> {
    shards.sort_by_key(|shard| shard.key);
    shards
}

pub async fn an_unknown_session_is_absent(store: &dyn Store) {
    assert_eq!(store.session(session_id(1)).await.unwrap(), None);
}

pub async fn a_session_reads_back_as_it_was_published(store: &dyn Store) {
    let nowhere = Center { position: None, ..center(2) };
    let opens_at = Some(read("2026-11-21T04:30:00.5Z"));
    let opening = Opening { opens_at, queue: Queueing::On };
    let opens_later = Draft { opening, ..Draft::new(4, &[1]) }.made();
    for published in [Draft::new(1, &[25]).made(), several_slots(2), opens_later, Draft { center: nowhere, ..Draft::new(3, &[1]) }.made()] {
        publish(store, &published).await;
        assert_eq!(store.session(published.session.id).await.unwrap().as_ref(), Some(&published.session));
        assert_eq!(sorted(store.shards(&published.keys()).await.unwrap()), published.shards);
    }
}

pub async fn the_largest_session_is_published_whole(store: &dyn Store) {
    let quarter = |number: usize| {
        let clock = |number: usize| format!("{:02}:{:02}", 8 + number / 4, number % 4 * 15);
        read(&format!("{}-{}", clock(number), clock(number + 1)))
    };
    let slots = (0..Window::MOST).map(quarter).collect();
    let published = Draft { slots, doses: DOSES.to_vec(), ..Draft::new(1, &[25, 25]) }.made();
    publish(store, &published).await;
    assert_eq!(store.session(published.session.id).await.unwrap().as_ref(), Some(&published.session));
    assert_eq!(sorted(store.shards(&published.keys()).await.unwrap()), published.shards);
}

pub async fn shards_are_read_in_any_number(store: &dyn Store) {
    let published = Draft::new(1, &[1; 64]).made();
    let other = Draft { doses: vec![Dose::FIRST, Dose::SECOND], ..Draft::new(2, &[2; 64]) }.made();
    publish(store, &published).await;
    publish(store, &other).await;
    assert_eq!(store.shards(&[]).await.unwrap(), []);
    let absent = Draft::new(3, &[1]).made().keys();
    assert_eq!(store.shards(&absent).await.unwrap(), []);
    let keys = [other.keys(), absent, published.keys()].concat();
    let all = sorted(store.shards(&keys).await.unwrap());
    assert_eq!(all, [published.shards, other.shards].concat());
}

pub async fn a_session_is_published_once(store: &dyn Store) {
    let published = Draft::new(1, &[25]).made();
    publish(store, &published).await;
    let dearer = Session { fee: 100, ..published.session.clone() };
    let renamed = Center { name: name("Renamed"), ..published.session.center.clone() };
    for other in [dearer, Session { center: renamed, ..published.session.clone() }] {
        assert_eq!(refused(store.publish(&other, &published.shards).await), published.session);
        assert_eq!(store.session(other.id).await.unwrap().as_ref(), Some(&published.session));
    }
}

pub async fn publishing_again_leaves_the_shards_as_they_are(store: &dyn Store) {
    let published = Draft::new(1, &[5, 5]).made();
    publish(store, &published).await;
    let person = adult(1, &account("a"));
    register(store, &[&person]).await;
    reserve(store, Wish::new(&published.session, &[&person]).from_shard(1).reservation()).await;
    let larger = Draft::new(1, &[9, 9, 9]).made();
    refused(store.publish(&larger.session, &larger.shards).await);
    assert_eq!(free(store, &larger.keys()).await, [5, 4], "no unit came back, and no shard was added");
}

pub async fn publishing_a_large_session_again_leaves_its_shards_as_they_are(store: &dyn Store) {
    let slots: Vec<Window> = (0..4).map(|hour| read(&format!("{:02}:00-{:02}:00", 9 + hour, 10 + hour))).collect();
    let large = |shards: &[u32]| Draft { slots: slots.clone(), ..Draft::new(1, shards) }.made();
    let published = large(&[5; 30]);
    publish(store, &published).await;
    for (what, again) in [("fewer", large(&[5; 26])), ("more", large(&[5; 40])), ("other", large(&[7; 30]))] {
        let told = refused(store.publish(&again.session, &again.shards).await);
        assert_eq!(told, published.session, "{what} shards");
        let stored = sorted(store.shards(&again.keys()).await.unwrap());
        let kept: Vec<Shard> =
            published.shards.iter().filter(|shard| again.keys().contains(&shard.key)).copied().collect();
        assert_eq!(stored, kept, "{what} shards");
    }
}

pub async fn one_of_several_publishers_at_once_wins(store: &dyn Store) {
    let drafts: Vec<Published> = (1..=4).map(|units| Draft::new(1, &[units; 3]).made()).collect();
    let outcomes = join_all(drafts.iter().map(|draft| store.publish(&draft.session, &draft.shards))).await;
    let winners: Vec<&Published> = outcomes
        .iter()
        .zip(&drafts)
        .filter(|(outcome, _)| matches!(outcome.as_ref().unwrap(), Tried::Done(())))
        .map(|(_, draft)| draft)
        .collect();
    let [winner] = winners[..] else { panic!("{} of them won", winners.len()) };
    assert_eq!(store.session(winner.session.id).await.unwrap().as_ref(), Some(&winner.session));
    assert_eq!(sorted(store.shards(&winner.keys()).await.unwrap()), winner.shards, "the session has its own shards");
}
