//! What the claims of another issuer mean here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{BadToken, claims::Claims};
use crate::extract::Json;

/// Where an issuer says who somebody is: names of claims, or JSON pointers (RFC 6901) into them, such as `/realm_access/roles`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    pub role: String,
    pub centers: String,
    pub state: String,
    pub district: String,
    /// The issuer's words for roles, and what they are here. Empty where it uses ours.
    pub roles: BTreeMap<String, Role>,
}

/// A role that an issuer may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Operator,
    Admin(Reach),
    Analyst(Reach),
}

/// The part of the country that a role is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The state or the district that the claims name, or the whole country if they name none.
    Named,
    /// A state, which the claims must name.
    State,
    /// A district, which the claims must name.
    District,
}

/// A list of roles that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "roles are written word=role, separated by commas; a role is operator, or admin or analyst, or one of these with state- or \
     district- before it"
)]
pub struct BadRoles;

impl Mapping {
    /// Reads roles such as `Vaccinator=operator,State lead=state-admin`.
    ///
    /// # Errors
    /// When a word has no role that is known, or two.
    pub fn roles(text: &str) -> Result<BTreeMap<String, Role>, BadRoles> {
        let mut roles = BTreeMap::new();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (word, role) = pair.rsplit_once('=').ok_or(BadRoles)?;
            let role = Role::named(role.trim()).ok_or(BadRoles)?;
            if word.trim().is_empty() || roles.insert(word.trim().to_owned(), role).is_some() {
                return Err(BadRoles);
            }
        }
        Ok(roles)
    }

    /// The claims as they are written here. A role for a part of the country comes with that part, or not at all.
    pub fn translate(&self, payload: &[u8]) -> Result<Claims, BadToken> {
        let malformed = || BadToken::Invalid("malformed claims");
        // The last of doubled claims would win.
        let read: Json = serde_json::from_slice(payload).map_err(|_| malformed())?;
        let doubled = read.doubled().is_some();
        let theirs: Value = serde_json::from_slice(payload).map_err(|_| malformed())?;
        if doubled || !theirs.is_object() {
            return Err(malformed());
        }
        let mut ours: Map<String, Value> = ["iss", "aud", "exp", "nbf", "sub"]
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), theirs.get(*name)?.clone())))
            .collect();
        let role = self.role(find(&theirs, &self.role))?;
        ours.insert("role".to_owned(), json!(role.name()));
        let beyond = BadToken::Invalid("claims of the role");
        let required: &[(&str, &str)] = match role {
            Role::Operator => &[("centers", &self.centers)],
            Role::Admin(Reach::State) | Role::Analyst(Reach::State) => &[("state_id", &self.state)],
            Role::Admin(Reach::District) | Role::Analyst(Reach::District) => &[("district_id", &self.district)],
            Role::Admin(Reach::Named) | Role::Analyst(Reach::Named) => &[],
        };
        let named = [("state_id", self.state.as_str()), ("district_id", &self.district)];
        let named = named.into_iter().filter(|(_, place)| {
            matches!(role, Role::Admin(Reach::Named) | Role::Analyst(Reach::Named)) && find(&theirs, place).is_some()
        });
        for (name, place) in required.iter().copied().chain(named) {
            let numbers = find(&theirs, place).and_then(numbers).ok_or_else(|| beyond.clone())?;
            let scope = match (name, numbers.as_slice()) {
                ("centers", numbers) => json!(numbers),
                (_, [one]) => json!(one),
                _ => return Err(beyond),
            };
            ours.insert(name.to_owned(), scope);
        }
        serde_json::from_value(Value::Object(ours)).map_err(|_| malformed())
    }

    /// Exactly one role: of who has two it is not known which is meant. Words that mean nothing here are passed over.
    fn role(&self, claimed: Option<&Value>) -> Result<Role, BadToken> {
        let words: Vec<&str> = match claimed {
            Some(Value::String(word)) => vec![word],
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            _ => return Err(BadToken::Invalid("no role")),
        };
        let ours = self.roles.is_empty();
        let known = |word: &str| if ours { Role::named(word) } else { self.roles.get(word).copied() };
        let roles: BTreeSet<Role> = words.into_iter().filter_map(known).collect();
        match Vec::from_iter(roles)[..] {
            [role] => Ok(role),
            [] => Err(BadToken::Invalid("no role")),
            _ => Err(BadToken::Invalid("several roles")),
        }
    }
}

impl Role {
    fn named(name: &str) -> Option<Self> {
        let (reach, role) = match name.split_once('-') {
            Some(("state", role)) => (Reach::State, role),
            Some(("district", role)) => (Reach::District, role),
            _ => (Reach::Named, name),
        };
        match (role, reach) {
            ("operator", Reach::Named) => Some(Self::Operator),
            ("admin", reach) => Some(Self::Admin(reach)),
            ("analyst", reach) => Some(Self::Analyst(reach)),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Admin(_) => "admin",
            Self::Analyst(_) => "analyst",
        }
    }
}

fn find<'a>(claims: &'a Value, place: &str) -> Option<&'a Value> {
    if place.starts_with('/') { claims.pointer(place) } else { claims.get(place) }
}

/// Numbers, or texts of digits, alone or in a list; or a text of several, with spaces or commas between.
fn numbers(value: &Value) -> Option<Vec<u64>> {
    match value {
        Value::Number(number) => Some(vec![number.as_u64()?]),
        Value::String(text) => {
            let words = text.split([' ', ',']).filter(|word| !word.is_empty());
            let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok())?;
            words.map(digits).collect()
        }
        Value::Array(items) => {
            let each = items.iter().map(|item| if item.is_array() { None } else { numbers(item) });
            each.collect::<Option<Vec<_>>>().map(|found| found.concat())
        }
        _ => None,
    }
}

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;
