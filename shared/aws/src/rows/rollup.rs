use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::{BadRow, RollupWrite, Versioned};
use vaxslot_domain::{
    rollup::{Cell, Counts, Figures, Node, Row as DayRow},
    tally::Standings,
};

use super::{Item, Row, begin, numbers, put_number, put_text};
use crate::keys::{self, SK};

/// The row as it is after the write: its version is the next one.
#[must_use]
pub fn write_rollup(write: &RollupWrite) -> Item {
    let mut item = begin(&keys::day_row(write.spot()));
    let figures = &write.row.figures;
    put_text(&mut item, "title", &write.row.name);
    put_number(&mut item, "sessions", figures.sessions);
    let cells = figures.cells.iter().map(|(cell, counts)| (cell.to_string(), counts_value(counts)));
    item.insert("cells".to_owned(), AttributeValue::M(cells.collect()));
    put_number(&mut item, "version", write.version + 1);
    item
}

/// Capacity, free units, and the standings in their order.
fn counts_value(counts: &Counts) -> AttributeValue {
    numbers([counts.capacity, counts.free].into_iter().chain(counts.standings.counts()))
}

pub fn read_rollup(row: &Row<'_>) -> Result<Versioned, BadRow> {
    let cells =
        row.number_lists::<Cell>("cells")?.into_iter().map(|(cell, counts)| Some((cell, read_counts(&counts)?)));
    let cells = cells.collect::<Option<_>>().ok_or_else(|| row.bad("cells", "has not nine numbers each"))?;
    let figures = Figures { sessions: row.get("sessions")?, cells };
    let read = DayRow { node: read_node(row)?, name: row.text("title")?.to_owned(), figures };
    Ok(Versioned { row: read, version: row.get("version")? })
}

fn read_counts(numbers: &[u64]) -> Option<Counts> {
    let [capacity, free, standings @ ..] = numbers else { return None };
    Some(Counts { capacity: *capacity, free: *free, standings: Standings::new(standings.try_into().ok()?) })
}

fn read_node(row: &Row<'_>) -> Result<Node, BadRow> {
    let text = row.text(SK)?;
    if text == "COUNTRY" {
        return Ok(Node::Country);
    }
    let state = || keys::parse_number(text, "STATE").map(Node::State);
    let district = || keys::parse_number(text, "DISTRICT").map(Node::District);
    let center = || keys::parse_number(text, "CENTER").map(Node::Center);
    let session = || keys::parse_id(text, "SESSION").map(Node::Session);
    state().or_else(district).or_else(center).or_else(session).ok_or_else(|| row.bad(SK, "names no place"))
}
