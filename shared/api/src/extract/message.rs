//! Serde's messages, in words for callers and without the values they sent.

use serde_path_to_error::{Path, Segment};

/// The longest name that is repeated to the caller.
const LONGEST_NAME: usize = 64;

/// Rewrites a message of serde's. What the caller sent may be personal, so it is not repeated; names of fields are.
pub fn plain(message: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(text, _)| text);
    let about_value = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    if about_value.iter().any(|start| message.starts_with(start)) {
        let expected = message.rsplit_once(", expected ").map_or("another value", |(_, expected)| expected);
        return format!("must be {}", in_words(expected));
    }
    match named(message) {
        Some((name, _)) if message.starts_with("unknown field") => format!("{} is not known here", short(name)),
        Some((name, _)) if message.starts_with("missing field") => format!("{} is missing", short(name)),
        Some((name, _)) if message.starts_with("duplicate field") => format!("{} is given twice", short(name)),
        _ => message.to_owned(),
    }
}

/// The name in backticks that a message about a field carries.
pub fn field_of(message: &str) -> Option<String> {
    let about_field = ["unknown field ", "missing field ", "duplicate field "];
    let about_field = about_field.iter().any(|start| message.starts_with(start));
    about_field.then(|| named(message)).flatten().map(|(name, _)| short(name))
}

fn named(message: &str) -> Option<(&str, &str)> {
    message.split_once('`')?.1.split_once('`')
}

fn short(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

fn in_words(expected: &str) -> String {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, zero or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "an array".to_owned(),
        "a map" => "an object".to_owned(),
        text if text.starts_with("struct ") => "an object".to_owned(),
        text if text.starts_with("tuple ") || text.starts_with("a tuple ") => "an array".to_owned(),
        text => text.to_owned(),
    }
}

/// The place as a JSON pointer (RFC 6901), down to `field` if the path does not name it itself.
pub fn pointer(path: &Path, field: Option<&str>) -> String {
    let mut segments: Vec<String> = path
        .iter()
        .map(|segment| match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.clone(),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => String::new(),
        })
        .collect();
    if let Some(field) = field
        && segments.last().is_none_or(|last| last != field)
    {
        segments.push(field.to_owned());
    }
    segments.iter().map(|segment| format!("/{}", short(segment).replace('~', "~0").replace('/', "~1"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_not_repeated() {
        let cases = [
            ("invalid type: string \"Asha, expected by all\", expected u32 at line 1 column 9", "must be a whole number, zero or more"),
            ("invalid value: integer `7`, expected a string", "must be a string"),
            ("unknown variant `Asha`, expected `Free` or `Paid`", "must be `Free` or `Paid`"),
            ("unknown field `nam`, expected `name`", "nam is not known here"),
            ("missing field `name` at line 1 column 2", "name is missing"),
            ("duplicate field `name`", "name is given twice"),
            ("must not be empty at line 1 column 12", "must not be empty"),
        ];
        for (message, expected) in cases {
            assert_eq!(plain(message), expected);
        }
    }
}
