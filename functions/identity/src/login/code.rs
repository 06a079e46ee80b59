use std::{fmt, str::FromStr};

use vaxslot_app::ports::Chance;
use vaxslot_domain::SignedDuration;

/// How long a code counts.
pub const COUNTS: SignedDuration = SignedDuration::from_mins(3);

/// How often a code may be tried.
pub const TRIES: u32 = 5;

/// Codes are evenly drawn from this many.
const CODES: u32 = 1_000_000;

/// Six digits that are sent to a phone. Not shown by `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code(u32);

/// A text that is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code is six digits")]
pub struct BadCode;

impl Code {
    /// A code that nobody can guess, each as likely as any other.
    pub fn draw(chance: &dyn Chance) -> Self {
        loop {
            let [a, b, c, d, ..] = chance.secret();
            let number = u32::from_be_bytes([a, b, c, d]);
            // The rest of the range would make small codes likelier.
            if number < u32::MAX - u32::MAX % CODES {
                return Self(number % CODES);
            }
        }
    }

    pub fn digits(self) -> String {
        format!("{:06}", self.0)
    }
}

impl FromStr for Code {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadCode);
        }
        text.parse().map(Self).map_err(|_| BadCode)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    struct Drawn(Mutex<Vec<u32>>);

    impl Chance for Drawn {
        fn secret(&self) -> [u8; 32] {
            let mut bytes = [0; 32];
            bytes[..4].copy_from_slice(&self.0.lock().unwrap().pop().unwrap().to_be_bytes());
            bytes
        }
    }

    #[test]
    fn what_would_make_a_code_likelier_than_others_is_drawn_again() {
        let chance = Drawn(Mutex::new(vec![7_000_042, u32::MAX, 4_294_000_000]));
        assert_eq!(Code::draw(&chance).digits(), "000042");
        assert_eq!(Code::draw(&Drawn(Mutex::new(vec![4_293_999_999]))).digits(), "999999");
    }

    #[test]
    fn a_code_is_six_digits() {
        assert_eq!("000042".parse::<Code>().unwrap().digits(), "000042");
        for bad in ["42", "0000042", "+00042", " 00042", "00004२", ""] {
            assert_eq!(bad.parse::<Code>(), Err(BadCode), "{bad}");
        }
        assert_eq!(format!("{:?}", "123456".parse::<Code>().unwrap()), "Code(..)");
    }
}
