//! Keyed hashes (HMAC-SHA-256): what none but the service can have made, and names that tell nothing of whom they name.

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use vaxslot_domain::{id::AccountId, person::Phone};

/// The fewest characters of a secret that nobody guesses.
pub const SHORTEST: usize = 32;

/// How much of its hash a cursor carries, in bytes.
const MARK: usize = 16;

/// Makes and checks keyed hashes. Every purpose has hashes of its own, as if it had a key of its own.
#[derive(Clone)]
pub struct Sealer(hmac::Key);

impl Sealer {
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The hash of parts, each kept apart from the next, for one purpose.
    #[must_use]
    pub fn seal(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [purpose.as_bytes()].iter().chain(parts) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.sign().as_ref());
        bytes
    }

    /// The hash as text, to be a part of a key.
    #[must_use]
    pub fn name(&self, purpose: &str, parts: &[&[u8]]) -> String {
        self.seal(purpose, parts).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    /// Whether that is the hash, found out in a time that does not tell how much of it is right.
    #[must_use]
    pub fn is_seal(&self, purpose: &str, parts: &[&[u8]], claimed: &[u8]) -> bool {
        verify_slices_are_equal(&self.seal(purpose, parts), claimed).is_ok()
    }

    /// The account of a phone: the same for ever, and nobody can tell the one from the other.
    #[must_use]
    pub fn account(&self, phone: &Phone) -> AccountId {
        let name = self.name("account", &[phone.as_str().as_bytes()]);
        name[..32].parse().unwrap_or_else(|_| unreachable!("hexadecimal digits are an account"))
    }

    /// A cursor: a place in a list, to be given back with the same search.
    #[must_use]
    pub fn cursor(&self, search: &str, place: &str) -> String {
        let mut bytes = self.mark(search, place).to_vec();
        bytes.extend(place.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The place that a cursor was made for; none if it was not made here, or for another search.
    #[must_use]
    pub fn place(&self, search: &str, cursor: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (mark, place) = bytes.split_first_chunk::<MARK>()?;
        let place = str::from_utf8(place).ok()?;
        verify_slices_are_equal(&self.mark(search, place), mark).is_ok().then(|| place.to_owned())
    }

    fn mark(&self, search: &str, place: &str) -> [u8; MARK] {
        let mut mark = [0; MARK];
        mark.copy_from_slice(&self.seal("cursor", &[search.as_bytes(), place.as_bytes()])[..MARK]);
        mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer() -> Sealer {
        Sealer::new(b"a key of the test that is long enough")
    }

    #[test]
    fn a_cursor_counts_for_its_search_alone() {
        let cursor = sealer().cursor("Pune", "2026-11-23#7");
        assert_eq!(sealer().place("Pune", &cursor).as_deref(), Some("2026-11-23#7"));
        assert_eq!(sealer().place("Nashik", &cursor), None);
        assert_eq!(Sealer::new(b"another key that is long enough, too").place("Pune", &cursor), None);
    }

    #[test]
    fn a_cursor_that_was_changed_is_none() {
        let cursor = sealer().cursor("Pune", "2026-11-23#7");
        let letters = cursor.as_bytes();
        for place in 0..letters.len() {
            for letter in *b"AbZ9-_=+ " {
                let mut changed = letters.to_vec();
                changed[place] = letter;
                if changed != letters {
                    assert_eq!(sealer().place("Pune", str::from_utf8(&changed).unwrap()), None, "letter {place}");
                }
            }
            assert_eq!(sealer().place("Pune", &cursor[..place]), None, "cut at {place}");
        }
        for more in ["A", "=", "AAAA", " "] {
            assert_eq!(sealer().place("Pune", &format!("{cursor}{more}")), None, "{more}");
        }
    }

    #[test]
    fn parts_and_purposes_are_kept_apart() {
        let seals = [
            sealer().seal("a", &[b"bc"]),
            sealer().seal("a", &[b"b", b"c"]),
            sealer().seal("ab", &[b"c"]),
            sealer().seal("a", &[b"bc", b""]),
        ];
        for (number, seal) in seals.iter().enumerate() {
            assert!(!seals[number + 1..].contains(seal), "{number}");
        }
        assert!(sealer().is_seal("a", &[b"bc"], &seals[0]) && !sealer().is_seal("a", &[b"bc"], &seals[0][..31]));
    }
}
