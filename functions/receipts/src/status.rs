use serde::Deserialize;

/// What became of a message. Of two that are told of the same moment the later one here counts: many clocks show whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// It is still being tried.
    Delayed,
    Delivered,
    /// It will not arrive.
    Failed,
    Read,
    /// It arrived, and was called unwanted.
    Complained,
}

impl Status {
    pub const ALL: [Self; 5] = [Self::Delayed, Self::Delivered, Self::Failed, Self::Read, Self::Complained];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Delayed => "DELAYED",
            Self::Delivered => "DELIVERED",
            Self::Failed => "FAILED",
            Self::Read => "READ",
            Self::Complained => "COMPLAINED",
        }
    }

    /// Those that give way to it at the same moment.
    pub fn weaker(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |other| *other < self)
    }

    /// What an event of SES says, by its `detail-type`; nothing for one that says nothing of a delivery.
    #[must_use]
    pub fn of_email(kind: &str) -> Option<Self> {
        match kind {
            "Email Delivered" => Some(Self::Delivered),
            "Email Delivery Delayed" => Some(Self::Delayed),
            "Email Bounced" | "Email Rejected" | "Email Rendering Failed" => Some(Self::Failed),
            "Email Complaint Received" => Some(Self::Complained),
            _ => None,
        }
    }

    /// What an entry of SNS's log says.
    #[must_use]
    pub fn of_text(word: &str) -> Option<Self> {
        match word {
            "SUCCESS" => Some(Self::Delivered),
            "FAILURE" => Some(Self::Failed),
            _ => None,
        }
    }
}
