//! Tokens for tests: a key made for the process, and everything that can be signed with it, right or wrong.

use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaEncoding},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use vaxslot_domain::Timestamp;

pub const ISSUER: &str = "https://id.example";
pub const AUDIENCE: &str = "vaxslot";

/// Signs tokens.
pub struct Mint {
    key: KeyPair,
    kid: &'static str,
}

impl Mint {
    /// A new key.
    pub fn new(kid: &'static str) -> Self {
        Self { key: KeyPair::generate(KeySize::Rsa2048).expect("a key"), kid }
    }

    /// The one that all tests of a process share: making a key takes a while.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Mint> = LazyLock::new(|| Mint::new("test"));
        &SHARED
    }

    /// The public half as a key of a JWKS.
    pub fn jwk(&self) -> Value {
        let public = self.key.public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// The JWKS with this key.
    pub fn jwks(&self) -> String {
        json!({ "keys": [self.jwk()] }).to_string()
    }

    /// A token valid for an hour from `now`, with these claims besides.
    pub fn token(&self, now: Timestamp, claims: &Value) -> String {
        let mut all = json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "someone", "exp": now.as_second() + 3600 });
        if let (Some(all), Some(claims)) = (all.as_object_mut(), claims.as_object()) {
            all.extend(claims.clone());
        }
        self.sign(&json!({ "alg": "RS256", "kid": self.kid }).to_string(), &all.to_string())
    }

    /// A token of any header and claims, right or wrong.
    pub fn sign(&self, header: &str, claims: &str) -> String {
        self.sign_with(&RSA_PKCS1_SHA256, header, claims)
    }

    /// The same with another padding or digest.
    pub fn sign_with(&self, encoding: &'static dyn RsaEncoding, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(encoding, &SystemRandom::new(), signed.as_bytes(), &mut signature).expect("a signature");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
