use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::BadRow;
use vaxslot_domain::{
    Date,
    person::parse_date,
    tally::{ShardCount, Standings, Tally},
};

use super::{Item, Row, begin, numbers, put_number, put_text};
use crate::keys::{self, PK, SK};

/// The attribute that says where an appointment stands.
pub const STANDING: &str = "standing";

#[must_use]
pub fn write_tally(tally: &Tally) -> Item {
    let mut item = begin(&keys::tally(tally.shard, tally.appointment));
    put_text(&mut item, STANDING, tally.standing.name());
    put_text(&mut item, "made_on", tally.made_on);
    item
}

pub fn read_tally(row: &Row<'_>) -> Result<Tally, BadRow> {
    let shard = row.text(PK)?.strip_prefix("TALLY#").and_then(keys::parse_shard);
    Ok(Tally {
        shard: shard.ok_or_else(|| row.bad(PK, "is no key of tallies"))?,
        appointment: row.get(SK)?,
        standing: row.get(STANDING)?,
        made_on: parse_date(row.text("made_on")?).ok_or_else(|| row.bad("made_on", "does not parse"))?,
    })
}

/// The row as it is after the write: its version is the next one.
#[must_use]
pub fn write_count(count: &ShardCount) -> Item {
    let mut item = begin(&keys::count(count.shard));
    let days = count.days.iter().map(|(date, standings)| (date.to_string(), numbers(standings.counts())));
    item.insert("days".to_owned(), AttributeValue::M(days.collect()));
    put_number(&mut item, "version", count.version + 1);
    item
}

pub fn read_count(row: &Row<'_>) -> Result<ShardCount, BadRow> {
    let session = row.text(PK)?.strip_prefix("COUNT#");
    let shard = session.and_then(|session| Some(format!("{session}#{}", row.text(SK).ok()?)));
    let shard = shard.as_deref().and_then(keys::parse_shard).ok_or_else(|| row.bad(PK, "is no key of counts"))?;
    let mut days: BTreeMap<Date, Standings> = BTreeMap::new();
    for (date, counts) in row.number_lists::<Date>("days")? {
        let counts = counts.try_into().map_err(|_| row.bad("days", "has not seven numbers each"))?;
        days.insert(date, Standings::new(counts));
    }
    Ok(ShardCount { shard, days, version: row.get("version")? })
}
