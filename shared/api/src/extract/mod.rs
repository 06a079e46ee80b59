//! Input of handlers, read strictly: what is unknown, doubled or malformed is refused and named.

mod address;
mod body;
mod caller;
mod json;
mod key;
mod misfit;
mod path;
mod query;

pub use address::{ClientAddress, ServedAt, block};
pub use body::{Body, CSV_LIMIT, CsvBody, JSON_LIMIT, NoBody};
pub use caller::{Authenticated, Citizen};
pub(crate) use json::Json;
pub use key::IdempotencyKey;
pub(crate) use key::described;
pub use path::{Path, PathPair};
pub use query::Query;
