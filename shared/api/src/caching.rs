//! Public answers that callers and caches may keep: strong tags (`ETag`), and 304 for what they already have.

use std::convert::Infallible;

use axum::{
    body::Bytes,
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::problem::{Kind, Problem};

/// How long an answer may be used without asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness(&'static str);

impl Freshness {
    /// For availability, which changes by the second.
    pub const MOMENT: Self = Self("public, max-age=1, stale-while-revalidate=2");
    /// For what staff change now and then.
    pub const MINUTE: Self = Self("public, max-age=60, stale-while-revalidate=60");
    /// For what changes when a new version is deployed, or keys are rotated.
    pub const MINUTES: Self = Self("public, max-age=300");
}

/// The tags of the answers that the caller has.
#[derive(Debug, Clone, Default)]
pub struct IfNoneMatch(Vec<String>);

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let lists = parts.headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        Ok(Self(lists.flat_map(|list| list.split(',')).map(|tag| tag.trim().to_owned()).collect()))
    }
}

impl IntoParams for IfNoneMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = ParameterBuilder::new()
            .name("If-None-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("The ETag of the answer you have: if it still is the answer, 304 comes without a body."))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .example(Some("\"kqzhRMfm8zqkl0o6LZ2pGg\"".into()));
        vec![parameter.build()]
    }
}

impl IfNoneMatch {
    /// Compares weakly, as RFC 9110 (section 13.1.2) wants it here.
    fn has(&self, tag: &str) -> bool {
        self.0.iter().any(|seen| seen == "*" || seen.strip_prefix("W/").unwrap_or(seen) == tag)
    }
}

/// The body of an answer to a public GET, with its tag. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Document {
    body: Bytes,
    content_type: &'static str,
    tag: String,
}

impl Document {
    #[must_use]
    pub fn new(body: impl Into<Bytes>, content_type: &'static str) -> Self {
        let body = body.into();
        let hash = Sha256::digest(&body);
        let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&hash[..16]));
        Self { body, content_type, tag }
    }

    /// A document in JSON.
    pub fn json(view: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(view).map_err(|error| Problem::new(Kind::Internal).caused_by(error))?;
        Ok(Self::new(body, "application/json"))
    }

    /// The length of the body in bytes.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "none is empty")]
    pub fn len(&self) -> usize {
        self.body.len()
    }

    /// The document, or word that the caller has it.
    #[must_use]
    pub fn answer(&self, freshness: Freshness, seen: &IfNoneMatch) -> Response {
        let mut response = if seen.has(&self.tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let content_type = HeaderValue::from_static(self.content_type);
            ([(header::CONTENT_TYPE, content_type)], self.body.clone()).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(freshness.0));
        if let Ok(tag) = HeaderValue::try_from(&self.tag) {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}

/// A JSON answer to a public GET.
pub fn json(view: &impl Serialize, freshness: Freshness, seen: &IfNoneMatch) -> Response {
    match Document::json(view) {
        Ok(document) => document.answer(freshness, seen),
        Err(problem) => problem.into_response(),
    }
}

/// An answer of any type to a public GET.
pub fn bytes(body: impl Into<Bytes>, content_type: &'static str, freshness: Freshness, seen: &IfNoneMatch) -> Response {
    Document::new(body, content_type).answer(freshness, seen)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn seen(value: &str) -> IfNoneMatch {
        let (mut parts, ()) = Request::builder().header("if-none-match", value).body(()).unwrap().into_parts();
        let Ok(seen) = IfNoneMatch::from_request_parts(&mut parts, &()).await;
        seen
    }

    fn answer(seen: &IfNoneMatch) -> Response {
        json(&[363], Freshness::MOMENT, seen)
    }

    #[tokio::test]
    async fn what_the_caller_has_is_not_sent_again() {
        let first = answer(&IfNoneMatch::default());
        assert_eq!(first.status(), 200);
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        for value in [tag.clone(), format!("\"other\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
            let again = answer(&seen(&value).await);
            assert_eq!(again.status(), 304, "{value}");
            assert_eq!(again.headers()["etag"], tag.as_str());
            assert_eq!(again.headers()["cache-control"], "public, max-age=1, stale-while-revalidate=2");
            assert!(!again.headers().contains_key("content-type"));
        }
        assert_eq!(answer(&seen("\"other\"").await).status(), 200);
    }
}
