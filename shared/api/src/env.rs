//! Configuration, read once at start from the environment.

use std::{
    env,
    fmt::{self, Display},
    ops::RangeInclusive,
    str::FromStr,
    sync::Arc,
};

use vaxslot_app::ports::Host;
use vaxslot_domain::{SignedDuration, booking::Policy};

use crate::{gate::Gate, token::TokenVerifier};

/// A variable that is missing or cannot be used.
#[derive(thiserror::Error)]
pub enum BadEnv {
    #[error("the environment variable {0} is missing")]
    Missing(&'static str),
    #[error("the environment variable {name} cannot be used: {why}")]
    Bad { name: &'static str, why: String },
}

impl fmt::Debug for BadEnv {
    /// In plain words, because this is what a `main` that fails prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The text of a variable that must be set.
pub fn required(name: &'static str) -> Result<String, BadEnv> {
    match env::var(name) {
        Ok(text) if !text.is_empty() => Ok(text),
        Err(env::VarError::NotUnicode(_)) => Err(BadEnv::Bad { name, why: "it is not UTF-8".to_owned() }),
        _ => Err(BadEnv::Missing(name)),
    }
}

/// The value of a variable, or `default` if it is not set.
pub fn parsed_or<T: FromStr<Err: Display>>(name: &'static str, default: T) -> Result<T, BadEnv> {
    match required(name) {
        Ok(text) => text.parse().map_err(|error: T::Err| BadEnv::Bad { name, why: error.to_string() }),
        Err(BadEnv::Missing(_)) => Ok(default),
        Err(bad) => Err(bad),
    }
}

/// The whole number of a variable, which must be `allowed`; or `default` if it is not set.
pub fn number_or(name: &'static str, default: u32, allowed: RangeInclusive<u32>) -> Result<u32, BadEnv> {
    let number = parsed_or(name, default)?;
    if allowed.contains(&number) {
        return Ok(number);
    }
    let why = format!("it must be from {} to {}", allowed.start(), allowed.end());
    Err(BadEnv::Bad { name, why })
}

/// The program's rules: `HOLD_MINUTES` (1 to 1440, normally 30), `NOTICE_HOURS` (0 to 48, normally 0), `CUT_OFF_HOURS` (0 to
/// 48, normally 0), `CHANGES_PER_DAY` (1 to 20, normally 10) and `OPENING_MINUTES` (0 to 1440, normally 10).
pub fn policy() -> Result<Policy, BadEnv> {
    let minutes = |number: u32| SignedDuration::from_mins(i64::from(number));
    let hours = |number: u32| SignedDuration::from_hours(i64::from(number));
    Ok(Policy {
        hold: minutes(number_or("HOLD_MINUTES", 30, 1..=1440)?),
        notice: hours(number_or("NOTICE_HOURS", 0, 0..=48)?),
        cut_off: hours(number_or("CUT_OFF_HOURS", 0, 0..=48)?),
        changes_a_day: number_or("CHANGES_PER_DAY", 10, 1..=20)?,
        opening: minutes(number_or("OPENING_MINUTES", 10, 0..=1440)?),
    })
}

/// How tokens are verified.
#[derive(Debug, Clone)]
pub struct TokenConfig {
    /// `TOKEN_ISSUER`: the `iss` of every token.
    pub issuer: String,
    /// `TOKEN_AUDIENCE`: must be in the `aud` of every token.
    pub audience: String,
    /// `TOKEN_JWKS`: the issuer's public keys, a JWKS document.
    pub jwks: String,
}

impl TokenConfig {
    pub fn from_env() -> Result<Self, BadEnv> {
        Ok(Self {
            issuer: required("TOKEN_ISSUER")?,
            audience: required("TOKEN_AUDIENCE")?,
            jwks: required("TOKEN_JWKS")?,
        })
    }

    /// The gate that lets in callers with such tokens.
    pub fn gate(&self, host: Arc<dyn Host>) -> Result<Gate, BadEnv> {
        let verifier = TokenVerifier::from_jwks(&self.issuer, &self.audience, &self.jwks);
        let verifier = verifier.map_err(|error| BadEnv::Bad { name: "TOKEN_JWKS", why: error.to_string() })?;
        Ok(Gate::new(verifier, host))
    }
}
