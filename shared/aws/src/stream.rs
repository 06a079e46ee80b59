//! What a record of the table's stream says.

mod turned;

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::BadRow;
use vaxslot_domain::{
    appointment::Appointment,
    availability::Turned,
    event::{Event, of_beneficiary, of_ended},
    id::{CenterId, SessionId},
    session::SessionStatus,
    trail::{Deed, Entry, Facts, Ledger, Object, Signature, Subject, changed},
};

use crate::{
    keys::{self, APPOINTMENT, DUE, PK, PROFILE, SK},
    rows::{ACTIVE, CHANGED_BY, Item, Row, STATUS_BEFORE, read_active, read_beneficiary, read_ended, read_signature},
};

pub use turned::turned;

/// A change that something follows from.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A shard of this session, or its own row: its sums may be out of date.
    Session(SessionId),
    /// The last slot of this session has begun.
    Ended(SessionId),
    /// Something by which all figures of this session are divided, or called.
    Refiled(SessionId),
    /// An appointment stands somewhere else than before.
    Stands(Box<Appointment>),
    /// A center's facts: its sessions' copies may be out of date.
    Center(CenterId),
    /// Something happened to an appointment.
    Told(Box<Event>),
    /// Staff changed something.
    Noted(Box<Entry>),
    /// A dose can be had, or no longer.
    Turned(Box<Turned>),
}

/// Reads a record from the row before and after the change.
///
/// # Errors
/// When a row that matters does not parse.
pub fn read(table: &str, before: Option<&Item>, after: Option<&Item>) -> Result<Option<Change>, BadRow> {
    let Some(item) = after.or(before) else { return Ok(None) };
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str);
    let (pk, sk) = (text(PK), text(SK));
    let changed = |name: &str| before.and_then(|before| before.get(name)) != item.get(name);
    let kind = pk.split('#').next().unwrap_or("");
    Ok(match (kind, sk) {
        // A new shard comes with a new session or a new layout, which say so themselves.
        ("POOL", _) if before.is_some() => {
            pk.strip_prefix("POOL#").and_then(keys::parse_shard).map(|key| Change::Session(key.pool.session))
        }
        ("SESSION", _) if before.is_some() && ["name", "fee_type"].iter().any(|name| changed(name)) => {
            keys::parse_id(pk, "SESSION").map(Change::Refiled)
        }
        // Sums that were just written ask for no new ones.
        ("SESSION", _) if ["shards", "status"].iter().any(|name| changed(name)) => {
            keys::parse_id(pk, "SESSION").map(Change::Session)
        }
        (keys::END, _) if after.is_none() => keys::parse_id(pk, keys::END).map(Change::Ended),
        ("CENTER", _) if before.is_some() => keys::parse_id(pk, "CENTER").map(Change::Center),
        ("BENEFICIARY", PROFILE) => {
            let read = |item: Option<&Item>| item.map(|item| read_beneficiary(&Row::new(table, item))).transpose();
            of_beneficiary(read(before)?.as_ref(), read(after)?.as_ref()).map(told)
        }
        ("BENEFICIARY", sk) if before.is_none() && sk.starts_with(keys::ENDED) => {
            of_ended(&read_ended(&Row::new(table, item))?).map(told)
        }
        _ => None,
    })
}

/// Where an appointment stands by a record, whatever is told of it: one that was moved ends without an event of its own.
///
/// # Errors
/// When a row that matters does not parse.
pub fn stands(table: &str, before: Option<&Item>, after: Option<&Item>) -> Result<Option<Change>, BadRow> {
    let Some(item) = after else { return Ok(None) };
    let row = Row::new(table, item);
    let (pk, sk) = (row.text(PK)?, row.text(SK)?);
    let appointment = match pk.split('#').next() {
        Some("BENEFICIARY") if sk == PROFILE => {
            let same = before.is_some_and(|before| before.get(ACTIVE) == item.get(ACTIVE));
            if same { None } else { read_active(&row)? }
        }
        Some("BENEFICIARY") if sk.starts_with(keys::ENDED) => Some(read_ended(&row)?),
        _ => None,
    };
    Ok(appointment.map(|appointment| Change::Stands(Box::new(appointment))))
}

