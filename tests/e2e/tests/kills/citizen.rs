//! Who asks: books, holds, confirms, moves and cancels, repeats what was not answered, and in the end wants to know.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::sleep;
use vaxslot_checker::{Asked, Held, Made, Told};

use crate::{
    chance::Chance,
    desk::{Desk, Intent},
    setting::Household,
};

/// The longest that somebody waits between two requests, in milliseconds.
const LEISURE: u64 = 600;
/// A change with a key whose process died is left to it for half a minute.
const MOST_TRIES: u32 = 50;
/// What the queues have brought has ended.
const MOST_LOOKS: u32 = 8;

/// What citizens know of the day.
pub struct Town {
    pub desk: Desk,
    /// The sessions' ids.
    pub sessions: Vec<String>,
    /// Nobody wants anything new any more.
    pub is_over: AtomicBool,
    /// Nobody changes anything under a key any more, so that in the end nobody has to wait for long.
    pub is_late: AtomicBool,
}

pub struct Citizen {
    town: Arc<Town>,
    household: Household,
    chance: Chance,
    keys: u32,
    /// What each of the people has, as far as the citizen was told.
    have: BTreeMap<String, Made>,
    /// What was asked for and not answered.
    open: Vec<Intent>,
    /// What was served under a key, to be asked for again.
    served: Vec<Intent>,
    /// Tickets that have not ended: by their ids, the words that they go by.
    tickets: BTreeMap<String, String>,
}

impl Citizen {
    pub fn new(town: &Arc<Town>, household: Household, chance: Chance) -> Self {
        Self {
            town: Arc::clone(town),
            household,
            chance,
            keys: 0,
            have: BTreeMap::new(),
            open: Vec::new(),
            served: Vec::new(),
            tickets: BTreeMap::new(),
        }
    }

    /// Does this and that until the day is over.
    pub async fn live(mut self) -> Self {
        while !self.town.is_over.load(Ordering::Relaxed) {
            sleep(self.chance.millis(0..LEISURE)).await;
            self.do_something().await;
        }
        self
    }

    /// Asks again for everything that was not answered, until it is.
    pub async fn resolve(mut self) -> Self {
        for intent in std::mem::take(&mut self.open) {
            for _ in 0..MOST_TRIES {
                if self.ask(&intent).await.is_definite() {
                    break;
                }
                sleep(Duration::from_secs(1)).await;
            }
        }
        self
    }

    /// Looks at all tickets until they have ended, and then at what the people have.
    pub async fn wait(mut self) -> Vec<Made> {
        for (id, word) in std::mem::take(&mut self.tickets) {
            for _ in 0..MOST_LOOKS {
                let look = self.town.desk.intent(None, Asked::Ticket(id.clone()));
                let told = self.town.desk.ask(&self.household, &look, Some(&word)).await;
                if matches!(told, Told::Made(_) | Told::Refused { .. }) {
                    break;
                }
                sleep(Duration::from_millis(250)).await;
            }
        }
        let look = self.town.desk.intent(None, Asked::Look);
        match self.town.desk.ask(&self.household, &look, None).await {
            Told::Made(all) => all,
            other => panic!("nothing is in the way any more: {other:?}"),
        }
    }

    async fn do_something(&mut self) {
        if !self.open.is_empty() && self.chance.one_in(2) {
            let intent = self.open.swap_remove(self.chance.below(self.open.len()));
            return self.pursue(intent).await;
        }
        if !self.tickets.is_empty() && self.chance.one_in(2) {
            return self.look_at_ticket().await;
        }
        if !self.served.is_empty() && self.chance.one_in(8) {
            let intent = self.chance.pick(&self.served).clone();
            return self.pursue(intent).await;
        }
        let asked = self.wish();
        let key = self.draw_key(&asked);
        let intent = self.town.desk.intent(key, asked);
        self.pursue(intent).await;
    }

