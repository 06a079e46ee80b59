use vaxslot_app::ports::BadRow;
use vaxslot_domain::{
    center::Center,
    id::CenterId,
    place::Position,
    text::{Address, Name},
};

use super::{Item, Row, begin, place::put_district, put_number, put_text, read_district};
use crate::keys;

#[must_use]
pub fn write_center(center: &Center) -> Item {
    let mut item = begin(&keys::center(center.id));
    write_center_facts(&mut item, center);
    item
}

/// The attributes that a center's row and its sessions' rows have in common.
pub fn write_center_facts(item: &mut Item, center: &Center) {
    put_number(item, "center_id", center.id);
    put_text(item, "name", center.name.as_str());
    put_text(item, "address", center.address.as_str());
    if let Some(block) = &center.block {
        put_text(item, "block", block.as_str());
    }
    put_district(item, &center.district);
    put_number(item, "pincode", center.pincode);
    if let Some(position) = center.position {
        put_number(item, "lat", position.lat());
        put_number(item, "long", position.long());
    }
    put_text(item, "hours", center.hours);
    put_text(item, "zone", center.zone.name());
    put_text(item, "fee_type", center.fee_type.name());
}

/// Reads the center's facts from its own row or a session's.
pub fn read_center(row: &Row<'_>) -> Result<Center, BadRow> {
    let position = match (row.maybe("lat")?, row.maybe("long")?) {
        (Some(lat), Some(long)) => Some(Position::new(lat, long).map_err(|reason| row.bad("lat", reason))?),
        _ => None,
    };
    let block = row.maybe_text("block")?.map(Name::parse).transpose();
    let pincode: u32 = row.get("pincode")?;
    Ok(Center {
        id: row.get::<CenterId>("center_id")?,
        name: row.with("name", Name::parse)?,
        address: row.with("address", Address::parse)?,
        block: block.map_err(|reason| row.bad("block", reason))?,
        district: read_district(row)?,
        pincode: pincode.try_into().map_err(|reason| row.bad("pincode", reason))?,
        position,
        hours: row.get("hours")?,
        zone: row.get("zone")?,
        fee_type: row.get("fee_type")?,
    })
}
