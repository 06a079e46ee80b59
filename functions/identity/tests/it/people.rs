//! People, and the keys of tokens.

use std::collections::BTreeSet;

use axum::{Router, http::Method};
use serde_json::{Value, json};
use vaxslot_domain::access::{Caller, Region};
use vaxslot_testkit::{
    client::{Answer, Call},
    issuer,
    make::{account, phone},
};

use super::stage::Stage;

fn function() -> Router {
    Stage::new().function
}

fn citizen(number: u64) -> Caller {
    Caller::Citizen { account: account(&format!("account-{number}")), phone: Some(phone(number)) }
}

fn asha() -> Value {
    json!({ "name": "Asha Rao", "birth": "1984-02-29" })
}

async fn register(function: &Router, caller: &Caller, person: &Value) -> Answer {
    Call::post("/v1/beneficiaries").by(caller).json(person).to(function).await
}

#[tokio::test]
async fn a_person_is_registered_listed_and_shown() {
    let function = function();
    let answer = register(&function, &citizen(1), &asha()).await;
    assert_eq!((answer.status, answer.headers["cache-control"].to_str().unwrap()), (201, "no-store"));
    let person = answer.json();
    let id = person["beneficiary_id"].as_str().unwrap();
    let expected = json!({
        "beneficiary_id": id, "name": "Asha Rao", "birth": "1984-02-29", "photo_id": null, "doses_taken": 0,
        "last_dose": null, "active": null,
    });
    assert_eq!(person, expected);
    let list = Call::get("/v1/beneficiaries").by(&citizen(1)).to(&function).await;
    assert_eq!(list.json(), json!({ "beneficiaries": [person] }));
    let shown = Call::get(&format!("/v1/beneficiaries/{id}")).by(&citizen(1)).to(&function).await;
    assert_eq!(shown.json(), person);
}

#[tokio::test]
async fn another_accounts_person_looks_absent() {
    let function = function();
    let person = register(&function, &citizen(1), &asha()).await.json();
    let id = person["beneficiary_id"].as_str().unwrap();
    let path = |id: &str| format!("/v1/beneficiaries/{id}");
    let foreign = Call::get(&path(id)).by(&citizen(2)).to(&function).await;
    let absent = Call::get(&path("1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04")).by(&citizen(2)).to(&function).await;
    assert_eq!(foreign.outcome(), "404 no-such-beneficiary");
    assert_eq!(foreign.text().replace(id, "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04"), absent.text());
    let list = Call::get("/v1/beneficiaries").by(&citizen(2)).to(&function).await;
    assert_eq!(list.json(), json!({ "beneficiaries": [] }));
}

#[tokio::test]
async fn an_account_manages_four() {
    let function = function();
    for year in 1981..=1984 {
        let person = json!({ "name": "Asha Rao", "birth": year.to_string() });
        assert_eq!(register(&function, &citizen(1), &person).await.status, 201);
    }
    let fifth = register(&function, &citizen(1), &asha()).await;
    assert_eq!((fifth.outcome().as_str(), &fifth.json()["most"]), ("409 account-full", &json!(4)));
}

#[tokio::test]
async fn a_repeated_request_finds_the_same_person() {
    let function = function();
    let send =
        |person: Value| Call::post("/v1/beneficiaries").by(&citizen(1)).header("Idempotency-Key", "k-1").json(&person);
    let first = send(asha()).to(&function).await;
    let again = send(asha()).to(&function).await;
    assert_eq!((again.status, again.json()), (201, first.json()));
    let other = send(json!({ "name": "Ravi Rao", "birth": "1984" })).to(&function).await;
    assert_eq!(other.outcome(), "422 key-reused");
}

