use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_domain::trail::{Deed, Entry, Ledger, Object};

use super::words;

/// What staff did, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = StaffActions)]
pub struct Trail {
    pub entries: Vec<EntryView>,
    /// For the next page; null at the end of the list.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Something that staff did.
#[derive(Serialize, ToSchema)]
#[schema(as = StaffAction)]
pub struct EntryView {
    /// When (RFC 3339, UTC).
    #[schema(example = "2026-11-21T10:00:00Z", format = DateTime)]
    pub at: String,
    /// Whom the token named: its `sub`.
    #[schema(example = "clerk-7")]
    pub by: String,
    /// The operation.
    #[schema(value_type = words::StaffDeed)]
    pub action: &'static str,
    /// The state it was done to; null if it was none.
    #[schema(required, value_type = Option<u32>, example = json!(null))]
    pub state_id: Option<u32>,
    /// The district it was done to; null if it was none.
    #[schema(required, value_type = Option<u32>, example = json!(null))]
    pub district_id: Option<u32>,
    /// The center it was done to or at; null for states and districts.
    #[schema(required, value_type = Option<u32>, example = 13_274)]
    pub center_id: Option<u32>,
    /// The session it was done to; null if it was none.
    #[schema(required, value_type = Option<String>, format = "uuid", example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04")]
    pub session_id: Option<String>,
    /// The appointment it was done to; null if it was none.
    #[schema(required, value_type = Option<String>, format = "uuid", example = json!(null))]
    pub appointment_id: Option<String>,
    /// The facts that changed, as they were.
    #[schema(value_type = std::collections::HashMap<String, String>, example = json!({ "status": "OPEN" }))]
    pub before: BTreeMap<String, String>,
    /// As they are since then.
    #[schema(value_type = std::collections::HashMap<String, String>, example = json!({ "status": "CLOSED" }))]
    pub after: BTreeMap<String, String>,
}

impl From<&Entry> for EntryView {
    fn from(entry: &Entry) -> Self {
        let mut view = Self {
            at: entry.signature.at.to_string(),
            by: entry.signature.by.as_str().to_owned(),
            action: Deed::name(entry.signature.deed),
            state_id: None,
            district_id: None,
            center_id: match entry.ledger {
                Ledger::Places => None,
                Ledger::Center(id) => Some(id.get()),
            },
            session_id: None,
            appointment_id: None,
            before: entry.before.clone(),
            after: entry.after.clone(),
        };
        match entry.object {
            Object::State(id) => view.state_id = Some(id.get()),
            Object::District(id) => view.district_id = Some(id.get()),
            Object::Center => {}
            Object::Session(id) => view.session_id = Some(id.to_string()),
            Object::Appointment(id) => view.appointment_id = Some(id.to_string()),
        }
        view
    }
}
