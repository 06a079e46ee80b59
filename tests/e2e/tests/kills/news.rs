//! What was told of the day, and to whom it was not.

use std::collections::{BTreeMap, BTreeSet};

use vaxslot_checker::{Row, Value, availability::Announced, history::Event};

use crate::published::Published;

pub struct News {
    /// Each once for each telling.
    pub events: Vec<Event>,
    pub turns: Vec<Announced>,
    /// The events that are to be told by text message.
    owed: BTreeSet<String>,
    /// The events whose marks say that they were.
    sent: BTreeSet<String>,
    texts: usize,
}

impl News {
    pub fn new(published: &[Published], rows: &[Row]) -> Self {
        let mut news = Self {
            events: Vec::new(),
            turns: Vec::new(),
            owed: BTreeSet::new(),
            sent: rows.iter().filter_map(sent).collect(),
            texts: 0,
        };
        for one in published {
            match one {
                Published::Event(event, status) => {
                    let told = match event.kind.as_str() {
                        "appointment.confirmed" | "appointment.cancelled" => true,
                        "appointment.rescheduled" => status == "CONFIRMED",
                        _ => false,
                    };
                    if told {
                        news.owed.insert(event.id.clone());
                    }
                    news.events.push(event.clone());
                }
                Published::Turn(turn) => news.turns.push(turn.clone()),
                Published::Text => news.texts += 1,
            }
        }
        news
    }

    /// Events that were not told, or more often than so many deaths between handing over and noting can be the cause of.
    pub fn untold(&self, deaths: u32) -> Vec<String> {
        let mut broken: Vec<String> =
            self.owed.symmetric_difference(&self.sent).map(|id| format!("{id} is owed or sent, not both")).collect();
        let (owed, texts) = (self.owed.len(), self.texts);
        if texts < owed || texts > owed + deaths as usize {
            broken.push(format!("{texts} texts were sent for {owed} events, and {deaths} senders died"));
        }
        broken
    }

    pub fn summary(&self) -> String {
        let ids: BTreeSet<&str> = self.events.iter().map(|event| event.id.as_str()).collect();
        let turns: BTreeMap<_, _> =
            self.turns.iter().map(|turn| ((&turn.session, turn.dose, turn.version), turn.open)).collect();
        format!(
            "{} events told {} times, {} turns told {} times, {} texts for {} events",
            ids.len(),
            self.events.len(),
            turns.len(),
            self.turns.len(),
            self.texts,
            self.owed.len(),
        )
    }
}

/// The event of a mark that says it was told.
fn sent(row: &Row) -> Option<String> {
    let Some(Value::Text(key)) = row.get("pk") else { return None };
    let sent = row.get("sent") == Some(&Value::Flag(true));
    key.strip_prefix("SENT#").filter(|_| sent).map(ToOwned::to_owned)
}
