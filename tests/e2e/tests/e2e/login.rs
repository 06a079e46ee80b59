//! Logging in over HTTP, with the codes that the local stack records instead of sending.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};
use vaxslot::{clock, commands, outbox};
use vaxslot_domain::person::Phone;

use crate::{
    request::{get, post},
    rows,
    stage::Stage,
};

/// A phone that nobody else uses.
fn phone() -> Phone {
    format!("+9197{:08}", clock::random() % 100_000_000).parse().expect("a phone number")
}

/// Asks for a code. Returns its challenge, and the code as it came to the phone.
async fn code(stage: &Stage, phone: &Phone) -> (String, String) {
    let request = post("/v1/auth/otp").json(&json!({ "phone": phone.as_str() }));
    let sent = stage.send(&request).await.expect(202);
    let messages =
        outbox::messages(&stage.stack.endpoint().expect("an endpoint"), Some(phone)).await.expect("messages");
    let text = &messages.last().expect("a message").text;
    (sent.json["challenge"].as_str().expect("a challenge").to_owned(), text.chars().take(6).collect())
}

fn redemption(phone: &Phone, challenge: &str, code: &str) -> crate::request::Request {
    post("/v1/auth/token").json(&json!({ "phone": phone.as_str(), "challenge": challenge, "code": code }))
}

async fn log_in(stage: &Stage, phone: &Phone) -> Value {
    let (challenge, code) = code(stage, phone).await;
    stage.send(&redemption(phone, &challenge, &code)).await.expect(200).json
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().expect("a token")
}

#[tokio::test]
async fn a_phone_logs_in_stays_logged_in_and_logs_out() {
    let (stage, phone) = (Stage::set().await, phone());
    let tokens = log_in(&stage, &phone).await;
    let person = json!({ "name": "Asha Rao", "birth": "1990" });
    let register = post("/v1/beneficiaries").by(text(&tokens, "access_token")).json(&person);
    let id = stage.send(&register).await.expect(201).json["beneficiary_id"].clone();
    let renewal = post("/v1/auth/refresh").json(&json!({ "refresh_token": tokens["refresh_token"] }));
    let renewed = stage.send(&renewal).await.expect(200).json;
    let people = stage.send(&get("/v1/beneficiaries").by(text(&renewed, "access_token"))).await.expect(200).json;
    assert_eq!(people["beneficiaries"][0]["beneficiary_id"], id);
    let out = json!({ "refresh_token": renewed["refresh_token"] });
    stage.send(&post("/v1/auth/logout").json(&out)).await.expect(204);
    let refused = stage.send(&post("/v1/auth/refresh").json(&out)).await.expect(401);
    assert_eq!(refused.slug(), "login-ended");
}

#[tokio::test]
async fn five_guesses_use_up_a_code() {
    let (stage, phone) = (Stage::set().await, phone());
    let (challenge, code) = code(&stage, &phone).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for left in (0..5).rev() {
        let refused = stage.send(&redemption(&phone, &challenge, wrong)).await.expect(422);
        assert_eq!((refused.slug(), &refused.json["left"]), ("wrong-code", &json!(left)));
    }
    assert_eq!(stage.send(&redemption(&phone, &challenge, &code)).await.expect(422).slug(), "code-over");
}

#[tokio::test]
async fn neither_phone_nor_code_is_where_it_should_not_be() {
    let (stage, phone) = (Stage::set().await, phone());
    let (challenge, code) = code(&stage, &phone).await;
    let tokens = stage.send(&redemption(&phone, &challenge, &code)).await.expect(200).json;
    let digits = phone.as_str().trim_start_matches('+');
    let refresh = text(&tokens, "refresh_token");
    for ((pk, _), row) in rows::read(&stage.stack).await {
        assert!(
            !pk.contains(digits) && !row.contains(refresh),
            "a row of {}",
            pk.split('#').next().unwrap_or_default()
        );
        if !pk.starts_with("LOGIN#") && !pk.starts_with("ACCOUNT#") {
            assert!(!row.contains(digits), "a row of {}", pk.split('#').next().unwrap_or_default());
        }
        if pk == format!("CODE#{challenge}") {
            assert!(!row.contains(&format!("\"{code}\"")), "the code's own row");
        }
    }
    let log =
        std::fs::read_to_string(stage.stack.file().with_file_name("endpoint.log")).expect("the log of all functions");
    assert!(!log.contains(digits) && !log.contains(refresh) && !log.contains(text(&tokens, "access_token")));
}

