//! Tokens as the service expects them, signed with a local key. Citizens of a real deployment get theirs from its
//! identity provider.

use std::path::Path;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use vaxslot_domain::access::{Caller, Region};

use crate::{
    http::Bearer,
    keys::{self, KeyError},
};

/// The longest a token may live, in hours: who holds one cannot be locked out earlier.
pub const MOST_HOURS: u8 = 24;

/// What a token says. Instants are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub iat: i64,
    pub exp: i64,
    pub role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centers: Option<Vec<u32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_id: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district_id: Option<u32>,
}

/// Signs tokens for one service.
pub struct Signer {
    key: EncodingKey,
    kid: String,
    issuer: String,
    audience: String,
}

impl Signer {
    /// Signs with the key in `folder`; see [`keys::create`].
    pub fn load(folder: &Path, issuer: &str, audience: &str) -> Result<Self, KeyError> {
        let (key, kid) = keys::load(folder)?;
        Ok(Self { key, kid, issuer: issuer.to_owned(), audience: audience.to_owned() })
    }

    /// A token that is valid from `now` on. A citizen's subject is the account, so `subject` is for staff.
    pub fn sign(&self, caller: &Caller, subject: &str, now: Timestamp, hours: u8) -> Result<String, KeyError> {
        let claims = self.claims(caller, subject, now, hours);
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::RS256) };
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }

    /// The same as [`Signer::sign`], for a call.
    pub fn bearer(&self, caller: &Caller, now: Timestamp, hours: u8) -> Result<Bearer, KeyError> {
        let role = role(caller);
        Ok(Bearer::new(role, self.sign(caller, &format!("local-{role}"), now, hours)?))
    }

    fn claims(&self, caller: &Caller, subject: &str, now: Timestamp, hours: u8) -> Claims {
        let mut claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: subject.to_owned(),
            iat: now.as_second(),
            exp: now.as_second() + i64::from(hours.min(MOST_HOURS)) * 3600,
            role: role(caller).to_owned(),
            phone_number: None,
            centers: None,
            state_id: None,
            district_id: None,
        };
        match caller {
            Caller::Citizen { account, phone } => {
                account.as_str().clone_into(&mut claims.sub);
                claims.phone_number = phone.as_ref().map(|phone| phone.as_str().to_owned());
            }
            Caller::Operator { centers } => claims.centers = Some(centers.iter().map(|center| center.get()).collect()),
            Caller::Admin { region } | Caller::Analyst { region } => match region {
                Region::Country => {}
                Region::State(state) => claims.state_id = Some(state.get()),
                Region::District(district) => claims.district_id = Some(district.get()),
            },
        }
        claims
    }
}

/// The name of the caller's role in a token.
#[must_use]
pub fn role(caller: &Caller) -> &'static str {
    match caller {
        Caller::Citizen { .. } => "citizen",
        Caller::Operator { .. } => "operator",
        Caller::Admin { .. } => "admin",
        Caller::Analyst { .. } => "analyst",
    }
}
