use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use vaxslot_api::{
    Kind, Problem, Text,
    extract::{Body, Citizen, IdempotencyKey, Path},
    view::{Beneficiaries, BeneficiaryView},
};
use vaxslot_app::people::NewBeneficiary;
use vaxslot_domain::{center::Zone, id::BeneficiaryId, person::Birth, text::Name};

use crate::Identity;

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
}

/// Registers a person.
///
/// An account manages up to four people. A new person starts without doses: those are recorded where they are given.
#[utoipa::path(
    post,
    path = "/v1/beneficiaries",
    operation_id = "register_beneficiary",
    tag = "beneficiaries",
    params(IdempotencyKey),
    request_body = NewPerson,
    responses((status = 201, description = "The person is registered.", body = BeneficiaryView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["phone-required", "account-full", "key-reused", "outcome-unknown"]))),
)]
pub async fn register(
    State(identity): State<Arc<Identity>>,
    citizen: Citizen,
    IdempotencyKey(key): IdempotencyKey,
    Body(NewPerson { name, birth: Text(birth) }): Body<NewPerson>,
) -> Result<(StatusCode, Json<BeneficiaryView>), Problem> {
    let phone = citizen.phone.ok_or_else(|| Problem::new(Kind::PhoneRequired))?;
    let today = identity.host.now().to_zoned(Zone::india().clock().clone()).date();
    let birth = birth.by(today).map_err(|error| Problem::invalid_body("/birth", error))?;
    let new = NewBeneficiary { name, birth };
    let person = identity.beneficiaries.register(&citizen.account, &phone, new, key.as_deref()).await?;
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
    let people = identity.beneficiaries.of(&citizen.account).await?;
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
    let person = identity.beneficiaries.one(&citizen.account, id).await?.ok_or_else(absent)?;
    Ok(Json(BeneficiaryView::from(&person)))
}
