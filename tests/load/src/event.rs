//! Requests of citizens as the gateway hands them to a function (payload format 2.0), headers of a usual browser included.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    net::Ipv4Addr,
};

use serde_json::{Value, json};

/// A request for sessions.
pub fn search(query: &str) -> String {
    event("GET", "/v1/sessions", query, None, None).to_string()
}

/// A request with a body, by somebody who has logged in.
pub fn post(path: &str, token: &str, body: &Value) -> String {
    event("POST", path, "", Some(token), Some(body)).to_string()
}

/// A look at something that not everybody may see.
pub fn get(path: &str, query: &str, token: &str) -> String {
    event("GET", path, query, Some(token), None).to_string()
}

/// A file from somebody who has logged in.
pub fn file(path: &str, token: &str, csv: &str) -> String {
    let mut event = event("POST", path, "", Some(token), None);
    event["headers"]["content-type"] = json!("text/csv");
    event["headers"]["content-length"] = json!(csv.len().to_string());
    event["body"] = json!(csv);
    event.to_string()
}

/// Where somebody asks from: everybody is at home.
fn address(token: Option<&str>) -> Ipv4Addr {
    let mut hash = DefaultHasher::new();
    token.hash(&mut hash);
    let [_, two, three, four, ..] = hash.finish().to_be_bytes();
    Ipv4Addr::new(10, two, three, four)
}

fn event(method: &str, path: &str, query: &str, token: Option<&str>, body: Option<&Value>) -> Value {
    let address = address(token).to_string();
    let mut headers = json!({
        "accept": "application/json", "accept-encoding": "gzip, deflate, br", "accept-language": "en-IN,en;q=0.9,hi;q=0.8",
        "content-length": "0", "host": "api.example.org", "origin": "https://book.example.org",
        "referer": "https://book.example.org/", "sec-fetch-mode": "cors", "sec-fetch-site": "same-site",
        "user-agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
        "x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e", "x-forwarded-for": address,
        "x-forwarded-port": "443", "x-forwarded-proto": "https",
    });
    if let Some(token) = token {
        headers["authorization"] = json!(format!("Bearer {token}"));
    }
    let text = body.map(Value::to_string);
    if let Some(text) = &text {
        headers["content-type"] = json!("application/json");
        headers["content-length"] = json!(text.len().to_string());
    }
    json!({
        "version": "2.0", "routeKey": format!("ANY {path}"), "rawPath": path, "rawQueryString": query, "headers": headers,
        "requestContext": {
            "accountId": "000000000000", "apiId": "api", "domainName": "api.example.org", "domainPrefix": "api",
            "http": {
                "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": address, "userAgent": "Mozilla/5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": format!("ANY {path}"), "stage": "$default",
            "time": "21/Nov/2026:00:00:00 +0000", "timeEpoch": 1_795_219_200_000_i64,
        },
        "body": text, "isBase64Encoded": false,
    })
}
