//! Requests as an API Gateway HTTP API sends them to a function, and answers as it takes them (payload format 2.0).
//!
//! Written out because the usual crate for it stops the whole process at an address that is no URI, and brings tables of
//! Unicode and of text encodings that make a function a megabyte larger.

use std::{borrow::Cow, collections::BTreeMap};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http_body_util::BodyExt;
use lambda_runtime::{Error, LambdaEvent};
use serde::{Deserialize, Serialize};
use tower::ServiceExt;

use crate::problem::Problem;

/// The parts of an event that matter here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    raw_path: String,
    // Local servers send null for what is not there.
    raw_query_string: Option<String>,
    headers: Option<BTreeMap<String, String>>,
    request_context: Context,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Debug, Deserialize)]
struct Context {
    http: Http,
}

#[derive(Debug, Deserialize)]
struct Http {
    method: String,
}

/// The answer to an event.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    status_code: u16,
    headers: BTreeMap<String, String>,
    // Always empty, but `cargo lambda watch` takes no answer without it.
    cookies: [String; 0],
    body: String,
    is_base64_encoded: bool,
}

/// The id of the invocation, as the platform's own log lines name it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Serves events until the platform stops the function; several at once where it sends them.
pub async fn run(router: Router) -> Result<(), Error> {
    lambda_runtime::run_concurrent(lambda_runtime::service_fn(move |event| answer(router.clone(), event))).await
}

async fn answer(router: Router, event: LambdaEvent<Event>) -> Result<Answer, Error> {
    let id = RequestId(event.context.request_id);
    let response = match request(event.payload, id) {
        Ok(request) => router.oneshot(request).await?,
        Err(problem) => problem.into_response(),
    };
    written(response).await
}

fn request(event: Event, id: RequestId) -> Result<Request<Body>, Problem> {
    let unreadable = |part: &str| Problem::invalid_parameter(part, "cannot be read");
    let mut address = escaped(&event.raw_path, "").into_owned();
    if let Some(query) = event.raw_query_string.filter(|query| !query.is_empty()) {
        address = format!("{address}?{}", escaped(&query, "?"));
    }
    // An absolute path, because two slashes at the front would make the rest an authority.
    let uri = Uri::builder().scheme("https").authority("api").path_and_query(address).build();
    let mut request = Request::new(Body::from(bytes(event.body, event.is_base64_encoded)?));
    *request.uri_mut() = uri.map_err(|_| unreadable("path"))?;
    *request.method_mut() =
        Method::from_bytes(event.request_context.http.method.as_bytes()).map_err(|_| unreadable("method"))?;
    *request.headers_mut() = headers(&event.headers.unwrap_or_default());
    request.extensions_mut().insert(id);
    Ok(request)
}

fn bytes(body: Option<String>, is_base64: bool) -> Result<Bytes, Problem> {
    let Some(text) = body else { return Ok(Bytes::new()) };
    if !is_base64 {
        return Ok(text.into());
    }
    let bytes = STANDARD.decode(text).map_err(|_| Problem::invalid_parameter("body", "cannot be read"))?;
    Ok(bytes.into())
}

/// The gateway joins repeated headers with commas, and leaves out what is none.
fn headers(pairs: &BTreeMap<String, String>) -> HeaderMap {
    let pair = |(name, value): (&String, &String)| {
        Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
    };
    pairs.iter().filter_map(pair).collect()
}

/// Percent-encodes what may not stand in an address; the gateway may have decoded it. `%` itself stays.
fn escaped<'a>(text: &'a str, also: &str) -> Cow<'a, str> {
    let fine =
        |byte: u8| byte.is_ascii_graphic() && (!b"\"<>\\^`{|}#?".contains(&byte) || also.as_bytes().contains(&byte));
    if text.bytes().all(fine) {
        return Cow::Borrowed(text);
    }
    let escape = |byte: u8| if fine(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    Cow::Owned(text.bytes().map(escape).collect())
}

async fn written(response: Response) -> Result<Answer, Error> {
    let (parts, body) = response.into_parts();
    let bytes: Vec<u8> = body.collect().await?.to_bytes().into();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let (body, is_base64_encoded) = match String::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(bytes) => (STANDARD.encode(bytes.as_bytes()), true),
    };
    Ok(Answer { status_code: parts.status.as_u16(), headers, cookies: [], body, is_base64_encoded })
}

#[cfg(test)]
mod tests {
    use axum::{extract::RawQuery, routing::any};
    use serde_json::{Value, json};

    use super::*;

