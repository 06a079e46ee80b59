use std::{collections::BTreeMap, fmt::Display};

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::{BadRow, hold_list};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    appointment::Status,
    id::{AccountId, BeneficiaryId},
    person::{Account, Beneficiary, DoseHistory, LastDose, parse_date},
    photo_id::PhotoId,
    text::Name,
};

use super::{Item, Row, active_value, begin, instant, put_number, put_text, read_active};
use crate::keys::{self, APPOINTMENT, DUE, DUE_AT, PK, POOL};

#[must_use]
pub fn write_beneficiary(person: &Beneficiary) -> Item {
    let mut item = begin(&keys::beneficiary(person.id));
    put_text(&mut item, "account", person.account.as_str());
    put_text(&mut item, "name", person.name.as_str());
    put_text(&mut item, "born", person.birth);
    if let Some(photo_id) = &person.photo_id {
        item.insert("photo_id".to_owned(), photo_id_value(photo_id));
    }
    if let Some(request) = &person.registered_as {
        put_text(&mut item, "registered_as", request);
    }
    put_number(&mut item, "doses", person.doses.taken);
    if let Some(last) = person.doses.last {
        put_text(&mut item, "last_vaccine", last.vaccine);
        put_text(&mut item, "last_dose_on", last.on);
    }
    if let Some(active) = &person.active {
        item.insert("active".to_owned(), active_value(active));
        put_text(&mut item, POOL, active.shard);
        put_text(&mut item, APPOINTMENT, active.id);
        if let Status::Held { until } = active.status {
            put_text(&mut item, DUE, keys::due_holds(hold_list(person.id)));
            put_text(&mut item, DUE_AT, instant(until));
        }
    }
    item.insert("given_up".to_owned(), instants(&person.given_up));
    if !person.withdrawn.is_empty() {
        item.insert("withdrawn".to_owned(), instants(&person.withdrawn));
    }
    item.insert("closed_tickets".to_owned(), instants(&person.closed_tickets));
    item
}

/// A photo ID as it stands inside its owner's row.
#[must_use]
pub fn photo_id_value(photo_id: &PhotoId) -> AttributeValue {
    let mut map = Item::new();
    put_text(&mut map, "kind", photo_id.kind.name());
    put_text(&mut map, "last_four", &photo_id.last_four);
    put_text(&mut map, "hash", &photo_id.hash);
    AttributeValue::M(map)
}

fn read_photo_id(row: &Row<'_>) -> Result<PhotoId, BadRow> {
    Ok(PhotoId {
        kind: row.get("kind")?,
        last_four: row.text("last_four")?.to_owned(),
        hash: row.text("hash")?.to_owned(),
    })
}

/// The row by which a document is registered once.
#[must_use]
pub fn write_photo_id(hash: &str, of: BeneficiaryId) -> Item {
    let mut item = begin(&keys::photo_id(hash));
    put_text(&mut item, "beneficiary", of);
    item
}

/// How long a removal is remembered: longer than an idempotency key counts, and than a queue keeps a message.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(31 * 24);

/// The row by which a removal is remembered.
#[must_use]
pub fn write_removed(id: BeneficiaryId, account: &AccountId, at: Timestamp) -> Item {
    let mut item = begin(&keys::removed(id));
    put_text(&mut item, "account", account.as_str());
    put_text(&mut item, "at", instant(at));
    let expires = at.saturating_add(REMEMBERED).unwrap_or(Timestamp::MAX);
    put_number(&mut item, "expires", expires.as_second());
    item
}

pub fn read_removed(row: &Row<'_>) -> Result<AccountId, BadRow> {
    row.get("account")
}

/// Moments by what they are about.
pub fn instants<T: Display>(by: &BTreeMap<T, Timestamp>) -> AttributeValue {
    AttributeValue::M(by.iter().map(|(of, at)| (of.to_string(), AttributeValue::S(instant(*at)))).collect())
}

pub fn read_beneficiary(row: &Row<'_>) -> Result<Beneficiary, BadRow> {
    let id = row.beneficiary()?;
    let last = match (row.maybe("last_vaccine")?, row.maybe_text("last_dose_on")?) {
        (Some(vaccine), Some(on)) => {
            let on = parse_date(on).ok_or_else(|| row.bad("last_dose_on", "does not parse"))?;
            Some(LastDose { vaccine, on })
        }
        _ => None,
    };
    Ok(Beneficiary {
        id,
        account: row.get("account")?,
        name: row.with("name", Name::parse)?,
        birth: row.get("born")?,
        photo_id: row.maybe_map("photo_id")?.map(|photo_id| read_photo_id(&photo_id)).transpose()?,
        registered_as: row.maybe_text("registered_as")?.map(str::to_owned),
        doses: DoseHistory { taken: row.get("doses")?, last },
        active: read_active(row)?,
        given_up: row.map("given_up")?,
        withdrawn: row.maybe_map_of("withdrawn")?.unwrap_or_default(),
        closed_tickets: row.map("closed_tickets")?,
    })
}

pub fn read_account(row: &Row<'_>) -> Result<Account, BadRow> {
    let id = keys::parse_id::<AccountId>(row.text(PK)?, "ACCOUNT").ok_or_else(|| row.bad(PK, "is no account's key"))?;
    Ok(Account { id, phone: row.get("phone")?, beneficiaries: row.list("beneficiaries")? })
}
