//! Responses that many operations share.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::json;
use utoipa::{
    ToSchema,
    openapi::{
        Content, ContentBuilder, Header, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
    },
};

use crate::problem::{Kind, ProblemView};

const PROBLEM_JSON: &str = "application/problem+json";

/// The most problems of a response that gets a name of its own; those of more are hardly ever the same.
const MOST_SHARED: usize = 2;

/// Responses by their names.
#[derive(Default)]
pub struct Shared(pub BTreeMap<String, RefOr<Response>>);

impl Shared {
    /// The responses of some problems, one for each status.
    pub fn problems(&mut self, kinds: &BTreeSet<Kind>) -> Vec<(StatusCode, RefOr<Response>)> {
        let groups = by_status(kinds).into_iter();
        groups.map(|(status, kinds)| (status, self.problems_of(&kinds))).collect()
    }

    fn problems_of(&mut self, kinds: &[Kind]) -> RefOr<Response> {
        if kinds.len() > MOST_SHARED {
            return RefOr::T(problems(kinds));
        }
        let slugs: Vec<&str> = kinds.iter().map(|kind| kind.slug()).collect();
        self.share(&slugs.join("."), || problems(kinds))
    }

    pub fn not_modified(&mut self) -> RefOr<Response> {
        let response = || ResponseBuilder::new().description("What you have is still the answer.").build();
        self.share("not-modified", || tagged(response()))
    }

    fn share(&mut self, name: &str, response: impl FnOnce() -> Response) -> RefOr<Response> {
        self.0.entry(name.to_owned()).or_insert_with(|| RefOr::T(response()));
        RefOr::Ref(Ref::new(format!("#/components/responses/{name}")))
    }
}

fn by_status(kinds: &BTreeSet<Kind>) -> BTreeMap<StatusCode, Vec<Kind>> {
    let mut groups: BTreeMap<StatusCode, Vec<Kind>> = BTreeMap::new();
    for kind in kinds {
        groups.entry(kind.status()).or_default().push(*kind);
    }
    groups
}

fn problems(kinds: &[Kind]) -> Response {
    let lines: Vec<String> = kinds.iter().map(|kind| format!("`{}`: {}.", kind.slug(), kind.title())).collect();
    let response = ResponseBuilder::new().description(lines.join(" ")).content(PROBLEM_JSON, content(kinds));
    let response = match kinds.first().map(|kind| kind.status()) {
        Some(StatusCode::UNAUTHORIZED) => {
            let response = response.header("WWW-Authenticate", header("`Bearer` (RFC 6750)."));
            if kinds.contains(&Kind::Unauthorized) {
                response.content("application/json", of_gateway())
            } else {
                response
            }
        }
        Some(StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) => {
            response.header("Retry-After", header("Seconds to wait."))
        }
        _ => response,
    };
    response.build()
}

/// The gateway refuses tokens before a function sees them, in words of its own.
fn of_gateway() -> Content {
    let message = ObjectBuilder::new().schema_type(Type::String).examples([json!("Unauthorized")]);
    let schema = ObjectBuilder::new().property("message", message).required("message");
    ContentBuilder::new().schema(Some(schema)).build()
}

fn content(kinds: &[Kind]) -> Content {
    let example = |kind: &Kind| {
        let slug = kind.slug();
        (slug.to_owned(), RefOr::Ref(Ref::new(format!("#/components/examples/{slug}"))))
    };
    let schema = Ref::from_schema_name(ProblemView::name());
    let mut content = ContentBuilder::new().schema(Some(schema)).build();
    content.examples = kinds.iter().map(example).collect();
    content
}

/// A response that caches may keep.
pub fn tagged(mut response: Response) -> Response {
    let headers = [("ETag", "Changes with the answer."), ("Cache-Control", "How long the answer may be used.")];
    response.headers.extend(headers.map(|(name, text)| (name.to_owned(), RefOr::T(header(text)))));
    response
}

fn header(text: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    HeaderBuilder::new().schema(Some(schema)).description(Some(text)).build()
}
