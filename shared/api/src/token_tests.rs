use aws_lc_rs::{
    hmac,
    signature::{RSA_PKCS1_SHA512, RSA_PSS_SHA256},
};
use serde_json::json;
use vaxslot_domain::access::{Caller, Region};

use super::{
    mint::{AUDIENCE, ISSUER, Mint},
    *,
};

const NOW: i64 = 1_795_233_600;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn mint() -> &'static Mint {
    Mint::shared()
}

fn verifier() -> TokenVerifier {
    TokenVerifier::from_jwks(ISSUER, AUDIENCE, &mint().jwks()).unwrap()
}

fn verify(token: &str) -> Result<Caller, BadToken> {
    verifier().verify(token, now()).map(|admitted| admitted.caller)
}

/// A citizen's token with some claims changed; null takes a claim away.
fn with(changes: &Value) -> String {
    let mut claims = json!({ "role": "citizen" });
    let mut removed = Vec::new();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            removed.push(name.clone());
        }
        claims[name] = value.clone();
    }
    let token = mint().token(now(), &claims);
    let mut all: Value = serde_json::from_slice(&decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    for name in removed {
        all.as_object_mut().unwrap().remove(&name);
    }
    mint().sign(&header(), &all.to_string())
}

fn header() -> String {
    json!({ "alg": "RS256", "kid": "test" }).to_string()
}

fn claims() -> String {
    json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "a", "role": "citizen", "exp": NOW + 60 }).to_string()
}

#[test]
fn roles_become_callers() {
    let citizen = verify(&with(&json!({ "sub": "acct-7", "phone_number": "+919812345678" }))).unwrap();
    let Caller::Citizen { account, phone } = citizen else { panic!("{citizen:?}") };
    assert_eq!((account.as_str(), phone.unwrap().as_str()), ("acct-7", "+919812345678"));
    let operator = verify(&with(&json!({ "role": "operator", "centers": [7, 9] }))).unwrap();
    let Caller::Operator { centers } = operator else { panic!("{operator:?}") };
    assert_eq!(centers.iter().map(|id| id.get()).collect::<Vec<_>>(), [7, 9]);
    let region = |claims: &Value| match verify(&with(claims)).unwrap() {
        Caller::Admin { region } | Caller::Analyst { region } => region,
        other => panic!("{other:?}"),
    };
    assert_eq!(region(&json!({ "role": "admin" })), Region::Country);
    assert_eq!(region(&json!({ "role": "admin", "state_id": 21 })), Region::State(21.try_into().unwrap()));
    assert_eq!(region(&json!({ "role": "analyst", "district_id": 363 })), Region::District(363.try_into().unwrap()));
}

#[test]
fn clocks_may_differ_by_half_a_minute() {
    assert!(verify(&with(&json!({ "exp": NOW - 29 }))).is_ok());
    assert_eq!(verify(&with(&json!({ "exp": NOW - 30 }))), Err(BadToken::Expired));
    assert!(verify(&with(&json!({ "nbf": NOW + 30 }))).is_ok());
    assert_eq!(verify(&with(&json!({ "nbf": NOW + 31 }))), Err(BadToken::Invalid("not valid yet")));
    assert!(verify(&with(&json!({ "exp": 1_795_233_600.75, "aud": ["other", AUDIENCE] }))).is_ok());
}

#[test]
fn claims_that_do_not_fit_are_refused() {
    let cases = [
        (json!({ "iss": "https://evil.example" }), "issuer"),
        (json!({ "iss": null }), "malformed claims"),
        (json!({ "iss": [ISSUER] }), "malformed claims"),
        (json!({ "aud": "other" }), "audience"),
        (json!({ "aud": [] }), "audience"),
        (json!({ "aud": null }), "malformed claims"),
        (json!({ "aud": 7 }), "malformed claims"),
        (json!({ "exp": null }), "malformed claims"),
        (json!({ "exp": "never" }), "malformed claims"),
        (json!({ "nbf": "now" }), "malformed claims"),
        (json!({ "sub": null }), "malformed claims"),
        (json!({ "sub": 7 }), "malformed claims"),
        (json!({ "sub": "" }), "claims of the role"),
        (json!({ "sub": "a#b" }), "claims of the role"),
        (json!({ "sub": "center:13274" }), "claims of the role"),
        (json!({ "role": null }), "malformed claims"),
        (json!({ "role": "root" }), "malformed claims"),
        (json!({ "role": "Admin" }), "malformed claims"),
        (json!({ "role": ["admin"] }), "malformed claims"),
        (json!({ "phone_number": "12345" }), "claims of the role"),
        (json!({ "role": "operator" }), "claims of the role"),
        (json!({ "role": "operator", "centers": "7" }), "malformed claims"),
        (json!({ "role": "operator", "centers": [0] }), "malformed claims"),
        (json!({ "role": "admin", "state_id": "21" }), "malformed claims"),
        (json!({ "role": "admin", "state_id": 21, "district_id": 363 }), "claims of the role"),
    ];
    for (changes, why) in cases {
        assert_eq!(verify(&with(&changes)), Err(BadToken::Invalid(why)), "{changes}");
    }
}

#[test]
fn a_null_does_not_widen_a_role() {
    let claims = format!(
        r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","sub":"a","exp":{},"role":"admin","state_id":null}}"#,
        NOW + 60
    );
    assert_eq!(verify(&mint().sign(&header(), &claims)), Err(BadToken::Invalid("malformed claims")));
}

