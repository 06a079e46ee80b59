//! Genuine tokens, signed with a key that is made for the run of the tests.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};
use vaxslot_api::{
    Gate,
    limit::{Limits, Purpose, Rates},
    seal::Sealer,
    token::TokenVerifier,
    trust::Trust,
};
use vaxslot_app::ports::{Buckets, Host};
use vaxslot_domain::{
    Timestamp,
    access::{Caller, Region},
};

use crate::forged::{Forged, Forger};

pub const ISSUER: &str = "https://issuer.test";
pub const AUDIENCE: &str = "vaxslot-test";
const KID: &str = "test";

/// 1 January 2100.
const FAR_AHEAD: u64 = 4_102_444_800;

static PEM: LazyLock<String> = LazyLock::new(new_pem);
static KEY: LazyLock<EncodingKey> =
    LazyLock::new(|| EncodingKey::from_rsa_pem(PEM.as_bytes()).expect("a key to sign with"));

/// A new private key.
#[must_use]
pub fn new_pem() -> String {
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key pair");
    let der: Pkcs8V1Der<'_> = pair.as_der().expect("a private key");
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(der.as_ref()))
}

/// The key that signs, as a secret of the service: signing since a time long ago.
#[must_use]
pub fn signing_key() -> Value {
    json!({ "kid": KID, "pem": *PEM, "signs_from": "2020-01-01T00:00:00Z" })
}

/// The public keys, as `TOKEN_JWKS` has them.
#[must_use]
pub fn jwks() -> String {
    let mut key = Jwk::from_encoding_key(&KEY, Algorithm::RS256).expect("a public key");
    key.common.key_id = Some(KID.to_owned());
    json!({ "keys": [key] }).to_string()
}

/// A gate that lets in who has a token made here.
#[must_use]
pub fn gate(host: Arc<dyn Host>) -> Gate {
    let verifier = TokenVerifier::from_jwks(ISSUER, AUDIENCE, &jwks()).expect("keys that can be used");
    Gate::new(Trust::fixed(verifier), host)
}

/// The same, of a sandbox that counts how often each comes.
#[must_use]
pub fn limited_gate(host: Arc<dyn Host>, buckets: Arc<dyn Buckets>, rates: Rates) -> Gate {
    gate(host.clone()).limited(Limits::new(buckets, host, sealer(), rates, Purpose::Booking))
}

/// What signs cursors and names buckets.
#[must_use]
pub fn sealer() -> Sealer {
    Sealer::new(b"the key of labels, for tests alone")
}

/// Everything that resembles a good token and must not be believed.
#[must_use]
pub fn forgeries(good: &str, now: Timestamp) -> Vec<Forged> {
    let other = EncodingKey::from_rsa_pem(new_pem().as_bytes()).expect("a key to sign with");
    Forger { good, key: &KEY, other: &other, jwks: &jwks(), now: now.as_second() }.all()
}

/// A token of a caller.
#[must_use]
pub fn token(caller: &Caller) -> String {
    let mut claims = json!({ "iss": ISSUER, "aud": AUDIENCE, "exp": FAR_AHEAD, "sub": "somebody" });
    let own = match caller {
        Caller::Citizen { account, phone } => {
            let phone = phone.as_ref().map(|phone| json!({ "phone_number": phone.as_str() }));
            merged(json!({ "role": "citizen", "sub": account.as_str() }), phone.unwrap_or_else(|| json!({})))
        }
        Caller::Operator { centers } => json!({ "role": "operator", "centers": centers }),
        Caller::Admin { region } => merged(json!({ "role": "admin" }), claims_of(*region)),
        Caller::Analyst { region } => merged(json!({ "role": "analyst" }), claims_of(*region)),
    };
    claims = merged(claims, own);
    signed(&claims)
}

/// A token with just these claims.
#[must_use]
pub fn signed(claims: &Value) -> String {
    let header = Header { kid: Some(KID.to_owned()), ..Header::new(Algorithm::RS256) };
    jsonwebtoken::encode(&header, claims, &KEY).expect("a signature")
}

fn claims_of(region: Region) -> Value {
    match region {
        Region::Country => json!({}),
        Region::State(id) => json!({ "state_id": id }),
        Region::District(id) => json!({ "district_id": id }),
    }
}

fn merged(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}
