use vaxslot_domain::{
    Timestamp,
    trail::{Deed, Entry, Ledger, Object, Signature, Subject},
};

use super::{center_id, session_id};

/// That a clerk closed the first session of a center then.
#[must_use]
pub fn entry(center: u32, id: &str, at: Timestamp) -> Entry {
    let facts = |status: &str| [("status".to_owned(), status.to_owned())].into();
    Entry {
        id: id.to_owned(),
        ledger: Ledger::Center(center_id(center)),
        object: Object::Session(session_id(1)),
        signature: Signature { by: Subject::new("clerk"), at, deed: Deed::CloseSession },
        before: facts("OPEN"),
        after: facts("CLOSED"),
    }
}