#[test]
fn a_doubled_claim_is_refused() {
    let doubled = claims().replace('}', r#","role":"admin"}"#);
    assert_eq!(verify(&mint().sign(&header(), &doubled)), Err(BadToken::Invalid("malformed claims")));
    let header = r#"{"alg":"RS256","kid":"other","kid":"test"}"#;
    assert_eq!(verify(&mint().sign(header, &claims())), Err(BadToken::Invalid("malformed header")));
}

#[test]
fn headers_that_do_not_fit_are_refused() {
    let cases = [
        (json!({ "alg": "none", "kid": "test" }), "algorithm"),
        (json!({ "alg": "None", "kid": "test" }), "algorithm"),
        (json!({ "alg": "HS256", "kid": "test" }), "algorithm"),
        (json!({ "alg": "RS512", "kid": "test" }), "algorithm"),
        (json!({ "alg": "PS256", "kid": "test" }), "algorithm"),
        (json!({ "alg": "rs256", "kid": "test" }), "algorithm"),
        (json!({ "kid": "test" }), "malformed header"),
        (json!({ "alg": "RS256" }), "no kid"),
        (json!({ "alg": "RS256", "kid": null }), "no kid"),
        (json!({ "alg": "RS256", "kid": 7 }), "malformed header"),
        (json!({ "alg": "RS256", "kid": "TEST" }), "unknown kid"),
        (json!({ "alg": "RS256", "kid": "../../etc/passwd" }), "unknown kid"),
        (json!({ "alg": "RS256", "kid": "test", "crit": ["b64"], "b64": false }), "critical extension"),
        (json!({ "alg": "RS256", "kid": "test", "typ": "logout+jwt" }), "type"),
        (json!({ "alg": "RS256", "kid": "test", "typ": "" }), "type"),
        (json!("RS256"), "malformed header"),
    ];
    for (header, why) in cases {
        let token = mint().sign(&header.to_string(), &claims());
        assert_eq!(verify(&token).unwrap_err().to_string(), format!("invalid: {why}"), "{header}");
    }
}

#[test]
fn types_of_access_tokens_are_believed() {
    for typ in ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"] {
        let token = mint().sign(&json!({ "alg": "RS256", "kid": "test", "typ": typ }).to_string(), &claims());
        assert!(verify(&token).is_ok(), "{typ}");
    }
}

#[test]
fn a_key_in_the_header_is_not_believed() {
    let thief = Mint::new("thief");
    for header in [
        json!({ "alg": "RS256", "kid": "thief", "jwk": thief.jwk() }),
        json!({ "alg": "RS256", "kid": "thief", "jku": "https://evil.example/jwks.json" }),
    ] {
        let token = thief.sign(&header.to_string(), &claims());
        assert_eq!(verify(&token), Err(BadToken::UnknownKey));
    }
    let token = thief.sign(&json!({ "alg": "RS256", "kid": "test", "jwk": thief.jwk() }).to_string(), &claims());
    assert_eq!(verify(&token), Err(BadToken::Invalid("signature")));
}

#[test]
fn another_signature_is_refused() {
    let good = mint().sign(&header(), &claims());
    assert!(verify(&good).is_ok());
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let evil = claims().replace("citizen", "admin");
    let swapped = format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode(header()), URL_SAFE_NO_PAD.encode(evil));
    let public_key = hmac::Key::new(hmac::HMAC_SHA256, mint().jwks().as_bytes());
    let hashed = URL_SAFE_NO_PAD.encode(hmac::sign(&public_key, signed.as_bytes()));
    let cases = [
        swapped,
        format!("{signed}."),
        format!("{signed}.{hashed}"),
        format!("{signed}.{}", &signature[..signature.len() - 4]),
        format!("{signed}.{signature}AAAA"),
        format!("{signed}.{signature}="),
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode([0; 256])),
        mint().sign_with(&RSA_PKCS1_SHA512, &header(), &claims()),
        mint().sign_with(&RSA_PSS_SHA256, &header(), &claims()),
        Mint::new("other").sign(&header(), &claims()),
    ];
    for token in cases {
        assert_eq!(verify(&token), Err(BadToken::Invalid("signature")), "{token}");
    }
}

#[test]
fn what_is_no_token_is_refused() {
    let good = mint().sign(&header(), &claims());
    let alg_none = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(claims()));
    let huge = mint().sign(&header(), &claims().replace('}', &format!(r#","padding":"{}"}}"#, "x".repeat(4000))));
    let five_parts = format!("{good}.{good}");
    let cases = [
        "",
        ".",
        "..",
        "...",
        "garbage",
        "a.b.c",
        "\u{0}.\u{0}.\u{0}",
        "é.é.é",
        &alg_none,
        &huge,
        &five_parts,
        &good[..good.len() / 2],
    ];
    for token in cases {
        assert!(matches!(verify(token), Err(BadToken::Invalid(_))), "{token}");
    }
}

#[test]
fn a_key_set_must_have_a_key_for_this() {
    let set = |keys: Value| TokenVerifier::from_jwks(ISSUER, AUDIENCE, &json!({ "keys": keys }).to_string());
    let with = |name: &str, value: Value| {
        let mut key = mint().jwk();
        key[name] = value;
        key
    };
    assert!(set(json!([mint().jwk(), with("kid", json!("next"))])).is_ok());
    assert!(matches!(set(json!([])), Err(BadKeys::None)));
    assert!(matches!(set(json!([with("use", json!("enc"))])), Err(BadKeys::None)));
    assert!(matches!(set(json!([with("alg", json!("RS512"))])), Err(BadKeys::None)));
    assert!(matches!(set(json!([mint().jwk(), mint().jwk()])), Err(BadKeys::Twice(_))));
    assert!(matches!(set(json!([with("d", json!("AQAB"))])), Err(BadKeys::Private)));
    assert!(matches!(TokenVerifier::from_jwks(ISSUER, AUDIENCE, "{"), Err(BadKeys::Form(_))));
}
