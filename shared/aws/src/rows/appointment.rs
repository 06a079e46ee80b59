use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::BadRow;
use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    id::BeneficiaryId,
    person::parse_date,
};

use super::{Item, Row, begin, instant, put_number, put_text};
use crate::keys::{self, APPOINTMENT, POOL};

/// An active appointment as it stands inside its beneficiary's row.
#[must_use]
pub fn active_value(appointment: &Appointment) -> AttributeValue {
    let mut map = Item::new();
    put_facts(&mut map, appointment);
    AttributeValue::M(map)
}

/// The row of an appointment that ended.
#[must_use]
pub fn write_ended(appointment: &Appointment) -> Item {
    let mut item = begin(&keys::ended(appointment.beneficiary, appointment.id));
    put_facts(&mut item, appointment);
    item
}

fn put_facts(item: &mut Item, appointment: &Appointment) {
    put_text(item, APPOINTMENT, appointment.id);
    put_text(item, POOL, appointment.shard);
    put_number(item, "center_id", appointment.center);
    put_number(item, "district_id", appointment.district);
    put_number(item, "state_id", appointment.state);
    put_text(item, "date", appointment.date);
    put_text(item, "slot", appointment.window);
    put_text(item, "vaccine", appointment.vaccine);
    put_text(item, "status", appointment.status.name());
    // It stays when the hold is confirmed: it tells that the appointment was made as a hold.
    if let Status::Held { until } = appointment.made_as {
        put_text(item, "hold_until", instant(until));
    }
    put_text(item, "lapses_at", instant(appointment.lapses_at));
    put_text(item, "made_at", instant(appointment.made_at));
    put_text(item, "changed_at", instant(appointment.changed_at));
    if let Some(request) = &appointment.request {
        put_text(item, "request", request);
    }
    if let Some(change) = &appointment.change {
        put_text(item, "change", change);
    }
    if let Some(by) = &appointment.changed_by {
        put_text(item, "changed_by", by);
    }
    if let Some(other) = appointment.moved_from {
        put_text(item, "moved_from", other);
    }
    if let Some(other) = appointment.moved_to {
        put_text(item, "moved_to", other);
    }
}

/// The attribute of a beneficiary's row that holds the active appointment.
pub const ACTIVE: &str = "active";

/// Reads the active appointment of a beneficiary's row.
pub fn read_active(row: &Row<'_>) -> Result<Option<Appointment>, BadRow> {
    let Some(active) = row.maybe_map(ACTIVE)? else { return Ok(None) };
    read_facts(&active, row.beneficiary()?).map(Some)
}

/// How an appointment stood that staff ended, beside how it ended.
pub const STATUS_BEFORE: &str = "status_before";

/// Reads the row of an appointment that ended.
pub fn read_ended(row: &Row<'_>) -> Result<Appointment, BadRow> {
    read_facts(row, row.beneficiary()?)
}

fn read_facts(row: &Row<'_>, beneficiary: BeneficiaryId) -> Result<Appointment, BadRow> {
    Ok(Appointment {
        id: row.get(APPOINTMENT)?,
        beneficiary,
        shard: keys::parse_shard(row.text(POOL)?).ok_or_else(|| row.bad(POOL, "is no shard's key"))?,
        center: row.get("center_id")?,
        district: row.get("district_id")?,
        state: row.get("state_id")?,
        date: parse_date(row.text("date")?).ok_or_else(|| row.bad("date", "does not parse"))?,
        window: row.get("slot")?,
        vaccine: row.get("vaccine")?,
        status: read_status(row)?,
        made_as: row.maybe("hold_until")?.map_or(Status::Confirmed, |until| Status::Held { until }),
        lapses_at: row.maybe("lapses_at")?.unwrap_or(Timestamp::MAX),
        made_at: row.get("made_at")?,
        changed_at: row.get("changed_at")?,
        request: row.maybe_text("request")?.map(str::to_owned),
        change: row.maybe_text("change")?.map(str::to_owned),
        changed_by: row.maybe_text("changed_by")?.map(str::to_owned),
        moved_from: row.maybe("moved_from")?,
        moved_to: row.maybe("moved_to")?,
    })
}

fn read_status(row: &Row<'_>) -> Result<Status, BadRow> {
    Ok(match row.text("status")? {
        "HELD" => Status::Held { until: row.get("hold_until")? },
        "CONFIRMED" => Status::Confirmed,
        "COMPLETED" => Status::Completed,
        "CANCELLED" => Status::Cancelled,
        "EXPIRED" => Status::Expired,
        "NO_SHOW" => Status::NoShow,
        _ => return Err(row.bad("status", "does not parse")),
    })
}
