//! The facts that a local stack starts with.

use serde::Deserialize;
use vaxslot_domain::window::{Window, parse_time};

use super::plan::SeedCenter;

pub const DISTRICTS: &str = include_str!("../../../data/districts.csv");
pub const CENTERS: &str = include_str!("../../../data/centers.csv");

/// A row of the data that does not read as a center.
#[derive(Debug, thiserror::Error)]
#[error("row {0} of the center data cannot be read")]
pub struct BadCenter(usize, #[source] Box<dyn std::error::Error + Send + Sync>);

#[derive(Deserialize)]
struct Row {
    center_id: u32,
    district_id: u32,
    opens: String,
    closes: String,
    fee_type: String,
}

/// The centers of the data, in order of the file.
pub fn centers() -> Result<Vec<SeedCenter>, BadCenter> {
    let mut reader = csv::Reader::from_reader(CENTERS.as_bytes());
    let rows = reader.deserialize::<Row>().zip(1..);
    rows.map(|(row, number)| row.map_err(Into::into).and_then(parse).map_err(|error| BadCenter(number, error)))
        .collect()
}

fn parse(row: Row) -> Result<SeedCenter, Box<dyn std::error::Error + Send + Sync>> {
    let time = |text: &str| parse_time(text.get(..5).unwrap_or(text));
    Ok(SeedCenter {
        id: row.center_id.try_into()?,
        district: row.district_id.try_into()?,
        hours: Window::new(time(&row.opens)?, time(&row.closes)?)?,
        fee_type: row.fee_type.parse()?,
    })
}
