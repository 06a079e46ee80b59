//! Everything of one's own: shown, and erased.

use std::sync::Arc;

use crate::{
    Identity,
    login::{LASTS, Session},
    preferences::PreferencesView,
};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_api::{
    Problem,
    extract::{Citizen, NoBody},
    once::Mark,
    view::{AppointmentView, BeneficiaryView, SubscriptionView},
};

/// Everything that is stored about an account.
#[derive(Serialize, ToSchema)]
pub struct Export {
    /// Whom its tokens name.
    #[schema(example = "0b8f7c7e2a5f4d1e9c3b6a7d8e9f0a1b")]
    account_id: String,
    /// Null if nobody was registered or logged in with it.
    #[schema(required, example = "+919812345678")]
    phone: Option<String>,
    beneficiaries: Vec<BeneficiaryView>,
    /// Those that are held or confirmed, and those that ended.
    appointments: Vec<AppointmentView>,
    logins: Vec<LoginView>,
    preferences: PreferencesView,
    /// Their addresses are not kept, but what may be shown of them.
    subscriptions: Vec<SubscriptionView>,
}

/// A login of the last 31 days.
#[derive(Serialize, ToSchema)]
#[schema(as = Login)]
pub struct LoginView {
    #[schema(example = "2026-11-21T10:00:00Z", format = DateTime)]
    began_at: String,
    /// When its tokens were last renewed.
    #[schema(example = "2026-11-21T18:00:00Z", format = DateTime)]
    renewed_at: String,
    /// Until when they can be renewed.
    #[schema(example = "2026-12-21T10:00:00Z", format = DateTime)]
    until: String,
    /// Whether it was ended before.
    #[schema(example = false)]
    ended: bool,
}

impl From<&Session> for LoginView {
    fn from(login: &Session) -> Self {
        let began_at = login.until.saturating_sub(LASTS).unwrap_or(login.until);
        Self {
            began_at: began_at.to_string(),
            renewed_at: login.renewed_at.to_string(),
            until: login.until.to_string(),
            ended: login.ended,
        }
    }
}

/// Exports everything that is stored about one's account.
#[utoipa::path(
    get,
    path = "/v1/account/export",
    operation_id = "export_account",
    tag = "account",
    responses((
        status = 200,
        description = "All of it, as a file.",
        body = Export,
        headers(("Content-Disposition" = String, description = "A name for the file.")),
    )),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([]))),
)]
pub async fn export(State(identity): State<Arc<Identity>>, citizen: Citizen) -> Result<impl IntoResponse, Problem> {
    let stored = identity.stored(&citizen.account).await?;
    let phones = stored.logins.iter().map(|login| &login.phone);
    let phone = stored.phone.iter().chain(phones).next();
    let people = &stored.people;
    let export = Export {
        account_id: citizen.account.as_str().to_owned(),
        phone: phone.map(|phone| phone.as_str().to_owned()),
        beneficiaries: people.iter().map(|(person, _)| BeneficiaryView::from(person)).collect(),
        appointments: people
            .iter()
            .flat_map(|(person, ended)| person.active.iter().chain(ended))
            .map(AppointmentView::from)
            .collect(),
        logins: stored.logins.iter().map(LoginView::from).collect(),
        preferences: (&stored.preferences).into(),
        subscriptions: stored
            .subscriptions
            .iter()
            .map(|(one, standing)| SubscriptionView::of(one, *standing))
            .collect(),
    };
    let headers = [
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"vaxslot-export.json\""),
    ];
    Ok((headers, Json(export)))
}

/// Erases one's account.
///
/// Nobody of it may have an appointment. Its people and their photo IDs are removed, its logins end, and the phone is forgotten. What
/// stays names nobody: appointments that ended, for the figures; for a month the ids of who was removed, and how tickets ended. An access token
/// still counts until it runs out. If the answer is lost, the request can be repeated to its end.
#[utoipa::path(
    delete,
    path = "/v1/account",
    operation_id = "erase_account",
    tag = "account",
    params(Mark),
    responses((status = 204, description = "Nothing of it is left.")),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "unexpected-body", "appointment-active", "key-reused", "request-in-progress", "outcome-unknown",
    ]))),
)]
pub async fn erase(State(identity): State<Arc<Identity>>, citizen: Citizen, _: NoBody) -> Result<StatusCode, Problem> {
    identity.erase(&citizen.account).await?;
    Ok(StatusCode::NO_CONTENT)
}
