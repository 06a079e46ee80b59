//! The description of the interface, as a document and as a page. Nothing on the page comes from elsewhere.

use std::sync::LazyLock;

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use vaxslot_api::caching::{Freshness, IfNoneMatch, bytes};

/// Generated from the code of all functions; a test tells when it no longer fits.
const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));

const PAGE: &str = include_str!("../assets/docs.html");

/// Lets the page run the style and the script it carries, and no other.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let (style, script) = (hash_of("style"), hash_of("script"));
    let policy = format!(
        "default-src 'none'; style-src '{style}'; script-src '{script}'; connect-src 'self'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

fn hash_of(tag: &str) -> String {
    let content = PAGE.split_once(&format!("<{tag}>")).and_then(|(_, rest)| rest.split_once(&format!("</{tag}>")));
    let hash = Sha256::digest(content.map_or("", |(content, _)| content));
    format!("sha256-{}", STANDARD.encode(hash))
}

pub fn document(seen: &IfNoneMatch) -> Response {
    bytes(DOCUMENT, "application/json", Freshness::MINUTES, seen)
}

pub fn page(seen: &IfNoneMatch) -> Response {
    let mut response = bytes(PAGE, "text/html; charset=utf-8", Freshness::MINUTES, seen);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    response
}