/// What a record adds to the trail of staff: a row that carries another signature than before. What others write about the row
/// leaves the signature as it is, or drops it.
///
/// # Errors
/// When a row that is signed does not parse.
pub fn noted(table: &str, id: &str, before: Option<&Item>, after: Option<&Item>) -> Result<Option<Change>, BadRow> {
    let Some(row) = after.map(|item| Row::new(table, item)) else { return Ok(None) };
    let (pk, sk) = (row.text(PK)?, row.text(SK)?);
    let kind = pk.split('#').next().unwrap_or("");
    let names: &[&str] = match (kind, sk) {
        ("STATES", _) => &STATE_FACTS,
        ("DISTRICT", _) => &DISTRICT_FACTS,
        ("CENTER", _) => &CENTER_FACTS,
        ("SESSION", _) => &SESSION_FACTS,
        ("BENEFICIARY", PROFILE) => return taken_in_by_staff(id, before, &row),
        ("BENEFICIARY", sk) if before.is_none() && sk.starts_with(keys::ENDED) => return ended_by_staff(id, &row),
        _ => return Ok(None),
    };
    let earlier = before.map(|item| read_signature(&Row::new(table, item))).transpose()?.flatten();
    let Some(signature) = read_signature(&row)?.filter(|signature| earlier.as_ref() != Some(signature)) else {
        return Ok(None);
    };
    let (ledger, object) = match kind {
        "STATES" => (Ledger::Places, Object::State(row.get("state_id")?)),
        "DISTRICT" => (Ledger::Places, Object::District(row.get("district_id")?)),
        "SESSION" => (Ledger::Center(row.get("center_id")?), Object::Session(row.session()?)),
        _ => (Ledger::Center(row.get("center_id")?), Object::Center),
    };
    let facts = |item: Option<&Item>| item.map(|item| facts(item, names)).unwrap_or_default();
    let (before, after) = changed(facts(before), facts(after));
    // A file names every place each time.
    if ledger == Ledger::Places && before == after {
        return Ok(None);
    }
    let entry = Entry { id: id.to_owned(), ledger, object, signature, before, after };
    Ok(Some(Change::Noted(Box::new(entry))))
}

/// An appointment that staff made for somebody who was there carries their signature.
fn taken_in_by_staff(id: &str, before: Option<&Item>, row: &Row<'_>) -> Result<Option<Change>, BadRow> {
    let appointment = row.maybe_text(APPOINTMENT)?;
    let is_new = before.and_then(|before| before.get(APPOINTMENT)?.as_s().ok()).map(String::as_str) != appointment;
    let made = if is_new { read_active(row)? } else { None };
    Ok(made.and_then(|made| {
        let by = Subject::new(made.changed_by.as_deref()?);
        let signature = Signature { by, at: made.made_at, deed: Deed::TakeIn };
        Some(of_appointment(id, &made, signature, Facts::new()))
    }))
}

/// An appointment that staff ended carries their signature in its own row.
fn ended_by_staff(id: &str, row: &Row<'_>) -> Result<Option<Change>, BadRow> {
    let Some(by) = row.maybe_text(CHANGED_BY)? else { return Ok(None) };
    let ended = read_ended(row)?;
    let signature = Signature { by: Subject::new(by), at: ended.changed_at, deed: Deed::EndAppointment };
    let before = row.maybe_text(STATUS_BEFORE)?.map(status).unwrap_or_default();
    Ok(Some(of_appointment(id, &ended, signature, before)))
}

fn of_appointment(id: &str, appointment: &Appointment, signature: Signature, before: Facts) -> Change {
    let (object, after) = (Object::Appointment(appointment.id), status(appointment.status.name()));
    let entry =
        Entry { id: id.to_owned(), ledger: Ledger::Center(appointment.center), object, signature, before, after };
    Change::Noted(Box::new(entry))
}

fn status(name: &str) -> Facts {
    Facts::from([("status".to_owned(), name.to_owned())])
}

/// What staff decide about a state.
const STATE_FACTS: [&str; 1] = ["state_name"];

/// What staff decide about a district.
const DISTRICT_FACTS: [&str; 2] = ["district_name", "state_id"];

/// What staff decide about a center.
const CENTER_FACTS: [&str; 10] =
    ["name", "address", "block", "district_id", "pincode", "lat", "long", "hours", "zone", "fee_type"];

