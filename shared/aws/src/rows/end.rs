use vaxslot_app::ports::{BadRow, DueEnd, end_list};

use super::{Item, Row, begin, instant, put_text};
use crate::keys::{self, DUE, DUE_AT, END};

/// The row of when a session ends.
#[must_use]
pub fn write_end(end: DueEnd) -> Item {
    let mut item = begin(&keys::end(end.session));
    put_text(&mut item, DUE, keys::due_ends(end_list(end.session)));
    put_text(&mut item, DUE_AT, instant(end.at));
    item
}

pub fn read_end(row: &Row<'_>) -> Result<DueEnd, BadRow> {
    Ok(DueEnd { at: row.get(DUE_AT)?, session: row.id(END, "is no session's end")? })
}
