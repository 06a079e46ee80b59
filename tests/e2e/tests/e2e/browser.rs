//! What browsers are told: which pages may call the API, and how an answer may be shown.

use reqwest::Method;

use crate::{
    request::{Answer, Request, get, post, request},
    stage::Stage,
};

const PRIVATE: [&str; 7] = [
    "/v1/appointments",
    "/v1/appointments/cancel",
    "/v1/holds",
    "/v1/tickets/x",
    "/v1/beneficiaries",
    "/v1/admin/centers",
    "/v1/reports/bookings",
];

fn allowed(answer: &Answer) -> Option<&str> {
    answer.headers.get("access-control-allow-origin").map(|value| value.to_str().expect("an origin"))
}

fn preflight(path: &str, origin: &str) -> Request {
    request(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type,idempotency-key")
}

#[tokio::test]
async fn pages_of_the_named_origin_may_call_and_no_others() {
    let stage = Stage::set().await;
    let ours = stage.stack.pages_url().expect("the address of the pages").to_owned();
    for path in PRIVATE.iter().chain(&["/v1/sessions", "/v1/auth/otp"]) {
        let told = stage.send(&preflight(path, &ours)).await.expect(204);
        assert_eq!(allowed(&told), Some(&*ours), "{path}");
        assert!(!told.headers.contains_key("access-control-allow-credentials"), "{path}");
        let headers = told.headers["access-control-allow-headers"].to_str().unwrap();
        assert!(
            ["authorization", "content-type", "idempotency-key"].iter().all(|name| headers.contains(name)),
            "{headers}"
        );
    }
    let read = stage.send(&get("/v1/states").header("origin", &ours)).await.expect(200);
    assert_eq!((allowed(&read), read.headers["vary"].to_str().unwrap()), (Some(&*ours), "Origin"));
    let foreign = [
        "https://evil.example".to_owned(),
        "null".to_owned(),
        "*".to_owned(),
        format!("{ours}.evil.example"),
        format!("{ours}0"),
        ours.replace("http:", "https:"),
        String::new(),
    ];
    for origin in &foreign {
        for path in PRIVATE {
            let told = stage.send(&preflight(path, origin)).await;
            assert_eq!(allowed(&told), None, "{origin} at {path}");
        }
        let read = stage.send(&get("/v1/states").header("origin", origin)).await.expect(200);
        assert_eq!(allowed(&read), None, "{origin}");
    }
}

#[tokio::test]
async fn every_kind_of_answer_is_safe_to_be_shown() {
    let stage = Stage::set().await;
    let report = format!("/v1/reports/bookings?date={}", stage.today);
    let tag = stage.send(&get("/v1/states")).await.headers["etag"].to_str().unwrap().to_owned();
    let login = || post("/v1/auth/logout");
    let answers = [
        (200, get("/docs")),
        (200, get("/openapi.json")),
        (200, get("/v1/states")),
        (304, get("/v1/states").header("if-none-match", tag)),
        (404, get("/nowhere")),
        (405, post("/v1/states")),
        (400, get("/v1/centers/x")),
        (200, get("/.well-known/jwks.json")),
        (200, get("/v1/beneficiaries").by(&stage.citizen)),
        (200, get("/v1/appointments").by(&stage.citizen)),
        (403, get("/v1/appointments").by(&stage.admin)),
        (404, get("/v1/tickets/x").by(&stage.citizen)),
        (422, post("/v1/appointments").by(&stage.citizen).json(&serde_json::json!({}))),
        (413, login().body("application/json", vec![b' '; 9_000])),
        (415, login().body("text/plain", "{}")),
        (204, login().json(&serde_json::json!({"refresh_token": "nobody's"}))),
        (200, get(&report).by(&stage.admin)),
        (200, get(format!("{report}&format=csv")).by(&stage.admin)),
        (422, post("/v1/admin/import/centers").by(&stage.admin).csv("nonsense")),
    ];
    for (number, (status, request)) in answers.into_iter().enumerate() {
        let answer = stage.send(&request).await;
        assert_eq!(answer.status, status, "{number}: {}", answer.text);
        for name in
            ["cross-origin-opener-policy", "permissions-policy", "strict-transport-security", "content-security-policy"]
        {
            assert!(answer.headers.contains_key(name), "{number}: {name}");
        }
        for (name, value) in
            [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "no-referrer")]
        {
            assert_eq!(answer.headers[name], value, "{number}");
        }
        // What is somebody's own is kept by nobody else.
        let kept = answer.headers["cache-control"].to_str().unwrap();
        assert!(kept == "no-store" || kept.starts_with("public") && number < 8, "{number}: {kept}");
    }
}