#[tokio::test]
async fn the_issuer_has_an_address_of_its_own() {
    let stage = Stage::set().await;
    let endpoint = stage.stack.table().expect("the endpoint")[0].to_owned();
    let ask = async |path: &str| {
        let host = "155e0c0d.execute-api.localhost";
        let request = stage.client.get(format!("{endpoint}/.well-known/{path}")).header("host", host);
        request.send().await.expect("an answer").json::<Value>().await.expect("JSON")
    };
    assert_eq!(ask("openid-configuration").await["issuer"], "https://155e0c0d.execute-api.localhost");
    assert!(!ask("jwks.json").await["keys"].as_array().expect("keys").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_key_logs_nobody_out() {
    let (stage, phone) = (Stage::set().await, phone());
    let before = log_in(&stage, &phone).await;
    let file = stage.stack.file().display().to_string();
    let line = ["vaxslot", "keys", "rotate", "--stack", &file];
    let command = <vaxslot::cli::Cli as clap::Parser>::try_parse_from(line).expect("a command").command;
    let mut out = Vec::new();
    commands::run(command, &mut out).await.expect("a new key");
    let out = String::from_utf8(out).expect("text");
    assert!(out.contains("signs from") && !out.contains("PRIVATE"), "{out}");
    let after = log_in(&stage, &phone).await;
    assert_eq!(kid(&after), kid(&before), "the new key is published first, and signs later");
    for tokens in [&before, &after] {
        stage.send(&get("/v1/beneficiaries").by(text(tokens, "access_token"))).await.expect(200);
    }
}

fn kid(tokens: &Value) -> Value {
    let header = text(tokens, "access_token").split('.').next().unwrap_or_default();
    serde_json::from_slice::<Value>(&BASE64.decode(header).expect("base64")).expect("JSON")["kid"].clone()
}

/// Runs a command of the command line on the stack.
async fn run(stage: &Stage, words: &[&str]) -> String {
    let file = stage.stack.file().display().to_string();
    let line = [&["vaxslot"], words, &["--stack", &file]].concat();
    let command = <vaxslot::cli::Cli as clap::Parser>::try_parse_from(line).expect("a command").command;
    let mut out = Vec::new();
    commands::run(command, &mut out).await.expect("the command is carried out");
    String::from_utf8(out).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_comes_in_by_phone_until_the_grant_is_revoked() {
    let (stage, phone) = (Stage::set().await, phone());
    let center = stage.center.to_string();
    let path = format!("/v1/admin/centers/{center}/sessions");
    let publish = |tokens: &Value| post(&path).by(text(tokens, "access_token")).json(&stage.schedule());
    let renew = async |tokens: &Value| {
        let renewal = post("/v1/auth/refresh").json(&json!({ "refresh_token": tokens["refresh_token"] }));
        stage.send(&renewal).await.expect(200).json
    };
    let tokens = log_in(&stage, &phone).await;
    stage.send(&publish(&tokens)).await.expect(403);
    let add = ["grant", "add", "--phone", phone.as_str(), "--role", "operator", "--center", &center];
    let said = run(&stage, &add).await;
    assert!(said.contains(&format!("operator of {center}")) && !said.contains(phone.as_str()), "{said}");
    let tokens = renew(&tokens).await;
    stage.send(&publish(&tokens)).await.expect(201);
    stage.send(&get("/v1/beneficiaries").by(text(&tokens, "access_token"))).await.expect(403);
    let listed = run(&stage, &["grant", "list"]).await;
    assert!(listed.contains(&format!("operator of {center}")), "{listed}");
    assert!(!listed.contains(phone.as_str().trim_start_matches('+')), "phones are not known");
    run(&stage, &["grant", "revoke", "--phone", phone.as_str()]).await;
    assert!(!run(&stage, &["grant", "list"]).await.contains(&format!("operator of {center}")));
    let tokens = renew(&tokens).await;
    stage.send(&publish(&tokens)).await.expect(403);
    stage.send(&get("/v1/beneficiaries").by(text(&tokens, "access_token"))).await.expect(200);
}
