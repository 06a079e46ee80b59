//! The trail of staff: who changed what, when, and from what to what.
//!
//! Whoever writes a row on behalf of staff signs it. What was changed is read from the row before and after.

use std::{collections::BTreeMap, fmt};

use jiff::{SignedDuration, Timestamp};

use crate::id::{AppointmentId, CenterId, DistrictId, SessionId, StateId};

/// Whom a token names: the same for all tokens of one person. Not shown by `Debug`, as it may be a name or an address.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject(String);

impl Subject {
    #[must_use]
    pub fn new(subject: impl Into<String>) -> Self {
        Self(subject.into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(..)")
    }
}

macro_rules! deeds {
    ($($deed:ident = $name:literal;)*) => {
        /// What staff did, by the operation's name in the interface. To look at somebody's appointment is a deed, too.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Deed {
            $($deed,)*
        }

        impl Deed {
            pub const ALL: &[Self] = &[$(Self::$deed),*];

            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$deed => $name,)* }
            }
        }
    };
}

deeds! {
    ImportDistricts = "import_districts";
    RegisterCenter = "register_center";
    ChangeCenter = "change_center";
    ImportCenters = "import_centers";
    PublishSession = "publish_session";
    ImportSessions = "import_sessions";
    SetCapacity = "set_capacity";
    SetOpening = "set_opening";
    CloseSession = "close_session";
    ReopenSession = "reopen_session";
    CancelSession = "cancel_session";
    EndAppointment = "end_appointment";
    TakeIn = "take_in";
    FindAppointment = "find_appointment";
}

/// A text that names no deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("names no deed of staff")]
pub struct BadDeed;

impl std::str::FromStr for Deed {
    type Err = BadDeed;

    fn from_str(text: &str) -> Result<Self, BadDeed> {
        Self::ALL.iter().copied().find(|deed| deed.name() == text).ok_or(BadDeed)
    }
}

/// Who does what, and when: noted on every row that it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub by: Subject,
    pub at: Timestamp,
    pub deed: Deed,
}

/// Which trail an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ledger {
    /// That of states and districts, which are of no center.
    Places,
    Center(CenterId),
}

/// What a deed was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    State(StateId),
    District(DistrictId),
    Center,
    Session(SessionId),
    Appointment(AppointmentId),
}

/// Facts by their names, each as a text: never a person's.
pub type Facts = BTreeMap<String, String>;

/// One entry of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The same for every delivery of the same change.
    pub id: String,
    pub ledger: Ledger,
    pub object: Object,
    pub signature: Signature,
    /// The facts that changed, as they were: none of what is new.
    pub before: Facts,
    /// As they are since then.
    pub after: Facts,
}

/// Where an entry stands in its trail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub at: Timestamp,
    pub id: String,
}

impl Entry {
    /// Until when it is kept, if that is for so long.
    #[must_use]
    pub fn kept_until(&self, kept: SignedDuration) -> Timestamp {
        self.signature.at.saturating_add(kept).unwrap_or(Timestamp::MAX)
    }

    #[must_use]
    pub fn place(&self) -> Place {
        Place { at: self.signature.at, id: self.id.clone() }
    }
}

/// Of two states of a row, the facts that differ.
#[must_use]
pub fn changed(mut before: Facts, mut after: Facts) -> (Facts, Facts) {
    let same: Vec<String> =
        before.iter().filter(|(name, fact)| after.get(*name) == Some(fact)).map(|(name, _)| name.clone()).collect();
    for name in same {
        before.remove(&name);
        after.remove(&name);
    }
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(facts: &[(&str, &str)]) -> Facts {
        facts.iter().map(|(name, fact)| ((*name).to_owned(), (*fact).to_owned())).collect()
    }

    #[test]
    fn only_what_differs_is_told() {
        let before = facts(&[("status", "OPEN"), ("fee", "0"), ("block", "Haveli")]);
        let after = facts(&[("status", "CLOSED"), ("fee", "0"), ("opens_at", "2026-11-23T04:30:00Z")]);
        let (was, is) = changed(before, after);
        assert_eq!(was, facts(&[("status", "OPEN"), ("block", "Haveli")]));
        assert_eq!(is, facts(&[("status", "CLOSED"), ("opens_at", "2026-11-23T04:30:00Z")]));
    }

    #[test]
    fn deeds_go_by_their_names() {
        for deed in Deed::ALL {
            assert_eq!(deed.name().parse(), Ok(*deed));
        }
        assert_eq!("book".parse::<Deed>(), Err(BadDeed));
        assert_eq!(format!("{:?}", Subject::new("asha@health.example")), "Subject(..)");
    }
}
