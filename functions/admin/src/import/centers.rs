//! Centers as the public registry lists them.

use std::collections::HashMap;

use vaxslot_app::import::{CenterRow, RowFault};
use vaxslot_domain::{
    Time,
    id::CenterId,
    place::Position,
    text::{Address, Name},
    window::{BadWindow, Window, parse_time},
};

use super::{
    Columns,
    table::{Cells, Checked, Header, Noted, read},
};

pub const COLUMNS: [&str; 13] = [
    "center_id",
    "name",
    "address",
    "state_name",
    "district_id",
    "district_name",
    "block_name",
    "pincode",
    "lat",
    "long",
    "fee_type",
    "opens",
    "closes",
];

/// Reads centers, each named once. A position that cannot be right is left out with a warning: the registry has many.
#[must_use]
pub fn parse(text: &str) -> Checked<CenterRow> {
    let mut seen = HashMap::new();
    read(text, &Header { needed: &COLUMNS, optional: &[] }, |cells| row(cells, &mut seen))
}

pub const FINDINGS: Columns = Columns { of_fault: column_of, of_remark: |_| "district_name" };

fn column_of(fault: &RowFault) -> &'static str {
    match fault {
        RowFault::NoSuchDistrict => "district_id",
        _ => "center_id",
    }
}

fn row(cells: &mut Cells<'_>, seen: &mut HashMap<CenterId, usize>) -> Result<CenterRow, Noted> {
    let id = cells.parse("center_id", str::parse);
    let name = cells.parse("name", Name::parse);
    let address = cells.parse("address", Address::parse);
    let state_name = cells.parse("state_name", Name::parse);
    let district = cells.parse("district_id", str::parse);
    let district_name = cells.parse("district_name", Name::parse);
    let block = cells.parse_if_any("block_name", Name::parse);
    let pincode = cells.parse("pincode", str::parse);
    let position = position(cells);
    let fee_type = cells.parse("fee_type", str::parse);
    let hours = hours(cells);
    let row = CenterRow {
        id: id?,
        name: name?,
        address: address?,
        block: block?,
        district: district?,
        called: (district_name?, state_name?),
        pincode: pincode?,
        position: position?,
        hours: hours?,
        fee_type: fee_type?,
    };
    let line = cells.line();
    let first = *seen.entry(row.id).or_insert(line);
    if first != line {
        return Err(cells.fault("center_id", format!("this center is on line {first} already")));
    }
    Ok(row)
}

fn hours(cells: &mut Cells<'_>) -> Result<Window, Noted> {
    let opens = cells.parse("opens", clock);
    let closes = cells.parse("closes", clock);
    Window::new(opens?, closes?)
        .map_err(|_| cells.fault("closes", "a center must close after it opens, on the same day"))
}

/// `HH:MM`, or `HH:MM:00` as the registry writes it.
fn clock(text: &str) -> Result<Time, BadWindow> {
    parse_time(if text.len() == "HH:MM:SS".len() { text.strip_suffix(":00").unwrap_or(text) } else { text })
}

fn position(cells: &mut Cells<'_>) -> Result<Option<Position>, Noted> {
    let lat = cells.parse_if_any("lat", degrees);
    let long = cells.parse_if_any("long", degrees);
    let (Some(lat), Some(long)) = (lat?, long?) else {
        cells.warn("lat", "the position is missing; taken without one");
        return Ok(None);
    };
    let position = Position::new(lat, long).map_err(|error| cells.fault("lat", error.to_string()))?;
    if let Some(doubt) = doubt(position) {
        cells.warn("lat", format!("{doubt}; taken without a position"));
        return Ok(None);
    }
    Ok(Some(position))
}

fn degrees(text: &str) -> Result<f64, &'static str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    text.parse().ok().filter(|_| plain).ok_or("must be degrees such as 18.57806")
}

/// Why a position is not where a center could be. Whole degrees are the middle of an area of 100 km, and the registry has
/// positions with latitude and longitude exchanged.
fn doubt(position: Position) -> Option<&'static str> {
    let whole = position.lat().fract() == 0.0 && position.long().fract() == 0.0;
    match () {
        () if whole => Some("the position is whole degrees, which is too coarse"),
        () if in_india(position.lat(), position.long()) => None,
        () if in_india(position.long(), position.lat()) => Some("latitude and longitude seem to be exchanged"),
        () => Some("the position is not in India"),
    }
}

