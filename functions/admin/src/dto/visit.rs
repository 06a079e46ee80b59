use std::{convert::Infallible, str::FromStr};

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use vaxslot_api::{Kind, Problem, Text, text::IsoDate, view::words};
use vaxslot_app::reception::{Visit, Visitor};
use vaxslot_domain::{
    Date,
    id::{BeneficiaryId, SessionId},
    person::Birth,
    reference::{BadReference, Reference},
    text::Name,
    vaccine::Dose,
    window::Window,
};

/// A reference as somebody typed it.
pub struct Typed(Result<Reference, BadReference>);

impl FromStr for Typed {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.parse()))
    }
}

impl Typed {
    pub fn reference(self) -> Result<Reference, Problem> {
        self.0.map_err(|error| match error {
            BadReference::Form => Problem::invalid_parameter("reference", error),
            BadReference::Check => Problem::new(Kind::WrongReference),
        })
    }
}

/// The day of the appointment.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeskQuery {
    /// Today by the center's clock, if it is left out.
    #[param(value_type = Option<String>, format = Date, example = "2026-11-23")]
    date: Option<Text<IsoDate>>,
}

impl DeskQuery {
    pub fn date(&self) -> Option<Date> {
        self.date.map(|date| date.0.0)
    }
}

/// Somebody who comes without an appointment: a registered person by `beneficiary_id`, or anybody else by name and birth.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(
    json!({ "slot": "09:00-11:00", "dose": 1, "name": "Asha Rao", "birth": "1984-02-29" }),
    json!({ "slot": "09:00-11:00", "dose": 2, "beneficiary_id": "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10" }),
))]
pub struct VisitRequest {
    /// As the session lists it.
    #[schema(value_type = words::Window)]
    slot: Text<Window>,
    #[schema(value_type = words::Dose)]
    dose: Dose,
    #[schema(value_type = Option<String>, format = "uuid")]
    beneficiary_id: Option<Text<BeneficiaryId>>,
    /// As the person writes it, in any script: 1 to 100 characters.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    name: Option<Name>,
    /// A year, or a date where it is known.
    #[schema(value_type = Option<String>, pattern = r"^\d{4}(-\d{2}-\d{2})?$")]
    birth: Option<Text<Birth>>,
}

impl VisitRequest {
    pub fn visit(self, session: SessionId) -> Result<Visit, Problem> {
        let visitor = match (self.beneficiary_id, self.name, self.birth) {
            (Some(id), None, None) => Visitor::Registered(id.0),
            (None, Some(name), Some(birth)) => Visitor::Newcomer { name, birth: birth.0 },
            (None, Some(_), None) => return Err(Problem::invalid_body("/birth", "birth is missing")),
            (None, None, _) => return Err(Problem::invalid_body("/name", "name is missing, or beneficiary_id")),
            (Some(_), ..) => {
                let why = "give either beneficiary_id, or name and birth";
                return Err(Problem::invalid_body("/beneficiary_id", why));
            }
        };
        Ok(Visit { session, slot: self.slot.0, dose: self.dose, visitor })
    }
}
