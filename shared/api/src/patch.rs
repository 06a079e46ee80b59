//! Fields of a body that says what changes: what is left out stays as it is.

use serde::{Deserialize, Deserializer};
use vaxslot_app::centers::Change;

/// A value that may be left out, but not be null.
///
/// # Errors
/// As its own.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A value that null takes away.
///
/// # Errors
/// As its own.
pub fn given_or_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Change<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map_or(Change::Clear, Change::Set))
}
