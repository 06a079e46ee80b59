use vaxslot_app::ports::{WalkPlace, ReminderPlace, Store};
use vaxslot_domain::search::Listing;

use crate::make::{Draft, pune};

pub async fn reminders_go_on_where_they_stopped(store: &dyn Store) {
    assert_eq!(store.reminder_place().await.unwrap(), None);
    let session = Draft::new(1, &[5]).made().session;
    let next = WalkPlace { district: pune().id, after: Listing::of(&session) };
    for next in [Some(next), None] {
        let place = ReminderPlace { day: session.date, next };
        store.note_reminder_place(&place).await.unwrap();
        assert_eq!(store.reminder_place().await.unwrap(), Some(place));
    }
}
