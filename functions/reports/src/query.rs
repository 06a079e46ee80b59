//! Reports as they are asked for in an address.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use vaxslot_api::{Problem, Text, seal::Sealer, text::IsoDate, view::words};
use vaxslot_app::reports::Wanted;
use vaxslot_domain::{
    id::{CenterId, DistrictId, SessionId, StateId},
    rollup::{BadPeriod, Basis, Day, Level, Period},
    tally::Standing,
    vaccine::Dose,
};

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Json,
    Csv,
    Xlsx,
}

impl Format {
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// By which day appointments are counted: the one that they are for, or the one on which they were made, by the center's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    #[default]
    AppointmentDay,
    BookingDay,
}

impl By {
    pub fn name(self) -> &'static str {
        match self {
            Self::AppointmentDay => "appointment_day",
            Self::BookingDay => "booking_day",
        }
    }

    pub fn basis(self) -> Basis {
        match self {
            Self::AppointmentDay => Basis::Appointment,
            Self::BookingDay => Basis::Booking,
        }
    }
}

/// By what figures are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Breakdown {
    Dose,
    Vaccine,
    AgeBand,
    FeeType,
}

/// The day, and where to look.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DayQuery {
    #[param(value_type = String, format = Date, example = "2026-11-23")]
    date: Text<IsoDate>,
    /// What the date is: `appointment_day` where this is left out.
    #[param(inline)]
    by: Option<By>,
    /// Divides each row by this.
    #[param(inline)]
    breakdown: Option<Breakdown>,
    /// The districts of this state. Without any place: the states, or an operator's own centers.
    #[param(value_type = Option<u32>, example = 21, minimum = 1, maximum = 2_147_483_647)]
    state_id: Option<Text<StateId>>,
    /// The centers of this district.
    #[param(value_type = Option<u32>, example = 363, minimum = 1, maximum = 2_147_483_647)]
    district_id: Option<Text<DistrictId>>,
    /// The sessions of this center.
    #[param(value_type = Option<u32>, example = 13_274, minimum = 1, maximum = 2_147_483_647)]
    center_id: Option<Text<CenterId>>,
    /// What the header Accept says is used where this is left out, and JSON without either.
    #[param(inline)]
    format: Option<Format>,
}

impl DayQuery {
    pub fn by(&self) -> By {
        self.by.unwrap_or_default()
    }

    pub fn day(&self) -> Day {
        Day { basis: self.by().basis(), date: self.date.0.0 }
    }

    pub fn breakdown(&self) -> Option<Breakdown> {
        self.breakdown
    }

    pub fn format(&self) -> Option<Format> {
        self.format
    }

    pub fn level(&self) -> Result<Level, Problem> {
        level(self.state_id, self.district_id, self.center_id)
    }
}

/// The days, and where to look.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrendQuery {
    /// The first day.
    #[param(value_type = String, format = Date, example = "2026-11-01")]
    from: Text<IsoDate>,
    /// The last day, at most 91 days after the first.
    #[param(value_type = String, format = Date, example = "2026-11-30")]
    to: Text<IsoDate>,
    /// What the days are: `appointment_day` where this is left out.
    #[param(inline)]
    by: Option<By>,
    /// Of this state. Without any place: of all that the caller may see.
    #[param(value_type = Option<u32>, example = 21, minimum = 1, maximum = 2_147_483_647)]
    state_id: Option<Text<StateId>>,
    /// Of this district.
    #[param(value_type = Option<u32>, example = 363, minimum = 1, maximum = 2_147_483_647)]
    district_id: Option<Text<DistrictId>>,
    /// Of this center.
    #[param(value_type = Option<u32>, example = 13_274, minimum = 1, maximum = 2_147_483_647)]
    center_id: Option<Text<CenterId>>,
    /// What the header Accept says is used where this is left out, and JSON without either.
    #[param(inline)]
    format: Option<Format>,
}

impl TrendQuery {
    pub fn by(&self) -> By {
        self.by.unwrap_or_default()
    }

    pub fn period(&self) -> Result<Period, Problem> {
        let period = Period::new(self.from.0.0, self.to.0.0);
        period.map_err(|bad: BadPeriod| Problem::invalid_parameter("to", bad))
    }

    pub fn format(&self) -> Option<Format> {
        self.format
    }

    pub fn level(&self) -> Result<Level, Problem> {
        level(self.state_id, self.district_id, self.center_id)
    }
}

fn level(
    state: Option<Text<StateId>>,
    district: Option<Text<DistrictId>>,
    center: Option<Text<CenterId>>,
) -> Result<Level, Problem> {
    match (state, district, center) {
        (None, None, None) => Ok(Level::Country),
        (Some(id), None, None) => Ok(Level::State(id.0)),
        (None, Some(id), None) => Ok(Level::District(id.0)),
        (None, None, Some(id)) => Ok(Level::Center(id.0)),
        (Some(_), Some(_), _) => Err(more_than_one("district_id")),
        _ => Err(more_than_one("center_id")),
    }
}

fn more_than_one(name: &str) -> Problem {
    Problem::invalid_parameter(name, "give at most one of state_id, district_id and center_id")
}

/// Which appointments, and where their page goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Those alone that a figure of this name counts. `MOVED`: those that others took the place of.
    #[param(value_type = Option<words::Counted>, inline)]
    status: Option<Text<Standing>>,
    /// Those for this dose alone.
    #[param(value_type = Option<words::Dose>, inline)]
    dose: Option<Text<Dose>>,
    /// Those alone that were made on this day, by the center's clock.
    #[param(value_type = Option<String>, format = Date, example = "2026-11-21")]
    made_on: Option<Text<IsoDate>>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<String>,
    /// What the header Accept says is used where this is left out, and JSON without either.
    #[param(inline)]
    format: Option<Format>,
}

impl PageQuery {
    pub fn wanted(&self) -> Wanted {
        Wanted {
            standing: self.status.map(|status| status.0),
            dose: self.dose.map(|dose| dose.0),
            made_on: self.made_on.map(|date| date.0.0),
        }
    }

    pub fn from(&self, session: SessionId, sealer: &Sealer) -> Result<u32, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(0) };
        let list = list(session, self.wanted());
        let place = sealer.place(&list, cursor).and_then(|place| place.parse().ok());
        place.ok_or_else(|| Problem::invalid_parameter("cursor", "must be the next_cursor of this very list"))
    }

    pub fn format(&self) -> Option<Format> {
        self.format
    }
}

/// The cursor of the page behind a place in a session's list.
pub fn cursor(session: SessionId, wanted: Wanted, place: u32, sealer: &Sealer) -> String {
    sealer.cursor(&list(session, wanted), &place.to_string())
}

/// The parameters that ask for these appointments, each behind an ampersand.
pub fn asked(wanted: Wanted) -> String {
    let status = wanted.standing.map(|standing| format!("&status={}", standing.name()));
    let dose = wanted.dose.map(|dose| format!("&dose={dose}"));
    let made_on = wanted.made_on.map(|date| format!("&made_on={date}"));
    [status, dose, made_on].into_iter().flatten().collect()
}

fn list(session: SessionId, wanted: Wanted) -> String {
    format!("appointments {session}{}", asked(wanted))
}
