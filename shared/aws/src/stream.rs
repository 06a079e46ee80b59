//! What a record of the table's stream says.

use vaxslot_app::ports::BadRow;
use vaxslot_domain::{
    event::{Event, of_beneficiary, of_ended},
    id::{CenterId, SessionId},
};

use crate::{
    keys::{self, PK, PROFILE, SK},
    rows::{Item, Row, read_beneficiary, read_ended},
};

/// A change that something follows from.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A shard of this session, or its own row: its sums may be out of date.
    Session(SessionId),
    /// A center's facts: its sessions' copies may be out of date.
    Center(CenterId),
    /// Something happened to an appointment.
    Told(Box<Event>),
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
        // Sums that were just written ask for no new ones.
        ("SESSION", _) if ["shards", "status"].iter().any(|name| changed(name)) => {
            keys::parse_id(pk, "SESSION").map(Change::Session)
        }
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
