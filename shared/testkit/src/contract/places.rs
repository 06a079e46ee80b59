use vaxslot_app::ports::Store;
use vaxslot_domain::place::{District, State};

use crate::make::{district, name, pune};

pub async fn what_was_never_saved_is_absent(store: &dyn Store) {
    assert_eq!(store.states().await.unwrap(), []);
    assert_eq!(store.districts(pune().state.id).await.unwrap(), []);
    assert_eq!(store.district(pune().id).await.unwrap(), None);
}

pub async fn states_and_districts_come_by_id(store: &dyn Store) {
    let (ninth, hundredth, far) = (district(9, 21), district(100, 21), district(20, 3));
    store.save_districts(&[hundredth.clone(), far.clone(), ninth.clone()]).await.unwrap();
    assert_eq!(store.states().await.unwrap(), [far.state.clone(), ninth.state.clone()]);
    assert_eq!(store.districts(ninth.state.id).await.unwrap(), [ninth.clone(), hundredth]);
    assert_eq!(store.districts(far.state.id).await.unwrap(), [far]);
    assert_eq!(store.district(ninth.id).await.unwrap(), Some(ninth));
}

pub async fn saved_again_they_are_renamed(store: &dyn Store) {
    let old = district(363, 21);
    store.save_districts(&[old, district(9, 3)]).await.unwrap();
    let new = District {
        name: name("पुणे"),
        state: State { name: name("महाराष्ट्र"), ..pune().state },
        ..pune()
    };
    store.save_districts(std::slice::from_ref(&new)).await.unwrap();
    assert_eq!(store.states().await.unwrap(), [district(9, 3).state, new.state.clone()]);
    assert_eq!(store.districts(new.state.id).await.unwrap(), std::slice::from_ref(&new));
    assert_eq!(store.district(new.id).await.unwrap(), Some(new));
}

pub async fn a_whole_country_is_saved_at_once(store: &dyn Store) {
    let country: Vec<District> = (1..=750).map(|id| district(id, 1 + id % 36)).collect();
    store.save_districts(&country).await.unwrap();
    let states = store.states().await.unwrap();
    assert_eq!(states.len(), 36);
    let mut saved = Vec::new();
    for state in states {
        saved.extend(store.districts(state.id).await.unwrap());
    }
    saved.sort_by_key(|district| district.id);
    assert_eq!(saved, country);
}

pub async fn saving_no_districts_is_no_error(store: &dyn Store) {
    store.save_districts(&[]).await.unwrap();
    assert_eq!(store.states().await.unwrap(), []);
}
