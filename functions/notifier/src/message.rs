use serde::Serialize;
use vaxslot_aws::EventMessage;
use vaxslot_domain::preferences::{Channel, Language};

/// What a message tells. Everything is shown as the person will read it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    pub name: String,
    pub vaccine: String,
    pub dose: u8,
    /// Such as `Sun 22 Nov 2026`.
    pub date: String,
    /// Such as `09:00-11:00`.
    pub slot: String,
    pub center: String,
    pub address: String,
    pub pincode: u32,
    /// What the appointment is called at the center.
    pub reference: String,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    Confirmed,
    Rescheduled,
    Cancelled,
    /// Of an appointment of the next day.
    Reminder,
}

impl Template {
    pub const ALL: [Self; 4] = [Self::Confirmed, Self::Rescheduled, Self::Cancelled, Self::Reminder];

    /// The message that an event about an appointment in this status asks for, if any. A hold that was moved is told of when
    /// it is confirmed, as any other hold.
    #[must_use]
    pub fn of(event: &str, status: &str) -> Option<Self> {
        match event {
            "appointment.confirmed" => Some(Self::Confirmed),
            "appointment.rescheduled" if status == "CONFIRMED" => Some(Self::Rescheduled),
            "appointment.cancelled" => Some(Self::Cancelled),
            EventMessage::REMINDER => Some(Self::Reminder),
            _ => None,
        }
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Rescheduled => "rescheduled",
            Self::Cancelled => "cancelled",
            Self::Reminder => "reminder",
        }
    }
}

/// One text of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Which {
    pub language: Language,
    pub channel: Channel,
    pub template: Template,
}

impl Which {
    /// Where its text is: `hi/sms/confirmed`.
    #[must_use]
    pub fn place(self) -> String {
        let folder = match self.channel {
            Channel::Sms => "sms",
            Channel::Email => "email",
            Channel::WhatsApp => "whatsapp",
        };
        format!("{}/{folder}/{}", self.language, self.template.name())
    }

    /// What operators and gateways know it by: `confirmed.hi`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}.{}", self.template.name(), self.language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_events_send_nothing() {
        assert_eq!(Template::of("appointment.held", "HELD"), None);
        assert_eq!(Template::of("appointment.rescheduled", "HELD"), None);
        assert_eq!(Template::of("appointment.expired", "EXPIRED"), None);
    }
}
