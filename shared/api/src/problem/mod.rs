//! What a caller reads when a request cannot be carried out: `application/problem+json` (RFC 9457).

mod convert;
mod kind;

use std::{error::Error, fmt::Display};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use vaxslot_domain::SignedDuration;

pub use self::kind::{Kind, Repeat};

/// A problem: what the caller may read, and apart from it what only the operator may.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    detail: Option<String>,
    members: Vec<(String, Value)>,
    /// What the `WWW-Authenticate` header asks for.
    challenge: Option<&'static str>,
    /// After how many seconds to try again.
    retry_after: Option<u64>,
    /// Logged, never rendered.
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Problem {
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let challenge = (kind == Kind::Unauthorized).then_some("Bearer");
        Self { kind, detail: None, members: Vec::new(), challenge, retry_after: None, cause: None }
    }

    /// Says what is particular to this occurrence. Without it, the kind's help is said.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds an extension member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.members.push((name.to_owned(), value));
        self
    }

    /// A limit was reached; after `wait`, in whole seconds and rounded up, there is room for one again.
    #[must_use]
    pub fn too_many_requests(wait: SignedDuration) -> Self {
        let seconds = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
        Self::new(Kind::TooManyRequests).retry_after(u64::try_from(seconds).unwrap_or(0).max(1))
    }

    /// Says after how many seconds to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Keeps the cause for the operator's log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// A body that is JSON but does not fit; `pointer` leads to the place (RFC 6901).
    #[must_use]
    pub fn invalid_body(pointer: impl Into<String>, why: impl Display) -> Self {
        Self::new(Kind::InvalidBody).detail(why.to_string()).with("pointer", pointer.into())
    }

    /// A parameter of the path or the query that cannot be read.
    #[must_use]
    pub fn invalid_parameter(name: &str, why: impl Display) -> Self {
        Self::new(Kind::InvalidParameter).detail(why.to_string()).with("parameter", name)
    }

    /// A token was sent, and it is not valid (RFC 6750, section 3.1).
    pub(crate) fn invalid_token(detail: &str) -> Self {
        let problem = Self::new(Kind::Unauthorized).detail(detail);
        Self { challenge: Some("Bearer error=\"invalid_token\""), ..problem }
    }

    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.kind.status()
    }

    /// After how many seconds to try again, if that is said.
    #[must_use]
    pub fn wait(&self) -> Option<u64> {
        self.retry_after
    }

    /// The problem as it is rendered.
    #[must_use]
    pub fn document(&self) -> Value {
        let mut document = Map::new();
        document.insert("type".to_owned(), self.kind.uri().into());
        document.insert("title".to_owned(), self.kind.title().into());
        document.insert("status".to_owned(), self.status().as_u16().into());
        let detail = self.detail.as_deref().unwrap_or(self.kind.help());
        document.insert("detail".to_owned(), detail.into());
        for (name, value) in &self.members {
            document.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Value::Object(document)
    }

    /// Says the cause to the operator; the type of the problem is in the line of the request.
    fn log(&self) {
        let Some(cause) = &self.cause else { return };
        let (problem, cause) = (self.kind.slug(), chain(&**cause));
        if self.status().is_server_error() {
            tracing::error!(problem, cause, "request failed");
        } else {
            tracing::info!(problem, cause, "request refused");
        }
    }
}

/// An error and its causes in one line, for the log.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        // A transparent error repeats its source word for word.
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        next = cause.source();
    }
    text
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.log();
        let headers = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
        let mut response = (self.status(), headers, self.document().to_string()).into_response();
        response.extensions_mut().insert(self.kind);
        if let Some(challenge) = self.challenge {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// A problem as it is rendered, with members of its own for some types (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemView {
    /// The type, stable: decide by it.
    #[serde(rename = "type")]
    #[schema(example = "urn:vaxslot:problem:sold-out", format = "uri")]
    kind: String,
    /// What happened, the same for every problem of the type.
    #[schema(example = "No place is left")]
    title: String,
    /// The status of the answer.
    #[schema(example = 409)]
    status: u16,
    /// What is particular to this occurrence, or what would help.
    #[schema(example = "Choose another slot or session.")]
    detail: String,
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn a_problem_is_rendered_with_its_members_and_without_its_cause() {
        let problem = Problem::new(Kind::FewerLeft).with("left", 2).with("status", "mine").caused_by("the secret");
        let response = problem.into_response();
        assert_eq!(response.status(), 409);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let body = to_bytes(response.into_body(), 8192).await.unwrap();
        let document: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(document["type"], "urn:vaxslot:problem:fewer-left");
        assert_eq!(document["status"], 409);
        assert_eq!(document["left"], 2);
        assert!(!document.to_string().contains("secret"));
    }

    #[test]
    fn who_may_try_again_is_told_when() {
        let elsewhere = Problem::new(Kind::RequestInProgress).retry_after(7).into_response();
        assert_eq!(elsewhere.headers()["retry-after"], "7");
        assert_eq!(Problem::new(Kind::Unauthorized).into_response().headers()["www-authenticate"], "Bearer");
    }
}
