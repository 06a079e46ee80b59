use vaxslot_app::ports::{BadRow, ReminderPlace, WalkPlace};
use vaxslot_domain::person::parse_date;

use super::{Item, Row, begin, put_number, put_text};
use crate::keys;

/// The row of how far the reminders of a day have come. Its attributes are those of no index.
#[must_use]
pub fn write_reminder_place(place: &ReminderPlace) -> Item {
    let mut item = begin(&keys::reminder_place());
    put_text(&mut item, "day", place.day);
    if let Some(WalkPlace { district, after }) = place.next {
        put_number(&mut item, "in_district", district);
        put_text(&mut item, "after", after);
    }
    item
}

pub fn read_reminder_place(row: &Row<'_>) -> Result<ReminderPlace, BadRow> {
    let day = parse_date(row.text("day")?).ok_or_else(|| row.bad("day", "does not parse"))?;
    let next = match row.maybe("in_district")? {
        Some(district) => Some(WalkPlace { district, after: row.get("after")? }),
        None => None,
    };
    Ok(ReminderPlace { day, next })
}
