//! Codes, tokens and their renewal.

use std::{collections::BTreeSet, sync::atomic::Ordering};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use futures::future::join_all;
use serde_json::{Value, json};
use vaxslot_domain::{
    SignedDuration,
    access::{Caller, Region},
};
use vaxslot_testkit::client::{Answer, Call};

use super::stage::Stage;

const ASHA: &str = "+919812345678";
const RAVI: &str = "+919812345679";

impl Stage {
    async fn post(&self, path: &str, body: Value) -> Answer {
        Call::post(path).json(&body).to(&self.function).await
    }

    async fn send_code(&self, phone: &str) -> Answer {
        self.post("/v1/auth/otp", json!({ "phone": phone })).await
    }

    async fn redeem(&self, phone: &str, challenge: &Value, code: &str) -> Answer {
        self.post("/v1/auth/token", json!({ "phone": phone, "challenge": challenge, "code": code })).await
    }

    async fn log_in(&self, phone: &str) -> Value {
        let sent = self.send_code(phone).await;
        assert_eq!(sent.status, 202, "{}", sent.text());
        let answer = self.redeem(phone, &sent.json()["challenge"], &self.outbox.last().1).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    async fn renew(&self, tokens: &Value) -> Answer {
        self.post("/v1/auth/refresh", json!({ "refresh_token": tokens["refresh_token"] })).await
    }

    async fn people(&self, tokens: &Value) -> Answer {
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        Call::get("/v1/beneficiaries").header("Authorization", &bearer).to(&self.function).await
    }

    async fn register(&self, tokens: &Value) -> Answer {
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let person = json!({ "name": "Asha Rao", "birth": "1984" });
        Call::post("/v1/beneficiaries").header("Authorization", &bearer).json(&person).to(&self.function).await
    }

    fn later(&self, seconds: i64) {
        self.host.advance(SignedDuration::from_secs(seconds));
    }
}

fn other_than(code: &str) -> String {
    let digit = if code.starts_with('9') { '0' } else { '9' };
    format!("{digit}{}", &code[1..])
}

#[tokio::test]
async fn a_phone_logs_in_with_the_code_that_was_sent_to_it() {
    let stage = Stage::new();
    let sent = stage.send_code(ASHA).await;
    assert_eq!((sent.status, &sent.json()["expires_in"]), (202, &json!(180)));
    let (to, code) = stage.outbox.last();
    assert_eq!(to, ASHA);
    let answer = stage.redeem(ASHA, &sent.json()["challenge"], &code).await;
    let tokens = answer.json();
    assert_eq!((answer.status, &tokens["token_type"], &tokens["expires_in"]), (200, &json!("Bearer"), &json!(900)));
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(stage.register(&tokens).await.status, 201);
    let again = stage.log_in(ASHA).await;
    assert_eq!(stage.people(&again).await.json()["beneficiaries"][0]["name"], "Asha Rao", "the account is the same");
    let other = stage.log_in(RAVI).await;
    assert_eq!(stage.people(&other).await.json(), json!({ "beneficiaries": [] }));
}

#[tokio::test]
async fn known_and_unknown_phones_get_the_same_answer() {
    let stage = Stage::new();
    stage.log_in(ASHA).await;
    let [known, unknown] = [stage.send_code(ASHA).await, stage.send_code(RAVI).await];
    let without_id = |answer: &Answer| answer.text().replace(answer.json()["challenge"].as_str().unwrap(), "");
    assert_eq!((known.status, without_id(&known)), (unknown.status, without_id(&unknown)));
    assert_eq!(known.headers.keys().collect::<Vec<_>>(), unknown.headers.keys().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_code_logs_in_once() {
    let stage = Stage::new();
    let sent = stage.send_code(ASHA).await.json();
    let code = stage.outbox.last().1;
    let attempts = (0..8).map(|_| stage.redeem(ASHA, &sent["challenge"], &code));
    let outcomes: Vec<String> = join_all(attempts).await.iter().map(Answer::outcome).collect();
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == "200").count(), 1, "{outcomes:?}");
    assert_eq!(stage.redeem(ASHA, &sent["challenge"], &code).await.outcome(), "422 code-over");
}

#[tokio::test]
async fn of_a_thousand_guesses_five_count() {
    let stage = Stage::new();
    let sent = stage.send_code(ASHA).await.json();
    let wrong = other_than(&stage.outbox.last().1);
    let guesses = join_all((0..1_000).map(|_| stage.redeem(ASHA, &sent["challenge"], &wrong))).await;
    let left: BTreeSet<_> = guesses
        .iter()
        .filter(|guess| guess.outcome() == "422 wrong-code")
        .map(|guess| guess.json()["left"].as_u64().unwrap())
        .collect();
    assert_eq!(left, BTreeSet::from([0, 1, 2, 3, 4]));
    let over = guesses.iter().filter(|guess| guess.outcome() == "422 code-over").count();
    assert_eq!(over, 995);
    let right = stage.redeem(ASHA, &sent["challenge"], &stage.outbox.last().1).await;
    assert_eq!(right.outcome(), "422 code-over", "the right one comes too late");
}

#[tokio::test]
async fn a_code_is_for_its_phone_and_its_challenge() {
    let stage = Stage::new();
    let first = stage.send_code(ASHA).await.json();
    let first_code = stage.outbox.last().1;
    let second = stage.send_code(ASHA).await.json();
    let second_code = stage.outbox.last().1;
    assert_ne!(first_code, second_code);
    assert_eq!(stage.redeem(RAVI, &first["challenge"], &first_code).await.outcome(), "422 wrong-code");
    assert_eq!(stage.redeem(ASHA, &first["challenge"], &second_code).await.outcome(), "422 wrong-code");
    assert_eq!(stage.redeem(ASHA, &second["challenge"], &second_code).await.outcome(), "200");
    assert_eq!(stage.redeem(ASHA, &first["challenge"], &first_code).await.outcome(), "200", "each counts by itself");
    let unknown = json!("1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04");
    assert_eq!(stage.redeem(ASHA, &unknown, &first_code).await.outcome(), "422 code-over");
}

#[tokio::test]
async fn a_code_counts_for_three_minutes() {
    let stage = Stage::new();
    let sent = stage.send_code(ASHA).await.json();
    stage.later(179);
    assert_eq!(stage.redeem(ASHA, &sent["challenge"], &stage.outbox.last().1).await.outcome(), "200");
    let sent = stage.send_code(ASHA).await.json();
    stage.later(180);
    assert_eq!(stage.redeem(ASHA, &sent["challenge"], &stage.outbox.last().1).await.outcome(), "422 code-over");
}

#[tokio::test]
async fn nothing_is_sent_abroad() {
    let stage = Stage::new();
    for phone in ["+8801712345678", "+12025550123", "+9712345678", "+447911123456"] {
        let answer = stage.send_code(phone).await;
        assert_eq!((answer.outcome().as_str(), &answer.json()["countries"]), ("422 phone-not-served", &json!(["+91"])));
        assert!(!answer.text().contains(phone));
    }
    assert_eq!(stage.outbox.len(), 0);
}

#[tokio::test]
async fn a_phone_gets_few_codes() {
    let stage = Stage::new();
    let outcomes = async |times: usize| {
        let mut outcomes = Vec::new();
        for _ in 0..times {
            outcomes.push(stage.send_code(ASHA).await);
        }
        outcomes
    };
    let first = outcomes(4).await;
    assert_eq!(first.iter().map(Answer::outcome).collect::<Vec<_>>(), ["202", "202", "202", "429 too-many-requests"]);
    assert_eq!(first[3].headers["retry-after"], "600");
    assert_eq!(stage.send_code(RAVI).await.status, 202, "others are not concerned");
    stage.later(600);
    assert_eq!(stage.send_code(ASHA).await.status, 202);
    for _ in 0..40 {
        stage.later(600);
        stage.send_code(ASHA).await;
    }
    // Twelve at once, and one each two hours of the seven that have passed.
    assert_eq!(stage.outbox.len(), 1 + 12 + 3);
}

#[tokio::test]
async fn an_address_asks_for_a_limited_number_of_codes() {
    let stage = Stage::new();
    let mut outcomes = Vec::new();
    for number in 0..45 {
        outcomes.push(stage.send_code(&format!("+9198000000{number:02}")).await.status);
    }
    assert_eq!(outcomes.iter().filter(|status| **status == 202).count(), 40);
    assert_eq!(outcomes.iter().filter(|status| **status == 429).count(), 5);
    assert_eq!(stage.outbox.len(), 40);
}

#[tokio::test]
async fn a_message_that_cannot_be_sent_is_told() {
    let stage = Stage::new();
    stage.outbox.broken.store(true, Ordering::SeqCst);
    assert_eq!(stage.send_code(ASHA).await.outcome(), "503 busy");
}

#[tokio::test]
async fn tokens_are_renewed_until_the_login_ends() {
    let stage = Stage::new();
    let mut tokens = stage.log_in(ASHA).await;
    for _ in 0..3 {
        stage.later(15 * 60 + 31);
        assert_eq!(stage.people(&tokens).await.outcome(), "401 unauthorized", "it ran out");
        let renewed = stage.renew(&tokens).await.json();
        assert_ne!(renewed["refresh_token"], tokens["refresh_token"]);
        tokens = renewed;
        assert_eq!(stage.people(&tokens).await.status, 200);
    }
    stage.later(30 * 24 * 3600);
    assert_eq!(stage.renew(&tokens).await.outcome(), "401 login-ended");
}

#[tokio::test]
async fn a_renewal_whose_answer_was_lost_is_repeated() {
    let stage = Stage::new();
    let tokens = stage.log_in(ASHA).await;
    let at_once = join_all((0..4).map(|_| stage.renew(&tokens))).await;
    stage.later(30);
    let later = stage.renew(&tokens).await;
    for answer in &at_once {
        assert_eq!(answer.json()["refresh_token"], later.json()["refresh_token"]);
    }
    assert_eq!(stage.renew(&later.json()).await.status, 200);
}

#[tokio::test]
async fn a_refresh_token_that_two_hold_ends_the_login() {
    let stage = Stage::new();
    let stolen = stage.log_in(ASHA).await;
    let renewed = stage.renew(&stolen).await.json();
    stage.later(31);
    assert_eq!(stage.renew(&stolen).await.outcome(), "401 login-ended");
    assert_eq!(stage.renew(&renewed).await.outcome(), "401 login-ended", "nobody knows who is who");
    let elsewhere = stage.log_in(ASHA).await;
    assert_eq!(stage.renew(&elsewhere).await.status, 200, "other logins of the phone go on");
}

#[tokio::test]
async fn who_logs_out_is_logged_out() {
    let stage = Stage::new();
    let tokens = stage.log_in(ASHA).await;
    for body in [json!({ "refresh_token": "forged" }), json!({ "refresh_token": tokens["refresh_token"] })] {
        let answer = stage.post("/v1/auth/logout", body).await;
        assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    }
    assert_eq!(stage.renew(&tokens).await.outcome(), "401 login-ended");
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused() {
    let stage = Stage::new();
    let tokens = stage.log_in(ASHA).await;
    let genuine = tokens["refresh_token"].as_str().unwrap();
    let forged = format!("{}{}", &genuine[..60], "A".repeat(genuine.len() - 60));
    for token in ["", "A", &forged, tokens["access_token"].as_str().unwrap(), &"A".repeat(5_000)] {
        let answer = stage.post("/v1/auth/refresh", json!({ "refresh_token": token })).await;
        assert_eq!(answer.outcome(), "401 login-ended");
    }
    assert_eq!(stage.renew(&tokens).await.status, 200);
}

#[tokio::test]
async fn a_new_key_is_published_before_it_signs() {
    let stage = Stage::new();
    let before = stage.log_in(ASHA).await;
    stage.keys.add("new", "2026-11-21T19:15:00Z");
    stage.later(300);
    let kids = async || {
        let keys = Call::get("/.well-known/jwks.json").to(&stage.function).await.json();
        keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kids().await, ["test", "new"]);
    assert_eq!(kid(&stage.log_in(ASHA).await), "test");
    assert_eq!(stage.people(&before).await.status, 200);
    stage.later(3_600);
    let after = stage.renew(&before).await.json();
    assert_eq!(kid(&after), "new");
    assert_eq!(stage.people(&after).await.status, 200);
}

fn kid(tokens: &Value) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let header = tokens["access_token"].as_str().unwrap().split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn without_a_key_nobody_is_logged_in_and_all_others_go_on() {
    let stage = Stage::new();
    let tokens = stage.log_in(ASHA).await;
    stage.keys.broken.store(true, Ordering::SeqCst);
    stage.later(600);
    assert_eq!(stage.renew(&tokens).await.status, 200, "the keys as they were last read");
    stage.keys.broken.store(false, Ordering::SeqCst);
    stage.keys.clear();
    stage.later(300);
    let sent = stage.send_code(RAVI).await.json();
    assert_eq!(stage.redeem(RAVI, &sent["challenge"], &stage.outbox.last().1).await.outcome(), "503 busy");
}

#[tokio::test]
async fn bad_requests_are_refused_with_the_place_and_without_the_value() {
    let stage = Stage::new();
    let challenge = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04";
    let cases = [
        ("/v1/auth/otp", json!({}), "/phone"),
        ("/v1/auth/otp", json!({ "phone": "9876543210" }), "/phone"),
        ("/v1/auth/otp", json!({ "phone": 919_876_543_210_u64 }), "/phone"),
        ("/v1/auth/otp", json!({ "phone": ASHA, "name": "Asha" }), "/name"),
        ("/v1/auth/token", json!({ "phone": ASHA, "challenge": challenge, "code": "12345" }), "/code"),
        ("/v1/auth/token", json!({ "phone": ASHA, "challenge": challenge, "code": 123_456 }), "/code"),
        ("/v1/auth/token", json!({ "phone": ASHA, "challenge": challenge, "code": "१२३४५६" }), "/code"),
        ("/v1/auth/token", json!({ "phone": ASHA, "challenge": "9876543210", "code": "123456" }), "/challenge"),
        ("/v1/auth/refresh", json!({ "refresh_token": null }), "/refresh_token"),
        ("/v1/auth/logout", json!({}), "/refresh_token"),
    ];
    for (path, body, pointer) in cases {
        let answer = stage.post(path, body.clone()).await;
        assert_eq!(
            (answer.outcome().as_str(), &answer.json()["pointer"]),
            ("422 invalid-body", &json!(pointer)),
            "{body}"
        );
        assert!(!answer.text().contains("98765"), "{body}");
    }
    assert_eq!(stage.outbox.len(), 0);
}

/// What a token says.
fn said(tokens: &Value) -> Value {
    let claims = tokens["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

#[tokio::test]
async fn who_is_granted_a_role_logs_in_as_staff_until_it_is_revoked() {
    let stage = Stage::new();
    let centers = [7, 9].map(|id| id.try_into().unwrap());
    let grant = |caller: Option<Caller>| *stage.logins.grant.lock().unwrap() = caller;
    grant(Some(Caller::Operator { centers: centers.into() }));
    let tokens = stage.log_in(ASHA).await;
    let operator = said(&tokens);
    assert_eq!((&operator["role"], &operator["centers"]), (&json!("operator"), &json!([7, 9])));
    assert!(operator.get("phone_number").is_none() && operator.get("state_id").is_none(), "{operator}");
    assert_eq!(stage.people(&tokens).await.outcome(), "403 forbidden", "staff is no citizen");
    grant(Some(Caller::Admin { region: Region::State(21.try_into().unwrap()) }));
    let tokens = stage.renew(&tokens).await.json();
    let admin = said(&tokens);
    assert_eq!((&admin["role"], &admin["state_id"], admin.get("centers")), (&json!("admin"), &json!(21), None));
    assert_eq!(admin["sub"], operator["sub"]);
    grant(None);
    let tokens = stage.renew(&tokens).await.json();
    let citizen = said(&tokens);
    assert_eq!(
        (&citizen["role"], &citizen["phone_number"], citizen.get("state_id")),
        (&json!("citizen"), &json!(ASHA), None)
    );
    assert_eq!(stage.people(&tokens).await.status, 200);
    assert_eq!(
        citizen["exp"].as_i64().unwrap() - citizen["iat"].as_i64().unwrap(),
        15 * 60,
        "what was revoked counts no longer"
    );
}
