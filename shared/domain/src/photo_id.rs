//! Photo IDs: the document by which a person is known at the center.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($kind:ident = $name:literal;)*) => {
        /// A kind of document, of those that `CoWIN` took for registering (its "Photo ID Proof": Aadhaar, driving licence, PAN,
        /// passport, pension passbook, NPR smart card, EPIC, unique disability ID and ration card).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum PhotoIdKind {
            $($kind,)*
        }

        impl PhotoIdKind {
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }
        }
    };
}

kinds! {
    Aadhaar = "AADHAAR";
    DrivingLicence = "DRIVING_LICENCE";
    Pan = "PAN";
    Passport = "PASSPORT";
    PensionPassbook = "PENSION_PASSBOOK";
    NprSmartCard = "NPR_SMART_CARD";
    VoterId = "VOTER_ID";
    DisabilityId = "DISABILITY_ID";
    RationCard = "RATION_CARD";
}

/// A text that is no kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no kind of photo ID")]
pub struct BadPhotoIdKind;

impl FromStr for PhotoIdKind {
    type Err = BadPhotoIdKind;

    fn from_str(text: &str) -> Result<Self, BadPhotoIdKind> {
        Self::ALL.iter().copied().find(|kind| kind.name() == text).ok_or(BadPhotoIdKind)
    }
}

/// A document as a person names it. Its number is never stored, and not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    kind: PhotoIdKind,
    number: String,
}

/// Why a text is no number of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadNumber {
    #[error("has from 4 to 20 letters of the Latin alphabet and digits, with spaces, hyphens and slashes between them")]
    Form,
    #[error("an Aadhaar number is twelve digits, the first of them from 2 to 9")]
    Aadhaar,
    #[error("the check digit of the Aadhaar number does not fit: one of its digits is wrong")]
    AadhaarCheck,
    #[error("a person's PAN is five letters, the fourth of them P, four digits and a letter")]
    Pan,
    #[error("a passport number is from 6 to 9 letters and digits")]
    Passport,
}

/// The most characters of a number as it is written, those between its letters and digits included.
const LONGEST: usize = 32;

impl Document {
    /// Takes a number in any of the ways it is written: small letters count as capitals, and what stands between letters and
    /// digits for the eye alone counts as nothing.
    ///
    /// # Errors
    /// When no document of the kind has such a number, as far as its rule is public.
    pub fn new(kind: PhotoIdKind, number: &str) -> Result<Self, BadNumber> {
        let plain = |letter: char| letter.is_ascii_alphanumeric();
        let fine = number.len() <= LONGEST && number.chars().all(|letter| plain(letter) || " -/".contains(letter));
        let number: String = number.chars().filter(|letter| plain(*letter)).collect();
        if !fine || !(4..=20).contains(&number.len()) {
            return Err(BadNumber::Form);
        }
        let number = number.to_ascii_uppercase();
        match kind {
            PhotoIdKind::Aadhaar => check_aadhaar(&number)?,
            PhotoIdKind::Pan => check_pan(&number)?,
            // Up to nine characters: ICAO Doc 9303, part 4. An Indian one has eight.
            PhotoIdKind::Passport if !(6..=9).contains(&number.len()) => return Err(BadNumber::Passport),
            _ => {}
        }
        Ok(Self { kind, number })
    }

    #[must_use]
    pub fn kind(&self) -> PhotoIdKind {
        self.kind
    }

    /// The number in its one spelling.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// What is stored of it, with the keyed hash by which it is known.
    #[must_use]
    pub fn sealed(&self, hash: String) -> PhotoId {
        let last_four = self.number[self.number.len() - 4..].to_owned();
        PhotoId { kind: self.kind, last_four, hash }
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Document(..)")
    }
}

fn check_aadhaar(number: &str) -> Result<(), BadNumber> {
    let digits: Option<Vec<usize>> = number.chars().map(|digit| digit.to_digit(10)?.try_into().ok()).collect();
    match digits {
        Some(digits) if digits.len() == 12 && digits[0] >= 2 => {
            if verhoeff(&digits) {
                Ok(())
            } else {
                Err(BadNumber::AadhaarCheck)
            }
        }
        _ => Err(BadNumber::Aadhaar),
    }
}

/// `AAAPA9999A`: the fourth letter is P for a person (Income Tax Department, "Structure of PAN").
fn check_pan(number: &str) -> Result<(), BadNumber> {
    let fits = number.len() == 10
        && number.bytes().enumerate().all(|(place, byte)| match place {
            3 => byte == b'P',
            5..=8 => byte.is_ascii_digit(),
            _ => byte.is_ascii_uppercase(),
        });
    if fits { Ok(()) } else { Err(BadNumber::Pan) }
}

