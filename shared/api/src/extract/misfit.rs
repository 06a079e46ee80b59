//! Why a value does not fit the type that an operation reads, in words for callers.
//!
//! What was sent may be personal, so a message never repeats it; only the names of fields are.

use std::fmt::{self, Display};

use serde::de::{Error, Expected, Unexpected};
use serde_path_to_error::{Path, Segment};

/// The longest name that is repeated to the caller.
const LONGEST_NAME: usize = 64;

/// A value that does not fit.
#[derive(Debug, PartialEq, Eq)]
pub struct Misfit {
    why: String,
    /// The field that is missing, unknown or doubled, where that is the trouble.
    field: Option<String>,
}

impl Misfit {
    pub fn doubled(name: &str) -> Self {
        Self::about(name, "is given twice")
    }

    fn about(field: &str, what: &str) -> Self {
        let field = short(field);
        Self { why: format!("{field} {what}"), field: Some(field) }
    }

    fn must_be(expected: impl Display) -> Self {
        Self { why: format!("must be {expected}"), field: None }
    }

    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }
}

impl Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for Misfit {}

impl Error for Misfit {
    fn custom<T: Display>(why: T) -> Self {
        Self { why: why.to_string(), field: None }
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::must_be(in_words(&expected.to_string()))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::must_be(in_words(&expected.to_string()))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::must_be(in_words(&expected.to_string()))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::must_be(format!("one of {}", expected.join(", ")))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::about(field, "is not known here")
    }

    fn missing_field(field: &'static str) -> Self {
        Self::about(field, "is missing")
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::doubled(field)
    }
}

fn short(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

/// Serde's names of types, as a caller knows them.
fn in_words(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, zero or more",
        "i8" | "i16" | "i32" | "i64" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "an array",
        "a map" => "an object",
        text if text.starts_with("struct ") => "an object",
        text => text,
    }
}

/// The place as a JSON pointer (RFC 6901), down to `field` if the path does not name it itself.
pub fn pointer(path: &Path, field: Option<&str>) -> String {
    let mut segments: Vec<String> = path.iter().map(name).collect();
    if let Some(field) = field
        && segments.last().is_none_or(|last| short(last) != field)
    {
        segments.push(field.to_owned());
    }
    segments.iter().flat_map(|segment| ["/".to_owned(), escaped(segment)]).collect()
}

fn name(segment: &Segment) -> String {
    match segment {
        Segment::Seq { index } => index.to_string(),
        Segment::Map { key } => key.clone(),
        Segment::Enum { variant } => variant.clone(),
        Segment::Unknown => String::new(),
    }
}

/// A name as it stands in a JSON pointer.
pub fn escaped(name: &str) -> String {
    short(name).replace('~', "~0").replace('/', "~1")
}
