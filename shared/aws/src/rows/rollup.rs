use vaxslot_app::ports::{BadRow, RollupWrite};
use vaxslot_domain::rollup::{Figures, Node, Row as DayRow};

use super::{Item, Row, begin, put_number, put_text};
use crate::keys::{self, SK};

/// The row as it is after the write: its version is the next one.
#[must_use]
pub fn write_rollup(write: &RollupWrite) -> Item {
    let mut item = begin(&keys::day_row(write.date, write.under, write.row.node));
    let figures = write.row.figures;
    put_text(&mut item, "title", &write.row.name);
    put_number(&mut item, "sessions", figures.sessions);
    put_number(&mut item, "capacity", figures.capacity);
    put_number(&mut item, "booked", figures.booked);
    put_number(&mut item, "version", write.version + 1);
    item
}

pub fn read_rollup(row: &Row<'_>) -> Result<DayRow, BadRow> {
    let figures =
        Figures { sessions: row.get("sessions")?, capacity: row.get("capacity")?, booked: row.get("booked")? };
    Ok(DayRow { node: read_node(row)?, name: row.text("title")?.to_owned(), figures })
}

fn read_node(row: &Row<'_>) -> Result<Node, BadRow> {
    let text = row.text(SK)?;
    let state = || keys::parse_number(text, "STATE").map(Node::State);
    let district = || keys::parse_number(text, "DISTRICT").map(Node::District);
    let center = || keys::parse_number(text, "CENTER").map(Node::Center);
    let session = || keys::parse_id(text, "SESSION").map(Node::Session);
    state().or_else(district).or_else(center).or_else(session).ok_or_else(|| row.bad(SK, "names no place"))
}
