use vaxslot_app::ports::BadRow;
use vaxslot_domain::{
    id::AccountId,
    preferences::{Preferences, QuietHours},
};

use super::{Item, Row, begin, put_text, put_texts};
use crate::keys;

#[must_use]
pub fn write_preferences(account: &AccountId, wanted: &Preferences) -> Item {
    let mut item = begin(&keys::preferences(account));
    put_text(&mut item, "language", wanted.language);
    put_texts(&mut item, "channels", &wanted.channels);
    if let Some(email) = &wanted.email {
        put_text(&mut item, "email", email.as_str());
    }
    item.insert("opted_out".to_owned(), aws_sdk_dynamodb::types::AttributeValue::Bool(wanted.opted_out));
    if let Some(quiet) = wanted.quiet {
        put_texts(&mut item, "quiet", quiet.texts());
    }
    item
}

pub fn read_preferences(row: &Row<'_>) -> Result<Preferences, BadRow> {
    let quiet = match row.maybe_list::<String>("quiet")?.as_deref() {
        None => None,
        Some([from, to]) => Some(QuietHours::parse(from, to).map_err(|error| row.bad("quiet", error))?),
        Some(_) => return Err(row.bad("quiet", "has not two times")),
    };
    let wanted = Preferences {
        language: row.get("language")?,
        channels: row.list("channels")?.into_iter().collect(),
        email: row.maybe("email")?,
        opted_out: row.flag("opted_out")?,
        quiet,
    };
    wanted.check().map_err(|error| row.bad("channels", error))
}
