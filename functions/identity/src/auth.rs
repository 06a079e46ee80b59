use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use vaxslot_api::{
    Kind, Problem, Text,
    extract::{Body, ClientAddress},
};
use vaxslot_domain::person::Phone;

use crate::{
    Identity,
    login::{Code, LoginError, Sent, Tokens},
};

/// A phone to send a code to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// In international form (E.164).
    #[schema(value_type = String, example = "+919812345678", pattern = r"^\+[1-9]\d{7,14}$")]
    phone: Text<Phone>,
}

/// A code is on its way.
#[derive(Serialize, ToSchema)]
pub struct CodeSent {
    /// To be sent back together with the code.
    #[schema(example = "9a1c5b1e-4c0e-4a2d-9d0b-2f6d1a7c3e55", format = "uuid")]
    challenge: String,
    /// For how many seconds the code counts.
    #[schema(example = 180)]
    expires_in: i64,
}

/// A code to be redeemed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redemption {
    /// The phone that the code was sent to.
    #[schema(value_type = String, example = "+919812345678", pattern = r"^\+[1-9]\d{7,14}$")]
    phone: Text<Phone>,
    /// As asking for the code answered it.
    #[schema(value_type = String, example = "9a1c5b1e-4c0e-4a2d-9d0b-2f6d1a7c3e55", format = "uuid")]
    challenge: Text<Uuid>,
    /// Six digits.
    #[schema(value_type = String, example = "042137", pattern = r"^\d{6}$")]
    code: Text<Code>,
}

/// A login to be renewed or ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// The latest refresh token.
    #[schema(example = "mhxbHkwOSi2dCy9tGnw-VQAAAABk3bX…")]
    refresh_token: String,
}

/// What a person who is logged in holds.
#[derive(Serialize, ToSchema)]
pub struct LoggedIn {
    /// For the header `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6IjIwMjYtMTEifQ…")]
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// For how many seconds the access token counts.
    #[schema(example = 900)]
    expires_in: i64,
    /// Gets new tokens once, up to 30 days after the login.
    #[schema(example = "mhxbHkwOSi2dCy9tGnw-VQAAAABk3bX…")]
    refresh_token: String,
}

/// Sends a code to a phone.
///
/// The answer is the same whether or not anybody ever logged in with the phone.
#[utoipa::path(
    post,
    path = "/v1/auth/otp",
    operation_id = "send_code",
    tag = "login",
    request_body = CodeRequest,
    responses((status = 202, description = "A code is on its way.", body = CodeSent)),
    extensions(("x-problems" = json!(["phone-not-served", "too-many-requests"]))),
)]
pub async fn send_code(
    State(identity): State<Arc<Identity>>,
    ClientAddress(from): ClientAddress,
    Body(CodeRequest { phone: Text(phone) }): Body<CodeRequest>,
) -> Result<(StatusCode, Json<CodeSent>), Problem> {
    let sent = identity.login.send_code(&phone, from).await.map_err(|error| told(&identity, error))?;
    Ok((StatusCode::ACCEPTED, Json(sent.into())))
}

/// Logs in with a code.
#[utoipa::path(
    post,
    path = "/v1/auth/token",
    operation_id = "log_in",
    tag = "login",
    request_body = Redemption,
    responses((status = 200, description = "Logged in.", body = LoggedIn)),
    extensions(("x-problems" = json!(["wrong-code", "code-over", "too-many-requests"]))),
)]
pub async fn log_in(
    State(identity): State<Arc<Identity>>,
    ClientAddress(from): ClientAddress,
    Body(Redemption { phone: Text(phone), challenge: Text(challenge), code: Text(code) }): Body<Redemption>,
) -> Result<Json<LoggedIn>, Problem> {
    let tokens = identity.login.redeem(&phone, challenge, code, from).await;
    tokens.map(|tokens| Json(tokens.into())).map_err(|error| told(&identity, error))
}

/// Renews a login.
///
/// A refresh token counts once, and for half a minute gets the same answer again. Who uses one later a second time ends the login:
/// two hold it.
#[utoipa::path(
    post,
    path = "/v1/auth/refresh",
    operation_id = "renew_login",
    tag = "login",
    request_body = Held,
    responses((status = 200, description = "New tokens.", body = LoggedIn)),
    extensions(("x-problems" = json!(["login-ended", "too-many-requests"]))),
)]
pub async fn renew(
    State(identity): State<Arc<Identity>>,
    ClientAddress(from): ClientAddress,
    Body(held): Body<Held>,
) -> Result<Json<LoggedIn>, Problem> {
    let tokens = identity.login.renew(&held.refresh_token, from).await;
    tokens.map(|tokens| Json(tokens.into())).map_err(|error| told(&identity, error))
}

/// Logs out.
///
/// The refresh token counts no more, whichever it is; an access token still does until it runs out.
#[utoipa::path(
    post,
    path = "/v1/auth/logout",
    operation_id = "log_out",
    tag = "login",
    request_body = Held,
    responses((status = 204, description = "The login has ended, if there was one.")),
    extensions(("x-problems" = json!([]))),
)]
pub async fn log_out(State(identity): State<Arc<Identity>>, Body(held): Body<Held>) -> Result<StatusCode, Problem> {
    identity.login.log_out(&held.refresh_token).await.map_err(|error| told(&identity, error))?;
    Ok(StatusCode::NO_CONTENT)
}

fn told(identity: &Identity, error: LoginError) -> Problem {
    match error {
        LoginError::NotServed => {
            Problem::new(Kind::PhoneNotServed).with("countries", &identity.login.settings.countries)
        }
        LoginError::TooMany(wait) => Problem::too_many_requests(wait),
        LoginError::WrongCode { left } => Problem::new(Kind::WrongCode).with("left", left),
        LoginError::CodeOver => Problem::new(Kind::CodeOver),
        LoginError::Ended => Problem::new(Kind::LoginEnded),
        LoginError::NoKey(error) => Problem::new(Kind::Busy).caused_by(error),
        LoginError::Store(error) => error.into(),
    }
}

impl From<Sent> for CodeSent {
    fn from(sent: Sent) -> Self {
        Self { challenge: sent.challenge.to_string(), expires_in: sent.counts.as_secs() }
    }
}

impl From<Tokens> for LoggedIn {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access,
            token_type: "Bearer",
            expires_in: tokens.counts.as_secs(),
            refresh_token: tokens.refresh,
        }
    }
}
