use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_domain::{Time, center::Center};

use super::{DistrictView, words};

/// A place that vaccinates.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Center)]
pub struct CenterView {
    #[schema(example = 561_246)]
    pub center_id: u32,
    #[schema(example = "Aundh District Hospital")]
    pub name: String,
    #[schema(example = "Aundh Camp, New Sangavi")]
    pub address: String,
    /// The part of the district, where it is known.
    #[schema(example = "Haveli", required)]
    pub block: Option<String>,
    #[schema(example = 363)]
    pub district_id: u32,
    #[schema(example = "Pune")]
    pub district_name: String,
    #[schema(example = 21)]
    pub state_id: u32,
    #[schema(example = "Maharashtra")]
    pub state_name: String,
    #[schema(example = 411_027, minimum = 100_000, maximum = 999_999)]
    pub pincode: u32,
    /// Absent (null) where the registry has none.
    #[schema(required)]
    pub position: Option<PositionView>,
    /// By the center's clock.
    #[schema(example = "09:00")]
    pub opens: String,
    /// By the center's clock.
    #[schema(example = "18:00")]
    pub closes: String,
    /// An IANA name.
    #[schema(example = "Asia/Kolkata")]
    pub time_zone: String,
    /// Whether a shot costs money there.
    #[schema(value_type = words::Fee)]
    pub fee_type: &'static str,
}

/// Degrees, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = Position)]
pub struct PositionView {
    #[schema(example = 18.5793)]
    pub lat: f64,
    #[schema(example = 73.8143)]
    pub long: f64,
}

impl From<&Center> for CenterView {
    fn from(center: &Center) -> Self {
        let DistrictView { district_id, district_name, state_id, state_name } = DistrictView::from(&center.district);
        Self {
            center_id: center.id.get(),
            name: center.name.as_str().to_owned(),
            address: center.address.as_str().to_owned(),
            block: center.block.as_ref().map(|block| block.as_str().to_owned()),
            district_id,
            district_name,
            state_id,
            state_name,
            pincode: center.pincode.get(),
            position: center.position.map(|position| PositionView { lat: position.lat(), long: position.long() }),
            opens: clock(center.hours.start()),
            closes: clock(center.hours.end()),
            time_zone: center.zone.name().to_owned(),
            fee_type: center.fee_type.name(),
        }
    }
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}
