use reqwest::Method;
use serde_json::{Value, json};

use super::{Case, NOBODY, bodies, case};
use crate::request::{post, request};

const PHONE: &str = "+919800000000";

pub fn all() -> Vec<Case> {
    let send = |path: &str| post(format!("/v1/auth/{path}"));
    let mut cases: Vec<Case> = ["otp", "token", "refresh", "logout"]
        .into_iter()
        .flat_map(|path| bodies(&format!("login, {path}"), &send(path)))
        .collect();
    let wrong = |name: &str, path: &str, body: Value| {
        case(format!("login: {name}"), send(path).json(&body), 422, "invalid-body")
    };
    let redemption = |challenge: &str, code: Value| json!({"phone": PHONE, "challenge": challenge, "code": code});
    cases.extend([
        wrong("a phone without its country", "otp", json!({"phone": "9800000000"})),
        wrong("a phone as a number", "otp", json!({"phone": 919_800_000_000_u64})),
        wrong("a phone with a space", "otp", json!({"phone": "+91 9800000000"})),
        wrong("a code of five digits", "token", redemption(NOBODY, json!("12345"))),
        wrong("a code as a number", "token", redemption(NOBODY, json!(123_456))),
        wrong("a malformed challenge", "token", redemption("7", json!("123456"))),
        wrong("a phone to log out", "logout", json!({"phone": PHONE})),
        case("login: a phone abroad", send("otp").json(&json!({"phone": "+12025550123"})), 422, "phone-not-served"),
        case("login: a forged refresh token", send("refresh").json(&json!({"refresh_token": "x"})), 401, "login-ended"),
        case("login: reading a code", request(Method::GET, "/v1/auth/otp"), 405, "method-not-allowed"),
        case("login: another way", send("password").json(&json!({})), 404, "no-such-route"),
    ]);
    cases
}
