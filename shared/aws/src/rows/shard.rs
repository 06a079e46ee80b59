use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::BadRow;
use vaxslot_domain::session::Shard;

use super::{Item, Row, begin, put_number};
use crate::keys::{self, PK};

#[must_use]
pub fn write_shard(shard: &Shard) -> Item {
    let mut item = begin(&keys::shard(shard.key));
    put_number(&mut item, "capacity", shard.capacity);
    put_number(&mut item, "free", shard.free);
    item.insert("closed".to_owned(), AttributeValue::Bool(shard.closed));
    if shard.cancelled {
        item.insert("cancelled".to_owned(), AttributeValue::Bool(true));
    }
    put_number(&mut item, "moves", shard.moves);
    item
}

pub fn read_shard(row: &Row<'_>) -> Result<Shard, BadRow> {
    let key = row.text(PK)?.strip_prefix("POOL#").and_then(keys::parse_shard);
    Ok(Shard {
        key: key.ok_or_else(|| row.bad(PK, "is no shard's key"))?,
        capacity: row.get("capacity")?,
        free: row.get("free")?,
        closed: row.flag("closed")?,
        cancelled: row.maybe_flag("cancelled")?.unwrap_or(false),
        moves: row.maybe("moves")?.unwrap_or(0),
    })
}
