use vaxslot_app::ports::Store;
use vaxslot_domain::{
    access::Region,
    center::{Center, FeeType},
    text::Address,
};

use super::support::{done, refused};
use crate::make::{center, district, name, pincode, position, pune, read, window};

/// A center that differs from the usual one in all that may change.
fn another(like: &Center) -> Center {
    Center {
        name: name("ஔந்த் மாவட்ட மருத்துவமனை"),
        address: Address::parse("12/3 \"B\" wing, O'Neil Rd; Aundh").unwrap(),
        block: Some(name("Mulshi")),
        pincode: pincode(411_045),
        position: Some(position(-18.000_001, 179.999_999)),
        hours: window("00:00-23:59"),
        fee_type: FeeType::Paid,
        ..like.clone()
    }
}

pub async fn an_unknown_center_is_absent(store: &dyn Store) {
    assert_eq!(store.center(center(1).id).await.unwrap(), None);
}

pub async fn a_center_reads_back_as_it_was_added(store: &dyn Store) {
    let bare = Center { block: None, position: None, zone: read("Europe/Berlin"), ..another(&center(2_147_483_647)) };
    for center in [center(1), another(&center(2)), bare] {
        done(store.add_center(&center).await);
        assert_eq!(store.center(center.id).await.unwrap(), Some(center));
    }
}

pub async fn a_taken_id_is_refused_with_its_center(store: &dyn Store) {
    done(store.add_center(&center(1)).await);
    assert_eq!(refused(store.add_center(&another(&center(1))).await), center(1));
    assert_eq!(store.center(center(1).id).await.unwrap(), Some(center(1)));
}

pub async fn a_center_is_changed_within_its_region(store: &dyn Store) {
    done(store.add_center(&center(1)).await);
    let regions = [Region::District(pune().id), Region::State(pune().state.id), Region::Country];
    for (region, changed) in regions.into_iter().zip([another(&center(1)), center(1), another(&center(1))]) {
        done(store.change_center(&changed, region).await);
        assert_eq!(store.center(changed.id).await.unwrap(), Some(changed));
    }
}

pub async fn facts_can_be_taken_away_from_a_center(store: &dyn Store) {
    done(store.add_center(&center(1)).await);
    let bare = Center { block: None, position: None, ..center(1) };
    done(store.change_center(&bare, Region::Country).await);
    assert_eq!(store.center(bare.id).await.unwrap(), Some(bare));
}

pub async fn a_change_from_outside_the_stored_region_is_refused(store: &dyn Store) {
    done(store.add_center(&center(1)).await);
    let elsewhere = district(9, 3);
    for region in [Region::District(elsewhere.id), Region::State(elsewhere.state.id)] {
        // The new facts would lie within the region: what counts is where the stored ones do.
        let moved = Center { district: elsewhere.clone(), ..another(&center(1)) };
        refused(store.change_center(&moved, region).await);
        refused(store.change_center(&another(&center(1)), region).await);
    }
    assert_eq!(store.center(center(1).id).await.unwrap(), Some(center(1)));
}

pub async fn an_unknown_center_is_not_changed(store: &dyn Store) {
    refused(store.change_center(&center(1), Region::Country).await);
    assert_eq!(store.center(center(1).id).await.unwrap(), None);
}
