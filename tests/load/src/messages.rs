//! One address for all that a function talks to: the engine, a topic that takes every message and forgets it, and a safe with
//! two secrets.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::net::TcpListener;

use crate::Outcome;

/// What the topic answers to a message.
pub const TAKEN: &str = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>\
                     <MessageId>taken</MessageId></PublishResult></PublishResponse>";

/// The name of the secret with the keys that sign: there are none yet.
const KEYS: &[u8] = b"signing-keys";
const NO_KEYS: &str = r#"{"Name":"signing-keys","SecretString":"{\"keys\":[]}"}"#;

/// What the safe answers when it is asked for another.
const SECRET: &str =
    r#"{"Name":"seal","SecretString":"a-secret-of-the-benchmark-which-keeps-nothing-that-is-anybodys"}"#;

#[derive(Clone)]
struct Engine {
    address: String,
    http: reqwest::Client,
}

/// Serves until the process ends, and returns the address.
pub async fn serve(engine: &str) -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let engine = Engine { address: engine.to_owned(), http: reqwest::Client::new() };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer).with_state(engine)).await });
    Ok(address)
}

async fn answer(State(engine): State<Engine>, headers: HeaderMap, body: Bytes) -> Response {
    if !headers.contains_key("x-amz-target") {
        return ([(header::CONTENT_TYPE, "text/xml")], TAKEN).into_response();
    }
    if headers["x-amz-target"] == "secretsmanager.GetSecretValue" {
        let secret = if body.windows(KEYS.len()).any(|part| part == KEYS) { NO_KEYS } else { SECRET };
        return ([(header::CONTENT_TYPE, "application/x-amz-json-1.1")], secret).into_response();
    }
    let mut request = engine.http.post(engine.address).body(body);
    for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let Ok(answer) = request.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let status = answer.status();
    let kind = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
    answer.bytes().await.map_or(StatusCode::BAD_GATEWAY.into_response(), |body| (status, kind, body).into_response())
}
