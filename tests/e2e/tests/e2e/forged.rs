//! Tokens that must not let anybody in, neither by the gateway nor by the function behind it.

use jsonwebtoken::EncodingKey;
use serde_json::json;
use vaxslot::keys;
use vaxslot_testkit::{forged::Forger, issuer};

use crate::{
    cases::{Case, case},
    request::{get, post},
    stage::{DISTRICT, Stage, now},
};

/// Each token, once to read something and once to write.
pub fn all(stage: &Stage) -> Vec<Case> {
    let path = format!("/v1/reports/bookings?date={}", stage.today);
    let (key, _) = keys::load(&stage.stack.keys()).expect("the stack's key");
    let other = EncodingKey::from_rsa_pem(issuer::new_pem().as_bytes()).expect("a key");
    let jwks = std::fs::read_to_string(keys::set_file(&stage.stack.keys())).expect("the key set");
    let forger = Forger { good: &stage.admin, key: &key, other: &other, jwks: &jwks, now: now().as_second() };
    let forgeries = forger.all();
    assert!(forgeries.len() >= 40, "there are only {}", forgeries.len());
    let mut cases = vec![
        case("token: none at all", get(&path), 401, "unauthorized"),
        case(
            "token: another scheme",
            get(&path).header("authorization", "Basic YWRtaW46YWRtaW4="),
            401,
            "unauthorized",
        ),
    ];
    let center = json!({
        "name": "Forged Center", "address": "1 Test Road", "district_id": DISTRICT, "pincode": 411_027,
        "opens": "09:00", "closes": "18:00", "fee_type": "Free",
    });
    for (name, token) in forgeries {
        cases.push(case(format!("token to read: {name}"), get(&path).by(&token), 401, "unauthorized"));
        let write = post("/v1/admin/centers").json(&center).by(&token);
        cases.push(case(format!("token to write: {name}"), write, 401, "unauthorized"));
    }
    cases
}
