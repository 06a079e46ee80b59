//! Requests as an API Gateway HTTP API sends them to a function (payload format 2.0), made safe for `lambda_http`.
//!
//! That crate takes it for granted that an address is a URI and a body is what it says, and panics otherwise: an end to the
//! whole process. So every event is put into order, or refused, before it sees it.

use std::{borrow::Cow, collections::BTreeMap, convert::Infallible, pin::Pin};

use axum::{
    Router,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http_body_util::BodyExt;
use lambda_http::{
    Adapter, Body, TransformResponse,
    aws_lambda_events::apigw::ApiGatewayV2httpRequest,
    request::{LambdaRequest, RequestOrigin},
};
use lambda_runtime::{Error, LambdaEvent};
use serde::{Deserialize, Serialize};
use tower::{Service, ServiceExt};

use crate::{
    problem::{Kind, Problem},
    serve::add_headers,
};

/// The longest address.
const LONGEST: usize = 60_000;

/// Where the gateway's word on the address that a request was sent to is found. A caller's own is not passed on.
pub const SERVED_AT: HeaderName = HeaderName::from_static("x-forwarded-host");

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
#[serde(rename_all = "camelCase")]
struct Context {
    domain_name: Option<String>,
    http: Http,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    method: String,
    source_ip: Option<String>,
}

/// Serves events until the platform stops the function; several at once where it sends them.
pub async fn run(router: Router) -> Result<(), Error> {
    lambda_runtime::run_concurrent(lambda_runtime::service_fn(move |event| answer(router.clone(), event))).await
}

/// Answers one event, as the platform reads the answer.
pub async fn answer(router: Router, event: LambdaEvent<Event>) -> Result<impl Serialize, Infallible> {
    let service = ServiceExt::<lambda_http::Request>::map_response(router, Answer);
    let answer: TransformResponse<'static, Answer, _> = match in_order(event.payload) {
        Ok(request) => {
            Adapter::from(service).call(LambdaEvent::new(LambdaRequest::ApiGatewayV2(request), event.context))
        }
        Err(problem) => {
            let mut refusal = problem.into_response();
            add_headers(&mut refusal, &event.context.request_id);
            let refusal = lambda_http::IntoResponse::into_response(Answer(refusal));
            TransformResponse::Response(RequestOrigin::ApiGatewayV2, refusal)
        }
    };
    answer.await
}

/// An answer that goes out as text where it is text, and in base64 where it is not. The crate's own way is to ask the type of the
/// content, for which it brings the tables of every text encoding.
struct Answer(Response);

impl lambda_http::IntoResponse for Answer {
    fn into_response(self) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        Box::pin(async {
            let (parts, body) = self.0.into_parts();
            match body.collect().await {
                Ok(body) => Response::from_parts(parts, text_or_bytes(body.to_bytes().into())),
                Err(error) => {
                    let problem = Problem::new(Kind::Internal).caused_by(error);
                    lambda_http::IntoResponse::into_response(Self(problem.into_response())).await
                }
            }
        })
    }
}

fn text_or_bytes(bytes: Vec<u8>) -> Body {
    match String::from_utf8(bytes) {
        Ok(text) if text.is_empty() => Body::Empty,
        Ok(text) => Body::Text(text),
        Err(error) => Body::Binary(error.into_bytes()),
    }
}

fn in_order(event: Event) -> Result<ApiGatewayV2httpRequest, Problem> {
    let unreadable = |part: &str| Problem::invalid_parameter(part, "cannot be read");
    let path = escaped(&event.raw_path, "");
    let query = event.raw_query_string.as_deref().map(|query| escaped(query, "?"));
    if !path.starts_with('/') || path.len() + query.as_ref().map_or(0, |query| query.len()) > LONGEST {
        return Err(unreadable("path"));
    }
    let mut request = ApiGatewayV2httpRequest::default();
    request.raw_path = Some(path.into_owned());
    request.raw_query_string = query.map(Cow::into_owned);
    request.headers = headers(&event.headers.unwrap_or_default());
    // Not in the context: there it would become a part of the address.
    request.headers.remove(SERVED_AT);
    if let Some(domain) = event.request_context.domain_name.and_then(|domain| HeaderValue::try_from(domain).ok()) {
        request.headers.insert(SERVED_AT, domain);
    }
    let http = event.request_context.http;
    request.request_context.http.source_ip = http.source_ip;
    request.request_context.http.method =
        Method::from_bytes(http.method.as_bytes()).map_err(|_| unreadable("method"))?;
    if let Some(body) = &event.body
        && event.is_base64_encoded
    {
        STANDARD.decode(body).map_err(|_| unreadable("body"))?;
    }
    (request.body, request.is_base64_encoded) = (event.body, event.is_base64_encoded);
    Ok(request)
}

/// The gateway joins repeated headers with commas, and leaves out what is none. Those that would become a part of the
/// address stay out.
fn headers(pairs: &BTreeMap<String, String>) -> HeaderMap {
    let pair = |(name, value): (&String, &String)| {
        Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
    };
    let mut headers: HeaderMap = pairs.iter().filter_map(pair).collect();
    headers.remove(header::HOST);
    headers
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

#[cfg(test)]
mod tests {
    use axum::{extract::RawQuery, routing};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::extract::ServedAt;

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
        Router::new().fallback(routing::any(mirror))
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
    async fn the_gateway_says_where_a_request_was_sent_to() {
        let mirror = async |ServedAt(address): ServedAt| address;
        let mut event = event("GET", "/", "");
        event["headers"]["x-forwarded-host"] = json!("elsewhere.example");
        let sent = async |event: &Value| send(Router::new().fallback(mirror), event.clone()).await["body"].clone();
        assert_eq!(sent(&event).await, "https://id.execute-api.us-east-1.amazonaws.com");
        event["requestContext"]["domainName"] = Value::Null;
        assert_eq!(sent(&event).await, "https://localhost");
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
            ("/a/../b/./c", "&=", "/b/c", "&="),
            ("/%2e%2E/a", "..", "/a", ".."),
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
        let long = "a".repeat(70_000);
        let events = [
            event("G ET", "/", ""),
            event("GET", "", ""),
            event("GET", "@:99999", ""),
            event("GET", &format!("/{long}"), ""),
            event("GET", "/", &long),
            body,
        ];
        for event in events {
            let refused = send(mirror(), event).await;
            assert_eq!((&refused["statusCode"], &refused["headers"]["x-frame-options"]), (&json!(400), &json!("DENY")));
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

    fn any_event() -> impl Strategy<Value = Value> {
        let header = ("(host|x-forwarded-proto|cookie|.{0,9})", ".{0,20}");
        let headers = prop::collection::btree_map(header.0, header.1, 0..4);
        let method = prop_oneof![Just("GET".to_owned()), any::<String>()];
        (method, "/?.{0,30}", ".{0,30}", headers, any::<Option<String>>(), any::<bool>()).prop_map(
            |(method, path, query, headers, body, is_base64)| {
                let mut event = event(&method, &path, &query);
                event["headers"] = json!(headers);
                event["body"] = json!(body);
                event["isBase64Encoded"] = json!(is_base64);
                event["requestContext"]["stage"] = json!(path);
                event
            },
        )
    }

    proptest! {
        #[test]
        fn no_event_ends_the_process(event in any_event()) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let status = runtime.block_on(send(mirror(), event))["statusCode"].clone();
            prop_assert!(status == 200 || status == 400, "{status}");
        }
    }
}
