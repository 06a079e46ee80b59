use std::sync::Arc;

use axum::{Extension, Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use vaxslot_api::{
    Kind, Problem, Text,
    extract::{Body, Citizen, IdempotencyKey, NoBody, Path},
    once::{Mark, Repeated, Unkept},
    patch::{given, given_or_null},
    view::{Beneficiaries, BeneficiaryView, words},
};
use vaxslot_app::centers::Change;
use vaxslot_domain::{
    Date,
    id::BeneficiaryId,
    person::Birth,
    photo_id::{Document, PhotoIdKind},
    text::Name,
};

use crate::{
    Identity,
    registry::{Amendment, Person},
};

/// A person to be registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// As the person writes it, in any script: 1 to 100 characters.
    #[schema(value_type = String, example = "Asha Rao", min_length = 1, max_length = 100)]
    name: Name,
    /// A year, or a date where it is known. Who knows only the year counts as born on its first day.
    #[schema(value_type = String, example = "1984-02-29", pattern = r"^\d{4}(-\d{2}-\d{2})?$")]
    birth: Text<Birth>,
    /// What the person will show at the center, if it is known by now.
    photo_id: Option<NamedDocument>,
}

/// A document with a photo. Its number is not kept: what is, is its end and a keyed hash.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "AADHAAR", "number": "2341 2341 2346" }))]
pub struct NamedDocument {
    #[schema(value_type = words::PhotoIdKind)]
    kind: PhotoIdKind,
    /// As the document has it: 4 to 20 letters and digits; spaces, hyphens and slashes between them count as nothing. An Aadhaar number
    /// has to have its check digit, a PAN to be a person's.
    #[schema(min_length = 4, max_length = 32, pattern = "^[A-Za-z0-9 /-]+$")]
    number: String,
}

impl NamedDocument {
    fn read(self) -> Result<Document, Problem> {
        Document::new(self.kind, &self.number).map_err(|error| Problem::invalid_body("/photo_id/number", error))
    }
}

impl NewPerson {
    fn person(self, today: Date) -> Result<Person, Problem> {
        let document = self.photo_id.map(NamedDocument::read).transpose()?;
        Ok(Person { name: self.name, birth: born_by(self.birth.0, today)?, document })
    }
}

fn born_by(birth: Birth, today: Date) -> Result<Birth, Problem> {
    birth.by(today).map_err(|error| Problem::invalid_body("/birth", error))
}

/// What is corrected about a person: at least one thing. What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Asha R. Rao" }))]
pub struct CorrectedPerson {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    name: Option<Name>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, pattern = r"^\d{4}(-\d{2}-\d{2})?$")]
    birth: Option<Text<Birth>>,
    /// Null takes it away.
    #[serde(default, deserialize_with = "given_or_null")]
    #[schema(value_type = Option<NamedDocument>)]
    photo_id: Change<NamedDocument>,
}

impl CorrectedPerson {
    fn amendment(self, today: Date) -> Result<Amendment, Problem> {
        let document = match self.photo_id {
            Change::Keep if self.name.is_none() && self.birth.is_none() => {
                return Err(Problem::invalid_body("", "names nothing to correct"));
            }
            Change::Keep => Change::Keep,
            Change::Clear => Change::Clear,
            Change::Set(document) => Change::Set(document.read()?),
        };
        let birth = self.birth.map(|birth| born_by(birth.0, today)).transpose()?;
        Ok(Amendment { name: self.name, birth, document })
    }
}

/// Registers a person.
///
/// An account manages up to four people. A new person starts without doses: those are recorded where they are given. A document is
/// registered once, whichever account names it. Twenty registrations and documents a day are enough for an account.
///
/// A repeat with the same `Idempotency-Key` is told the person as they are by then.
#[utoipa::path(
    post,
    path = "/v1/beneficiaries",
    operation_id = "register_beneficiary",
    tag = "beneficiaries",
    params(IdempotencyKey),
    request_body = NewPerson,
    responses((status = 201, description = "The person is registered.", body = BeneficiaryView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "phone-required", "account-full", "photo-id-registered", "beneficiary-removed", "key-reused", "outcome-unknown",
    ]))),
)]
pub async fn register(
    State(identity): State<Arc<Identity>>,
    citizen: Citizen,
    IdempotencyKey(key): IdempotencyKey,
    Body(new): Body<NewPerson>,
) -> Result<(StatusCode, Json<BeneficiaryView>), Problem> {
    let phone = citizen.phone.ok_or_else(|| Problem::new(Kind::PhoneRequired))?;
    let new = new.person(identity.registry.today())?;
    let person = identity.registry.register(&citizen.account, &phone, new, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(BeneficiaryView::from(&person))))
}