/// What staff decide about a session, its capacities aside.
const SESSION_FACTS: [&str; 8] = ["date", "vaccine", "min_age", "max_age", "fee", "status", "opens_at", "queue"];

fn facts(item: &Item, names: &[&str]) -> Facts {
    let text = |value: &AttributeValue| match value {
        AttributeValue::S(text) | AttributeValue::N(text) => Some(text.clone()),
        _ => None,
    };
    let mut facts: Facts =
        names.iter().filter_map(|name| Some(((*name).to_owned(), text(item.get(*name)?)?))).collect();
    // A session that is about to be cancelled takes no more than one that is: it was cancelled when that began.
    if item.contains_key(DUE) && facts.contains_key("status") {
        facts.insert("status".to_owned(), SessionStatus::Cancelled.name().to_owned());
    }
    let list = |name: &str| -> Vec<String> {
        let values = item.get(name).and_then(|value| value.as_l().ok());
        values.into_iter().flatten().filter_map(text).collect()
    };
    let doses = list("doses");
    let pools =
        list("slots").into_iter().flat_map(|slot| doses.iter().map(move |dose| format!("capacity {slot} dose {dose}")));
    facts.extend(pools.zip(list("capacity")));
    facts
}

fn told(event: Event) -> Change {
    Change::Told(Box::new(event))
}

#[cfg(test)]
mod tests {
    use vaxslot_domain::{
        Timestamp,
        booking::{Own, Refusal},
        id::{AppointmentId, BeneficiaryId},
        ticket::{Closing, TicketEnd},
    };

    use super::*;
    use crate::rows::write_ticket_end;

    #[test]
    fn an_appointment_that_staff_ended_stands_in_the_trail() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let number = |number: u32| AttributeValue::N(number.to_string());
        let appointment = "00000000-0000-0000-0000-000000000002";
        let facts = [
            ("pk", text("BENEFICIARY#00000000-0000-0000-0000-000000000001")),
            ("sk", text(&format!("APPOINTMENT#{appointment}"))),
            ("appointment", text(appointment)),
            ("pool", text("00000000-0000-0000-0000-000000000003#0#1#0")),
            ("center_id", number(7)),
            ("district_id", number(363)),
            ("state_id", number(21)),
            ("date", text("2026-11-22")),
            ("slot", text("09:00-11:00")),
            ("vaccine", text("COVISHIELD")),
            ("status", text("COMPLETED")),
            ("made_at", text("2026-11-21T10:00:00.000Z")),
            ("changed_at", text("2026-11-22T04:30:00.000Z")),
        ];
        let mut row: Item = facts.map(|(name, value)| (name.to_owned(), value)).into();
        assert_eq!(noted("table", "1", None, Some(&row)), Ok(None), "a citizen's own doing");
        row.insert(CHANGED_BY.to_owned(), text("clerk-7"));
        row.insert(STATUS_BEFORE.to_owned(), text("HELD"));
        let Ok(Some(Change::Noted(entry))) = noted("table", "1", None, Some(&row)) else { panic!("an entry") };
        assert_eq!(entry.object, Object::Appointment(appointment.parse().unwrap()));
        assert_eq!(entry.ledger, Ledger::Center("7".parse().unwrap()));
        assert_eq!((entry.before["status"].as_str(), entry.after["status"].as_str()), ("HELD", "COMPLETED"));
        assert_eq!(noted("table", "2", Some(&row), Some(&row)), Ok(None));
    }

    #[test]
    fn nothing_follows_from_the_end_of_a_ticket() {
        let ticket = "00000000-0000-0000-0000-000000000007-00000000000000ab".parse().unwrap();
        let first = Own {
            beneficiary: BeneficiaryId::new(uuid::Uuid::from_u128(1)),
            appointment: AppointmentId::new(uuid::Uuid::from_u128(2)),
        };
        let end = TicketEnd::Refused(Refusal::SoldOut);
        let closing = Closing::new(ticket, &"home".parse().unwrap(), first, end, Timestamp::UNIX_EPOCH);
        let row = write_ticket_end(&closing).unwrap();
        assert_eq!(read("table", None, Some(&row)), Ok(None));
    }
}
