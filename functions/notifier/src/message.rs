use minijinja::{Environment, Error, UndefinedBehavior, value::Serde};
use serde::Serialize;

/// What a message tells. Everything is shown as the person will read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// Which message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    Confirmed,
    Rescheduled,
    Cancelled,
}

impl Template {
    /// The message that an event about an appointment in this status asks for, if any. A hold that was moved is told of when
    /// it is confirmed, as any other hold.
    #[must_use]
    pub fn of(event: &str, status: &str) -> Option<Self> {
        match event {
            "appointment.confirmed" => Some(Self::Confirmed),
            "appointment.rescheduled" if status == "CONFIRMED" => Some(Self::Rescheduled),
            "appointment.cancelled" => Some(Self::Cancelled),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Rescheduled => "rescheduled",
            Self::Cancelled => "cancelled",
        }
    }
}

/// The texts of all messages.
pub struct Templates(Environment<'static>);

impl Templates {
    /// # Errors
    /// When a text does not parse.
    pub fn load() -> Result<Self, Error> {
        let mut texts = Environment::new();
        texts.set_undefined_behavior(UndefinedBehavior::Strict);
        texts.add_template("confirmed", include_str!("../templates/confirmed.en.txt"))?;
        texts.add_template("rescheduled", include_str!("../templates/rescheduled.en.txt"))?;
        texts.add_template("cancelled", include_str!("../templates/cancelled.en.txt"))?;
        Ok(Self(texts))
    }

    /// # Errors
    /// When a text asks for a fact that there is not.
    pub fn render(&self, template: Template, facts: &Facts) -> Result<String, Error> {
        Ok(self.0.get_template(template.name())?.render(Serde(facts))?.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            name: "Asha Rao".to_owned(),
            vaccine: "COVISHIELD".to_owned(),
            dose: 1,
            date: "Sun 22 Nov 2026".to_owned(),
            slot: "09:00-11:00".to_owned(),
            center: "District Hospital Aundh".to_owned(),
            address: "Sangavi Phata".to_owned(),
            pincode: 411_027,
            reference: "FJD3R-MGB3S-A".to_owned(),
        }
    }

    #[test]
    fn a_confirmation_says_who_what_when_and_where() {
        let text = Templates::load().unwrap().render(Template::Confirmed, &facts()).unwrap();
        for fact in
            ["Asha Rao", "COVISHIELD", "dose 1", "Sun 22 Nov 2026", "09:00-11:00", "Aundh", "411027", "FJD3R-MGB3S-A"]
        {
            assert!(text.contains(fact), "{fact} is missing in: {text}");
        }
    }

    #[test]
    fn a_move_says_where_to_go_now() {
        let text = Templates::load().unwrap().render(Template::Rescheduled, &facts()).unwrap();
        for fact in ["Asha Rao", "dose 1", "now", "Sun 22 Nov 2026", "09:00-11:00", "Aundh", "411027", "FJD3R-MGB3S-A"]
        {
            assert!(text.contains(fact), "{fact} is missing in: {text}");
        }
    }

    #[test]
    fn a_cancellation_says_which_appointment() {
        let text = Templates::load().unwrap().render(Template::Cancelled, &facts()).unwrap();
        for fact in ["Asha Rao", "cancelled", "Sun 22 Nov 2026", "09:00-11:00", "Aundh", "FJD3R-MGB3S-A"] {
            assert!(text.contains(fact), "{fact} is missing in: {text}");
        }
    }

    #[test]
    fn other_events_send_nothing() {
        assert_eq!(Template::of("appointment.held", "HELD"), None);
        assert_eq!(Template::of("appointment.rescheduled", "HELD"), None);
        assert_eq!(Template::of("appointment.expired", "EXPIRED"), None);
    }
}
