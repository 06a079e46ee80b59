//! One type for each kind of id, so that a center's cannot be passed for a session's.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be {form}")]
pub struct BadId {
    kind: &'static str,
    form: &'static str,
}

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            #[must_use]
            pub fn new(id: Uuid) -> Self {
                Self(id)
            }

            #[must_use]
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            /// Takes the hyphenated form only: one thing has one spelling.
            fn from_str(text: &str) -> Result<Self, BadId> {
                let bad = BadId { kind: $kind, form: "a UUID such as 1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04" };
                if text.len() != 36 {
                    return Err(bad);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| bad)
            }
        }
    )*};
}

uuid_ids! {
    /// One center's day for one vaccine and one age band.
    SessionId = "session_id";
    /// A person who gets vaccinated.
    BeneficiaryId = "beneficiary_id";
    /// One person's place in one slot.
    AppointmentId = "appointment_id";
    /// A wish of an account to be told what can be had.
    SubscriptionId = "subscription_id";
}

macro_rules! number_ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u32", into = "u32")]
        pub struct $name(u32);

        impl $name {
            #[must_use]
            pub fn get(self) -> u32 {
                self.0
            }
        }

        impl TryFrom<u32> for $name {
            type Error = BadId;

            fn try_from(number: u32) -> Result<Self, BadId> {
                if (1..=MAX_NUMBER).contains(&number) {
                    Ok(Self(number))
                } else {
                    Err(BadId { kind: $kind, form: NUMBER })
                }
            }
        }

        impl From<$name> for u32 {
            fn from(id: $name) -> u32 {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            /// Takes digits without leading zeros only: one thing has one spelling.
            fn from_str(text: &str) -> Result<Self, BadId> {
                let bad = BadId { kind: $kind, form: NUMBER };
                if text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(bad);
                }
                text.parse::<u32>().map_err(|_| bad).and_then(Self::try_from)
            }
        }
    )*};
}

/// Clients of the field keep these ids in signed 32-bit integers.
const MAX_NUMBER: u32 = i32::MAX as u32;
const NUMBER: &str = "a whole number from 1 to 2147483647 without leading zeros";

number_ids! {
    /// A place that vaccinates.
    CenterId = "center_id";
    /// A district, numbered as in the public `CoWIN` lists.
    DistrictId = "district_id";
    /// A state or union territory, numbered as in the public `CoWIN` lists.
    StateId = "state_id";
}

/// The subject of a citizen's token: opaque to us, up to 64 printable ASCII characters without spaces or `#`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

/// What the accounts of centers begin with. No token is of such an account.
const OF_CENTER: &str = "center:";

impl AccountId {
    /// The account of the people whom a center registered itself: it has no phone and no limit, and nobody logs in with it.
    #[must_use]
    pub fn of_center(center: CenterId) -> Self {
        Self(format!("{OF_CENTER}{center}"))
    }

    #[must_use]
    pub fn is_of_center(&self) -> bool {
        self.0.starts_with(OF_CENTER)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An issuer may use a phone number as the subject.
        f.write_str("AccountId(..)")
    }
}

impl TryFrom<String> for AccountId {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        let allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err(BadId { kind: "account", form: "1 to 64 printable ASCII characters without spaces or '#'" })
        }
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> String {
        id.0
    }
}

impl FromStr for AccountId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        Self::try_from(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_one_spelling() {
        let text = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04";
        assert_eq!(text.parse::<SessionId>().unwrap().to_string(), text);
        for other in ["1f0c3a6e9d574b8a8a3e5f2c7d1e9b04", "{1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04}", "", "363"] {
            assert!(other.parse::<SessionId>().is_err(), "{other}");
        }
    }

    #[test]
    fn a_number_is_digits_within_31_bits() {
        assert_eq!("363".parse::<DistrictId>().unwrap().get(), 363);
        for bad in ["0", "-1", "+1", "2147483648", "99999999999", "1e3", "", " 1", "0363", "३६३"] {
            assert!(bad.parse::<CenterId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_account_id_is_not_shown_by_debug() {
        let id: AccountId = "+919800000000".parse().unwrap();
        assert!(!format!("{id:?}").contains("98"));
        for bad in ["", "a b", "a#b", "नाम", &"x".repeat(65)] {
            assert!(bad.parse::<AccountId>().is_err(), "{bad}");
        }
    }
}
