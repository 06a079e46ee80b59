//! The format of every row: one module for each kind, writing and reading it.

mod appointment;
mod audit;
mod center;
mod delivery;
mod end;
mod key_use;
mod person;
mod place;
mod preferences;
mod reader;
mod reminders;
mod rollup;
mod session;
mod shard;
mod subscription;
mod tally;
mod ticket;
mod trail;
mod turns;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_domain::Timestamp;

pub use appointment::{ACTIVE, STATUS_BEFORE, active_value, read_active, read_ended, write_ended};
pub use audit::{read_walk_place, write_audit_place};
pub use center::{read_center, write_center, write_center_facts};
pub use delivery::{read_delivery, write_delivery};
pub use end::{read_end, write_end};
pub use key_use::{read_key_use, write_key_use};
pub use person::{
    instants, photo_id_value, read_account, read_beneficiary, read_removed, write_beneficiary, write_photo_id,
    write_removed,
};
pub use place::{read_district, read_state, write_district, write_district_in, write_state};
pub use preferences::{read_preferences, write_preferences};
pub use reader::Row;
pub use reminders::{read_reminder_place, write_reminder_place};
pub use rollup::{read_rollup, write_rollup};
pub use session::{pool_lists, read_session, write_session};
pub use shard::{read_shard, write_shard};
pub use subscription::{read_subscription, write_subscription};
pub use tally::{STANDING, read_count, read_tally, write_count, write_tally};
pub use ticket::{read_ticket_end, write_ticket_end};
pub use trail::{CHANGED_BY, read_entry, read_signature, signed, write_entry};
pub use turns::{TURNS, turns_value};

use crate::keys::Key;

/// A row as DynamoDB has it.
pub type Item = HashMap<String, AttributeValue>;

/// A row begun with its key.
pub(crate) fn begin(key: &Key) -> Item {
    key.attributes()
}

pub(crate) fn put_text(item: &mut Item, name: &str, value: impl ToString) {
    item.insert(name.to_owned(), AttributeValue::S(value.to_string()));
}

fn put_number(item: &mut Item, name: &str, value: impl ToString) {
    item.insert(name.to_owned(), AttributeValue::N(value.to_string()));
}

fn put_texts<T: ToString>(item: &mut Item, name: &str, values: impl IntoIterator<Item = T>) {
    let list = values.into_iter().map(|value| AttributeValue::S(value.to_string())).collect();
    item.insert(name.to_owned(), AttributeValue::L(list));
}

fn put_numbers<T: ToString>(item: &mut Item, name: &str, values: impl IntoIterator<Item = T>) {
    item.insert(name.to_owned(), numbers(values));
}

fn numbers<T: ToString>(values: impl IntoIterator<Item = T>) -> AttributeValue {
    AttributeValue::L(values.into_iter().map(|value| AttributeValue::N(value.to_string())).collect())
}

/// An instant as text that sorts as time does: UTC, to the millisecond.
#[must_use]
pub fn instant(moment: Timestamp) -> String {
    format!("{moment:.3}")
}
