use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_domain::{
    person::{Beneficiary, LastDose},
    photo_id::PhotoId,
};

use super::{AppointmentView, words};

/// A person who gets vaccinated, as their account sees them.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = Beneficiary)]
pub struct BeneficiaryView {
    #[schema(example = "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10", format = "uuid")]
    pub beneficiary_id: String,
    #[schema(example = "Asha Rao")]
    pub name: String,
    /// A year, or a date.
    #[schema(example = "1984-02-29")]
    pub birth: String,
    /// Null if none was given.
    #[schema(required)]
    pub photo_id: Option<PhotoIdView>,
    /// How many doses the person has had.
    #[schema(example = 0)]
    pub doses_taken: u8,
    /// Null before the first dose.
    #[schema(required)]
    pub last_dose: Option<LastDoseView>,
    /// The appointment that is held or confirmed; null if there is none.
    #[schema(required)]
    pub active: Option<AppointmentView>,
}

/// What is kept of a photo ID.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = PhotoId)]
pub struct PhotoIdView {
    #[schema(value_type = words::PhotoIdKind)]
    pub kind: &'static str,
    /// The end of its number.
    #[schema(example = "2346")]
    pub last_four: String,
}

/// The most recent dose.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = LastDose)]
pub struct LastDoseView {
    #[schema(value_type = words::Vaccine)]
    pub vaccine: &'static str,
    #[schema(example = "2026-08-29", format = Date)]
    pub date: String,
}

/// The people an account manages.
#[derive(Serialize, ToSchema)]
pub struct Beneficiaries {
    pub beneficiaries: Vec<BeneficiaryView>,
}

impl From<&PhotoId> for PhotoIdView {
    fn from(photo_id: &PhotoId) -> Self {
        Self { kind: photo_id.kind.name(), last_four: photo_id.last_four.clone() }
    }
}

impl From<&LastDose> for LastDoseView {
    fn from(last: &LastDose) -> Self {
        Self { vaccine: last.vaccine.name(), date: last.on.to_string() }
    }
}

impl From<&Beneficiary> for BeneficiaryView {
    fn from(person: &Beneficiary) -> Self {
        Self {
            beneficiary_id: person.id.to_string(),
            name: person.name.as_str().to_owned(),
            birth: person.birth.to_string(),
            photo_id: person.photo_id.as_ref().map(PhotoIdView::from),
            doses_taken: person.doses.taken,
            last_dose: person.doses.last.as_ref().map(LastDoseView::from),
            active: person.active.as_ref().map(AppointmentView::from),
        }
    }
}

impl FromIterator<Beneficiary> for Beneficiaries {
    fn from_iter<I: IntoIterator<Item = Beneficiary>>(people: I) -> Self {
        Self { beneficiaries: people.into_iter().map(|person| BeneficiaryView::from(&person)).collect() }
    }
}
