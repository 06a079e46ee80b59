use uuid::Uuid;
use vaxslot_domain::{
    Date,
    id::{AccountId, BeneficiaryId},
    person::{Beneficiary, Birth, DoseHistory, LastDose, Phone},
    photo_id::{PhotoId, PhotoIdKind},
    vaccine::Vaccine,
};

use super::{name, read};

#[must_use]
pub fn account(text: &str) -> AccountId {
    read(text)
}

/// The phone that a number stands for: two numbers, two phones.
#[must_use]
pub fn phone(number: u64) -> Phone {
    read(&format!("+91{number:010}"))
}

#[must_use]
pub fn person_id(number: u128) -> BeneficiaryId {
    BeneficiaryId::new(Uuid::from_u128(number))
}

/// A grown person without doses or appointments.
#[must_use]
pub fn adult(number: u128, account: &AccountId) -> Beneficiary {
    Beneficiary::new(person_id(number), account.clone(), name("Asha Rao"), Birth::Year(1990))
}

/// The same person, born then (a year or a date).
#[must_use]
pub fn born(person: Beneficiary, birth: &str) -> Beneficiary {
    Beneficiary { birth: read(birth), ..person }
}

/// The same person, with the photo ID that goes by this hash.
#[must_use]
pub fn with_photo_id(person: Beneficiary, hash: &str) -> Beneficiary {
    let photo_id = PhotoId { kind: PhotoIdKind::Aadhaar, last_four: "2346".to_owned(), hash: hash.to_owned() };
    Beneficiary { photo_id: Some(photo_id), ..person }
}

/// The same person after so many doses, the last of them on `on`.
#[must_use]
pub fn with_doses(person: Beneficiary, taken: u8, vaccine: Vaccine, on: Date) -> Beneficiary {
    Beneficiary { doses: DoseHistory { taken, last: Some(LastDose { vaccine, on }) }, ..person }
}
