use std::str::FromStr;

use serde::Deserialize;
use utoipa::ToSchema;
use vaxslot_api::{
    Problem, Text,
    patch::{given, given_or_null},
    view::words,
};
use vaxslot_app::centers::{CenterChange, Change, NewCenter};
use vaxslot_domain::{
    Time,
    center::{FeeType, Zone},
    id::{CenterId, DistrictId},
    place::{BadPlace, Pincode, Position},
    text::{Address, Name},
    window::{BadWindow, Window, parse_time},
};

/// A center to register.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "District Hospital Aundh",
    "address": "Sangavi Phata",
    "block": "Haveli",
    "district_id": 363,
    "pincode": 411_027,
    "position": { "lat": 18.57806, "long": 73.80455 },
    "opens": "09:00",
    "closes": "18:00",
    "fee_type": "Free",
}))]
pub struct CenterRequest {
    /// The registry's own number; one is drawn where it is left out.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 2_147_483_647)]
    center_id: Option<CenterId>,
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: Name,
    /// On one line.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    address: Address,
    /// The part of the district, where it is known.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    block: Option<Name>,
    #[schema(value_type = u32, minimum = 1, maximum = 2_147_483_647)]
    district_id: DistrictId,
    #[schema(value_type = u32, minimum = 100_000, maximum = 999_999)]
    pincode: Pincode,
    #[schema(value_type = Option<PositionRequest>)]
    position: Option<CheckedPosition>,
    /// By the center's clock.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    opens: Text<Clock>,
    /// By the center's clock; later than `opens`.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    closes: Text<Clock>,
    /// An IANA name; `Asia/Kolkata` where it is left out.
    #[schema(value_type = Option<String>, example = "Asia/Kolkata")]
    time_zone: Option<Text<Zone>>,
    #[schema(value_type = words::Fee)]
    fee_type: FeeType,
}

impl CenterRequest {
    pub fn center(self, lot: Option<String>) -> Result<NewCenter, Problem> {
        let hours = Window::new(self.opens.0.0, self.closes.0.0);
        let hours = hours.map_err(|_| Problem::invalid_body("/closes", "a center must close after it opens"))?;
        Ok(NewCenter {
            id: self.center_id,
            lot,
            name: self.name,
            address: self.address,
            block: self.block,
            district: self.district_id,
            pincode: self.pincode,
            position: self.position.map(|position| position.0),
            hours,
            zone: self.time_zone.map_or_else(Zone::india, |zone| zone.0),
            fee_type: self.fee_type,
        })
    }
}

/// What changes about a center: at least one thing. What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "closes": "20:00", "position": { "lat": 18.57806, "long": 73.80455 } }))]
pub struct CenterChangeRequest {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    name: Option<Name>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    address: Option<Address>,
    /// Null takes it away.
    #[serde(default, deserialize_with = "given_or_null")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    block: Change<Name>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = u32, required = false, minimum = 100_000, maximum = 999_999)]
    pincode: Option<Pincode>,
    /// Null takes it away.
    #[serde(default, deserialize_with = "given_or_null")]
    #[schema(value_type = Option<PositionRequest>)]
    position: Change<CheckedPosition>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    opens: Option<Text<Clock>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    closes: Option<Text<Clock>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = words::Fee, required = false)]
    fee_type: Option<FeeType>,
}

impl CenterChangeRequest {
    pub fn change(self) -> Result<CenterChange, Problem> {
        let change = CenterChange {
            name: self.name,
            address: self.address,
            block: self.block,
            pincode: self.pincode,
            position: match self.position {
                Change::Keep => Change::Keep,
                Change::Clear => Change::Clear,
                Change::Set(position) => Change::Set(position.0),
            },
            opens: self.opens.map(|time| time.0.0),
            closes: self.closes.map(|time| time.0.0),
            fee_type: self.fee_type,
        };
        if change == CenterChange::default() {
            return Err(Problem::invalid_body("", "names nothing to change"));
        }
        Ok(change)
    }
}

/// Degrees, WGS 84.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PositionRequest {
    #[schema(minimum = -90, maximum = 90, example = 18.57806)]
    lat: f64,
    #[schema(minimum = -180, maximum = 180, example = 73.80455)]
    long: f64,
}

/// A position on the globe.
#[derive(Deserialize)]
#[serde(try_from = "PositionRequest")]
struct CheckedPosition(Position);

impl TryFrom<PositionRequest> for CheckedPosition {
    type Error = BadPlace;

    fn try_from(degrees: PositionRequest) -> Result<Self, BadPlace> {
        Position::new(degrees.lat, degrees.long).map(Self)
    }
}

/// `HH:MM`.
struct Clock(Time);

impl FromStr for Clock {
    type Err = BadWindow;

    fn from_str(text: &str) -> Result<Self, BadWindow> {
        parse_time(text).map(Self)
    }
}
