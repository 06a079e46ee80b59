//! Tokens that must not let anybody in.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use jiff::ToSpan;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use vaxslot::{clock, keys, token::Signer};
use vaxslot_domain::access::{Caller, Region};

use crate::{
    cases::{Case, case},
    request::get,
    stage::{Stage, now},
};

pub fn all(stage: &Stage) -> Vec<Case> {
    let day = stage.today;
    let path = format!("/v1/reports/bookings?date={day}");
    let refused = |name: &str, token: &str| case(format!("token: {name}"), get(&path).by(token), 401, "unauthorized");
    let good = &stage.admin;
    let [head, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("a token has three parts") };
    let read = |part: &str| -> Value { serde_json::from_slice(&BASE64.decode(part).expect("base64")).expect("JSON") };
    let write = |value: &Value| BASE64.encode(value.to_string());
    let mut raised = read(claims);
    raised["sub"] = json!("somebody-else");
    let mut unsigned = read(head);
    unsigned["alg"] = json!("none");
    let mut renamed = read(head);
    renamed["kid"] = json!("../../etc/passwd");
    let admin = Caller::Admin { region: Region::Country };
    let hours = |hours: i64| now().checked_add(hours.hours()).expect("a moment");
    let signed = |moment| stage.signer.sign(&admin, "staff", moment, 1).expect("a token");
    let mut cases = vec![
        case("token: none at all", get(&path), 401, "unauthorized"),
        case(
            "token: another scheme",
            get(&path).header("authorization", "Basic YWRtaW46YWRtaW4="),
            401,
            "unauthorized",
        ),
        refused("nonsense", "nonsense"),
        refused("empty parts", ".."),
        refused("without its signature", &format!("{head}.{claims}.")),
        refused("cut short", &good[..good.len() - 4]),
        refused("another's claims", &format!("{head}.{}.{signature}", write(&raised))),
        refused("alg none", &format!("{}.{claims}.", write(&unsigned))),
        refused("alg none with the signature", &format!("{}.{claims}.{signature}", write(&unsigned))),
        refused("another kid", &format!("{}.{claims}.{signature}", write(&renamed))),
        refused("expired", &signed(hours(-3))),
        refused("signed with the public key as a secret", &symmetric(stage, head, claims)),
        refused("a huge one", &format!("{head}.{}.{signature}", "a".repeat(7_000))),
    ];
    cases.extend(other_signers(stage).into_iter().map(|(name, token)| refused(name, &token)));
    cases
}

/// HS256 with the public key set for a secret: what a verifier that trusts `alg` would take.
fn symmetric(stage: &Stage, head: &str, claims: &str) -> String {
    let set = std::fs::read(keys::set_file(&stage.stack.keys())).expect("the key set");
    let kid = serde_json::from_slice::<Value>(&BASE64.decode(head).expect("base64")).expect("JSON")["kid"].clone();
    let header = Header { kid: kid.as_str().map(str::to_owned), ..Header::new(Algorithm::HS256) };
    let claims: Value = serde_json::from_slice(&BASE64.decode(claims).expect("base64")).expect("JSON");
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&set)).expect("a token")
}

fn other_signers(stage: &Stage) -> Vec<(&'static str, String)> {
    let admin = Caller::Admin { region: Region::Country };
    let issuer = stage.api.clone();
    let sign = |signer: &Signer| signer.sign(&admin, "staff", now(), 1).expect("a token");
    let trusted = stage.stack.keys();
    let folder = std::env::temp_dir().join(format!("vaxslot-forger-{}", clock::random()));
    keys::create(&folder, Some("forger"), keys::Present::Refuse).expect("a key");
    let forger = Signer::load(&folder, &issuer, "vaxslot").expect("a signer");
    let tokens = vec![
        ("another key", sign(&forger)),
        ("another audience", sign(&Signer::load(&trusted, &issuer, "another-service").expect("a signer"))),
        ("another issuer", sign(&Signer::load(&trusted, "https://evil.example", "vaxslot").expect("a signer"))),
    ];
    std::fs::remove_dir_all(&folder).expect("the forger's keys are removed");
    tokens
}
