use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::BadRow;
use vaxslot_domain::{
    opening::Opening,
    person::parse_date,
    search::Listing,
    session::{AgeBand, PoolSummary, Session, SessionStatus},
};

use super::{
    Item, Row, begin, instant, numbers, put_number, put_numbers, put_text, put_texts, read_center,
    turns::{TURNS, read_turns, turns_value},
    write_center_facts,
};
use crate::keys::{self, DUE, DUE_AT, DUE_CANCELLATIONS, LISTING};

#[must_use]
pub fn write_session(session: &Session) -> Item {
    let mut item = begin(&keys::session(session.id));
    write_center_facts(&mut item, &session.center);
    if let Some(position) = session.center.position {
        put_text(&mut item, "cell", position.cell());
    }
    put_text(&mut item, LISTING, Listing::of(session));
    put_text(&mut item, "date", session.date);
    put_text(&mut item, "vaccine", session.vaccine);
    put_number(&mut item, "min_age", session.ages.min());
    if let Some(max) = session.ages.max() {
        put_number(&mut item, "max_age", max);
    }
    put_number(&mut item, "fee", session.fee);
    put_text(&mut item, "status", session.status.name());
    if let Some(opens_at) = session.opening.opens_at {
        put_text(&mut item, "opens_at", instant(opens_at));
    }
    put_text(&mut item, "queue", session.opening.queue);
    if let Some(at) = session.opening_set_at {
        put_text(&mut item, "opening_set_at", instant(at));
    }
    if let Some(since) = session.cancelling {
        put_text(&mut item, DUE, DUE_CANCELLATIONS);
        put_text(&mut item, DUE_AT, instant(since));
    }
    put_numbers(&mut item, "doses", &session.doses);
    put_texts(&mut item, "slots", &session.slots);
    for (name, value) in pool_lists(&session.pools) {
        item.insert(name.to_owned(), value);
    }
    if !session.turns.is_empty() {
        item.insert(TURNS.to_owned(), turns_value(&session.turns));
    }
    put_number(&mut item, "version", session.version);
    item
}

/// The three lists that describe a session's pools, by attribute.
#[must_use]
pub fn pool_lists(pools: &[PoolSummary]) -> [(&'static str, AttributeValue); 3] {
    [
        ("shards", numbers(pools.iter().map(|pool| pool.shards))),
        ("capacity", numbers(pools.iter().map(|pool| pool.capacity))),
        ("free", numbers(pools.iter().map(|pool| pool.free))),
    ]
}

pub fn read_session(row: &Row<'_>) -> Result<Session, BadRow> {
    let id = row.session()?;
    let ages = AgeBand::new(row.get("min_age")?, row.maybe("max_age")?);
    let status = match row.text("status")? {
        "OPEN" => SessionStatus::Open,
        "CLOSED" => SessionStatus::Closed,
        "CANCELLED" => SessionStatus::Cancelled,
        _ => return Err(row.bad("status", "does not parse")),
    };
    let session = Session {
        id,
        center: read_center(row)?,
        date: parse_date(row.text("date")?).ok_or_else(|| row.bad("date", "does not parse"))?,
        vaccine: row.get("vaccine")?,
        ages: ages.map_err(|reason| row.bad("min_age", reason))?,
        fee: row.get("fee")?,
        status,
        opening: Opening { opens_at: row.maybe("opens_at")?, queue: row.maybe("queue")?.unwrap_or_default() },
        opening_set_at: row.maybe("opening_set_at")?,
        cancelling: row.maybe(DUE_AT)?,
        doses: row.list("doses")?,
        slots: row.list("slots")?,
        pools: read_pools(row)?,
        turns: read_turns(row)?,
        version: row.get("version")?,
    };
    if session.pools.len() == session.slots.len() * session.doses.len() {
        Ok(session)
    } else {
        Err(row.bad("shards", "has not one entry for each slot and dose"))
    }
}

fn read_pools(row: &Row<'_>) -> Result<Vec<PoolSummary>, BadRow> {
    let shards: Vec<u8> = row.list("shards")?;
    let capacity: Vec<u32> = row.list("capacity")?;
    let free: Vec<u32> = row.list("free")?;
    if capacity.len() != shards.len() || free.len() != shards.len() {
        return Err(row.bad("capacity", "is not as long as shards and free"));
    }
    let pools = shards.into_iter().zip(capacity).zip(free);
    Ok(pools.map(|((shards, capacity), free)| PoolSummary { shards, capacity, free }).collect())
}
