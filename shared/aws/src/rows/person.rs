use std::{collections::BTreeMap, fmt::Display};

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::{BadRow, hold_list};
use vaxslot_domain::{
    Timestamp,
    appointment::Status,
    id::AccountId,
    person::{Account, Beneficiary, DoseHistory, LastDose, parse_date},
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

/// Moments by what they are about.
pub fn instants<T: Display>(by: &BTreeMap<T, Timestamp>) -> AttributeValue {
    AttributeValue::M(by.iter().map(|(of, at)| (of.to_string(), AttributeValue::S(instant(*at)))).collect())
}

pub fn read_beneficiary(row: &Row<'_>) -> Result<Beneficiary, BadRow> {
    let id = keys::parse_id(row.text(PK)?, "BENEFICIARY").ok_or_else(|| row.bad(PK, "is no beneficiary's key"))?;
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
        doses: DoseHistory { taken: row.get("doses")?, last },
        active: read_active(row, id)?,
        given_up: row.map("given_up")?,
        withdrawn: row.maybe_map_of("withdrawn")?.unwrap_or_default(),
        closed_tickets: row.map("closed_tickets")?,
    })
}

pub fn read_account(row: &Row<'_>) -> Result<Account, BadRow> {
    let id = keys::parse_id::<AccountId>(row.text(PK)?, "ACCOUNT").ok_or_else(|| row.bad(PK, "is no account's key"))?;
    Ok(Account { id, phone: row.get("phone")?, beneficiaries: row.list("beneficiaries")? })
}
