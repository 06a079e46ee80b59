use serde::Deserialize;
use utoipa::ToSchema;
use vaxslot_api::{
    Problem, Text,
    text::{Instant, IsoDate},
    view::words,
};
use vaxslot_domain::{
    capacity::Capacity,
    opening::{Opening, Queueing},
    schedule::{Allotment, Availability, BadSchedule, Schedule},
    session::AgeBand,
    vaccine::{Dose, Vaccine},
    window::Window,
};

/// A session to publish: its slots, or the availability to cut them from.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(
    json!({
        "date": "2026-11-23",
        "vaccine": "COVISHIELD",
        "min_age": 18,
        "max_age": 44,
        "slots": [
            { "slot": "09:00-11:00", "capacity": { "1": 50, "2": 50 } },
            { "slot": "11:00-13:00", "capacity": { "1": 50, "2": 50 } },
        ],
    }),
    json!({
        "date": "2026-11-23",
        "vaccine": "COVAXIN",
        "min_age": 45,
        "availability": {
            "ranges": ["09:00-13:00"],
            "breaks": ["11:00-11:15"],
            "slot_minutes": 15,
            "capacity": { "1": 1 },
        },
    }),
))]
pub struct SessionRequest {
    /// The day, by the center's clock.
    #[schema(value_type = String, format = Date)]
    date: Text<IsoDate>,
    #[schema(value_type = words::Vaccine)]
    vaccine: Vaccine,
    /// The lowest age, in completed years on the day.
    #[schema(maximum = 120)]
    min_age: u8,
    /// The highest age; no limit where it is left out.
    #[schema(maximum = 120)]
    max_age: Option<u8>,
    /// What one shot costs, in whole rupees: 0 at a free center, more at a paid one.
    #[serde(default)]
    #[schema(maximum = 100_000, default = 0)]
    fee: u32,
    /// From when it can be booked; at once where it is left out. Before its last slot begins.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    opens_at: Option<Text<Instant>>,
    /// From 1 to 48 windows within the center's hours that do not overlap, all for the same doses.
    #[schema(min_items = 1, max_items = 48)]
    slots: Option<Vec<SlotRequest>>,
    availability: Option<AvailabilityRequest>,
}

/// A slot and what it offers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SlotRequest {
    /// By the center's clock.
    #[schema(value_type = words::Window)]
    slot: Text<Window>,
    capacity: DoseCapacities,
}

/// From when to when there are shots, with breaks, in slots of one length. A slot that would touch a break starts after it;
/// what is shorter than a slot at the end of a range is left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AvailabilityRequest {
    #[schema(value_type = Vec<words::Window>, min_items = 1, example = json!(["09:00-13:00"]))]
    ranges: Vec<Text<Window>>,
    #[serde(default)]
    #[schema(value_type = Vec<words::Window>, example = json!(["11:00-11:15"]))]
    breaks: Vec<Text<Window>>,
    #[schema(minimum = 5, maximum = 720, example = 15)]
    slot_minutes: u16,
    /// Of each slot.
    capacity: DoseCapacities,
}

/// The units of a slot for each dose that it gives, at least one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DoseCapacities {
    #[serde(rename = "1")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10_000, example = 50)]
    first: Option<Capacity>,
    #[serde(rename = "2")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10_000, example = 50)]
    second: Option<Capacity>,
    /// The precaution dose.
    #[serde(rename = "3")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10_000, example = 10)]
    precaution: Option<Capacity>,
}

impl DoseCapacities {
    fn allotment(self) -> Result<Allotment, BadSchedule> {
        let doses = [(Dose::FIRST, self.first), (Dose::SECOND, self.second), (Dose::PRECAUTION, self.precaution)];
        Allotment::new(doses.into_iter().filter_map(|(dose, units)| Some((dose, units?))).collect())
    }
}

impl SessionRequest {
    pub fn schedule(self) -> Result<Schedule, Problem> {
        let ages = AgeBand::new(self.min_age, self.max_age);
        let slots = match (self.slots, self.availability) {
            (Some(slots), None) => listed(slots)?,
            (None, Some(availability)) => availability.cut()?,
            _ => return Err(Problem::invalid_body("", "give either slots or availability")),
        };
        Ok(Schedule {
            date: self.date.0.0,
            vaccine: self.vaccine,
            ages: ages.map_err(|error| Problem::invalid_body("/min_age", error))?,
            fee: self.fee,
            slots,
            opening: Opening { opens_at: self.opens_at.map(|moment| moment.0.0), ..Opening::default() },
        })
    }
}

fn listed(slots: Vec<SlotRequest>) -> Result<Vec<(Window, Allotment)>, BadSchedule> {
    slots.into_iter().map(|slot| Ok((slot.slot.0, slot.capacity.allotment()?))).collect()
}

impl AvailabilityRequest {
    fn cut(self) -> Result<Vec<(Window, Allotment)>, BadSchedule> {
        let windows = |texts: Vec<Text<Window>>| texts.into_iter().map(|text| text.0).collect();
        let availability = Availability {
            ranges: windows(self.ranges),
            breaks: windows(self.breaks),
            slot_minutes: self.slot_minutes,
        };
        let allotment = self.capacity.allotment()?;
        Ok(availability.cut()?.into_iter().map(|slot| (slot, allotment.clone())).collect())
    }
}

/// The new capacity of one slot for one dose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "slot": "09:00-11:00", "dose": 1, "capacity": 80 }))]
pub struct CapacityRequest {
    /// As the session lists it.
    #[schema(value_type = words::Window)]
    pub slot: Text<Window>,
    #[schema(value_type = words::Dose)]
    pub dose: Dose,
    /// All units, those that are booked included.
    #[schema(value_type = u32, minimum = 1, maximum = 10_000)]
    pub capacity: Capacity,
}

/// How a session opens: both facts replace what was there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "opens_at": "2026-11-23T04:30:00Z", "queue": "AUTO" }))]
pub struct OpeningRequest {
    /// From when it can be booked, before its last slot begins; null for at once.
    #[schema(value_type = Option<String>, format = DateTime)]
    opens_at: Option<Text<Instant>>,
    #[schema(value_type = words::Queue)]
    queue: Queueing,
}

impl OpeningRequest {
    pub fn opening(self) -> Opening {
        Opening { opens_at: self.opens_at.map(|moment| moment.0.0), queue: self.queue }
    }
}
