//! Where things are: pincodes, positions, and the grid that makes a search around a point a few lookups.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    id::{DistrictId, StateId},
    text::Name,
};

/// A state or union territory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub id: StateId,
    pub name: Name,
}

/// A district and the state it lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    pub id: DistrictId,
    pub name: Name,
    pub state: State,
}

/// A value that is not a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPlace {
    #[error("a pincode has six digits and does not begin with 0")]
    Pincode,
    #[error("a latitude is from -90 to 90 degrees, a longitude from -180 to 180")]
    Position,
    #[error("a radius is from 0.1 to 25 kilometers")]
    Radius,
}

/// An Indian postal index number: six digits, the first not zero (Department of Posts).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Pincode(u32);

impl Pincode {
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Pincode {
    type Error = BadPlace;

    fn try_from(number: u32) -> Result<Self, BadPlace> {
        if (100_000..=999_999).contains(&number) { Ok(Self(number)) } else { Err(BadPlace::Pincode) }
    }
}

impl From<Pincode> for u32 {
    fn from(pincode: Pincode) -> u32 {
        pincode.0
    }
}

impl FromStr for Pincode {
    type Err = BadPlace;

    fn from_str(text: &str) -> Result<Self, BadPlace> {
        if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadPlace::Pincode);
        }
        text.parse::<u32>().map_err(|_| BadPlace::Pincode)?.try_into()
    }
}

impl fmt::Display for Pincode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A point in degrees, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    lat: f64,
    long: f64,
}

impl Position {
    /// # Errors
    /// When a coordinate is out of range or not a number.
    pub fn new(lat: f64, long: f64) -> Result<Self, BadPlace> {
        if (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&long) {
            Ok(Self { lat, long })
        } else {
            Err(BadPlace::Position)
        }
    }

    #[must_use]
    pub fn lat(self) -> f64 {
        self.lat
    }

    #[must_use]
    pub fn long(self) -> f64 {
        self.long
    }

    /// Kilometers along the great circle (haversine, mean earth radius 6371.0088 km).
    #[must_use]
    pub fn kilometers_to(self, other: Self) -> f64 {
        const EARTH_RADIUS_KM: f64 = 6371.0088;
        let (from, to) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = (to - from) / 2.0;
        let half_long = (other.long - self.long).to_radians() / 2.0;
        let chord = half_lat.sin().powi(2) + from.cos() * to.cos() * half_long.sin().powi(2);
        2.0 * EARTH_RADIUS_KM * chord.sqrt().min(1.0).asin()
    }

    /// The grid cell it lies in.
    #[must_use]
    pub fn cell(self) -> Cell {
        Cell { row: steps(self.lat), column: wrap(steps(self.long)) }
    }
}

/// A square of a quarter of a degree, about 28 km from south to north and 26 km across in the middle of India.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    row: i32,
    column: i32,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.row, self.column)
    }
}

const CELLS_A_DEGREE: f64 = 4.0;
const CELLS_AROUND: i32 = 1440;

#[expect(clippy::cast_possible_truncation, reason = "a position is at most 180 degrees, so at most 720 steps")]
fn steps(degrees: f64) -> i32 {
    (degrees * CELLS_A_DEGREE).floor() as i32
}

fn wrap(column: i32) -> i32 {
    (column + CELLS_AROUND / 2).rem_euclid(CELLS_AROUND) - CELLS_AROUND / 2
}

/// A search around a point, in kilometers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    center: Position,
    radius_km: f64,
}

impl Circle {
    /// # Errors
    /// When the radius is not from 0.1 to 25 km: a wider circle would be a search of districts.
    pub fn new(center: Position, radius_km: f64) -> Result<Self, BadPlace> {
        if (0.1..=25.0).contains(&radius_km) { Ok(Self { center, radius_km }) } else { Err(BadPlace::Radius) }
    }

    #[must_use]
    pub fn center(self) -> Position {
        self.center
    }

    #[must_use]
    pub fn contains(self, point: Position) -> bool {
        self.center.kilometers_to(point) <= self.radius_km
    }

    /// Every cell that the circle may touch; at most 9 up to 40 degrees of latitude.
    #[must_use]
    pub fn cells(self) -> Vec<Cell> {
        const KM_A_DEGREE: f64 = 111.0;
        let lat_reach = self.radius_km / KM_A_DEGREE;
        let (south, north) = ((self.center.lat - lat_reach).max(-90.0), (self.center.lat + lat_reach).min(90.0));
        let narrowest = south.abs().max(north.abs()).to_radians().cos();
        let long_reach = (lat_reach / narrowest.max(0.001)).min(180.0);
        let (west, east) = (steps(self.center.long - long_reach), steps(self.center.long + long_reach));
        let mut cells: Vec<Cell> = (steps(south)..=steps(north))
            .flat_map(|row| (west..=east).map(move |column| Cell { row, column: wrap(column) }))
            .collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pincode_is_six_digits() {
        assert_eq!("411027".parse::<Pincode>().unwrap().get(), 411_027);
        for bad in ["011027", "41102", "4110277", "41102a", "", "४११०२७"] {
            assert!(bad.parse::<Pincode>().is_err(), "{bad}");
        }
    }

    #[test]
    fn positions_off_the_globe_are_refused() {
        for (lat, long) in [(90.1, 0.0), (0.0, 180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(Position::new(lat, long), Err(BadPlace::Position));
        }
    }

    #[test]
    fn pune_and_nagpur_are_617_km_apart() {
        let (pune, nagpur) = (Position::new(18.5204, 73.8567).unwrap(), Position::new(21.1458, 79.0882).unwrap());
        let distance = pune.kilometers_to(nagpur);
        assert!((distance - 620.0).abs() < 10.0, "{distance}");
    }

    proptest! {
        #[test]
        fn a_point_in_the_circle_lies_in_one_of_its_cells(
            lat in -60.0..60.0f64, long in -180.0..180.0f64, radius in 0.1..25.0f64, north in -0.3..0.3f64, east in -0.5..0.5f64,
        ) {
            let circle = Circle::new(Position::new(lat, long).unwrap(), radius).unwrap();
            let shifted = (long + east + 540.0).rem_euclid(360.0) - 180.0;
            let point = Position::new(lat + north, shifted).unwrap();
            if circle.contains(point) {
                prop_assert!(circle.cells().contains(&point.cell()));
            }
        }

        #[test]
        fn a_circle_in_india_is_a_few_cells(lat in 6.0..37.0f64, long in 68.0..98.0f64) {
            let circle = Circle::new(Position::new(lat, long).unwrap(), 25.0).unwrap();
            prop_assert!(circle.cells().len() <= 12);
        }
    }
}
