//! Configuration, read once at start from the environment.

use std::{
    env,
    fmt::{self, Display},
    ops::RangeInclusive,
    str::FromStr,
    sync::Arc,
};

use vaxslot_app::{
    ports::{Buckets, Host, KeySets, Web},
    times::TRAIL_DAYS,
};
use vaxslot_domain::{SignedDuration, booking::Policy};

use crate::{
    gate::Gate,
    limit::{Limits, Purpose, Rates},
    openid::is_secure,
    seal::{SHORTEST, Sealer},
    token::{
        TokenVerifier,
        mapping::{BadRoles, Mapping},
    },
    trust::{Keys, Trust},
};

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

/// The text of a variable, if it is set.
pub fn optional(name: &'static str) -> Result<Option<String>, BadEnv> {
    match required(name) {
        Ok(text) => Ok(Some(text)),
        Err(BadEnv::Missing(_)) => Ok(None),
        Err(bad) => Err(bad),
    }
}

/// The value of a variable, or `default` if it is not set.
pub fn parsed_or<T: FromStr<Err: Display>>(name: &'static str, default: T) -> Result<T, BadEnv> {
    let parse = |text: String| text.parse().map_err(|error: T::Err| BadEnv::Bad { name, why: error.to_string() });
    optional(name)?.map_or(Ok(default), parse)
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

/// For how many days the trail of staff is kept: `TRAIL_DAYS` (1 to 36,500, normally 1,095).
pub fn trail_days() -> Result<u32, BadEnv> {
    number_or("TRAIL_DAYS", TRAIL_DAYS, 1..=36_500)
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

/// `LABEL_KEY`, at least 32 characters: the key of cursors and of the names of buckets, the same for all functions.
pub fn labels() -> Result<Sealer, BadEnv> {
    let key = required("LABEL_KEY")?;
    if key.len() < SHORTEST {
        return Err(BadEnv::Bad { name: "LABEL_KEY", why: format!("it must have at least {SHORTEST} characters") });
    }
    Ok(Sealer::new(key.as_bytes()))
}

/// How tokens are verified.
#[derive(Debug, Clone)]
pub struct TokenConfig {
    /// `TOKEN_ISSUER`: the `iss` of every token.
    pub issuer: String,
    /// `TOKEN_AUDIENCE`: must be in the `aud` of every token.
    pub audience: String,
    /// `TOKEN_JWKS`: the issuer's public keys, a JWKS document, where they are not those that `identity` publishes.
    pub jwks: Option<String>,
    /// Another issuer of tokens, for staff.
    pub staff: Option<StaffIssuer>,
}

/// An identity provider of staff.
#[derive(Debug, Clone)]
pub struct StaffIssuer {
    /// `STAFF_ISSUER`: the `iss` of its tokens.
    pub issuer: String,
    /// `STAFF_AUDIENCE`: must be in the `aud` of each.
    pub audience: String,
    /// `STAFF_JWKS`: its public keys, a JWKS document, where they are not looked up as the issuer describes itself.
    pub jwks: Option<String>,
    /// `STAFF_ROLE_CLAIM` (normally `role`), `STAFF_CENTERS_CLAIM` (`centers`), `STAFF_STATE_CLAIM` (`state_id`),
    /// `STAFF_DISTRICT_CLAIM` (`district_id`) and `STAFF_ROLES`: see [`Mapping`]. None where all are left out.
    pub mapping: Option<Arc<Mapping>>,
}

impl TokenConfig {
    pub fn from_env() -> Result<Self, BadEnv> {
        Ok(Self {
            issuer: required("TOKEN_ISSUER")?,
            audience: required("TOKEN_AUDIENCE")?,
            jwks: optional("TOKEN_JWKS")?,
            staff: StaffIssuer::from_env()?,
        })
    }

    /// The gate that lets in callers with such tokens, so often as [`Rates::from_env`] says. What citizens change is counted as
    /// `changes`.
    pub fn gate<S: KeySets + Buckets + 'static>(
        &self,
        store: Arc<S>,
        web: Arc<dyn Web>,
        host: Arc<dyn Host>,
        changes: Purpose,
    ) -> Result<Gate, BadEnv> {
        let limits = Limits::new(store.clone(), host.clone(), labels()?, Rates::from_env()?, changes);
        Ok(self.unlimited(store, web, host)?.limited(limits))
    }

    fn unlimited(&self, sets: Arc<dyn KeySets>, web: Arc<dyn Web>, host: Arc<dyn Host>) -> Result<Gate, BadEnv> {
        let staff = self.staff.as_ref().map(|staff| staff.keys(web, host.clone())).transpose()?;
        let trust = match &self.jwks {
            Some(jwks) => Trust::fixed(verifier(&self.issuer, &self.audience, jwks, "TOKEN_JWKS")?),
            None => Trust::published(&self.issuer, &self.audience, sets, host.clone()),
        };
        Ok(Gate::new(trust.and_staff(staff), host))
    }
}

impl StaffIssuer {
    /// None if `STAFF_ISSUER` is not set.
    fn from_env() -> Result<Option<Self>, BadEnv> {
        let Some(issuer) = optional("STAFF_ISSUER")? else { return Ok(None) };
        if !is_secure(&issuer) {
            return Err(BadEnv::Bad { name: "STAFF_ISSUER", why: "it must begin with https://".to_owned() });
        }
        let (audience, jwks) = (required("STAFF_AUDIENCE")?, optional("STAFF_JWKS")?);
        Ok(Some(Self { issuer, audience, jwks, mapping: mapping()?.map(Arc::new) }))
    }

    fn keys(&self, web: Arc<dyn Web>, host: Arc<dyn Host>) -> Result<Keys, BadEnv> {
        let mapping = self.mapping.clone();
        Ok(match &self.jwks {
            Some(jwks) => Keys::Fixed(verifier(&self.issuer, &self.audience, jwks, "STAFF_JWKS")?.mapped(mapping)),
            None => Keys::of_provider(&self.issuer, &self.audience, mapping, web, host),
        })
    }
}

fn mapping() -> Result<Option<Mapping>, BadEnv> {
    let names = ["STAFF_ROLE_CLAIM", "STAFF_CENTERS_CLAIM", "STAFF_STATE_CLAIM", "STAFF_DISTRICT_CLAIM", "STAFF_ROLES"];
    let mut given = Vec::new();
    for name in names {
        given.push(optional(name)?);
    }
    if given.iter().all(Option::is_none) {
        return Ok(None);
    }
    let mut given = given.into_iter();
    let mut next = |usual: &str| given.next().flatten().unwrap_or_else(|| usual.to_owned());
    let [role, centers, state, district] = ["role", "centers", "state_id", "district_id"].map(&mut next);
    let bad = |error: BadRoles| BadEnv::Bad { name: "STAFF_ROLES", why: error.to_string() };
    Ok(Some(Mapping { role, centers, state, district, roles: Mapping::roles(&next("")).map_err(bad)? }))
}

fn verifier(issuer: &str, audience: &str, jwks: &str, name: &'static str) -> Result<TokenVerifier, BadEnv> {
    TokenVerifier::from_jwks(issuer, audience, jwks).map_err(|error| BadEnv::Bad { name, why: error.to_string() })
}
