use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::BadRow;
use vaxslot_domain::{
    Timestamp,
    trail::{Entry, Facts, Object, Signature, Subject},
};

use super::{Item, Row, begin, instant, put_number, put_text};
use crate::keys::{self, PK, SK};

pub const CHANGED_BY: &str = "changed_by";
pub const CHANGED_AT: &str = "changed_at";
pub const CHANGED_AS: &str = "changed_as";

/// The attributes by which a row is signed.
#[must_use]
pub fn signed(signature: &Signature) -> [(&'static str, AttributeValue); 3] {
    let text = |text: String| AttributeValue::S(text);
    [
        (CHANGED_BY, text(signature.by.as_str().to_owned())),
        (CHANGED_AT, text(instant(signature.at))),
        (CHANGED_AS, text(signature.deed.name().to_owned())),
    ]
}

/// The signature of a row, if it has one.
pub fn read_signature(row: &Row<'_>) -> Result<Option<Signature>, BadRow> {
    let Some(by) = row.maybe_text(CHANGED_BY)? else { return Ok(None) };
    Ok(Some(Signature { by: Subject::new(by), at: row.get(CHANGED_AT)?, deed: row.get(CHANGED_AS)? }))
}

#[must_use]
pub fn write_entry(entry: &Entry, until: Timestamp) -> Item {
    let mut item = begin(&keys::trail(entry.ledger, &entry.place()));
    for (name, value) in signed(&entry.signature) {
        item.insert(name.to_owned(), value);
    }
    match entry.object {
        Object::State(id) => put_number(&mut item, "state_id", id),
        Object::District(id) => put_number(&mut item, "district_id", id),
        Object::Center => {}
        Object::Session(id) => put_text(&mut item, "session", id),
        Object::Appointment(id) => put_text(&mut item, "appointment_id", id),
    }
    item.insert("before".to_owned(), facts(&entry.before));
    item.insert("after".to_owned(), facts(&entry.after));
    put_number(&mut item, "expires", until.as_second());
    item
}

fn facts(facts: &Facts) -> AttributeValue {
    AttributeValue::M(facts.iter().map(|(name, fact)| (name.clone(), AttributeValue::S(fact.clone()))).collect())
}

pub fn read_entry(row: &Row<'_>) -> Result<Entry, BadRow> {
    let ledger = keys::parse_ledger(row.text(PK)?).ok_or_else(|| row.bad(PK, "is no trail's key"))?;
    let place = keys::parse_place(row.text(SK)?).ok_or_else(|| row.bad(SK, "is no place in a trail"))?;
    let signature = read_signature(row)?.ok_or_else(|| row.bad(CHANGED_BY, "is missing"))?;
    let facts = |name: &str| -> Result<Facts, BadRow> {
        Ok(row.map::<String, String>(name)?.into_iter().collect::<BTreeMap<_, _>>())
    };
    let object = row
        .maybe("session")?
        .map(Object::Session)
        .or(row.maybe("appointment_id")?.map(Object::Appointment))
        .or(row.maybe("district_id")?.map(Object::District))
        .or(row.maybe("state_id")?.map(Object::State))
        .unwrap_or(Object::Center);
    Ok(Entry { id: place.id, ledger, object, signature, before: facts("before")?, after: facts("after")? })
}
