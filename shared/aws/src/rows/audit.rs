use vaxslot_app::ports::{BadRow, WalkPlace};

use super::{Item, Row, begin, put_number, put_text};
use crate::keys;

/// The row of how far the audit has come. It stays when the audit comes to its end, and names no place then.
#[must_use]
pub fn write_audit_place(place: Option<WalkPlace>) -> Item {
    let mut item = begin(&keys::audit_place());
    put_walk_place(&mut item, place);
    item
}

/// Writes how far a walk over all sessions has come, if it is under way. The attributes are those of no index.
pub(super) fn put_walk_place(item: &mut Item, place: Option<WalkPlace>) {
    if let Some(WalkPlace { district, after }) = place {
        put_number(item, "in_district", district);
        put_text(item, "after", after);
    }
}

pub fn read_walk_place(row: &Row<'_>) -> Result<Option<WalkPlace>, BadRow> {
    let Some(district) = row.maybe("in_district")? else { return Ok(None) };
    Ok(Some(WalkPlace { district, after: row.get("after")? }))
}
