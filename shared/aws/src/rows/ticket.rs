use vaxslot_app::ports::{BadRow, StoreError};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    ticket::{Closing, TicketEnd},
};

use super::{Item, Row, begin, instant, put_number, put_text};
use crate::keys;

/// How long an end is kept, longer than both queues keep a message.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

const REFUSED: &str = "REFUSED";
const FAILED: &str = "FAILED";
const ELSEWHERE: &str = "ELSEWHERE";

pub fn write_ticket_end(closing: &Closing) -> Result<Item, StoreError> {
    let mut item = begin(&keys::ticket(closing.first.beneficiary, closing.ticket));
    match &closing.end {
        TicketEnd::Refused(refusal) => {
            put_text(&mut item, "outcome", REFUSED);
            let reason = serde_json::to_string(refusal).map_err(|error| StoreError::Failed(error.into()))?;
            put_text(&mut item, "reason", reason);
        }
        TicketEnd::Failed => put_text(&mut item, "outcome", FAILED),
        TicketEnd::Elsewhere { request } => {
            put_text(&mut item, "outcome", ELSEWHERE);
            put_text(&mut item, "request", request);
        }
    }
    put_text(&mut item, "account", closing.account.as_str());
    put_text(&mut item, "at", instant(closing.at));
    let expires = closing.at.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
    put_number(&mut item, "expires", expires.as_second());
    Ok(item)
}

pub fn read_ticket_end(row: &Row<'_>) -> Result<TicketEnd, BadRow> {
    match row.text("outcome")? {
        REFUSED => Ok(TicketEnd::Refused(row.with("reason", |text| serde_json::from_str(text))?)),
        FAILED => Ok(TicketEnd::Failed),
        ELSEWHERE => Ok(TicketEnd::Elsewhere { request: row.get("request")? }),
        _ => Err(row.bad("outcome", "does not parse")),
    }
}
