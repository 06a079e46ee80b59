use std::{future::pending, sync::Arc, time::Duration};

use vaxslot_app::reception::{Named, Visit, Visitor};
use vaxslot_checker::{Asked, Told};
use vaxslot_domain::{
    access::{Region, Scope},
    booking::{Attendance, Own},
    id::BeneficiaryId,
    reference::Reference,
};
use vaxslot_testkit::make::{name, read};

use super::{
    Intent, Office, Town, Wish,
    keyed::{Keyed, carry_out},
    words,
};
use crate::world::Chance;

/// By what name they ask.
const NURSE: &str = "nurse";

const EVERYWHERE: Scope = Scope::Region(Region::Country);

/// How often they ask again, once nothing is in their way any more, before they count as left alone.
const MOST_TRIES: u32 = 40;

/// Somebody who receives people at the center.
pub struct Nurse {
    town: Arc<Town>,
    chance: Chance,
    /// Tells them from other nurses.
    number: usize,
    keys: u32,
}

/// One thing that they do.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Attend { own: Own, attendance: Attendance },
    TakeIn { session: usize, slot: usize, dose: usize, person: Option<BeneficiaryId> },
}

impl Nurse {
    #[must_use]
    pub fn new(town: &Arc<Town>, number: usize) -> Self {
        Self { town: Arc::clone(town), chance: town.world.fork(), number, keys: 0 }
    }

    /// Receives one after the other.
    pub async fn live(mut self, deeds: u64, leisure: u64) {
        for _ in 0..deeds {
            let wait = self.chance.millis(0..leisure + 1);
            self.town.world.sleep(wait).await;
            let deed = self.draw();
            self.insist(deed).await;
        }
    }

    fn draw(&mut self) -> Deed {
        let seen = self.town.seen();
        if !seen.is_empty() && !self.chance.one_in(3) {
            // Of late ones more still stand.
            let late = seen.len().saturating_sub(8);
            let place = late + self.chance.below(seen.len() - late);
            let came = if self.chance.one_in(3) { Attendance::NoShow } else { Attendance::Completed };
            return Deed::Attend { own: seen[place], attendance: came };
        }
        let place = self.chance.below(self.town.sessions.len());
        let session = &self.town.sessions[place];
        let (slot, dose) = (self.chance.below(session.slots.len()), self.chance.below(session.doses.len()));
        let everybody: Vec<BeneficiaryId> = self.town.accounts.iter().flat_map(|(_, people)| people).copied().collect();
        let person = self.chance.one_in(2).then(|| *self.chance.pick(&everybody));
        Deed::TakeIn { session: place, slot, dose, person }
    }

    /// Asks until there is an answer, and sometimes once more.
    async fn insist(&mut self, deed: Deed) {
        // Without a key nobody knows whether the first of two newcomers was taken in.
        let newcomer = matches!(deed, Deed::TakeIn { .. });
        let key = (newcomer || !self.chance.one_in(3)).then(|| self.draw_key());
        let intent = self.town.intent(key, Wish::Look);
        self.ask_until_told(&intent, deed).await;
        if intent.key.is_some() && self.chance.one_in(6) {
            self.ask_until_told(&intent, deed).await;
        }
    }

    async fn ask_until_told(&mut self, intent: &Intent, deed: Deed) {
        let mut tries = 0;
        while tries < MOST_TRIES {
            if self.ask(intent, deed).await.is_definite() {
                return;
            }
            tries += u32::from(self.town.is_calm());
            let wait = self.chance.millis(100..3_000);
            self.town.world.sleep(wait).await;
        }
    }

    fn draw_key(&mut self) -> String {
        self.keys += 1;
        format!("{}-{}", self.number, self.keys)
    }

    async fn ask(&mut self, intent: &Intent, deed: Deed) -> Told {
        let asked = self.asked(deed);
        let keyed = |operation| intent.key.as_ref().map(|key| Keyed::new(NURSE, operation, key, &asked));
        let sessions = &self.town.sessions;
        let reply = match deed {
            Deed::Attend { own, attendance } => {
                let (center, date, keyed) = (sessions[0].center.id, Some(sessions[0].date), keyed("attend"));
                self.town.admin.call(move |office: Arc<Office>| async move {
                    let Office { reception, once, .. } = &*office;
                    let reference = Reference::of(own.appointment);
                    let named = Named { center, scope: &EVERYWHERE, date, reference };
                    let settle = |_| async move { words::reception(reception.settle(&named, attendance, NURSE).await) };
                    carry_out(once, keyed, settle).await
                })
            }
            Deed::TakeIn { session, slot, dose, person } => {
                let session = &sessions[session];
                let (session, slot, dose) = (session.id, session.slots[slot], session.doses[dose]);
                let keyed = keyed("take in");
                let newcomer = || Visitor::Newcomer { name: name("Ravi Rao"), birth: read("1980") };
                let visitor = person.map_or_else(newcomer, Visitor::Registered);
                // Seldom by itself: the place is taken, and then nothing more is heard of who took it.
                let hangs = person.is_none() && self.chance.one_in(4);
                self.town.admin.call(move |office: Arc<Office>| async move {
                    let Office { reception, once, .. } = &*office;
                    let visit = Visit { session, slot, dose, visitor };
                    let take_in = |mark: Option<String>| async move {
                        let made = reception.walk_in(visit, &EVERYWHERE, NURSE, mark.as_deref()).await;
                        if hangs {
                            pending::<()>().await;
                        }
                        words::reception(made)
                    };
                    carry_out(once, keyed, take_in).await
                })
            }
        };
        self.town.note(NURSE, intent, asked, reply, Duration::from_secs(29)).await
    }

    fn asked(&self, deed: Deed) -> Asked {
        match deed {
            Deed::Attend { own, attendance } => {
                Asked::Attend { held: words::held(&own), came: attendance == Attendance::Completed }
            }
            Deed::TakeIn { session, slot, dose, person } => Asked::TakeIn {
                session: self.town.sessions[session].id.to_string(),
                slot: i64::try_from(slot).unwrap_or(-1),
                dose: self.town.sessions[session].doses[dose].get().into(),
                person: person.map(|person| person.to_string()),
            },
        }
    }
}
