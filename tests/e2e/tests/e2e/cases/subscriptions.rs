use reqwest::Method;
use serde_json::{Value, json};

use super::{Case, NOBODY, bodies, case};
use crate::{
    request::{Request, get, post, request},
    stage::Stage,
};

pub fn all(stage: &Stage) -> Vec<Case> {
    let me = &stage.citizen;
    let subscribe = || post("/v1/subscriptions").by(me);
    let confirm = |id: &str| post(format!("/v1/subscriptions/{id}/confirm")).by(me);
    let end = |id: &str| request(Method::DELETE, format!("/v1/subscriptions/{id}")).by(me);
    let mut cases = [bodies("subscribing", &subscribe()), bodies("confirming", &confirm(NOBODY))].concat();
    cases.extend(addresses(&subscribe));
    cases.extend(filters(&subscribe));
    let token = json!({"token": "token"});
    for (name, request) in [
        ("showing", get(format!("/v1/subscriptions/{NOBODY}")).by(me)),
        ("confirming", confirm(NOBODY).json(&token)),
        ("ending", end(NOBODY)),
    ] {
        cases.push(case(format!("{name} an unknown subscription"), request, 404, "no-such-subscription"));
    }
    for (name, request) in [
        ("showing", get("/v1/subscriptions/mine").by(me)),
        ("confirming", confirm("mine").json(&token)),
        ("ending", end("mine")),
    ] {
        cases.push(case(format!("{name} a subscription by a malformed id"), request, 400, "invalid-parameter"));
    }
    for bad in [json!(""), json!("to ken"), json!("t".repeat(2_001)), json!(7)] {
        let request = confirm(NOBODY).json(&json!({ "token": bad }));
        cases.push(case("confirming: no token can be like this", request, 422, "invalid-body"));
    }
    cases.extend([
        case("ending a subscription with a body", end(NOBODY).json(&json!({})), 400, "unexpected-body"),
        case("replacing subscriptions", request(Method::PUT, "/v1/subscriptions").by(me), 405, "method-not-allowed"),
        case("below a subscription", get(format!("/v1/subscriptions/{NOBODY}/more")).by(me), 404, "no-such-route"),
    ]);
    cases
}

fn addresses(subscribe: &impl Fn() -> Request) -> Vec<Case> {
    let long = format!("https://example.org/{}", "a".repeat(500));
    let of = |protocol: &str, endpoints: &[&str]| -> Vec<Case> {
        let bad = |endpoint: &&str| {
            let body = json!({"protocol": protocol, "endpoint": endpoint});
            let name = format!("subscribing {protocol}: {}", endpoint.chars().take(60).collect::<String>());
            case(name, subscribe().json(&body), 422, "invalid-body")
        };
        endpoints.iter().map(bad).collect()
    };
    [
        of(
            "https",
            &[
                "",
                "example.org",
                "ftp://example.org/",
                "https://",
                "https://user:word@example.org/",
                "https://example.org/#part",
                "https://example.org:0/",
                "https://example.org./",
                "https://पुणे.example/",
                &long,
                // Where nobody else can be.
                "http://example.org/",
                "http://10.0.0.1/",
                "https://10.0.0.1/",
                "https://172.16.9.9/",
                "https://192.168.0.1/",
                "https://100.64.0.1/",
                "https://169.254.169.254/latest/meta-data/",
                "https://0.0.0.0/",
                "https://2130706433/",
                "https://127.1/",
                "https://0x7f000001/",
                "https://017700000001/",
                "https://[fd00::1]/",
                "https://[fe80::1]/",
                "https://[::ffff:10.0.0.1]/",
                "https://[64:ff9b::a00:1]/",
                "https://localhost/",
                "https://api.localhost/",
                "https://db.internal/",
                "https://printer/",
                // A name that stands for nothing (RFC 6761, section 6.4).
                "https://hooks.invalid/",
            ],
        ),
        of(
            "sqs",
            &[
                "queue",
                "arn:aws:sns:us-east-1:000000000000:queue",
                "arn:aws:sqs:us-east-1:000000000000:queue.fifo",
                "arn:aws:sqs:us-east-1:0:queue",
                "https://sqs.us-east-1.amazonaws.com/000000000000/queue",
            ],
        ),
        of("email", &["", "asha", "asha@", "@example.org", "asha@example.org\nbcc: ravi@example.org"]),
        of("http", &["http://example.org/"]),
        of("sms", &["+919876543210"]),
    ]
    .concat()
}

fn filters(subscribe: &impl Fn() -> Request) -> Vec<Case> {
    let bad = |filter: Value| {
        let name = format!("subscribing: the filter {filter}");
        let body = json!({"protocol": "email", "endpoint": "asha@example.org", "filter": filter});
        case(name, subscribe().json(&body), 422, "invalid-body")
    };
    [
        json!("all"),
        json!({"district_id": 0}),
        json!({"district_id": "363"}),
        json!({"pincode": 41_102}),
        json!({"vaccine": "WATER"}),
        json!({"dose": 0}),
        json!({"dose": 4}),
        json!({"age": -1}),
        json!({"age": 121}),
        json!({"age": 45.5}),
        json!({"state_id": 21}),
    ]
    .into_iter()
    .map(bad)
    .collect()
}
