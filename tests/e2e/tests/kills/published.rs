//! What is published to topics and phones, in the words of the checker.

use axum::body::Bytes;
use reqwest::Url;
use serde_json::Value;
use vaxslot_checker::{availability::Announced, history::Event, instant::Moment};
use vaxslot_domain::Timestamp;

#[derive(Debug, Clone)]
pub enum Published {
    /// Of an appointment, with the state that it is in.
    Event(Event, String),
    /// A dose of a session that can be had, or no longer.
    Turn(Announced),
    /// Something to a phone.
    Text,
}

impl Published {
    /// Reads what a call of SNS would publish.
    pub fn read(form: &Bytes) -> Vec<Self> {
        let form = std::str::from_utf8(form).expect("a form");
        let form = Url::parse(&format!("http://sns/?{form}")).expect("an address");
        let fields: Vec<_> = form.query_pairs().collect();
        if fields.iter().any(|(name, _)| name == "PhoneNumber") {
            return vec![Self::Text];
        }
        let messages = fields.iter().filter(|(name, _)| name == "Message" || name.ends_with(".Message"));
        messages.map(|(_, message)| Self::of(&serde_json::from_str(message).expect("a message of ours"))).collect()
    }

    fn of(message: &Value) -> Self {
        let text = |name: &str| message[name].as_str().unwrap_or_else(|| panic!("{name} is told")).to_owned();
        let kind = text("type");
        if kind.starts_with("appointment.") {
            let (person, appointment) = (text("beneficiary_id"), text("appointment_id"));
            return Self::Event(Event { id: text("id"), kind, person, appointment }, text("status"));
        }
        // The session, the dose, the version of the session's row, and which turn it is.
        let version = text("id").split(':').nth(2).and_then(|version| version.parse().ok());
        Self::Turn(Announced {
            session: text("session_id"),
            dose: message["dose"].as_i64().expect("a dose"),
            version: version.expect("a version"),
            open: kind == "availability.opened",
            at: moment(&text("occurred_at")),
            opened_at: moment(&text("opened_at")),
        })
    }
}

fn moment(text: &str) -> Moment {
    text.parse::<Timestamp>().expect("an instant").as_millisecond()
}
