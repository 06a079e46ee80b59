//! Refresh tokens: a login's id, how often it was renewed, its account, and a keyed hash of all three. A forged one is known without a look into the
//! table, and the table's own contents are no tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;
use vaxslot_api::seal::Sealer;
use vaxslot_domain::id::AccountId;

/// What comes before the account.
const FIXED: usize = 16 + 4 + 32;

/// A genuine refresh token, of whatever age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    pub account: AccountId,
    pub session: Uuid,
    pub generation: u32,
}

impl Refresh {
    pub fn seal(&self, sealer: &Sealer) -> String {
        let (session, generation) = (self.session.as_bytes().as_slice(), self.generation.to_be_bytes());
        let bytes = [session, &generation, &self.mac(sealer), self.account.as_str().as_bytes()].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// None if it was not made here.
    pub fn open(token: &str, sealer: &Sealer) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() > FIXED)?;
        let (session, rest) = bytes.split_first_chunk::<16>()?;
        let (generation, rest) = rest.split_first_chunk::<4>()?;
        let (mac, account) = rest.split_first_chunk::<32>()?;
        let claimed = Self {
            account: str::from_utf8(account).ok()?.parse().ok()?,
            session: Uuid::from_bytes(*session),
            generation: u32::from_be_bytes(*generation),
        };
        let [one, two, three] = claimed.named();
        sealer.is_seal("refresh", &[&one, &two, &three], mac).then_some(claimed)
    }

    fn named(&self) -> [Vec<u8>; 3] {
        let session = self.session.as_bytes().to_vec();
        [session, self.generation.to_be_bytes().to_vec(), self.account.as_str().as_bytes().to_vec()]
    }

    fn mac(&self, sealer: &Sealer) -> [u8; 32] {
        let [one, two, three] = self.named();
        sealer.seal("refresh", &[&one, &two, &three])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_sealed_opens() {
        let sealer = Sealer::new(b"a secret of the test, long enough");
        let account = "home".parse().unwrap();
        let refresh = Refresh { account, session: Uuid::from_u128(7), generation: 3 };
        let token = refresh.seal(&sealer);
        assert_eq!(Refresh::open(&token, &sealer), Some(refresh.clone()));
        assert_eq!(Refresh::open(&token, &Sealer::new(b"another secret of the test")), None);
        for place in 0..token.len() - 1 {
            let mut forged = token.clone().into_bytes();
            forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(Refresh::open(std::str::from_utf8(&forged).unwrap(), &sealer), None, "{place}");
        }
        for bad in ["", "A", &token[..token.len() - 2], &format!("{token}A"), "not base64!"] {
            assert_eq!(Refresh::open(bad, &sealer), None, "{bad}");
        }
    }
}
