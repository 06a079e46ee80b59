use vaxslot_app::ports::{BadRow, ReminderPlace};
use vaxslot_domain::person::parse_date;

use super::{
    Item, Row,
    audit::{put_walk_place, read_walk_place},
    begin, put_text,
};
use crate::keys;

/// The row of how far the reminders of a day have come.
#[must_use]
pub fn write_reminder_place(place: &ReminderPlace) -> Item {
    let mut item = begin(&keys::reminder_place());
    put_text(&mut item, "day", place.day);
    put_walk_place(&mut item, place.next);
    item
}

pub fn read_reminder_place(row: &Row<'_>) -> Result<ReminderPlace, BadRow> {
    let day = parse_date(row.text("day")?).ok_or_else(|| row.bad("day", "does not parse"))?;
    Ok(ReminderPlace { day, next: read_walk_place(row)? })
}