/// Indira Point to the Siachen glacier, Sir Creek to Kibithu, with a margin.
fn in_india(lat: f64, long: f64) -> bool {
    (6.0..=38.0).contains(&lat) && (67.5..=98.0).contains(&long)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [&str; 13] = [
        "13274",
        "District Hospital Aundh",
        "Sangavi Phata",
        "Maharashtra",
        "363",
        "Pune",
        "Haveli",
        "411027",
        "18.57806000",
        "73.80455000",
        "Free",
        "09:00:00",
        "18:00:00",
    ];

    fn file(rows: &[[&str; 13]]) -> String {
        let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
        format!("{}\r\n{}\r\n", COLUMNS.join(","), lines.join("\r\n"))
    }

    fn with(changes: &[(&str, &'static str)]) -> [&'static str; 13] {
        let mut row = GOOD;
        for (column, value) in changes {
            row[COLUMNS.iter().position(|name| name == column).unwrap()] = value;
        }
        row
    }

    #[test]
    fn a_row_of_the_registry_is_read() {
        let checked = parse(&file(&[GOOD, with(&[("center_id", "7"), ("block_name", ""), ("opens", "09:30")])]));
        assert!(checked.faults.is_empty() && checked.warnings.is_empty());
        let [first, second] = &checked.rows[..] else { panic!("{}", checked.rows.len()) };
        assert_eq!(first.hours.to_string(), "09:00-18:00");
        assert_eq!(first.position, Position::new(18.57806, 73.80455).ok());
        assert_eq!(second.hours.to_string(), "09:30-18:00");
        assert_eq!(second.block, None);
    }

    #[test]
    fn bad_cells_are_named() {
        for (column, value) in [
            ("center_id", "0"),
            ("center_id", "13 274"),
            ("name", ""),
            ("name", "Aundh\u{200B}"),
            ("address", "..."),
            ("state_name", ""),
            ("district_id", "Pune"),
            ("district_name", ""),
            ("block_name", "\u{0007}"),
            ("pincode", ""),
            ("pincode", "011027"),
            ("pincode", "411 027"),
            ("lat", "18°34'"),
            ("lat", "NaN"),
            ("long", "inf"),
            ("lat", "91.5"),
            ("fee_type", "free"),
            ("opens", "9:00"),
            ("opens", "09:00:30"),
            ("closes", "24:00:00"),
            ("closes", "09:00:00"),
            ("closes", "06:00:00"),
        ] {
            let checked = parse(&file(&[with(&[("center_id", "7")]), with(&[(column, value)])]));
            let found: Vec<_> = checked.faults.iter().map(|note| (note.line, note.column)).collect();
            assert_eq!(found, [(3, Some(column))], "{column} {value:?}");
            assert_eq!(checked.rows.len(), 1);
        }
    }

    #[test]
    fn a_position_that_cannot_be_right_is_left_out_with_a_warning() {
        for (lat, long) in [
            ("", ""),
            ("18.5", ""),
            ("18", "73"),
            ("18.00000", "17.00000"),
            ("1", "1"),
            ("79.07914", "21.13817"),
            ("51.5", "-0.1"),
        ] {
            let checked = parse(&file(&[with(&[("lat", lat), ("long", long)])]));
            assert_eq!(checked.rows[0].position, None, "{lat} {long}");
            assert_eq!((checked.warnings[0].line, checked.warnings[0].column), (2, Some("lat")));
        }
        let one_whole = parse(&file(&[with(&[("lat", "18"), ("long", "73.8")])]));
        assert!(one_whole.warnings.is_empty() && one_whole.rows[0].position.is_some());
    }

    #[test]
    fn a_center_is_named_once() {
        let checked = parse(&file(&[GOOD, GOOD]));
        assert_eq!((checked.faults[0].line, checked.faults[0].column), (3, Some("center_id")));
        assert!(checked.faults[0].detail.contains("line 2"));
    }
}
