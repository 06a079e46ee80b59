use vaxslot_app::ports::{BadRow, WalkPlace};

use super::{Item, Row, begin, put_number, put_text};
use crate::keys;

/// The row of how far the audit has come. It stays when the audit comes to its end, and names no place then. Its attributes
/// are those of no index.
#[must_use]
pub fn write_audit_place(place: Option<WalkPlace>) -> Item {
    let mut item = begin(&keys::audit_place());
    if let Some(WalkPlace { district, after }) = place {
        put_number(&mut item, "in_district", district);
        put_text(&mut item, "after", after);
    }
    item
}

pub fn read_audit_place(row: &Row<'_>) -> Result<Option<WalkPlace>, BadRow> {
    let Some(district) = row.maybe("in_district")? else { return Ok(None) };
    Ok(Some(WalkPlace { district, after: row.get("after")? }))
}