/// Whether the last digit is the check digit of the others (J. Verhoeff, "Error detecting decimal codes", 1969), as UIDAI
/// assigns it to Aadhaar numbers. It catches every single wrong digit, and every two neighbours exchanged.
fn verhoeff(digits: &[usize]) -> bool {
    // The permutation that stands at each place, counted from the end, is a power of this one.
    const PERMUTATION: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let check = digits.iter().rev().enumerate().fold(0, |sum, (place, digit)| {
        let permuted = (0..place % 8).fold(*digit, |digit, _| PERMUTATION[digit]);
        dihedral(sum, permuted)
    });
    check == 0
}

/// The product in the dihedral group of order ten: rotations are 0 to 4, reflections 5 to 9.
fn dihedral(left: usize, right: usize) -> usize {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => 5 + (left + right - 5) % 5,
        (false, true) => 5 + (left - 5 + 5 - right) % 5,
        (false, false) => (left + 5 - right) % 5,
    }
}

/// What is stored of a document: enough to show it to its owner, and to know it again.
#[derive(Clone, PartialEq, Eq)]
pub struct PhotoId {
    pub kind: PhotoIdKind,
    /// The end of its number.
    pub last_four: String,
    /// A keyed hash of kind and number. Whoever has the table alone cannot tell the number.
    pub hash: String,
}

impl fmt::Debug for PhotoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhotoId({}, ..)", self.kind.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: PhotoIdKind, number: &str) -> Result<String, BadNumber> {
        Document::new(kind, number).map(|document| document.number)
    }

    #[test]
    fn a_check_digit_catches_a_wrong_digit_and_exchanged_neighbours() {
        assert!(verhoeff(&[2, 3, 6, 3]));
        let good = [2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 6];
        assert!(verhoeff(&good));
        for place in 0..good.len() {
            for other in (0..10).filter(|other| *other != good[place]) {
                let mut wrong = good;
                wrong[place] = other;
                assert!(!verhoeff(&wrong), "{wrong:?}");
            }
        }
        for place in (1..good.len()).filter(|place| good[*place] != good[place - 1]) {
            let mut wrong = good;
            wrong.swap(place, place - 1);
            assert!(!verhoeff(&wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_number_has_one_spelling() {
        for spelled in ["2341 2341 2346", "2341-2341-2346", "234123412346"] {
            assert_eq!(read(PhotoIdKind::Aadhaar, spelled).as_deref(), Ok("234123412346"), "{spelled}");
        }
        assert_eq!(read(PhotoIdKind::Pan, "abcpe1234f").as_deref(), Ok("ABCPE1234F"));
        assert_eq!(read(PhotoIdKind::VoterId, "UP/12/345/678901").as_deref(), Ok("UP12345678901"));
        assert_eq!(read(PhotoIdKind::Passport, "Z1234567").as_deref(), Ok("Z1234567"));
        assert_eq!(read(PhotoIdKind::DrivingLicence, "MH12 20110012345").as_deref(), Ok("MH1220110012345"));
    }

    #[test]
    fn what_no_document_has_is_refused() {
        for (kind, number, why) in [
            (PhotoIdKind::Aadhaar, "234123412345", BadNumber::AadhaarCheck),
            (PhotoIdKind::Aadhaar, "134123412346", BadNumber::Aadhaar),
            (PhotoIdKind::Aadhaar, "23412341234", BadNumber::Aadhaar),
            (PhotoIdKind::Aadhaar, "2341234I2346", BadNumber::Aadhaar),
            (PhotoIdKind::Pan, "ABCDE1234F", BadNumber::Pan),
            (PhotoIdKind::Pan, "ABCPE12345", BadNumber::Pan),
            (PhotoIdKind::Passport, "Z1234", BadNumber::Passport),
            (PhotoIdKind::Passport, "Z123456789", BadNumber::Passport),
            (PhotoIdKind::RationCard, "123", BadNumber::Form),
            (PhotoIdKind::RationCard, "", BadNumber::Form),
            (PhotoIdKind::RationCard, "123456789012345678901", BadNumber::Form),
            (PhotoIdKind::RationCard, "12#45", BadNumber::Form),
            (PhotoIdKind::RationCard, "१२३४५", BadNumber::Form),
            (PhotoIdKind::RationCard, "12345\n", BadNumber::Form),
        ] {
            assert_eq!(read(kind, number), Err(why), "{number}");
            assert!(!why.to_string().contains(number) || number.is_empty(), "{why}");
        }
    }

    #[test]
    fn neither_number_nor_hash_is_shown() {
        let document = Document::new(PhotoIdKind::Pan, "ABCPE1234F").unwrap();
        let sealed = document.sealed("hash".to_owned());
        assert_eq!((sealed.kind, sealed.last_four.as_str()), (PhotoIdKind::Pan, "234F"));
        assert_eq!(format!("{document:?} {sealed:?}"), "Document(..) PhotoId(PAN, ..)");
    }

    #[test]
    fn kinds_go_by_their_names() {
        for kind in PhotoIdKind::ALL {
            assert_eq!(kind.name().parse(), Ok(*kind));
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{}\"", kind.name()));
        }
        assert_eq!("aadhaar".parse::<PhotoIdKind>(), Err(BadPhotoIdKind));
    }
}
