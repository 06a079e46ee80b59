//! Sessions to be published.

use std::collections::HashMap;

use vaxslot_api::text::Instant;
use vaxslot_app::import::{Remark, RowFault, SessionRow};
use vaxslot_domain::{
    Date,
    capacity::Capacity,
    id::CenterId,
    opening::Opening,
    person::parse_date,
    schedule::{Allotment, BadSchedule, Schedule},
    session::AgeBand,
    vaccine::{Dose, Vaccine},
    window::{BadWindow, Window},
};

use super::{
    Columns,
    table::{Cells, Checked, Header, Noted, read},
};

pub const COLUMNS: [&str; 10] =
    ["center_id", "date", "vaccine", "min_age", "max_age", "fee", "slots", "dose1", "dose2", "dose3"];

/// May be left out: then the sessions can be booked as soon as they are published.
const OPENS_AT: &str = "opens_at";

const DOSES: [(&str, Dose); 3] = [("dose1", Dose::FIRST), ("dose2", Dose::SECOND), ("dose3", Dose::PRECAUTION)];

/// Reads sessions, each named once.
#[must_use]
pub fn parse(text: &str) -> Checked<SessionRow> {
    let mut seen = HashMap::new();
    read(text, &Header { needed: &COLUMNS, optional: &[OPENS_AT] }, |cells| row(cells, &mut seen))
}

pub const FINDINGS: Columns = Columns { of_fault: column_of, of_remark: column_of_remark };

fn column_of(fault: &RowFault) -> &'static str {
    match fault {
        RowFault::Schedule(BadSchedule::Past | BadSchedule::TooFar) => "date",
        RowFault::Schedule(BadSchedule::Fee | BadSchedule::HighFee) => "fee",
        RowFault::Schedule(BadSchedule::Doses | BadSchedule::UnevenDoses) => "dose1",
        RowFault::Schedule(BadSchedule::Window(_) | BadSchedule::OutsideHours(_) | BadSchedule::NothingFits)
        | RowFault::PublishedOtherwise => "slots",
        RowFault::Schedule(BadSchedule::OpensTooLate) => OPENS_AT,
        RowFault::NoSuchDistrict | RowFault::NoSuchCenter | RowFault::InOtherDistrict => "center_id",
    }
}

fn column_of_remark(remark: &Remark) -> &'static str {
    match remark {
        Remark::CapacityKept(kept) => {
            DOSES.iter().find(|(_, dose)| dose == kept).map_or("dose1", |(column, _)| *column)
        }
        Remark::OpeningKept => OPENS_AT,
        Remark::StaysClosed | Remark::StaysCancelled | Remark::NamedOtherwise { .. } => "center_id",
    }
}

/// What tells one session of a file from another, as it tells published ones apart.
type Identity = (CenterId, Date, Vaccine, AgeBand, Vec<Window>);

fn row(cells: &mut Cells<'_>, seen: &mut HashMap<Identity, usize>) -> Result<SessionRow, Noted> {
    let center: Result<CenterId, Noted> = cells.parse("center_id", str::parse);
    let date = cells.parse("date", |text| parse_date(text).ok_or("a date is written YYYY-MM-DD"));
    let vaccine = cells.parse("vaccine", str::parse::<Vaccine>);
    let ages = ages(cells);
    let fee = cells.parse_if_any("fee", |text| whole(text, "a fee is a whole number of rupees"));
    let slots = slots(cells);
    let allotment = allotment(cells);
    let opens_at = cells.parse_if_any(OPENS_AT, str::parse::<Instant>);
    let (center, allotment) = (center?, allotment?);
    let schedule = Schedule {
        date: date?,
        vaccine: vaccine?,
        ages: ages?,
        fee: fee?.unwrap_or(0),
        slots: slots?.into_iter().map(|slot| (slot, allotment.clone())).collect(),
        opening: Opening { opens_at: opens_at?.map(|moment| moment.0), ..Opening::default() },
    };
    let mut windows: Vec<Window> = schedule.slots.iter().map(|(slot, _)| *slot).collect();
    windows.sort_unstable();
    let line = cells.line();
    let identity = (center, schedule.date, schedule.vaccine, schedule.ages, windows);
    let first = *seen.entry(identity).or_insert(line);
    if first != line {
        return Err(cells.fault("slots", format!("the same session is on line {first} already")));
    }
    Ok(SessionRow { center, schedule })
}

fn ages(cells: &mut Cells<'_>) -> Result<AgeBand, Noted> {
    let age = |text: &str| whole::<u8>(text, "an age is a whole number from 0 to 120");
    let min = cells.parse("min_age", age);
    let max = cells.parse_if_any("max_age", age);
    AgeBand::new(min?, max?).map_err(|error| cells.fault("min_age", error.to_string()))
}

