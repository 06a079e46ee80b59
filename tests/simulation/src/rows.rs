//! Rows of the store in memory, as the table has them: written by the adapter's own writers, and taken apart into the
//! plain maps that the checker reads.

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::{RollupWrite, Versioned};
use vaxslot_aws::{
    keys,
    rows::{
        Item, write_audit_place, write_beneficiary, write_center, write_count, write_district, write_end, write_ended,
        write_key_use, write_photo_id, write_removed, write_rollup, write_session, write_shard, write_state,
        write_tally,
    },
};
use vaxslot_checker::{Row, Value};
use vaxslot_domain::{
    Timestamp,
    person::Account,
    rollup::Spot,
    tally::ShardCount,
    ticket::{TicketEnd, TicketKey},
};
use vaxslot_testkit::MemoryRow;

/// A row as DynamoDB has it.
#[must_use]
pub fn item(row: &MemoryRow) -> Item {
    match row {
        MemoryRow::State(state) => write_state(state),
        MemoryRow::District(district) => write_district(district),
        MemoryRow::Center(center) => write_center(center),
        MemoryRow::Session(session) => write_session(session),
        MemoryRow::End(end) => write_end(*end),
        MemoryRow::Shard(shard) => write_shard(shard),
        MemoryRow::Person(person) => write_beneficiary(person),
        MemoryRow::Ended(ended) => write_ended(ended),
        MemoryRow::Account(account) => write_account(account),
        MemoryRow::Removed(id, account) => write_removed(*id, account, Timestamp::UNIX_EPOCH),
        MemoryRow::PhotoId(hash, of) => write_photo_id(hash, *of),
        // Their writers count the version on.
        MemoryRow::Figures(Spot { day, under, .. }, Versioned { row, version }) => {
            let version = version.saturating_sub(1);
            write_rollup(&RollupWrite { day: *day, under: *under, row: row.clone(), version })
        }
        MemoryRow::Count(count) => {
            write_count(&ShardCount { version: count.version.saturating_sub(1), ..count.clone() })
        }
        MemoryRow::Tally(tally) => write_tally(tally),
        MemoryRow::Ticket(key, end) => write_ticket(*key, end),
        MemoryRow::KeyUse(key, noted) => write_key_use(*key, noted),
        MemoryRow::WalkPlace(place) => write_audit_place(Some(*place)),
    }
}

/// Of its end, what the checker looks at.
fn write_ticket(key: TicketKey, end: &TicketEnd) -> Item {
    let mut item = keys::ticket(key.first, key.ticket).attributes();
    let outcome = match end {
        TicketEnd::Refused(_) => "REFUSED",
        TicketEnd::Failed => "FAILED",
        TicketEnd::Elsewhere { .. } => "ELSEWHERE",
    };
    item.insert("outcome".to_owned(), AttributeValue::S(outcome.to_owned()));
    item
}

/// The adapter makes this row by an update, and so has no writer for it.
fn write_account(account: &Account) -> Item {
    let mut item = keys::account(&account.id).attributes();
    let people = account.beneficiaries.iter().map(|id| AttributeValue::S(id.to_string())).collect();
    item.insert("phone".to_owned(), AttributeValue::S(account.phone.as_str().to_owned()));
    item.insert("beneficiaries".to_owned(), AttributeValue::L(people));
    item
}

/// A row as the checker reads it.
#[must_use]
pub fn plain(item: &Item) -> Row {
    item.iter().map(|(name, value)| (name.clone(), plain_value(value))).collect()
}

fn plain_value(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => Value::Text(text.clone()),
        AttributeValue::N(digits) => Value::Number(digits.clone()),
        AttributeValue::Bool(flag) => Value::Flag(*flag),
        AttributeValue::L(list) => Value::List(list.iter().map(plain_value).collect()),
        AttributeValue::M(map) => Value::Map(plain(map)),
        _ => Value::Other,
    }
}
