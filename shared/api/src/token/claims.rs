use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};
use vaxslot_domain::{
    Timestamp,
    access::{Caller, Region},
    id::{AccountId, CenterId, DistrictId, StateId},
};

use super::{BadToken, LEEWAY_SECONDS};

/// The claims that matter here; a doubled one is malformed, and so is a null in place of a value.
#[derive(Deserialize)]
pub struct Claims {
    iss: String,
    aud: Audience,
    exp: f64,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<f64>,
    sub: String,
    role: Role,
    #[serde(default, deserialize_with = "present")]
    phone_number: Option<String>,
    #[serde(default, deserialize_with = "present")]
    centers: Option<BTreeSet<CenterId>>,
    #[serde(default, deserialize_with = "present")]
    state_id: Option<StateId>,
    #[serde(default, deserialize_with = "present")]
    district_id: Option<DistrictId>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Citizen,
    Operator,
    Admin,
    Analyst,
}

/// A null must not widen a role by passing for "no limit".
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl Claims {
    pub fn check(&self, issuer: &str, audience: &str, now: Timestamp) -> Result<(), BadToken> {
        if self.iss != issuer {
            return Err(BadToken::Invalid("issuer"));
        }
        let for_us = match &self.aud {
            Audience::One(name) => name == audience,
            Audience::Many(names) => names.iter().any(|name| name == audience),
        };
        if !for_us {
            return Err(BadToken::Invalid("audience"));
        }
        let since = |moment: f64| now.as_duration().as_secs_f64() - moment;
        if since(self.exp) >= LEEWAY_SECONDS {
            return Err(BadToken::Expired);
        }
        if self.nbf.is_some_and(|from| since(from) < -LEEWAY_SECONDS) {
            return Err(BadToken::Invalid("not valid yet"));
        }
        Ok(())
    }

    pub fn subject(&self) -> String {
        self.sub.clone()
    }

    pub fn caller(self) -> Result<Caller, BadToken> {
        let malformed = BadToken::Invalid("claims of the role");
        match self.role {
            Role::Citizen => {
                let account = AccountId::try_from(self.sub).map_err(|_| malformed.clone())?;
                if account.is_of_center() {
                    return Err(malformed);
                }
                let phone = self.phone_number.map(|number| number.parse()).transpose().map_err(|_| malformed)?;
                Ok(Caller::Citizen { account, phone })
            }
            Role::Operator => Ok(Caller::Operator { centers: self.centers.ok_or(malformed)? }),
            Role::Admin => Ok(Caller::Admin { region: region(self.state_id, self.district_id).ok_or(malformed)? }),
            Role::Analyst => Ok(Caller::Analyst { region: region(self.state_id, self.district_id).ok_or(malformed)? }),
        }
    }
}

fn region(state: Option<StateId>, district: Option<DistrictId>) -> Option<Region> {
    match (state, district) {
        (None, None) => Some(Region::Country),
        (Some(state), None) => Some(Region::State(state)),
        (None, Some(district)) => Some(Region::District(district)),
        (Some(_), Some(_)) => None,
    }
}
