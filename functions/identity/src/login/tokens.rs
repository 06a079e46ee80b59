use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, PublicKeyUse},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    access::{Caller, Region},
    person::Phone,
};

/// How long an access token counts.
pub const ACCESS: SignedDuration = SignedDuration::from_mins(15);

/// What a token says.
#[derive(Debug, Serialize)]
pub struct Claims<'a> {
    pub iss: &'a str,
    pub aud: &'a str,
    pub sub: &'a str,
    pub iat: i64,
    pub exp: i64,
    #[serde(flatten)]
    pub who: Who<'a>,
}

/// Role and scope.
#[derive(Debug, Default, Serialize)]
pub struct Who<'a> {
    role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    centers: Option<Vec<u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    district_id: Option<u32>,
}

impl<'a> Who<'a> {
    pub fn citizen(phone: &'a Phone) -> Self {
        Self { role: "citizen", phone_number: Some(phone.as_str()), ..Self::default() }
    }

    pub fn staff(caller: &'a Caller) -> Self {
        let of = |role, region: &Region| match region {
            Region::Country => Self { role, ..Self::default() },
            Region::State(id) => Self { role, state_id: Some(id.get()), ..Self::default() },
            Region::District(id) => Self { role, district_id: Some(id.get()), ..Self::default() },
        };
        match caller {
            Caller::Citizen { phone, .. } => {
                Self { role: "citizen", phone_number: phone.as_ref().map(Phone::as_str), ..Self::default() }
            }
            Caller::Operator { centers } => {
                let centers = centers.iter().map(|center| center.get()).collect();
                Self { role: "operator", centers: Some(centers), ..Self::default() }
            }
            Caller::Admin { region } => of("admin", region),
            Caller::Analyst { region } => of("analyst", region),
        }
    }
}

/// Why the signing keys cannot be used. It repeats nothing of them.
#[derive(Debug, thiserror::Error)]
pub enum BadKeyring {
    #[error("the signing keys are no JSON of the form that `vaxslot keys rotate` writes")]
    Form,
    #[error("the signing key {0} cannot be used")]
    Key(String),
}

/// No key signs yet: `vaxslot keys rotate` makes one.
#[derive(Debug, thiserror::Error)]
#[error("no key signs tokens: run `vaxslot keys rotate`")]
pub struct NoKey;

#[derive(Deserialize)]
struct Written {
    keys: Vec<WrittenKey>,
}

#[derive(Deserialize)]
struct WrittenKey {
    kid: String,
    pem: String,
    signs_from: Timestamp,
}

struct Key {
    kid: String,
    private: EncodingKey,
    public: Value,
    signs_from: Timestamp,
}

/// The keys that sign, or soon will, or did so for tokens that still count.
pub struct Keyring(Vec<Key>);

impl Keyring {
    pub fn parse(text: &str) -> Result<Self, BadKeyring> {
        let written: Written = serde_json::from_str(text).map_err(|_| BadKeyring::Form)?;
        written.keys.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// The public halves of all, as a JWKS (RFC 7517).
    pub fn public(&self) -> String {
        json!({ "keys": self.0.iter().map(|key| &key.public).collect::<Vec<_>>() }).to_string()
    }

    /// Signs with the key whose time began last.
    pub fn sign(&self, claims: &Claims<'_>, now: Timestamp) -> Result<String, NoKey> {
        let begun = self.0.iter().filter(|key| key.signs_from <= now);
        let key = begun.max_by_key(|key| key.signs_from).ok_or(NoKey)?;
        let header = Header { kid: Some(key.kid.clone()), ..Header::new(Algorithm::RS256) };
        jsonwebtoken::encode(&header, claims, &key.private).map_err(|_| NoKey)
    }
}

fn read(written: WrittenKey) -> Result<Key, BadKeyring> {
    let bad = || BadKeyring::Key(written.kid.clone());
    let private = EncodingKey::from_rsa_pem(written.pem.as_bytes()).map_err(|_| bad())?;
    let mut jwk = Jwk::from_encoding_key(&private, Algorithm::RS256).map_err(|_| bad())?;
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    jwk.common.key_id = Some(written.kid.clone());
    let public = serde_json::to_value(&jwk).map_err(|_| bad())?;
    Ok(Key { kid: written.kid, private, public, signs_from: written.signs_from })
}
