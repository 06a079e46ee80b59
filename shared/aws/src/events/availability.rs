use serde::{Deserialize, Serialize};
use vaxslot_domain::availability::Turned;

use super::Attribute;
use crate::rows::instant;

/// That a dose of a session can be had, or no longer, as other systems read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailabilityMessage {
    /// The same for every delivery of the same turn.
    pub id: String,
    /// `availability.opened` or `availability.closed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it turned (RFC 3339, UTC).
    pub occurred_at: String,
    pub session_id: String,
    pub dose: u8,
    pub vaccine: String,
    pub min_age: u8,
    /// Absent where there is no upper bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u8>,
    pub date: String,
    /// In whole rupees.
    pub fee: u32,
    pub center_id: u32,
    pub center: String,
    pub pincode: u32,
    pub district_id: u32,
    pub state_id: u32,
    /// The units free for this dose when it turned.
    pub available: u32,
    /// From when it can be booked, if that is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<String>,
    /// Since when it could be had.
    pub opened_at: String,
    /// Of `availability.closed`: for how long it could be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_seconds: Option<u64>,
}

impl From<&Turned> for AvailabilityMessage {
    fn from(turned: &Turned) -> Self {
        let (session, center) = (&turned.session, &turned.session.center);
        let whole = |time: vaxslot_domain::SignedDuration| u64::try_from(time.as_secs()).unwrap_or(0);
        Self {
            id: turned.id(),
            kind: turned.name().to_owned(),
            occurred_at: instant(turned.turn.at),
            session_id: session.id.to_string(),
            dose: turned.dose.get(),
            vaccine: session.vaccine.to_string(),
            min_age: session.ages.min(),
            max_age: session.ages.max(),
            date: session.date.to_string(),
            fee: session.fee,
            center_id: center.id.get(),
            center: center.name.as_str().to_owned(),
            pincode: center.pincode.get(),
            district_id: center.district.id.get(),
            state_id: center.district.state.id.get(),
            available: session.free(Some(turned.dose)),
            opens_at: session.opening.opens_at.map(instant),
            opened_at: instant(turned.opened_at),
            open_seconds: turned.open_for().map(whole),
        }
    }
}

/// The age that stands for "no upper bound", so that subscribers can filter by one.
const OLDEST: u8 = 120;

impl AvailabilityMessage {
    /// What subscribers filter by.
    #[must_use]
    pub fn attributes(&self) -> [(&'static str, Attribute); 10] {
        [
            ("type", Attribute::Text(self.kind.clone())),
            ("state", Attribute::Number(self.state_id)),
            ("district", Attribute::Number(self.district_id)),
            ("center", Attribute::Number(self.center_id)),
            ("pincode", Attribute::Number(self.pincode)),
            ("vaccine", Attribute::Text(self.vaccine.clone())),
            ("dose", Attribute::Number(self.dose.into())),
            ("min_age", Attribute::Number(self.min_age.into())),
            ("max_age", Attribute::Number(self.max_age.unwrap_or(OLDEST).into())),
            ("fee", Attribute::Number(self.fee)),
        ]
    }
}
