//! Requests to a function's routes, without a network.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, header, request::Builder},
};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use vaxslot_domain::access::Caller;

use crate::issuer;

/// A request to be sent.
#[derive(Debug)]
pub struct Call {
    request: Builder,
    body: Vec<u8>,
}

impl Call {
    #[must_use]
    pub fn new(method: Method, path: &str) -> Self {
        Self { request: Request::builder().method(method).uri(path), body: Vec::new() }
    }

    #[must_use]
    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    #[must_use]
    pub fn post(path: &str) -> Self {
        Self::new(Method::POST, path)
    }

    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    #[must_use]
    pub fn csv(self, file: &str) -> Self {
        self.body("text/csv", file)
    }

    #[must_use]
    pub fn body(self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self.header(header::CONTENT_TYPE.as_str(), media_type) }
    }

    #[must_use]
    pub fn by(self, caller: &Caller) -> Self {
        self.header(header::AUTHORIZATION.as_str(), &format!("Bearer {}", issuer::token(caller)))
    }

    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value), ..self }
    }

    /// # Panics
    /// When the request is none, or the answer breaks off.
    pub async fn to(self, router: &Router) -> Answer {
        let request = self.request.body(Body::from(self.body)).expect("a request");
        let Ok(response) = router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes().into();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// # Panics
    /// When the body is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.text()))
    }

    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The status, and the slug of the problem if it is one: `"409 sold-out"`, or `"200"`.
    #[must_use]
    pub fn outcome(&self) -> String {
        let problem = self.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json");
        if !problem {
            return self.status.to_string();
        }
        let document = self.json();
        let slug = document["type"].as_str().and_then(|uri| uri.strip_prefix("urn:vaxslot:problem:"));
        format!("{} {}", self.status, slug.unwrap_or("without a type"))
    }
}
