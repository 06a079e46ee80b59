//! The description of the interface (OpenAPI 3.1), put together from the parts that the functions' routes make.
//!
//! An operation lists the slugs of the problems that are particular to it in the extension `x-problems`. Those that follow
//! from its shape (a token, a body, a parameter) are added here, and all become responses. The types of problems stand
//! once, as examples named by their slugs.

mod examples;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Content, ContentBuilder, Header, HeaderBuilder, Info, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi, Ref,
        RefOr, Response, ResponseBuilder, ServerBuilder, Type,
        path::{Operation, ParameterIn, PathItem},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::{Tag, TagBuilder},
    },
};

use crate::problem::{Kind, ProblemView};

/// The extension in which an operation names its problems.
const PROBLEMS: &str = "x-problems";

const PROBLEM_JSON: &str = "application/problem+json";

/// A part that cannot become a part of the document.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPart {
    #[error("the operation {operation} names a problem that does not exist: {slug}")]
    UnknownProblem { operation: String, slug: String },
    #[error("the operation id {0} is used twice")]
    SameId(String),
    #[error("the path {0} is described twice")]
    SamePath(String),
    #[error("the operation {operation} does not describe its response {status}")]
    NoDescription { operation: String, status: String },
    #[error("an operation has no {0}")]
    Lacks(&'static str),
}

/// The whole document. Each part is what one function's `openapi()` returns.
///
/// # Errors
/// When the parts do not fit together or leave something undescribed.
pub fn document(parts: Vec<OpenApi>) -> Result<OpenApi, BadPart> {
    let mut whole = OpenApi::new(info(), utoipa::openapi::Paths::new());
    whole.servers = Some(vec![ServerBuilder::new().url("/").description(Some("The API's own address")).build()]);
    whole.tags = Some(tags());
    for part in parts {
        if let Some(path) = part.paths.paths.keys().find(|path| whole.paths.paths.contains_key(*path)) {
            return Err(BadPart::SamePath(path.clone()));
        }
        whole.merge(part);
    }
    let mut ids = BTreeSet::new();
    for item in whole.paths.paths.values_mut() {
        for operation in operations(item) {
            let id = operation.operation_id.clone().ok_or(BadPart::Lacks("operation id"))?;
            complete(operation, &id)?;
            if !ids.insert(id.clone()) {
                return Err(BadPart::SameId(id));
            }
        }
    }
    let components = whole.components.get_or_insert_default();
    components.schemas.insert(ProblemView::name().into_owned(), ProblemView::schema());
    components.security_schemes.insert("bearer".to_owned(), RefOr::T(bearer()));
    components.examples =
        Kind::ALL.iter().map(|kind| (kind.slug().to_owned(), RefOr::T(examples::of(*kind)))).collect();
    Ok(whole)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

fn complete(operation: &mut Operation, id: &str) -> Result<(), BadPart> {
    if operation.summary.is_none() {
        return Err(BadPart::Lacks("summary"));
    }
    let mut kinds = implied(operation);
    for slug in named(operation) {
        let unknown = || BadPart::UnknownProblem { operation: id.to_owned(), slug: slug.clone() };
        kinds.insert(Kind::from_slug(&slug).ok_or_else(unknown)?);
    }
    for (status, kinds) in by_status(&kinds) {
        operation.responses.responses.insert(status.as_str().to_owned(), problems(&kinds));
    }
    if takes(operation, "If-None-Match") {
        let known = ResponseBuilder::new().description("What you have is still the answer.");
        operation.responses.responses.insert("304".to_owned(), tagged(known.build()).into());
        if let Some(RefOr::T(found)) = operation.responses.responses.get_mut("200") {
            *found = tagged(std::mem::take(found));
        }
    }
    for (status, response) in &operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            return Err(BadPart::NoDescription { operation: id.to_owned(), status: status.clone() });
        }
    }
    Ok(())
}

fn takes(operation: &Operation, header: &str) -> bool {
    let parameters = operation.parameters.iter().flatten();
    parameters.into_iter().any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.name == header))
}

/// A response that caches may keep.
fn tagged(mut response: Response) -> Response {
    let headers = [("ETag", "Changes with the answer."), ("Cache-Control", "How long the answer may be used.")];
    response.headers.extend(headers.map(|(name, text)| (name.to_owned(), RefOr::T(header(text)))));
    response
}

