use vaxslot_app::ports::{WalkPlace, Store};
use vaxslot_domain::search::Listing;

use crate::make::{Draft, pune};

pub async fn an_audit_begins_anew_unless_one_stopped(store: &dyn Store) {
    assert_eq!(store.audit_place().await.unwrap(), None);
    for number in [1, 2] {
        let after = Listing::of(&Draft::new(number, &[5]).made().session);
        let place = Some(WalkPlace { district: pune().id, after });
        store.note_audit_place(place).await.unwrap();
        assert_eq!(store.audit_place().await.unwrap(), place);
    }
    store.note_audit_place(None).await.unwrap();
    assert_eq!(store.audit_place().await.unwrap(), None);
}
