//! What an appointment is called where people type, read out and hear it: `4X2KB-9TQ0M-7`.
//!
//! Ten characters are the first fifty bits of the appointment's id, in Douglas Crockford's base 32 (crockford.com/base32.html):
//! digits and letters without I, L, O and U. The eleventh checks them, and is one of the same characters. Its scheme is that of
//! H. Michael Damm ("Total anti-symmetrische Quasigruppen", Marburg 2004), with the quasigroup `2 * (a + b)` over the field of
//! 32 elements (x^5 + x^2 + 1): every single wrong character and every transposition of two neighbours is noticed.
//!
//! A reference is no secret and no key: it is looked up among the appointments of one center and day, by its staff.

use std::{fmt, str::FromStr};

use crate::id::AppointmentId;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many characters the bits of the id make.
const LENGTH: u32 = 10;
const BITS: u32 = 5 * LENGTH;

/// The first fifty bits of an appointment's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(u64);

/// A text that is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadReference {
    #[error(
        "a reference has ten characters and one that checks them, such as 4X2KB-9TQ0M-7; digits and letters, but no U"
    )]
    Form,
    /// Its characters do not go together: one of them is wrong, or two changed places.
    #[error("the characters do not go together: one is wrong, or two changed places")]
    Check,
}

impl Reference {
    #[must_use]
    pub fn of(id: AppointmentId) -> Self {
        Self(id.uuid().as_u64_pair().0 >> (64 - BITS))
    }

    /// What the ids of its appointments begin with, as they are written: all whole digits that its bits make.
    #[must_use]
    pub fn id_prefix(self) -> String {
        let digits = format!("{:012x}", self.0 >> (BITS - 48));
        format!("{}-{}-", &digits[..8], &digits[8..])
    }

    /// The ten characters' values, in order.
    fn values(self) -> impl Iterator<Item = u8> {
        (0..LENGTH).rev().map(move |place| u8::try_from(self.0 >> (5 * place) & 31).unwrap_or(0))
    }
}

/// What comes of values in the scheme; of values with the one that checks them, nothing (0).
fn damm(values: impl Iterator<Item = u8>) -> u8 {
    let double = |sum: u8| if sum < 16 { sum << 1 } else { (sum << 1) ^ 0b10_0101 };
    values.fold(0, |sum, value| double(sum ^ value))
}

fn value(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|known| char::from(*known) == letter).and_then(|place| u8::try_from(place).ok())
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, value) in self.values().chain([damm(self.values())]).enumerate() {
            if place > 0 && place % 5 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(ALPHABET[usize::from(value)]))?;
        }
        Ok(())
    }
}

impl FromStr for Reference {
    type Err = BadReference;

    /// Takes lower case, with or without hyphens and spaces, O for 0, and I or L for 1.
    fn from_str(text: &str) -> Result<Self, BadReference> {
        let letters = text.chars().filter(|letter| !matches!(letter, '-' | ' '));
        let values: Option<Vec<u8>> = letters.map(value).collect();
        let values = values.filter(|values| values.len() == LENGTH as usize + 1).ok_or(BadReference::Form)?;
        if damm(values.iter().copied()) != 0 {
            return Err(BadReference::Check);
        }
        Ok(Self(values[..LENGTH as usize].iter().fold(0, |bits, value| bits << 5 | u64::from(*value))))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn of(id: &str) -> Reference {
        Reference::of(id.parse().unwrap())
    }

    #[test]
    fn a_reference_is_the_front_of_the_id_and_a_check() {
        let reference = of("7c9a3c52-0b1e-4f6f-9a53-2f1b7f0d6a11");
        assert_eq!(reference.id_prefix(), "7c9a3c52-0b1e-");
        assert_eq!(reference.to_string(), "FJD3R-MGB3S-A");
        assert_eq!(of("00000000-0000-0000-0000-000000000000").to_string(), "00000-00000-0");
    }

    #[test]
    fn it_is_read_as_people_write_it() {
        let reference = of("00842108-4210-4f6f-9a53-2f1b7f0d6a11");
        let text = reference.to_string();
        let loose = text.to_lowercase().replace('-', " ").replace('0', "o").replacen('1', "i", 1).replacen('1', "L", 1);
        assert_ne!(loose.to_uppercase(), text);
        for spelled in [&loose, &text.replace('-', ""), &format!(" {text} ")] {
            assert_eq!(spelled.parse(), Ok(reference), "{spelled}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for bad in ["", "FJD3R-MGB3S", "FJD3R-MGB3S-AA", "FJD3R-MGB3U-A", "FJD3R-MGB3S-*", "FJD3R_MGB3S_A", "नाम"]
        {
            assert_eq!(bad.parse::<Reference>(), Err(BadReference::Form), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(id: u128) {
            let id = AppointmentId::new(Uuid::from_u128(id));
            let reference = Reference::of(id);
            prop_assert_eq!(reference.to_string().parse(), Ok(reference));
            prop_assert!(id.to_string().starts_with(&reference.id_prefix()));
        }

        /// Every one of them, for any reference.
        #[test]
        fn a_wrong_character_or_two_that_changed_places_are_noticed(id: u128) {
            let text: Vec<char> = Reference::of(AppointmentId::new(Uuid::from_u128(id))).to_string().replace('-', "").chars().collect();
            let refused = |letters: &[char]| letters.iter().collect::<String>().parse::<Reference>() == Err(BadReference::Check);
            for place in 0..text.len() {
                for other in ALPHABET.iter().map(|letter| char::from(*letter)).filter(|letter| *letter != text[place]) {
                    let mut wrong = text.clone();
                    wrong[place] = other;
                    prop_assert!(refused(&wrong), "{wrong:?}");
                }
                let mut swapped = text.clone();
                swapped.swap(place, (place + 1).min(text.len() - 1));
                prop_assert!(swapped == text || refused(&swapped), "{swapped:?}");
            }
        }
    }
}
