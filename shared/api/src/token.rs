//! Access tokens: JWTs (RFC 7519), signed with RS256 by a key of a JWKS (RFC 7517).
//!
//! The signature is checked before anything else is believed. A token says who the caller is in these claims: `sub`, and
//! `role`, which is `citizen` (with `phone_number` if the login knew it), `operator` (with `centers`), or `admin` or
//! `analyst` (with `state_id` or `district_id`, or neither for the whole country).

mod claims;
pub mod mapping;
#[cfg(test)]
pub mod mint;

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;
use vaxslot_domain::Timestamp;

use crate::gate::Admitted;

use self::{claims::Claims, mapping::Mapping};

/// The most bytes of a token.
pub const LONGEST: usize = 4096;

/// By how many seconds the issuer's clock and ours may differ.
pub const LEEWAY_SECONDS: f64 = 30.0;

/// Why a token was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// It is genuine, but its time is over.
    #[error("expired")]
    Expired,
    /// For the operator's log; a caller is not told.
    #[error("invalid: {0}")]
    Invalid(&'static str),
    /// No known key is of its name. There may be a new one.
    #[error("invalid: unknown kid")]
    UnknownKey,
}

/// Why a set of keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadKeys {
    #[error("not a JWKS: {0}")]
    Form(#[from] serde_json::Error),
    #[error("the key {0} is given twice")]
    Twice(String),
    #[error("the key {0} cannot be used: {1}")]
    Key(String, #[source] jsonwebtoken::errors::Error),
    #[error("no key is for RS256 signatures and has a kid")]
    None,
    /// The document is published as it is, so it must not hold what signs.
    #[error("the key set has private members")]
    Private,
}

/// Verifies tokens of one issuer for one audience.
pub struct TokenVerifier {
    issuer: String,
    audience: String,
    keys: HashMap<String, DecodingKey>,
    mapping: Option<Arc<Mapping>>,
}

/// The header of a token (RFC 7515). Members that do not matter here are passed over, except `crit`, which forbids that.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde::de::IgnoredAny>,
    typ: Option<String>,
}

impl TokenVerifier {
    /// Takes the RS256 signing keys of a JWKS document; others are passed over.
    ///
    /// # Errors
    /// When the document cannot be read or leaves no key.
    pub fn from_jwks(issuer: &str, audience: &str, jwks: &str) -> Result<Self, BadKeys> {
        let document: Value = serde_json::from_str(jwks)?;
        if has_private(&document) {
            return Err(BadKeys::Private);
        }
        let set: JwkSet = serde_json::from_value(document)?;
        let mut keys = HashMap::new();
        for jwk in set.keys.iter().filter(|jwk| is_for_rs256(jwk)) {
            let Some(kid) = jwk.common.key_id.clone() else { continue };
            let key = DecodingKey::from_jwk(jwk).map_err(|error| BadKeys::Key(kid.clone(), error))?;
            if keys.insert(kid.clone(), key).is_some() {
                return Err(BadKeys::Twice(kid));
            }
        }
        if keys.is_empty() {
            return Err(BadKeys::None);
        }
        Ok(Self { issuer: issuer.to_owned(), audience: audience.to_owned(), keys, mapping: None })
    }

    /// Reads claims as another issuer writes them.
    #[must_use]
    pub fn mapped(self, mapping: Option<Arc<Mapping>>) -> Self {
        Self { mapping, ..self }
    }

    /// The `iss` of every token that is believed.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The caller whom a token names.
    ///
    /// # Errors
    /// When the token is not one of the issuer's for this audience at this time.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Admitted, BadToken> {
        if token.len() > LONGEST {
            return Err(BadToken::Invalid("too long"));
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(BadToken::Invalid("not three parts"))?;
        let (header, payload) = signed.split_once('.').ok_or(BadToken::Invalid("not three parts"))?;
        let key = self.key(&decode(header)?)?;
        let genuine = jsonwebtoken::crypto::verify(signature, signed.as_bytes(), key, Algorithm::RS256);
        if !genuine.unwrap_or(false) {
            return Err(BadToken::Invalid("signature"));
        }
        let payload = decode(payload)?;
        let claims: Claims = match &self.mapping {
            Some(mapping) => mapping.translate(&payload)?,
            None => serde_json::from_slice(&payload).map_err(|_| BadToken::Invalid("malformed claims"))?,
        };
        claims.check(&self.issuer, &self.audience, now)?;
        let subject = claims.subject();
        Ok(Admitted { caller: claims.caller()?, subject })
    }

    fn key(&self, header: &[u8]) -> Result<&DecodingKey, BadToken> {
        let header: Header = serde_json::from_slice(header).map_err(|_| BadToken::Invalid("malformed header"))?;
        if header.alg != "RS256" {
            return Err(BadToken::Invalid("algorithm"));
        }
        if header.crit.is_some() {
            return Err(BadToken::Invalid("critical extension"));
        }
        // An issuer signs more than access tokens with its keys (RFC 8725, section 3.11): those say that they are something else.
        if header.typ.as_deref().is_some_and(|typ| !is_access(typ)) {
            return Err(BadToken::Invalid("type"));
        }
        let kid = header.kid.ok_or(BadToken::Invalid("no kid"))?;
        self.keys.get(&kid).ok_or(BadToken::UnknownKey)
    }
}

/// Types of access tokens (RFC 7519, section 5.1; RFC 9068, section 2.1).
fn is_access(typ: &str) -> bool {
    ["jwt", "at+jwt", "application/jwt", "application/at+jwt"].iter().any(|name| typ.eq_ignore_ascii_case(name))
}

/// The issuer that a token claims to be of, to tell by whose keys to verify it. Nothing is verified yet.
#[must_use]
pub fn claimed_issuer(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claimed {
        iss: String,
    }
    let payload = token.split('.').nth(1).filter(|_| token.len() <= LONGEST)?;
    serde_json::from_slice::<Claimed>(&decode(payload).ok()?).ok().map(|claimed| claimed.iss)
}

/// Members that only the owner of a key may know (RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1).
fn has_private(document: &Value) -> bool {
    let keys = document["keys"].as_array().into_iter().flatten();
    keys.into_iter().any(|key| ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| key.get(name).is_some()))
}

fn is_for_rs256(jwk: &Jwk) -> bool {
    let signs = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let fits = matches!(jwk.common.key_algorithm, None | Some(KeyAlgorithm::RS256));
    matches!(jwk.algorithm, AlgorithmParameters::RSA(_)) && signs && fits
}

fn decode(part: &str) -> Result<Vec<u8>, BadToken> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| BadToken::Invalid("not base64url"))
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
