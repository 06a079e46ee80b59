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
const CHECKED_IN: &str = include_str!("../../../openapi.json");

/// The same without the white space that makes it readable, which is a third of it.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| compact(CHECKED_IN));

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
    bytes(DOCUMENT.as_str(), "application/json", Freshness::MINUTES, seen)
}

pub fn page(seen: &IfNoneMatch) -> Response {
    let mut response = bytes(PAGE, "text/html; charset=utf-8", Freshness::MINUTES, seen);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    response
}

fn compact(json: &str) -> String {
    let (mut in_text, mut escaped) = (false, false);
    let kept = json.chars().filter(|letter| {
        let turns = *letter == '"' && !escaped;
        escaped = in_text && *letter == '\\' && !escaped;
        in_text ^= turns;
        in_text || !letter.is_ascii_whitespace()
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_between_values_goes() {
        let json = "{\n  \"a b\": [1, \"c \\\" d\", \"\\\\\"],\r\n\t\"e\": null }\n";
        assert_eq!(compact(json), "{\"a b\":[1,\"c \\\" d\",\"\\\\\"],\"e\":null}");
    }
}
