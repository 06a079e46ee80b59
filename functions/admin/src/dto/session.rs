use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;
use vaxslot_api::{Problem, Text, text::IsoDate};
use vaxslot_domain::{
    capacity::Capacity,
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
    #[schema(value_type = VaccineName)]
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
    #[schema(value_type = String, example = "09:00-11:00")]
    slot: Text<Window>,
    #[schema(value_type = DoseCapacities)]
    capacity: BTreeMap<Text<Dose>, Capacity>,
}

/// From when to when there are shots, with breaks, in slots of one length. A slot that would touch a break starts after it;
/// what is shorter than a slot at the end of a range is left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AvailabilityRequest {
    #[schema(value_type = Vec<String>, min_items = 1, example = json!(["09:00-13:00"]))]
    ranges: Vec<Text<Window>>,
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["11:00-11:15"]))]
    breaks: Vec<Text<Window>>,
    #[schema(minimum = 5, maximum = 720, example = 15)]
    slot_minutes: u16,
    /// Of each slot.
    #[schema(value_type = DoseCapacities)]
    capacity: BTreeMap<Text<Dose>, Capacity>,
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
        })
    }
}

fn listed(slots: Vec<SlotRequest>) -> Result<Vec<(Window, Allotment)>, BadSchedule> {
    slots.into_iter().map(|slot| Ok((slot.slot.0, allotment(slot.capacity)?))).collect()
}

fn allotment(capacity: BTreeMap<Text<Dose>, Capacity>) -> Result<Allotment, BadSchedule> {
    Allotment::new(capacity.into_iter().map(|(dose, units)| (dose.0, units)).collect())
}

impl AvailabilityRequest {
    fn cut(self) -> Result<Vec<(Window, Allotment)>, BadSchedule> {
        let windows = |texts: Vec<Text<Window>>| texts.into_iter().map(|text| text.0).collect();
        let availability = Availability {
            ranges: windows(self.ranges),
            breaks: windows(self.breaks),
            slot_minutes: self.slot_minutes,
        };
        let allotment = allotment(self.capacity)?;
        Ok(availability.cut()?.into_iter().map(|slot| (slot, allotment.clone())).collect())
    }
}

/// The new capacity of one slot for one dose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "slot": "09:00-11:00", "dose": 1, "capacity": 80 }))]
pub struct CapacityRequest {
    /// As the session lists it.
    #[schema(value_type = String)]
    pub slot: Text<Window>,
    /// 1, 2, or 3 for the precaution dose.
    #[schema(value_type = u8, minimum = 1, maximum = 3)]
    pub dose: Dose,
    /// All units, those that are booked included.
    #[schema(value_type = u32, minimum = 1, maximum = 10_000)]
    pub capacity: Capacity,
}

/// The units of a slot for each dose it gives, at least one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a map")]
struct DoseCapacities {
    #[schema(rename = "1", minimum = 1, maximum = 10_000, example = 50)]
    first: Option<u32>,
    #[schema(rename = "2", minimum = 1, maximum = 10_000, example = 50)]
    second: Option<u32>,
    /// The precaution dose.
    #[schema(rename = "3", minimum = 1, maximum = 10_000)]
    precaution: Option<u32>,
}

#[derive(ToSchema)]
#[schema(as = Vaccine, rename_all = "UPPERCASE")]
#[expect(dead_code, reason = "describes the domain's type")]
enum VaccineName {
    Covishield,
    Covaxin,
    #[schema(rename = "SPUTNIK V")]
    SputnikV,
    Corbevax,
    Covovax,
}
