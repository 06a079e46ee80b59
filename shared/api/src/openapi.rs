//! The description of the interface (OpenAPI 3.1), put together from the parts that the functions' routes make.

use utoipa::openapi::OpenApi;

/// The whole document. Each part is what one function's `openapi()` returns.
#[must_use]
pub fn document(parts: Vec<OpenApi>) -> OpenApi {
    let mut whole = OpenApi::default();
    for part in parts {
        whole.merge(part);
    }
    whole
}
