//! Bodies of requests.

use serde::Deserialize;
use utoipa::ToSchema;
use vaxslot_api::{Problem, Text, view::words};
use vaxslot_domain::{
    booking::{MoveOrder, Order, Own, Party},
    id::{AccountId, AppointmentId, BeneficiaryId, SessionId},
    vaccine::Dose,
    window::Window,
};

/// Places in one slot for one to four people: all of them, or none.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "session_id": "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04",
    "slot": "09:00-11:00",
    "dose": 1,
    "beneficiaries": ["b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10"],
}))]
pub struct ReservationRequest {
    #[schema(value_type = String, format = "uuid")]
    session_id: Text<SessionId>,
    /// As the session lists it.
    #[schema(value_type = words::Window)]
    slot: Text<Window>,
    #[schema(value_type = words::Dose)]
    dose: Dose,
    /// Each person once.
    #[schema(value_type = Vec<words::Id>, min_items = 1, max_items = 4)]
    beneficiaries: Vec<Text<BeneficiaryId>>,
}

impl ReservationRequest {
    /// What the account orders, and of which session.
    pub fn order(self, account: AccountId) -> Result<(SessionId, Order), Problem> {
        let people = self.beneficiaries.into_iter().map(|person| person.0).collect();
        let party = Party::new(people).map_err(|error| Problem::invalid_body("/beneficiaries", error))?;
        Ok((self.session_id.0, Order { account, party, slot: self.slot.0, dose: self.dose }))
    }
}

/// From one to four appointments of different people, changed together or not at all.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "appointments": [{
        "beneficiary_id": "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10",
        "appointment_id": "7c9a3c52-0b1e-4f6f-9a53-2f1b7f0d6a11",
    }],
}))]
pub struct ChangeRequest {
    #[schema(min_items = 1, max_items = 4)]
    appointments: Vec<OwnAppointment>,
}

/// An appointment by both of its ids.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnAppointment {
    #[schema(value_type = String, format = "uuid")]
    beneficiary_id: Text<BeneficiaryId>,
    #[schema(value_type = String, format = "uuid")]
    appointment_id: Text<AppointmentId>,
}

/// Another slot for one to four appointments of different people: for all of them, or none.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "appointments": [{
        "beneficiary_id": "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10",
        "appointment_id": "7c9a3c52-0b1e-4f6f-9a53-2f1b7f0d6a11",
    }],
    "session_id": "5a0e6c1d-2f3b-4c4d-8e5f-6a7b8c9d0e1f",
    "slot": "11:00-13:00",
}))]
pub struct RescheduleRequest {
    #[schema(min_items = 1, max_items = 4)]
    appointments: Vec<OwnAppointment>,
    #[schema(value_type = String, format = "uuid")]
    session_id: Text<SessionId>,
    /// As the session lists it.
    #[schema(value_type = words::Window)]
    slot: Text<Window>,
}

impl RescheduleRequest {
    /// What the account wants moved, and where to.
    pub fn order(self, account: AccountId) -> Result<MoveOrder, Problem> {
        MoveOrder::new(account, own(self.appointments), self.session_id.0, self.slot.0)
            .map_err(|error| Problem::invalid_body("/appointments", error))
    }
}

fn own(named: Vec<OwnAppointment>) -> Vec<Own> {
    let own = |named: OwnAppointment| Own { beneficiary: named.beneficiary_id.0, appointment: named.appointment_id.0 };
    named.into_iter().map(own).collect()
}

impl ChangeRequest {
    /// The appointments, each of another person: a person has at most one that can be changed.
    pub fn own(self) -> Result<Vec<Own>, Problem> {
        let own = own(self.appointments);
        let people = own.iter().map(|own| own.beneficiary).collect();
        Party::new(people).map_err(|error| Problem::invalid_body("/appointments", error))?;
        Ok(own)
    }
}