    async fn look_at_ticket(&mut self) {
        let ids: Vec<String> = self.tickets.keys().cloned().collect();
        let id = self.chance.pick(&ids);
        let look = self.town.desk.intent(None, Asked::Ticket(id.clone()));
        let told = self.town.desk.ask(&self.household, &look, Some(&self.tickets[id])).await;
        if matches!(told, Told::Made(_) | Told::Refused { .. }) {
            self.tickets.remove(id);
            self.learn(&look, &told);
        }
    }

    /// A key of the request's own, or none.
    fn draw_key(&mut self, asked: &Asked) -> Option<String> {
        let changes = matches!(asked, Asked::Confirm(_) | Asked::Cancel(_));
        let without = if changes {
            self.town.is_late.load(Ordering::Relaxed) || self.chance.one_in(2)
        } else {
            self.chance.one_in(4)
        };
        if without || *asked == Asked::Look {
            return None;
        }
        self.keys += 1;
        Some(format!("{}-{}", self.household.account.as_str(), self.keys))
    }

    fn wish(&mut self) -> Asked {
        let held: Vec<Held> = self.have.values().filter(|made| made.status == "HELD").map(named).collect();
        let all: Vec<Held> = self.have.values().map(named).collect();
        let people = self.household.people.iter().map(ToString::to_string);
        let free: Vec<String> = people.clone().filter(|person| !self.have.contains_key(person)).collect();
        match self.chance.below(10) {
            0..=3 if !held.is_empty() => Asked::Confirm(self.chance.some(&held)),
            4 | 5 if !all.is_empty() => Asked::Cancel(self.chance.some(&all)),
            6 if !all.is_empty() => Asked::Move {
                session: self.chance.pick(&self.town.sessions).clone(),
                slot: 0,
                held: self.chance.some(&all),
            },
            7 if self.chance.one_in(4) => Asked::Look,
            _ if free.is_empty() && !self.chance.one_in(4) => Asked::Cancel(self.chance.some(&all)),
            _ if free.is_empty() => self.book(&people.collect::<Vec<_>>()),
            _ => self.book(&free),
        }
    }

    fn book(&self, people: &[String]) -> Asked {
        Asked::Book {
            session: self.chance.pick(&self.town.sessions).clone(),
            slot: 0,
            dose: 1,
            people: self.chance.some(people),
            hold: self.chance.one_in(3),
        }
    }

    /// Asks twice at most; what has no answer is kept for later.
    async fn pursue(&mut self, intent: Intent) {
        for _ in 0..2 {
            if self.ask(&intent).await.is_definite() {
                return;
            }
            sleep(self.chance.millis(0..LEISURE)).await;
        }
        self.open.push(intent);
    }

    async fn ask(&mut self, intent: &Intent) -> Told {
        let told = self.town.desk.ask(&self.household, intent, None).await;
        self.learn(intent, &told);
        if told.is_definite() || intent.key.is_some() {
            return told;
        }
        // Without a key it is no use to ask again before one has looked.
        let look = Intent { asked: Asked::Look, ..intent.clone() };
        let seen = self.town.desk.ask(&self.household, &look, None).await;
        self.learn(&look, &seen);
        seen
    }

    fn learn(&mut self, intent: &Intent, told: &Told) {
        match (&intent.asked, told) {
            (_, Told::Accepted { ticket, word }) => drop(self.tickets.insert(ticket.clone(), word.clone())),
            (Asked::Confirm(held) | Asked::Cancel(held), Told::Refused { .. })
            | (Asked::Cancel(held), Told::Made(_)) => {
                self.have.retain(|person, _| !held.iter().any(|held| held.person == *person));
            }
            (asked, Told::Made(all)) => {
                if *asked == Asked::Look {
                    self.have.clear();
                }
                let active = all.iter().filter(|made| ["HELD", "CONFIRMED"].contains(&made.status.as_str()));
                self.have.extend(active.map(|made| (made.person.clone(), made.clone())));
                if intent.key.is_some() && !self.served.iter().any(|served| served.number == intent.number) {
                    self.served.push(intent.clone());
                }
            }
            _ => {}
        }
    }
}

fn named(made: &Made) -> Held {
    Held { person: made.person.clone(), appointment: made.appointment.clone() }
}