/// Lists one's people.
#[utoipa::path(
    get,
    path = "/v1/beneficiaries",
    operation_id = "list_beneficiaries",
    tag = "beneficiaries",
    responses((status = 200, description = "In the order they were registered.", body = Beneficiaries)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([]))),
)]
pub async fn list(State(identity): State<Arc<Identity>>, citizen: Citizen) -> Result<Json<Beneficiaries>, Problem> {
    let people = identity.registry.people.of(&citizen.account).await?;
    Ok(Json(people.into_iter().collect()))
}

/// Shows one of one's people.
#[utoipa::path(
    get,
    path = "/v1/beneficiaries/{beneficiary_id}",
    operation_id = "show_beneficiary",
    tag = "beneficiaries",
    params(("beneficiary_id" = String, Path, format = "uuid", description = "As registering answered it.",
        example = "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10")),
    responses((status = 200, description = "The person.", body = BeneficiaryView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-beneficiary"]))),
)]
pub async fn show(
    State(identity): State<Arc<Identity>>,
    citizen: Citizen,
    Path(id): Path<BeneficiaryId>,
) -> Result<Json<BeneficiaryView>, Problem> {
    let absent = || Problem::new(Kind::NoSuchBeneficiary).with("beneficiary_id", id);
    let person = identity.registry.people.one(&citizen.account, id).await?.ok_or_else(absent)?;
    Ok(Json(BeneficiaryView::from(&person)))
}

/// Corrects one of one's people.
///
/// Birth and photo ID stay as they are while the person has an appointment, and once they had a dose. A repeat with the same
/// `Idempotency-Key` is told the person as they are by then.
#[utoipa::path(
    patch,
    path = "/v1/beneficiaries/{beneficiary_id}",
    operation_id = "correct_beneficiary",
    tag = "beneficiaries",
    params(
        ("beneficiary_id" = String, Path, format = "uuid", description = "As registering answered it.",
            example = "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10"),
        Mark,
    ),
    request_body = CorrectedPerson,
    responses((status = 200, description = "The person as they are now.", body = BeneficiaryView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "no-such-beneficiary", "appointment-active", "dose-recorded", "photo-id-registered", "key-reused",
        "request-in-progress", "outcome-unknown",
    ]))),
)]
pub async fn correct(
    State(identity): State<Arc<Identity>>,
    citizen: Citizen,
    Path(id): Path<BeneficiaryId>,
    Repeated(repeated): Repeated,
    Body(corrected): Body<CorrectedPerson>,
) -> Result<(Extension<Unkept>, Json<BeneficiaryView>), Problem> {
    let amendment = corrected.amendment(identity.registry.today())?;
    if repeated {
        let shown = show(State(identity), citizen, Path(id)).await?;
        return Ok((Extension(Unkept), shown));
    }
    let person = identity.registry.correct(&citizen.account, id, amendment).await?;
    Ok((Extension(Unkept), Json(BeneficiaryView::from(&person))))
}

/// Removes one of one's people.
///
/// They must not have an appointment. Their photo ID can be registered again. Appointments that ended stay in the figures, and name
/// nobody. To remove somebody again is no error for a month.
#[utoipa::path(
    delete,
    path = "/v1/beneficiaries/{beneficiary_id}",
    operation_id = "remove_beneficiary",
    tag = "beneficiaries",
    params(
        ("beneficiary_id" = String, Path, format = "uuid", description = "As registering answered it.",
            example = "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10"),
        Mark,
    ),
    responses((status = 204, description = "The person is removed.")),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "unexpected-body", "no-such-beneficiary", "appointment-active", "key-reused", "request-in-progress", "outcome-unknown",
    ]))),
)]
pub async fn remove(
    State(identity): State<Arc<Identity>>,
    citizen: Citizen,
    Path(id): Path<BeneficiaryId>,
    _: NoBody,
) -> Result<StatusCode, Problem> {
    identity.registry.people.remove(&citizen.account, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
