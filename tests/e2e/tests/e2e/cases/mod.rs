//! The table of bad input.

pub mod citizen;
pub mod imports;
pub mod login;
pub mod pairs;
pub mod public;
pub mod staff;
pub mod subscriptions;

use crate::request::Request;

/// A request, and the problem it must get.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub request: Request,
    pub status: u16,
    pub slug: &'static str,
}

pub fn case(name: impl Into<String>, request: Request, status: u16, slug: &'static str) -> Case {
    Case { name: name.into(), request, status, slug }
}

/// An id of the right form that nothing has.
pub const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// Bodies that are wrong whatever they are for, as requests of one kind.
pub fn bodies(what: &str, send: &Request) -> Vec<Case> {
    let json = "application/json";
    let big = format!("{{\"name\":\"{}\"}}", "a".repeat(9_000));
    let deep = format!("{}{}", "[".repeat(4_000), "]".repeat(4_000));
    let row = |name: &str, kind: &str, bytes: &[u8], status, slug| {
        case(format!("{what}: {name}"), send.clone().body(kind, bytes), status, slug)
    };
    vec![
        row("not JSON", json, b"name=Asha", 400, "malformed-json"),
        row("cut off", json, b"{\"name\":", 400, "malformed-json"),
        row("empty", json, b"", 400, "malformed-json"),
        row("two values", json, b"{} {}", 400, "malformed-json"),
        row("too deep", json, deep.as_bytes(), 400, "malformed-json"),
        row("a list", json, b"[]", 422, "invalid-body"),
        row("null", json, b"null", 422, "invalid-body"),
        row("a text", json, b"\"Asha\"", 422, "invalid-body"),
        row("no field", json, b"{}", 422, "invalid-body"),
        row("over 8 KiB", json, big.as_bytes(), 413, "body-too-large"),
        row("a form", "application/x-www-form-urlencoded", b"name=Asha", 415, "unsupported-media-type"),
        row("plain text", "text/plain", b"{}", 415, "unsupported-media-type"),
        row("no media type", "", b"{}", 415, "unsupported-media-type"),
    ]
}
