use std::collections::BTreeMap;

use utoipa::{
    ToSchema,
    openapi::{
        ContentBuilder, Ref, RefOr, Response, ResponseBuilder,
        example::{Example, ExampleBuilder},
    },
};

use super::{Kind, Problem, ProblemView};

/// Declares a type that stands for problems in the `responses(...)` of an operation.
///
/// ```
/// vaxslot_api::problems!(
///     /// What every caller with a token may meet.
///     Guarded: Unauthorized, Forbidden, Busy, Internal
/// );
/// ```
#[macro_export]
macro_rules! problems {
    ($(#[$doc:meta])* $name:ident: $($kind:ident),+ $(,)?) => {
        $(#[$doc])*
        pub struct $name;

        impl $crate::problem::IntoResponses for $name {
            fn responses() -> $crate::problem::ResponseMap {
                $crate::problem::responses(&[$($crate::Kind::$kind),+])
            }
        }
    };
}

/// Responses by status.
pub type ResponseMap = BTreeMap<String, RefOr<Response>>;

/// One response for each status among `kinds`, which names its types and has an example of each.
#[must_use]
pub fn responses(kinds: &[Kind]) -> ResponseMap {
    let mut by_status: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in kinds {
        by_status.entry(kind.status().as_u16()).or_default().push(*kind);
    }
    by_status.into_iter().map(|(status, kinds)| (status.to_string(), RefOr::T(response(&kinds)))).collect()
}

fn response(kinds: &[Kind]) -> Response {
    let lines: Vec<String> = kinds.iter().map(|kind| format!("`{}`: {}", kind.slug(), kind.title())).collect();
    let examples = kinds.iter().map(|kind| (kind.slug(), RefOr::T(example(*kind))));
    let schema = Ref::from_schema_name(ProblemView::name());
    let content = ContentBuilder::new().schema(Some(schema)).examples_from_iter(examples).build();
    ResponseBuilder::new().description(lines.join("; ")).content("application/problem+json", content).build()
}

fn example(kind: Kind) -> Example {
    ExampleBuilder::new().summary(kind.title()).value(Some(Problem::new(kind).document())).build()
}
