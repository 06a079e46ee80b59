//! Tokens that must not let anybody in: whoever checks tokens is shown all of them.

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{Algorithm, EncodingKey, crypto, jwk::Jwk};
use serde_json::{Value, json};

/// A token, and what is wrong with it.
pub type Forged = (&'static str, String);

/// Makes tokens out of one that lets somebody in, and the key that signed it.
pub struct Forger<'a> {
    pub good: &'a str,
    pub key: &'a EncodingKey,
    /// Somebody else's.
    pub other: &'a EncodingKey,
    /// The public keys, as everybody can read them.
    pub jwks: &'a str,
    /// Seconds since 1970.
    pub now: i64,
}

impl Forger<'_> {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<Forged> {
        [self.headers(), self.keys(), self.claims(), self.doubled(), self.signatures(), self.shapes()].concat()
    }

    fn part(&self, number: usize) -> &str {
        self.good.split('.').nth(number).expect("a token has three parts")
    }

    fn read(&self, number: usize) -> Value {
        serde_json::from_slice(&BASE64.decode(self.part(number)).expect("base64")).expect("JSON")
    }

    /// A token of any header and claims, with the genuine key.
    fn signed(&self, header: &str, claims: &str) -> String {
        sign(self.key, Algorithm::RS256, header, claims)
    }

    fn headers(&self) -> Vec<Forged> {
        let kid = self.read(0)["kid"].as_str().expect("a kid").to_owned();
        let claims = self.read(1).to_string();
        let unsigned =
            |alg: &str| format!("{}.{}", BASE64.encode(json!({"alg": alg, "kid": kid}).to_string()), self.part(1));
        let header = |header: Value| self.signed(&header.to_string(), &claims);
        let named = |kid: Value| header(json!({"alg": "RS256", "kid": kid}));
        vec![
            ("alg none", format!("{}.", unsigned("none"))),
            ("alg none with a signature", format!("{}.{}", unsigned("none"), self.part(2))),
            ("alg nOnE", format!("{}.", unsigned("nOnE"))),
            ("alg empty", header(json!({"alg": "", "kid": kid}))),
            ("alg missing", header(json!({"kid": kid}))),
            ("alg in a list", header(json!({"alg": ["RS256"], "kid": kid}))),
            ("alg in small letters", header(json!({"alg": "rs256", "kid": kid}))),
            ("alg RS512", sign(self.key, Algorithm::RS512, &json!({"alg": "RS512", "kid": kid}).to_string(), &claims)),
            ("alg PS256", sign(self.key, Algorithm::PS256, &json!({"alg": "PS256", "kid": kid}).to_string(), &claims)),
            ("kid missing", header(json!({"alg": "RS256"}))),
            ("kid null", named(Value::Null)),
            ("kid a number", named(json!(1))),
            ("kid in a list", named(json!([kid]))),
            ("kid empty", named(json!(""))),
            ("kid of nobody", named(json!("nobody"))),
            ("kid a path", named(json!("../../../etc/passwd"))),
            ("kid a path to nothing", named(json!("/dev/null"))),
            ("kid a query", named(json!("' OR '1'='1"))),
            ("kid with a space", named(json!(format!("{kid} ")))),
            ("kid with a NUL", named(json!(format!("{kid}\0")))),
            ("kid with an invisible letter", named(json!(format!("{kid}\u{200b}")))),
            ("kid twice", self.signed(&format!(r#"{{"alg":"RS256","kid":"nobody","kid":"{kid}"}}"#), &claims)),
            ("crit", header(json!({"alg": "RS256", "kid": kid, "crit": ["b64"], "b64": false}))),
            ("crit of nothing", header(json!({"alg": "RS256", "kid": kid, "crit": []}))),
            ("typ of a logout", header(json!({"alg": "RS256", "kid": kid, "typ": "logout+jwt"}))),
            ("typ of a proof", header(json!({"alg": "RS256", "kid": kid, "typ": "dpop+jwt"}))),
            ("typ a number", header(json!({"alg": "RS256", "kid": kid, "typ": 1}))),
            ("a list for a header", header(json!(["RS256", kid]))),
            ("no JSON for a header", self.signed("RS256", &claims)),
        ]
    }

    fn keys(&self) -> Vec<Forged> {
        let (kid, claims) = (self.read(0)["kid"].clone(), self.read(1).to_string());
        let theirs =
            serde_json::to_value(Jwk::from_encoding_key(self.other, Algorithm::RS256).expect("a key")).expect("JSON");
        let by_other = |header: Value| sign(self.other, Algorithm::RS256, &header.to_string(), &claims);
        let set: Value = serde_json::from_str(self.jwks).expect("a key set");
        let public = set["keys"][0].clone();
        let secret = |secret: &[u8]| {
            let signed = joined(&json!({"alg": "HS256", "kid": kid}).to_string(), &claims);
            let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
            format!("{signed}.{}", BASE64.encode(mac))
        };
        vec![
            ("another key", by_other(json!({"alg": "RS256", "kid": kid}))),
            ("a key in the header", by_other(json!({"alg": "RS256", "kid": kid, "jwk": theirs}))),
            ("a key in the header and its own kid", by_other(json!({"alg": "RS256", "kid": "theirs", "jwk": theirs}))),
            ("a jku", by_other(json!({"alg": "RS256", "kid": "theirs", "jku": "https://evil.example/jwks.json"}))),
            ("an x5u", by_other(json!({"alg": "RS256", "kid": "theirs", "x5u": "https://evil.example/chain.pem"}))),
            ("an x5c", by_other(json!({"alg": "RS256", "kid": kid, "x5c": ["MIIB"]}))),
            ("HS256 with the key set", secret(self.jwks.as_bytes())),
            ("HS256 with the public key", secret(public.to_string().as_bytes())),
            ("HS256 with the modulus", secret(public["n"].as_str().expect("a modulus").as_bytes())),
            ("HS256 with the kid", secret(kid.as_str().expect("a kid").as_bytes())),
            ("HS256 with nothing", secret(b"")),
        ]
    }

    fn claims(&self) -> Vec<Forged> {
        let (header, good) = (self.read(0).to_string(), self.read(1));
        let with = |name: &str, value: Value| {
            let mut claims = good.clone();
            claims[name] = value;
            self.signed(&header, &claims.to_string())
        };
        let without = |name: &str| {
            let mut claims = good.clone();
            claims.as_object_mut().expect("claims").remove(name);
            self.signed(&header, &claims.to_string())
        };
        let (issuer, audience) = (good["iss"].as_str().expect("an issuer"), "vaxslot-admin");
        vec![
            ("expired", with("exp", json!(self.now - 60))),
            ("expired for years", with("exp", json!(1))),
            ("never expires", without("exp")),
            ("expires at null", with("exp", Value::Null)),
            ("expires at a text", with("exp", json!("2100-01-01"))),
            ("not yet valid", with("nbf", json!(self.now + 600))),
            ("valid from a text", with("nbf", json!("now"))),
            ("another issuer", with("iss", json!("https://evil.example"))),
            ("the issuer with a slash", with("iss", json!(format!("{issuer}/")))),
            ("the issuer in capitals", with("iss", json!(issuer.to_uppercase()))),
            ("the issuer in a list", with("iss", json!([issuer]))),
            ("no issuer", without("iss")),
            ("another audience", with("aud", json!(audience))),
            ("other audiences", with("aud", json!([audience, "*"]))),
            ("no audience", without("aud")),
            ("nobody for an audience", with("aud", json!([]))),
            ("no subject", without("sub")),
            ("a number for a subject", with("sub", json!(7))),
            ("no role", without("role")),
            ("a role that nobody has", with("role", json!("root"))),
            ("a role in capitals", with("role", json!("ADMIN"))),
            ("roles in a list", with("role", json!(["citizen", "admin"]))),
            ("a role with an invisible letter", with("role", json!("admin\u{200b}"))),
            ("an operator of nothing", with("role", json!("operator"))),
            ("a list for claims", self.signed(&header, &json!([good]).to_string())),
            ("a text for claims", self.signed(&header, "\"admin\"")),
            ("claims and more", self.signed(&header, &format!("{good}{good}"))),
        ]
    }

    fn doubled(&self) -> Vec<Forged> {
        let (header, good) = (self.read(0).to_string(), self.read(1).to_string());
        let more = |claim: &str| self.signed(&header, &format!("{},{claim}}}", &good[..good.len() - 1]));
        vec![
            ("the role twice", more(r#""role":"admin""#)),
            ("the subject twice", more(r#""sub":"somebody-else""#)),
            ("the end twice", more(r#""exp":4102444800"#)),
            ("the audience twice", more(r#""aud":"vaxslot""#)),
            ("a region of null", self.signed(&header, &good.replacen('{', r#"{"state_id":null,"#, 1))),
        ]
    }

    fn signatures(&self) -> Vec<Forged> {
        let signed = joined(&self.read(0).to_string(), &self.read(1).to_string());
        let (head, claims, signature) = (self.part(0), self.part(1), self.part(2));
        let mut raised = self.read(1);
        raised["sub"] = json!("somebody-else");
        let raised = BASE64.encode(raised.to_string());
        let another = self.signed(&self.read(0).to_string(), &json!({"iss": "elsewhere"}).to_string());
        let of_another = another.rsplit('.').next().expect("a signature").to_owned();
        vec![
            ("no signature", format!("{head}.{claims}.")),
            ("the signature of another token", format!("{head}.{claims}.{of_another}")),
            ("another's claims", format!("{head}.{raised}.{signature}")),
            ("half a signature", format!("{head}.{claims}.{}", &signature[..signature.len() / 2])),
            ("a signature and more", format!("{head}.{claims}.{signature}AAAA")),
            ("a signature of zeros", format!("{signed}.{}", BASE64.encode([0; 256]))),
            ("a signature that is padded", format!("{head}.{claims}.{signature}==")),
            ("a signature of RS512", {
                let made = crypto::sign(format!("{head}.{claims}").as_bytes(), self.key, Algorithm::RS512);
                format!("{head}.{claims}.{}", made.expect("a signature"))
            }),
        ]
    }

    fn shapes(&self) -> Vec<Forged> {
        let good = self.good;
        let (head, claims, signature) = (self.part(0), self.part(1), self.part(2));
        vec![
            ("nonsense", "nonsense".to_owned()),
            ("dots", "..".to_owned()),
            ("one part", head.to_owned()),
            ("two parts", format!("{head}.{claims}")),
            ("four parts", format!("{good}.{signature}")),
            ("five parts, as of a sealed token", format!("{head}.{claims}.{signature}.{claims}.{signature}")),
            ("cut in the middle", good[..good.len() / 2].to_owned()),
            ("cut at its end", good[..good.len() - 4].to_owned()),
            ("a space in it", format!("{head}. {claims}.{signature}")),
            ("two tokens", format!("{good} {good}")),
            ("two tokens and a comma", format!("{good},{good}")),
            ("in quotes", format!("\"{good}\"")),
            ("written twice over", BASE64.encode(good)),
            ("a huge one", format!("{head}.{}.{signature}", "a".repeat(7_000))),
        ]
    }
}

fn joined(header: &str, claims: &str) -> String {
    format!("{}.{}", BASE64.encode(header), BASE64.encode(claims))
}

fn sign(key: &EncodingKey, algorithm: Algorithm, header: &str, claims: &str) -> String {
    let signed = joined(header, claims);
    let signature = crypto::sign(signed.as_bytes(), key, algorithm).expect("a signature");
    format!("{signed}.{signature}")
}