fn slots(cells: &mut Cells<'_>) -> Result<Vec<Window>, Noted> {
    cells.parse("slots", |text| {
        let numbered = (1..).zip(text.split_ascii_whitespace());
        let slots: Vec<Window> = numbered
            .map(|(number, slot)| slot.parse().map_err(|error: BadWindow| format!("slot {number}: {error}")))
            .collect::<Result<_, String>>()?;
        if slots.is_empty() { Err(BadWindow::Count.to_string()) } else { Ok(slots) }
    })
}

fn allotment(cells: &mut Cells<'_>) -> Result<Allotment, Noted> {
    let pool = |(column, dose)| {
        let units = cells.parse_if_any(column, capacity)?;
        Ok(units.map(|units| (dose, units)))
    };
    let doses = DOSES.map(pool);
    let doses: Vec<Option<(Dose, Capacity)>> = doses.into_iter().collect::<Result<_, Noted>>()?;
    Allotment::new(doses.into_iter().flatten().collect()).map_err(|error| cells.fault("dose1", error.to_string()))
}

fn capacity(text: &str) -> Result<Capacity, String> {
    let units: u32 = whole(text, "a capacity is a whole number")?;
    Capacity::try_from(units).map_err(|error| error.to_string())
}

fn whole<T: std::str::FromStr>(text: &str, rule: &str) -> Result<T, String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| rule.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [&str; 10] =
        ["13274", "2026-11-22", "COVISHIELD", "18", "44", "0", "11:00-13:00 09:00-11:00", "50", "25", ""];

    fn file(rows: &[[&str; 10]]) -> String {
        let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
        format!("{}\n{}", COLUMNS.join(","), lines.join("\n"))
    }

    fn with(changes: &[(&str, &'static str)]) -> [&'static str; 10] {
        let mut row = GOOD;
        for (column, value) in changes {
            row[COLUMNS.iter().position(|name| name == column).unwrap()] = value;
        }
        row
    }

    #[test]
    fn a_row_becomes_a_schedule() {
        let checked = parse(&file(&[GOOD, with(&[("center_id", "7"), ("max_age", ""), ("fee", "")])]));
        assert!(checked.faults.is_empty(), "{:?}", checked.faults);
        let schedule = &checked.rows[0].schedule;
        assert_eq!(schedule.slots.len(), 2);
        let capacities: Vec<_> =
            schedule.slots[0].1.capacities().map(|(dose, units)| (dose.get(), units.get())).collect();
        assert_eq!(capacities, [(1, 50), (2, 25)]);
        assert_eq!(checked.rows[1].schedule.ages.max(), None);
        assert_eq!(checked.rows[1].schedule.fee, 0);
    }

    #[test]
    fn bad_cells_are_named() {
        for (column, value) in [
            ("center_id", "-1"),
            ("date", "22-11-2026"),
            ("date", "2026-02-29"),
            ("vaccine", "Covishield"),
            ("min_age", ""),
            ("min_age", "45"),
            ("min_age", "+18"),
            ("max_age", "121x"),
            ("fee", "99.50"),
            ("fee", "-1"),
            ("slots", ""),
            ("slots", "09:00-11:00;11:00-13:00"),
            ("slots", "11:00-09:00"),
            ("dose1", "0"),
            ("dose1", "10001"),
            ("dose2", "-5"),
            ("dose3", "99999999999"),
        ] {
            let checked = parse(&file(&[with(&[(column, value)])]));
            let found: Vec<_> = checked.faults.iter().map(|note| (note.line, note.column)).collect();
            assert_eq!(found, [(2, Some(column))], "{column} {value:?}");
        }
    }

    #[test]
    fn a_file_may_say_when_its_sessions_open() {
        let file = |opens_at: &str| format!("opens_at,{}\n{opens_at},{}", COLUMNS.join(","), GOOD.join(","));
        let opens_at = |text: &str| parse(&file(text)).rows[0].schedule.opening.opens_at.map(|at| at.to_string());
        assert_eq!(opens_at("2026-11-21T10:00:00+05:30").as_deref(), Some("2026-11-21T04:30:00Z"));
        assert_eq!(opens_at(""), None);
        let checked = parse(&file("tomorrow"));
        assert_eq!((checked.faults[0].line, checked.faults[0].column), (2, Some(OPENS_AT)));
    }

    #[test]
    fn a_session_without_doses_is_refused() {
        let checked = parse(&file(&[with(&[("dose1", ""), ("dose2", "")])]));
        assert_eq!(checked.faults[0].column, Some("dose1"));
    }

    #[test]
    fn a_session_is_named_once_however_its_slots_are_ordered() {
        let turned = with(&[("slots", "09:00-11:00 11:00-13:00"), ("dose1", "10")]);
        let checked = parse(&file(&[GOOD, with(&[("date", "2026-11-23")]), turned]));
        let [fault] = &checked.faults[..] else { panic!("{:?}", checked.faults) };
        assert_eq!((fault.line, fault.column), (4, Some("slots")));
        assert!(fault.detail.contains("line 2"));
    }
}
