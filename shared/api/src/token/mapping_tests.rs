use std::sync::Arc;

use serde_json::json;
use vaxslot_domain::access::{Caller, Region};

use super::*;
use crate::token::{
    TokenVerifier,
    mint::{AUDIENCE, ISSUER, Mint},
};

const NOW: i64 = 1_795_233_600;

/// As a common provider writes it: roles in a list below another claim, numbers as texts.
fn theirs() -> Mapping {
    let roles = "Vaccinator=operator, State lead=state-admin,District lead=district-admin,Ministry=admin,Epidemiology=state-analyst";
    Mapping {
        role: "/realm_access/roles".to_owned(),
        centers: "https://health.example/centers".to_owned(),
        state: "state".to_owned(),
        district: "district".to_owned(),
        roles: Mapping::roles(roles).unwrap(),
    }
}

fn verify(mapping: Mapping, claims: &Value) -> Result<Caller, BadToken> {
    let mut all = json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "someone@health.example", "exp": NOW + 60 });
    all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    verify_text(mapping, &all.to_string())
}

fn verify_text(mapping: Mapping, claims: &str) -> Result<Caller, BadToken> {
    let verifier = TokenVerifier::from_jwks(ISSUER, AUDIENCE, &Mint::shared().jwks()).unwrap();
    let token = Mint::shared().sign(&json!({ "alg": "RS256", "kid": "test" }).to_string(), claims);
    let now = vaxslot_domain::Timestamp::from_second(NOW).unwrap();
    verifier.mapped(Some(Arc::new(mapping))).verify(&token, now).map(|admitted| admitted.caller)
}

fn with_roles(roles: Value, more: Value) -> Value {
    let mut claims = json!({ "realm_access": { "roles": roles } });
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    claims
}

#[test]
fn an_issuers_own_words_become_roles() {
    let centers = |numbers: &[u32]| Caller::Operator {
        centers: numbers.iter().map(|number| (*number).try_into().unwrap()).collect(),
    };
    let state = |number: u32| Region::State(number.try_into().unwrap());
    for (claims, caller) in [
        (with_roles(json!(["Vaccinator"]), json!({ "https://health.example/centers": [7, "9"] })), centers(&[7, 9])),
        (with_roles(json!(["Vaccinator"]), json!({ "https://health.example/centers": "7, 9" })), centers(&[7, 9])),
        (with_roles(json!("Vaccinator"), json!({ "https://health.example/centers": 7 })), centers(&[7])),
        (
            with_roles(json!(["offline_access", "State lead"]), json!({ "state": "21" })),
            Caller::Admin { region: state(21) },
        ),
        (
            with_roles(json!(["District lead"]), json!({ "district": [363], "state": 21 })),
            Caller::Admin { region: Region::District(363.try_into().unwrap()) },
        ),
        (with_roles(json!(["Ministry"]), json!({})), Caller::Admin { region: Region::Country }),
        (with_roles(json!(["Ministry"]), json!({ "state": 21 })), Caller::Admin { region: state(21) }),
        (with_roles(json!(["Epidemiology"]), json!({ "state": 21 })), Caller::Analyst { region: state(21) }),
    ] {
        assert_eq!(verify(theirs(), &claims), Ok(caller), "{claims}");
    }
}

#[test]
fn who_is_not_clearly_somebody_is_nobody() {
    for claims in [
        json!({}),
        with_roles(json!([]), json!({})),
        with_roles(json!(["offline_access"]), json!({})),
        with_roles(json!(["vaccinator"]), json!({ "https://health.example/centers": [7] })),
        with_roles(json!(["admin"]), json!({})),
        with_roles(json!(["Vaccinator", "Ministry"]), json!({ "https://health.example/centers": [7] })),
        with_roles(json!({ "0": "Ministry" }), json!({})),
        with_roles(json!(["Vaccinator"]), json!({})),
        with_roles(json!(["Vaccinator"]), json!({ "https://health.example/centers": null })),
        with_roles(json!(["Vaccinator"]), json!({ "https://health.example/centers": [[7]] })),
        with_roles(json!(["Vaccinator"]), json!({ "https://health.example/centers": [-7] })),
        with_roles(json!(["Vaccinator"]), json!({ "https://health.example/centers": ["7x"] })),
        with_roles(json!(["Vaccinator"]), json!({ "https://health.example/centers": [0] })),
        with_roles(json!(["Ministry"]), json!({ "state": null })),
        with_roles(json!(["Ministry"]), json!({ "state": 21, "district": 363 })),
        with_roles(json!(["State lead"]), json!({})),
        with_roles(json!(["State lead"]), json!({ "state": null })),
        with_roles(json!(["State lead"]), json!({ "state": [21, 17] })),
        with_roles(json!(["State lead"]), json!({ "state": [] })),
        with_roles(json!(["State lead"]), json!({ "state": true })),
    ] {
        assert!(matches!(verify(theirs(), &claims), Err(BadToken::Invalid(_))), "{claims}");
    }
}

#[test]
fn doubled_claims_are_refused_at_any_depth() {
    let start = format!(r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","sub":"a","exp":{},"#, NOW + 60);
    for rest in [
        r#""realm_access":{"roles":["Vaccinator"],"roles":["Ministry"]}}"#,
        r#""realm_access":{"roles":[]},"realm_access":{"roles":["Ministry"]}}"#,
    ] {
        assert_eq!(
            verify_text(theirs(), &format!("{start}{rest}")),
            Err(BadToken::Invalid("malformed claims")),
            "{rest}"
        );
    }
    let whole = format!(r#"{start}"realm_access":{{"roles":["Ministry"]}}}}"#);
    assert!(verify_text(theirs(), &whole).is_ok());
}

#[test]
fn roles_are_read_strictly() {
    for bad in [
        "Vaccinator",
        "=admin",
        "a=root",
        "a=Admin",
        "a=operator,a=admin",
        "a=state-operator",
        "a=citizen",
        "a=admin=x",
    ] {
        assert_eq!(Mapping::roles(bad), Err(BadRoles), "{bad}");
    }
    assert_eq!(Mapping::roles("").unwrap().len(), 0);
    assert_eq!(Mapping::roles("a=b=admin,").unwrap()["a=b"], Role::Admin(Reach::Named));
}

#[test]
fn without_words_of_its_own_an_issuer_is_read_as_ours() {
    let ours = || Mapping {
        role: "role".to_owned(),
        centers: "centers".to_owned(),
        state: "state_id".to_owned(),
        district: "district_id".to_owned(),
        roles: BTreeMap::new(),
    };
    let regions = [
        (json!({ "role": "admin" }), Region::Country),
        (json!({ "role": "admin", "state_id": 21 }), Region::State(21.try_into().unwrap())),
        (json!({ "role": "admin", "district_id": 363 }), Region::District(363.try_into().unwrap())),
    ];
    for (claims, region) in regions {
        assert_eq!(verify(ours(), &claims), Ok(Caller::Admin { region }), "{claims}");
    }
    for nobody in
        [json!({ "role": "admin", "state_id": null }), json!({ "role": "citizen" }), json!({ "role": "operator" })]
    {
        assert!(verify(ours(), &nobody).is_err(), "{nobody}");
    }
}
