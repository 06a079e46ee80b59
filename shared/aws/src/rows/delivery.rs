use vaxslot_app::ports::BadRow;
use vaxslot_domain::preferences::Channel;

use super::{Item, Row, begin, put_number, put_text};
use crate::keys;

/// The row that tells which event, by which channel, SES or SNS delivers under an id of their own. It ages out as the mark does, at
/// `expires` in seconds.
#[must_use]
pub fn write_delivery(id: &str, event: &str, channel: Channel, expires: i64) -> Item {
    let mut item = begin(&keys::delivery(id));
    put_text(&mut item, "event", event);
    put_text(&mut item, "channel", channel);
    put_number(&mut item, "expires", expires);
    item
}

pub fn read_delivery(row: &Row<'_>) -> Result<(String, Channel), BadRow> {
    Ok((row.text("event")?.to_owned(), row.get("channel")?))
}
