use vaxslot_app::ports::BadRow;
use vaxslot_domain::{
    place::{District, State},
    text::Name,
};

use super::{Item, Row, begin, put_number, put_text};
use crate::keys::{self, Key};

#[must_use]
pub fn write_state(state: &State) -> Item {
    let mut item = begin(&keys::state(state.id));
    put_state(&mut item, state);
    item
}

/// A district's row among its state's.
#[must_use]
pub fn write_district_in(district: &District) -> Item {
    write(&keys::district_in(district.state.id, district.id), district)
}

/// A district's row by its id.
#[must_use]
pub fn write_district(district: &District) -> Item {
    write(&keys::district(district.id), district)
}

fn write(key: &Key, district: &District) -> Item {
    let mut item = begin(key);
    put_district(&mut item, district);
    item
}

pub(super) fn put_district(item: &mut Item, district: &District) {
    put_number(item, "district_id", district.id);
    put_text(item, "district_name", district.name.as_str());
    put_state(item, &district.state);
}

fn put_state(item: &mut Item, state: &State) {
    put_number(item, "state_id", state.id);
    put_text(item, "state_name", state.name.as_str());
}

pub fn read_state(row: &Row<'_>) -> Result<State, BadRow> {
    Ok(State { id: row.get("state_id")?, name: row.with("state_name", Name::parse)? })
}

pub fn read_district(row: &Row<'_>) -> Result<District, BadRow> {
    let name = row.with("district_name", Name::parse)?;
    Ok(District { id: row.get("district_id")?, name, state: read_state(row)? })
}
