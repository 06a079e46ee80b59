use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_domain::{
    appointment::{Appointment, Status},
    reference::Reference,
};

use super::words;

/// One person's place in one slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Appointment)]
pub struct AppointmentView {
    #[schema(example = "7c9a3c52-0b1e-4f6f-9a53-2f1b7f0d6a11", format = "uuid")]
    pub appointment_id: String,
    /// What it is called at the center: the first fifty bits of its id in Crockford's base 32, and a character that checks them.
    #[schema(example = "FJD3R-MGB3S-A", pattern = "^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]$")]
    pub reference: String,
    #[schema(example = "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10", format = "uuid")]
    pub beneficiary_id: String,
    #[schema(example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04", format = "uuid")]
    pub session_id: String,
    #[schema(example = 561_246)]
    pub center_id: u32,
    #[schema(example = 363)]
    pub district_id: u32,
    #[schema(example = 21)]
    pub state_id: u32,
    /// The day, by the center's clock.
    #[schema(example = "2026-11-23", format = Date)]
    pub date: String,
    /// By the center's clock.
    #[schema(example = "09:00-11:00")]
    pub slot: String,
    #[schema(value_type = words::Dose)]
    pub dose: u8,
    #[schema(value_type = words::Vaccine)]
    pub vaccine: &'static str,
    #[schema(value_type = words::Standing)]
    pub status: &'static str,
    /// Until when a held place is kept; null otherwise.
    #[schema(example = json!(null), format = DateTime, required)]
    pub hold_until: Option<String>,
    /// The appointment that it took the place of, where it was rescheduled; null otherwise.
    #[schema(example = json!(null), format = "uuid", required)]
    pub moved_from: Option<String>,
    /// The appointment that took its place, where it was rescheduled; null otherwise.
    #[schema(example = json!(null), format = "uuid", required)]
    pub moved_to: Option<String>,
    #[schema(example = "2026-11-21T04:30:00.125Z", format = DateTime)]
    pub made_at: String,
    #[schema(example = "2026-11-21T04:30:00.125Z", format = DateTime)]
    pub changed_at: String,
}

/// Several appointments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Appointments {
    pub appointments: Vec<AppointmentView>,
}

impl From<&Appointment> for AppointmentView {
    fn from(appointment: &Appointment) -> Self {
        let pool = appointment.shard.pool;
        let hold_until = match appointment.status {
            Status::Held { until } => Some(until.to_string()),
            _ => None,
        };
        Self {
            appointment_id: appointment.id.to_string(),
            reference: Reference::of(appointment.id).to_string(),
            beneficiary_id: appointment.beneficiary.to_string(),
            session_id: pool.session.to_string(),
            center_id: appointment.center.get(),
            district_id: appointment.district.get(),
            state_id: appointment.state.get(),
            date: appointment.date.to_string(),
            slot: appointment.window.to_string(),
            dose: pool.dose.get(),
            vaccine: appointment.vaccine.name(),
            status: appointment.status.name(),
            hold_until,
            moved_from: appointment.moved_from.map(|other| other.to_string()),
            moved_to: appointment.moved_to.map(|other| other.to_string()),
            made_at: appointment.made_at.to_string(),
            changed_at: appointment.changed_at.to_string(),
        }
    }
}

impl FromIterator<Appointment> for Appointments {
    fn from_iter<I: IntoIterator<Item = Appointment>>(appointments: I) -> Self {
        Self { appointments: appointments.into_iter().map(|each| AppointmentView::from(&each)).collect() }
    }
}
