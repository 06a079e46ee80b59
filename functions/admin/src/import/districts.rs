//! The list of states and districts.

use std::collections::HashMap;

use vaxslot_domain::{
    id::{DistrictId, StateId},
    place::{District, State},
    text::Name,
};

use super::{
    Columns,
    table::{Cells, Checked, Header, Noted, read},
};

pub const COLUMNS: [&str; 4] = ["state_id", "state_name", "district_id", "district_name"];

/// The store has nothing to find in districts.
pub const FINDINGS: Columns = Columns { of_fault: |_| "district_id", of_remark: |_| "district_id" };

/// Reads districts, each named once, in states that are called the same throughout.
#[must_use]
pub fn parse(text: &str) -> Checked<District> {
    let mut seen = Seen::default();
    read(text, &Header { needed: &COLUMNS, optional: &[] }, |cells| row(cells, &mut seen))
}

#[derive(Default)]
struct Seen {
    districts: HashMap<DistrictId, usize>,
    states: HashMap<StateId, (usize, Name)>,
}

fn row(cells: &mut Cells<'_>, seen: &mut Seen) -> Result<District, Noted> {
    let state_id = cells.parse("state_id", str::parse);
    let state_name = cells.parse("state_name", Name::parse);
    let id = cells.parse("district_id", str::parse);
    let name = cells.parse("district_name", Name::parse);
    let district = District { id: id?, name: name?, state: State { id: state_id?, name: state_name? } };
    let line = cells.line();
    let first = *seen.districts.entry(district.id).or_insert(line);
    if first != line {
        return Err(cells.fault("district_id", format!("this district is on line {first} already")));
    }
    let (first, called) = seen.states.entry(district.state.id).or_insert_with(|| (line, district.state.name.clone()));
    if *called != district.state.name {
        return Err(cells.fault("state_name", format!("this state has another name on line {first}")));
    }
    Ok(district)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(rows: &str) -> Vec<(usize, &'static str)> {
        let checked = parse(&format!("{}\r\n{rows}", COLUMNS.join(",")));
        checked.faults.iter().map(|note| (note.line, note.column.unwrap_or("-"))).collect()
    }

    #[test]
    fn names_in_any_script_are_read() {
        let checked = parse("state_id,state_name,district_id,district_name\n21,महाराष्ट्र,363,पुणे\n");
        assert!(checked.faults.is_empty());
        assert_eq!(checked.rows[0].name.as_str(), "पुणे");
    }

    #[test]
    fn every_bad_cell_is_named() {
        assert_eq!(
            faults("0,,x,\u{202E}Pune\r\n21,Maharashtra,363,Pune\r\n"),
            [(2, "state_id"), (2, "state_name"), (2, "district_id"), (2, "district_name")]
        );
    }

    #[test]
    fn a_district_is_named_once_and_a_state_always_the_same() {
        assert_eq!(
            faults("21,Maharashtra,363,Pune\r\n21,Maharashtra,363,Pune\r\n21,Maharastra,365,Nagpur\r\n"),
            [(3, "district_id"), (4, "state_name")]
        );
    }
}
