//! What staff see at the desk: as much as they need to give somebody a shot, and no more.

use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_api::view::{LastDoseView, PhotoIdView, words};
use vaxslot_app::reception::Found;
use vaxslot_domain::{appointment::Status, reference::Reference};

/// An appointment as the desk sees it. How to reach the person, and other appointments of theirs, are not in it.
#[derive(Serialize, ToSchema)]
#[schema(as = DeskAppointment)]
pub struct DeskView {
    #[schema(example = "FJD3R-MGB3S-A")]
    reference: String,
    #[schema(example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04", format = "uuid")]
    session_id: String,
    /// The day, by the center's clock.
    #[schema(example = "2026-11-23", format = Date)]
    date: String,
    /// By the center's clock.
    #[schema(value_type = words::Window)]
    slot: String,
    #[schema(value_type = words::Vaccine)]
    vaccine: &'static str,
    #[schema(value_type = words::Dose)]
    dose: u8,
    #[schema(value_type = words::Standing)]
    status: &'static str,
    /// Until when a held place is kept; null otherwise.
    #[schema(example = json!(null), format = DateTime, required)]
    hold_until: Option<String>,
    person: DeskPerson,
}

/// The person, as far as a document can show that it is the right one.
#[derive(Serialize, ToSchema)]
struct DeskPerson {
    #[schema(example = "Asha Rao")]
    name: String,
    /// A year, or a date.
    #[schema(example = "1984-02-29")]
    birth: String,
    /// What is kept of the photo ID that was named with the registration; null if there is none.
    #[schema(required)]
    photo_id: Option<PhotoIdView>,
    /// How many doses the person has had.
    #[schema(example = 0)]
    doses_taken: u8,
    /// Null before the first dose.
    #[schema(required)]
    last_dose: Option<LastDoseView>,
}

impl From<&Found> for DeskView {
    fn from(found: &Found) -> Self {
        let Found { person, appointment, .. } = found;
        let pool = appointment.shard.pool;
        let hold_until = match appointment.status {
            Status::Held { until } => Some(until.to_string()),
            _ => None,
        };
        Self {
            reference: Reference::of(appointment.id).to_string(),
            session_id: pool.session.to_string(),
            date: appointment.date.to_string(),
            slot: appointment.window.to_string(),
            vaccine: appointment.vaccine.name(),
            dose: pool.dose.get(),
            status: appointment.status.name(),
            hold_until,
            person: DeskPerson {
                name: person.name.as_str().to_owned(),
                birth: person.birth.to_string(),
                photo_id: person.photo_id.as_ref().map(PhotoIdView::from),
                doses_taken: person.doses.taken,
                last_dose: person.doses.last.as_ref().map(LastDoseView::from),
            },
        }
    }
}