    fn event(method: &str, path: &str, query: &str) -> Value {
        // The sample of the developer guide, shortened.
        json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
            "cookies": ["cookie1", "cookie2"],
            "headers": { "header1": "value1,value2", "content-type": "text/plain", "bad name": "x", "bad": "a\nb" },
            "queryStringParameters": { "parameter1": "value1,value2" },
            "requestContext": {
                "accountId": "123456789012", "apiId": "api-id", "domainName": "id.execute-api.us-east-1.amazonaws.com",
                "domainPrefix": "id", "requestId": "id", "routeKey": "$default", "stage": "$default",
                "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "::1", "userAgent": "a" },
                "time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1_583_348_638_390_u64,
            },
            "isBase64Encoded": false,
        })
    }

    #[tokio::test]
    async fn what_is_absent_may_be_null() {
        let mut event = event("GET", "/a", "");
        event["rawQueryString"] = Value::Null;
        event["headers"] = Value::Null;
        event["body"] = Value::Null;
        assert_eq!(send(mirror(), event).await["statusCode"], 200);
    }

    async fn send(router: Router, event: Value) -> Value {
        let context = lambda_runtime::Context::default();
        let event = LambdaEvent::new(serde_json::from_value(event).unwrap(), context);
        serde_json::to_value(answer(router, event).await.unwrap()).unwrap()
    }

    /// Answers with what arrived.
    fn mirror() -> Router {
        let mirror = async |RawQuery(query): RawQuery, request: axum::extract::Request| {
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            let header = request.headers().get("header1").map(|value| value.to_str().unwrap().to_owned());
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let text = String::from_utf8_lossy(&body).into_owned();
            axum::Json(json!([method.as_str(), path, query, header, text]))
        };
        Router::new().fallback(any(mirror))
    }

    async fn arrived(event: Value) -> Value {
        let answer = send(mirror(), event).await;
        serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_request_arrives_whole() {
        let mut post = event("POST", "/v1/appointments", "a=1&b=SPUTNIK%20V");
        post["body"] = json!("{\"name\":\"क\"}");
        let expected = json!(["POST", "/v1/appointments", "a=1&b=SPUTNIK%20V", "value1,value2", "{\"name\":\"क\"}"]);
        assert_eq!(arrived(post.clone()).await, expected);
        post["body"] = json!("eyJuYW1lIjoi4KSVIn0=");
        post["isBase64Encoded"] = json!(true);
        assert_eq!(arrived(post).await, expected);
        assert_eq!(arrived(event("GET", "/", "")).await, json!(["GET", "/", null, "value1,value2", ""]));
    }

    #[tokio::test]
    async fn odd_addresses_arrive_escaped() {
        for (path, query, expected_path, expected_query) in [
            ("/a b", "c=d e", "/a%20b", "c=d%20e"),
            ("/é", "é=ü", "/%C3%A9", "%C3%A9=%C3%BC"),
            ("/%20%", "%&", "/%20%", "%&"),
            ("//x", "?#", "//x", "?%23"),
            ("/?x", "a", "/%3Fx", "a"),
            ("/\"<>{}|\\^`", "\"<>{}|\\^`", "/%22%3C%3E%7B%7D%7C%5C%5E%60", "%22%3C%3E%7B%7D%7C%5C%5E%60"),
            ("/\u{0}\n", "a=\u{0}", "/%00%0A", "a=%00"),
            ("/../..", "&=", "/../..", "&="),
        ] {
            let found = arrived(event("GET", path, query)).await;
            assert_eq!((&found[1], &found[2]), (&json!(expected_path), &json!(expected_query)), "{path}?{query}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_refused() {
        let mut body = event("POST", "/", "");
        body["body"] = json!("?");
        body["isBase64Encoded"] = json!(true);
        for event in [event("G ET", "/", ""), event("GET", &format!("/{}", "a".repeat(70_000)), ""), body] {
            assert_eq!(send(mirror(), event).await["statusCode"], 400);
        }
    }

    #[tokio::test]
    async fn text_goes_out_as_text_and_bytes_as_bytes() {
        let text = send(Router::new().fallback(async || "क"), event("GET", "/", "")).await;
        assert_eq!(
            (&text["statusCode"], &text["body"], &text["isBase64Encoded"]),
            (&json!(200), &json!("क"), &json!(false))
        );
        assert_eq!(text["headers"]["content-type"], "text/plain; charset=utf-8");
        let bytes = send(Router::new().fallback(async || [0xFF, 0x00]), event("GET", "/", "")).await;
        assert_eq!((&bytes["body"], &bytes["isBase64Encoded"]), (&json!("/wA="), &json!(true)));
    }
}
