//! Names and addresses as people write them, in any script, without what could deceive a reader.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    #[error("must not be empty")]
    Empty,
    #[error("must have at most {0} characters")]
    TooLong(usize),
    #[error("must not contain control characters")]
    Control,
    #[error("must not contain invisible or direction-changing characters")]
    Invisible,
    #[error("may contain a zero-width joiner only after a letter of a script that needs it")]
    StrayJoiner,
    #[error("must contain a letter or a digit")]
    NothingToRead,
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident up to $max:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters (Unicode scalar values) it may have.
            pub const MAX: usize = $max;

            /// Trims the ends and folds runs of spaces into one.
            ///
            /// # Errors
            /// Refuses what is empty, too long, or deceives the eye.
            pub fn parse(text: &str) -> Result<Self, BadText> {
                clean(text, Self::MAX).map(Self)
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadText;

            fn try_from(text: String) -> Result<Self, BadText> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
    )*};
}

texts! {
    /// The name of a person, a center or a district. Not shown by `Debug`.
    Name up to 100;
    /// A postal address on one line. Not shown by `Debug`.
    Address up to 200;
}

fn clean(text: &str, max: usize) -> Result<String, BadText> {
    let mut cleaned = String::with_capacity(text.len());
    let mut length = 0;
    let mut previous = ' ';
    for letter in text.trim().chars() {
        let letter = if letter.is_whitespace() && !letter.is_control() { ' ' } else { letter };
        check(letter, previous)?;
        if !(letter == ' ' && previous == ' ') {
            cleaned.push(letter);
            length += 1;
        }
        if length > max {
            return Err(BadText::TooLong(max));
        }
        previous = letter;
    }
    if cleaned.is_empty() {
        return Err(BadText::Empty);
    }
    if !cleaned.chars().any(char::is_alphanumeric) {
        return Err(BadText::NothingToRead);
    }
    Ok(cleaned)
}

fn check(letter: char, previous: char) -> Result<(), BadText> {
    match letter {
        letter if letter.is_control() => Err(BadText::Control),
        // ZWNJ and ZWJ choose between forms of a conjunct in Indic scripts (Unicode core specification, chapter 12).
        '\u{200C}' | '\u{200D}' if joins(previous) => Ok(()),
        '\u{200C}' | '\u{200D}' => Err(BadText::StrayJoiner),
        letter if invisible(letter) => Err(BadText::Invisible),
        _ => Ok(()),
    }
}

/// A letter or sign of the Indic blocks (Devanagari to Sinhala), after which a joiner has a meaning.
fn joins(previous: char) -> bool {
    ('\u{0900}'..='\u{0DFF}').contains(&previous)
}

/// Format characters without a shape of their own: soft hyphen, zero-width space, bidi controls and isolates, word
/// joiners, variation selectors, fillers, byte-order mark, annotation marks, tags, private use and noncharacters.
fn invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{E000}'..='\u{F8FF}'
            | '\u{FDD0}'..='\u{FDEF}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFF}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{10FFFF}'
    )
}

/// Whether a text is the name of a host (RFC 1123, section 2.1), its whole length aside: labels of letters, digits and inner hyphens.
pub(crate) fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_scripts_are_kept() {
        for name in
            ["Asha Rao", "O'Brien-Núñez", "ಶ್ರೀ", "आशा राव", "क्\u{200D}ष", "ர\u{0BBE}மன்", "ക്\u{200C}ഷ", "محمد", "李雷"]
        {
            assert_eq!(Name::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn spaces_are_trimmed_and_folded() {
        assert_eq!(Name::parse("  Asha \u{00A0} Rao ").unwrap().as_str(), "Asha Rao");
    }

    #[test]
    fn what_deceives_is_refused() {
        let cases = [
            ("", BadText::Empty),
            ("   ", BadText::Empty),
            ("---", BadText::NothingToRead),
            ("Asha\nRao", BadText::Control),
            ("Asha\u{0}", BadText::Control),
            ("Asha\u{85}Rao", BadText::Control),
            ("Asha\u{202E}oaR", BadText::Invisible),
            ("Asha\u{2066}Rao", BadText::Invisible),
            ("Asha\u{200B}Rao", BadText::Invisible),
            ("\u{FEFF}Asha", BadText::Invisible),
            ("Asha\u{200D}Rao", BadText::StrayJoiner),
            ("\u{200C}आशा", BadText::StrayJoiner),
            ("आ\u{200D}\u{200D}शा", BadText::StrayJoiner),
            ("Asha\u{E0041}", BadText::Invisible),
        ];
        for (text, expected) in cases {
            assert_eq!(Name::parse(text), Err(expected), "{text:?}");
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(Name::parse(&"आ".repeat(100)).is_ok());
        assert_eq!(Name::parse(&"a".repeat(101)), Err(BadText::TooLong(100)));
        assert_eq!(Name::parse(&"a".repeat(200)), Err(BadText::TooLong(100)));
    }
}
