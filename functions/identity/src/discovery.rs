//! Where an API gateway, or anybody who checks tokens, finds the issuer's keys (`OpenID` Connect Discovery 1.0).

use std::sync::Arc;

use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_api::{
    Problem,
    caching::{Freshness, IfNoneMatch, bytes, json},
};

use crate::Identity;

/// Lists the public keys of tokens.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    operation_id = "show_keys",
    tag = "discovery",
    params(IfNoneMatch),
    responses((status = 200, description = "A JWKS (RFC 7517).", body = Keys)),
)]
pub async fn keys(State(identity): State<Arc<Identity>>, seen: IfNoneMatch) -> Result<Response, Problem> {
    let keys = match &identity.tokens.jwks {
        Some(jwks) => jwks.clone(),
        None => identity.login.vault.open().await?.keys.public(),
    };
    Ok(bytes(keys, "application/json", Freshness::MINUTES, &seen))
}

/// Describes the issuer of tokens.
#[utoipa::path(
    get,
    path = "/.well-known/openid-configuration",
    operation_id = "show_issuer",
    tag = "discovery",
    params(IfNoneMatch),
    responses((status = 200, description = "The issuer's metadata.", body = Configuration)),
)]
pub async fn configuration(State(identity): State<Arc<Identity>>, seen: IfNoneMatch) -> Response {
    json(&Configuration::of(&identity.tokens.issuer), Freshness::MINUTES, &seen)
}

/// A JWKS.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a document that is passed on as it is")]
struct Keys {
    /// Public keys, each with its `kid`.
    #[schema(value_type = Vec<Object>, example = json!([{
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "2026-11", "n": "0vx7agoebGcQSuu...", "e": "AQAB",
    }]))]
    keys: Vec<()>,
}

/// The issuer's metadata.
#[derive(Serialize, ToSchema)]
pub struct Configuration {
    /// The `iss` of every token.
    #[schema(example = "https://id.example")]
    issuer: String,
    /// Where the keys are.
    #[schema(example = "https://id.example/.well-known/jwks.json")]
    jwks_uri: String,
    /// How tokens are signed.
    #[schema(example = json!(["RS256"]))]
    id_token_signing_alg_values_supported: [&'static str; 1],
    #[schema(example = json!(["none"]))]
    response_types_supported: [&'static str; 1],
    #[schema(example = json!(["public"]))]
    subject_types_supported: [&'static str; 1],
    /// The claims that matter here.
    #[schema(value_type = Vec<String>, example = json!(["sub", "role", "phone_number", "centers", "state_id", "district_id"]))]
    claims_supported: [&'static str; 9],
}

impl Configuration {
    pub fn of(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            jwks_uri: format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/')),
            id_token_signing_alg_values_supported: ["RS256"],
            response_types_supported: ["none"],
            subject_types_supported: ["public"],
            claims_supported: [
                "iss",
                "aud",
                "exp",
                "sub",
                "role",
                "phone_number",
                "centers",
                "state_id",
                "district_id",
            ],
        }
    }
}