fn header(text: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    HeaderBuilder::new().schema(Some(schema)).description(Some(text)).build()
}

/// The slugs in the operation's extension, which is taken off.
fn named(operation: &mut Operation) -> Vec<String> {
    let Some(extensions) = &mut operation.extensions else { return Vec::new() };
    let slugs = extensions.remove(PROBLEMS).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
    operation.extensions.take_if(|extensions| extensions.is_empty());
    slugs
}

/// The problems that follow from the operation's shape. One that names none at all is static, and cannot fail.
fn implied(operation: &Operation) -> BTreeSet<Kind> {
    if !operation.extensions.as_ref().is_some_and(|extensions| extensions.contains_key(PROBLEMS)) {
        return BTreeSet::new();
    }
    let mut kinds = BTreeSet::from([Kind::Busy, Kind::Internal]);
    if operation.security.is_some() {
        kinds.extend([Kind::Unauthorized, Kind::Forbidden]);
    }
    for parameter in operation.parameters.iter().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        match parameter.parameter_in {
            ParameterIn::Header if parameter.name == "Idempotency-Key" => kinds.insert(Kind::InvalidIdempotencyKey),
            ParameterIn::Header => false,
            _ => kinds.insert(Kind::InvalidParameter),
        };
    }
    if let Some(RefOr::T(body)) = &operation.request_body {
        kinds.extend([Kind::UnsupportedMediaType, Kind::BodyTooLarge]);
        if body.content.contains_key("text/csv") {
            kinds.insert(Kind::MalformedCsv);
        } else {
            kinds.extend([Kind::MalformedJson, Kind::InvalidBody]);
        }
    }
    kinds
}

fn by_status(kinds: &BTreeSet<Kind>) -> BTreeMap<StatusCode, Vec<Kind>> {
    let mut groups: BTreeMap<StatusCode, Vec<Kind>> = BTreeMap::new();
    for kind in kinds {
        groups.entry(kind.status()).or_default().push(*kind);
    }
    groups
}

fn problems(kinds: &[Kind]) -> RefOr<Response> {
    let lines: Vec<String> = kinds.iter().map(|kind| format!("`{}`: {}.", kind.slug(), kind.title())).collect();
    let response = ResponseBuilder::new().description(lines.join(" ")).content(PROBLEM_JSON, content(kinds));
    let response = match kinds.first().map(|kind| kind.status()) {
        Some(StatusCode::UNAUTHORIZED) => response.header("WWW-Authenticate", header("`Bearer` (RFC 6750).")),
        Some(StatusCode::SERVICE_UNAVAILABLE) => response.header("Retry-After", header("Seconds to wait.")),
        _ => response,
    };
    response.build().into()
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

fn bearer() -> SecurityScheme {
    let text = "An RS256 token of the configured issuer, with `sub` and a `role`: `citizen`, `operator` (with `centers`), \
                `admin` or `analyst` (with `state_id` or `district_id`, or neither for the whole country).";
    let http = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(text));
    SecurityScheme::Http(http.build())
}

fn info() -> Info {
    let text = "Find a slot, book it, run a center, and see how a day goes.\n\n\
                Dates are `YYYY-MM-DD`; slots are `HH:MM-HH:MM` by the center's own clock; instants are RFC 3339 in UTC. \
                Problems are `application/problem+json` (RFC 9457): decide by `type`, which never changes. \
                Fields and parameters that an operation does not know are refused. New fields may be added to answers.";
    InfoBuilder::new()
        .title("Vaxslot")
        .version("1")
        .description(Some(text))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build()
}

fn tags() -> Vec<Tag> {
    let tags = [
        ("search", "Public: places, centers, and sessions with their open slots."),
        ("appointments", "Citizens: book, hold, confirm and cancel."),
        ("beneficiaries", "Citizens: the people an account books for."),
        ("admin", "Staff: centers, sessions and their capacity."),
        ("reports", "Staff and analysts: the bookings of a day."),
        ("discovery", "How tokens are verified, and this description."),
    ];
    tags.map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build()).into()
}

#[cfg(test)]
#[path = "openapi_tests.rs"]
mod tests;
