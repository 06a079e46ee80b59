//! Reports as they are asked for in an address.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use vaxslot_api::{Problem, Text, seal::Sealer, text::IsoDate};
use vaxslot_domain::{
    Date,
    id::{CenterId, DistrictId, SessionId, StateId},
    rollup::Level,
};

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Json,
    Csv,
}

/// The day, and where to look.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DayQuery {
    #[param(value_type = String, format = Date, example = "2026-11-23")]
    date: Text<IsoDate>,
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
    pub fn date(&self) -> Date {
        self.date.0.0
    }

    pub fn format(&self) -> Option<Format> {
        self.format
    }

    pub fn level(&self) -> Result<Level, Problem> {
        match (self.state_id, self.district_id, self.center_id) {
            (None, None, None) => Ok(Level::Country),
            (Some(id), None, None) => Ok(Level::State(id.0)),
            (None, Some(id), None) => Ok(Level::District(id.0)),
            (None, None, Some(id)) => Ok(Level::Center(id.0)),
            (Some(_), Some(_), _) => Err(more_than_one("district_id")),
            _ => Err(more_than_one("center_id")),
        }
    }
}

fn more_than_one(name: &str) -> Problem {
    Problem::invalid_parameter(name, "give at most one of state_id, district_id and center_id")
}

/// Where a page of appointments goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<String>,
    /// What the header Accept says is used where this is left out, and JSON without either.
    #[param(inline)]
    format: Option<Format>,
}

impl PageQuery {
    pub fn from(&self, session: SessionId, sealer: &Sealer) -> Result<u32, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(0) };
        let place = sealer.place(&list(session), cursor).and_then(|place| place.parse().ok());
        place.ok_or_else(|| Problem::invalid_parameter("cursor", "must be the next_cursor of this very list"))
    }

    pub fn format(&self) -> Option<Format> {
        self.format
    }
}

/// The cursor of the page behind a place in a session's list.
pub fn cursor(session: SessionId, place: u32, sealer: &Sealer) -> String {
    sealer.cursor(&list(session), &place.to_string())
}

fn list(session: SessionId) -> String {
    format!("appointments {session}")
}