#[tokio::test]
async fn bad_people_are_refused_with_the_place_and_without_the_value() {
    let function = function();
    let long = "a".repeat(200);
    let cases = [
        (json!({ "birth": "1984" }), "/name"),
        (json!({ "name": "Asha" }), "/birth"),
        (json!({ "name": null, "birth": "1984" }), "/name"),
        (json!({ "name": 7, "birth": "1984" }), "/name"),
        (json!({ "name": "", "birth": "1984" }), "/name"),
        (json!({ "name": long, "birth": "1984" }), "/name"),
        (json!({ "name": "Secret\u{202E}", "birth": "1984" }), "/name"),
        (json!({ "name": "Secret\u{200B}", "birth": "1984" }), "/name"),
        (json!({ "name": "Secret\u{0007}", "birth": "1984" }), "/name"),
        (json!({ "name": "Asha", "birth": 1984 }), "/birth"),
        (json!({ "name": "Asha", "birth": "1983-02-29" }), "/birth"),
        (json!({ "name": "Asha", "birth": "29-02-1984" }), "/birth"),
        (json!({ "name": "Asha", "birth": "1899" }), "/birth"),
        (json!({ "name": "Asha", "birth": "2026-11-22" }), "/birth"),
        (json!({ "name": "Asha", "birth": "2027" }), "/birth"),
        (json!({ "name": "Asha", "birth": "1984", "phone": "Secret" }), "/phone"),
        (json!(["Asha", "1984"]), ""),
    ];
    for (person, pointer) in cases {
        let answer = register(&function, &citizen(1), &person).await;
        assert_eq!(answer.outcome(), "422 invalid-body", "{person}");
        assert_eq!(answer.json()["pointer"], pointer, "{person}: {}", answer.text());
        assert!(!answer.text().contains("Secret"), "{}", answer.text());
    }
    let today = json!({ "name": "क्\u{200D}ष", "birth": "2026-11-21" });
    assert_eq!(
        register(&function, &citizen(1), &today).await.status,
        201,
        "today in India, and a joiner that is needed"
    );
    let list = Call::get("/v1/beneficiaries").by(&citizen(1)).to(&function).await.json();
    assert_eq!(list["beneficiaries"].as_array().unwrap().len(), 1, "what was refused changed nothing");
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused() {
    let function = function();
    let cases = [
        ("application/json", "", "400 malformed-json"),
        ("application/json", "{\"name\":", "400 malformed-json"),
        ("application/json", "name=Asha", "400 malformed-json"),
        ("application/json", r#"{"name":"Asha","name":"Ravi","birth":"1984"}"#, "422 invalid-body"),
        ("text/plain", r#"{"name":"Asha","birth":"1984"}"#, "415 unsupported-media-type"),
        ("application/x-www-form-urlencoded", "name=Asha", "415 unsupported-media-type"),
        ("application/json", &format!("\"{}\"", "a".repeat(9000)), "413 body-too-large"),
    ];
    for (media_type, body, expected) in cases {
        let answer = Call::post("/v1/beneficiaries").by(&citizen(1)).body(media_type, body).to(&function).await;
        assert_eq!(answer.outcome(), expected, "{body:.40}");
    }
    let bad_key = Call::post("/v1/beneficiaries").by(&citizen(1)).header("Idempotency-Key", "a b").json(&asha());
    assert_eq!(bad_key.to(&function).await.outcome(), "400 invalid-idempotency-key");
}

#[tokio::test]
async fn only_citizens_have_people() {
    let function = function();
    let id = "/v1/beneficiaries/1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04";
    let staff = [
        Caller::Operator { centers: BTreeSet::new() },
        Caller::Admin { region: Region::Country },
        Caller::Analyst { region: Region::Country },
    ];
    for (method, path) in [(Method::GET, "/v1/beneficiaries"), (Method::POST, "/v1/beneficiaries"), (Method::GET, id)] {
        for caller in &staff {
            let answer = Call::new(method.clone(), path).by(caller).json(&asha()).to(&function).await;
            assert_eq!(answer.outcome(), "403 forbidden", "{method} {path}");
        }
        let nobody = Call::new(method.clone(), path).json(&asha()).to(&function).await;
        assert_eq!(nobody.outcome(), "401 unauthorized", "{method} {path}");
        assert_eq!(nobody.headers["www-authenticate"], "Bearer");
        for header in ["Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Token x"] {
            let answer =
                Call::new(method.clone(), path).header("authorization", header).json(&asha()).to(&function).await;
            assert_eq!(answer.outcome(), "401 unauthorized", "{header}");
        }
    }
    let no_phone = Caller::Citizen { account: account("account-1"), phone: None };
    assert_eq!(register(&function, &no_phone, &asha()).await.outcome(), "403 phone-required");
}

#[tokio::test]
async fn an_expired_token_is_told_so_and_a_forged_one_nothing() {
    let function = function();
    let send = |token: String| Call::get("/v1/beneficiaries").header("authorization", &format!("Bearer {token}"));
    let expired = issuer::signed(&json!({
        "iss": issuer::ISSUER, "aud": issuer::AUDIENCE, "sub": "a", "role": "citizen", "exp": 1_700_000_000,
    }));
    let answer = send(expired).to(&function).await;
    assert_eq!(answer.json()["detail"], "the token has expired");
    assert_eq!(answer.headers["www-authenticate"], "Bearer error=\"invalid_token\"");
    let other = issuer::signed(&json!({
        "iss": issuer::ISSUER, "aud": "other", "sub": "a", "role": "citizen", "exp": 4_102_444_800_u64,
    }));
    assert_eq!(send(other).to(&function).await.json()["detail"], "the token is not valid");
}

#[tokio::test]
async fn the_keys_of_tokens_are_published() {
    let function = function();
    let keys = Call::get("/.well-known/jwks.json").to(&function).await;
    assert_eq!((keys.status, &keys.json()["keys"][0]["kid"]), (200, &json!("test")));
    assert!(!keys.text().contains("\"d\""), "the public half only");
    assert_eq!(keys.headers["cache-control"], "public, max-age=300");
    let about = Call::get("/.well-known/openid-configuration").to(&function).await.json();
    assert_eq!(about["issuer"], issuer::ISSUER);
    assert_eq!(about["jwks_uri"], format!("{}/.well-known/jwks.json", issuer::ISSUER));
    assert_eq!(about["id_token_signing_alg_values_supported"], json!(["RS256"]));
    assert_eq!(Call::get("/.well-known/other").to(&function).await.outcome(), "404 no-such-route");
}
