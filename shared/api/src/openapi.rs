//! The description of the interface (OpenAPI 3.1), put together from the parts that the functions' routes make.
//!
//! An operation lists the slugs of the problems that are particular to it in the extension `x-problems`. Those that follow
//! from its shape (a token, a body, a parameter) are added here, and all become responses. The types of problems stand
//! once, as examples named by their slugs.

mod about;
mod examples;
mod responses;

use std::collections::BTreeSet;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        OpenApi, RefOr, ServerBuilder,
        path::{Operation, ParameterIn, PathItem},
    },
};

use self::responses::{Shared, tagged};
use crate::problem::{Kind, ProblemView};

/// The extension in which an operation names its problems.
const PROBLEMS: &str = "x-problems";

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
    let mut whole = OpenApi::new(about::info(), utoipa::openapi::Paths::new());
    whole.servers = Some(vec![ServerBuilder::new().url("/").description(Some("The API's own address")).build()]);
    whole.tags = Some(about::tags());
    for part in parts {
        if let Some(path) = part.paths.paths.keys().find(|path| whole.paths.paths.contains_key(*path)) {
            return Err(BadPart::SamePath(path.clone()));
        }
        whole.merge(part);
    }
    let mut ids = BTreeSet::new();
    let mut shared = Shared::default();
    for item in whole.paths.paths.values_mut() {
        for operation in operations(item) {
            let id = operation.operation_id.clone().ok_or(BadPart::Lacks("operation id"))?;
            complete(operation, &id, &mut shared)?;
            if !ids.insert(id.clone()) {
                return Err(BadPart::SameId(id));
            }
        }
    }
    let components = whole.components.get_or_insert_default();
    components.schemas.insert(ProblemView::name().into_owned(), ProblemView::schema());
    components.responses = shared.0;
    components.security_schemes.insert("bearer".to_owned(), RefOr::T(about::bearer()));
    components.examples =
        Kind::ALL.iter().map(|kind| (kind.slug().to_owned(), RefOr::T(examples::of(*kind)))).collect();
    Ok(whole)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

fn complete(operation: &mut Operation, id: &str, shared: &mut Shared) -> Result<(), BadPart> {
    if operation.summary.is_none() {
        return Err(BadPart::Lacks("summary"));
    }
    let mut kinds = implied(operation);
    for slug in named(operation) {
        let unknown = || BadPart::UnknownProblem { operation: id.to_owned(), slug: slug.clone() };
        kinds.insert(Kind::from_slug(&slug).ok_or_else(unknown)?);
    }
    let responses = &mut operation.responses.responses;
    responses
        .extend(shared.problems(&kinds).into_iter().map(|(status, response)| (status.as_str().to_owned(), response)));
    if takes(operation, "If-None-Match") {
        let responses = &mut operation.responses.responses;
        responses.insert("304".to_owned(), shared.not_modified());
        if let Some(RefOr::T(found)) = responses.get_mut("200") {
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
        kinds.extend([Kind::Unauthorized, Kind::Forbidden, Kind::TooManyRequests]);
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

#[cfg(test)]
#[path = "openapi_tests.rs"]
mod tests;
