//! How one wants to be told.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vaxslot_api::{
    Kind, Problem, Text,
    extract::{Body, Citizen},
    once::Mark,
    view::words,
};
use vaxslot_app::ports::StoreError;
use vaxslot_domain::preferences::{Channel, Email, Language, Preferences, QuietHours};

use crate::Identity;

/// How an account is told what happens to its appointments.
#[derive(Serialize, ToSchema)]
#[schema(as = Preferences)]
pub struct PreferencesView {
    #[schema(value_type = words::MessageLanguage)]
    language: &'static str,
    #[schema(value_type = Vec<words::MessageChannel>)]
    channels: Vec<&'static str>,
    #[schema(required, example = "asha@example.org")]
    email: Option<String>,
    #[schema(example = false)]
    opted_out: bool,
    #[schema(required)]
    quiet_hours: Option<Hours>,
}

impl From<&Preferences> for PreferencesView {
    fn from(wanted: &Preferences) -> Self {
        Self {
            language: wanted.language.name(),
            channels: wanted.channels.iter().map(|channel| channel.name()).collect(),
            email: wanted.email.as_ref().map(|email| email.as_str().to_owned()),
            opted_out: wanted.opted_out,
            quiet_hours: wanted.quiet.map(|quiet| {
                let [from, to] = quiet.texts();
                Hours { from, to }
            }),
        }
    }
}

/// Hours of each day by the center's clock, over midnight if they end before they begin: 1 minute to 14 hours.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    #[schema(example = "21:30", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    from: String,
    #[schema(example = "07:00", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    to: String,
}

/// How an account wants to be told. What is left out is as it is for who never said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "language": "hi", "channels": ["SMS"], "quiet_hours": { "from": "21:30", "to": "07:00" } }))]
pub struct NewPreferences {
    /// English if it is left out.
    #[schema(value_type = Option<words::MessageLanguage>)]
    language: Option<Text<Language>>,
    /// Each at most once; text messages if it is left out. `EMAIL` needs an address.
    #[schema(value_type = Option<Vec<words::MessageChannel>>, min_items = 1, max_items = 3)]
    channels: Option<Vec<Text<Channel>>>,
    /// Up to 254 characters of ASCII.
    #[schema(value_type = Option<String>, example = "asha@example.org", max_length = 254)]
    email: Option<Text<Email>>,
    /// To be told nothing at all. Codes for logging in come all the same.
    opted_out: Option<bool>,
    /// What happens meanwhile is told at their end, unless the appointment begins less than two hours later.
    quiet_hours: Option<Hours>,
}

impl NewPreferences {
    fn read(self) -> Result<Preferences, Problem> {
        let usual = Preferences::default();
        let channels = match self.channels {
            None => usual.channels,
            Some(named) => {
                let count = named.len();
                let channels: std::collections::BTreeSet<_> = named.into_iter().map(|Text(channel)| channel).collect();
                if channels.len() < count {
                    return Err(Problem::invalid_body("/channels", "names a channel twice"));
                }
                channels
            }
        };
        let quiet = self.quiet_hours.map(|hours| QuietHours::parse(&hours.from, &hours.to)).transpose();
        let wanted = Preferences {
            language: self.language.map_or(usual.language, |Text(language)| language),
            channels,
            email: self.email.map(|Text(email)| email),
            opted_out: self.opted_out.unwrap_or_default(),
            quiet: quiet.map_err(|error| Problem::invalid_body("/quiet_hours", error))?,
        };
        wanted.check().map_err(|error| Problem::invalid_body("/channels", error))
    }
}

/// Shows how one is told.
#[utoipa::path(
    get,
    path = "/v1/account/preferences",
    operation_id = "show_preferences",
    tag = "account",
    responses((status = 200, description = "What counts now.", body = PreferencesView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([]))),
)]
pub async fn show(State(identity): State<Arc<Identity>>, citizen: Citizen) -> Result<Json<PreferencesView>, Problem> {
    Ok(Json((&identity.registry.preferences(&citizen.account).await?).into()))
}

/// Says how one wants to be told.
///
/// In place of what was said before, for all people of the account. What goes by `EMAIL` and `WHATSAPP` is handed to gateways of the
/// deployment; nobody checks whether the address is one's own.
#[utoipa::path(
    put,
    path = "/v1/account/preferences",
    operation_id = "change_preferences",
    tag = "account",
    params(Mark),
    request_body = NewPreferences,
    responses((status = 204, description = "It counts from now on.")),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["key-reused", "request-in-progress", "outcome-unknown"]))),
)]
pub async fn change(
    State(identity): State<Arc<Identity>>,
    citizen: Citizen,
    Body(wanted): Body<NewPreferences>,
) -> Result<StatusCode, Problem> {
    match identity.registry.prefer(&citizen.account, &wanted.read()?).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(lost @ StoreError::Unclear(_)) => Err(Problem::new(Kind::OutcomeUnknown).caused_by(lost)),
        Err(error) => Err(error.into()),
    }
}
