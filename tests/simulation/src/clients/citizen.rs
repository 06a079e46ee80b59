use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::future::join;
use vaxslot_app::{booking::Finality, derive};
use vaxslot_checker::{Made, Told};
use vaxslot_domain::{
    booking::Own,
    id::{AccountId, BeneficiaryId},
};

use super::{Intent, Town, Wish, words};
use crate::{host::millis, world::Chance};

/// How somebody goes about it.
#[derive(Debug, Clone, Copy)]
pub struct Character {
    /// How many things they do.
    pub deeds: u64,
    /// How long they wait between two, at most, in milliseconds.
    pub leisure: u64,
    /// Of a thousand bookings, how many are holds.
    pub holds: u64,
    /// Of a thousand deeds, how many touch what is another's.
    pub curiosity: u64,
    /// Of a thousand deeds, how many register or remove somebody.
    pub change: u64,
}

/// How often somebody asks again before they count as left alone.
const MOST_TRIES: u32 = 40;

/// How often somebody looks at a ticket before they count as forgotten, once the queue is empty.
const MOST_LOOKS: u64 = 60;

/// An account's owner, and the people they book for.
pub struct Citizen {
    town: Arc<Town>,
    chance: Chance,
    account: AccountId,
    people: Vec<BeneficiaryId>,
    character: Character,
    /// What each of the people has, as far as the citizen was told.
    have: BTreeMap<BeneficiaryId, Made>,
    /// What was asked for and not answered.
    open: Vec<Intent>,
    keys: u32,
    /// What was served under a key, to be asked for again.
    served: Vec<Intent>,
    /// What was queued under a key, to be asked for again.
    queued: Vec<Intent>,
    /// Tickets that have not ended, with what they are for.
    tickets: Vec<(Intent, Wish)>,
    /// Somebody whose appointment was taken away, as the citizen has just seen.
    bereft: Option<BeneficiaryId>,
}

impl Citizen {
    #[must_use]
    pub fn new(town: &Arc<Town>, place: usize, character: Character) -> Self {
        let (account, people) = town.accounts[place].clone();
        Self {
            town: Arc::clone(town),
            chance: town.world.fork(),
            account,
            people,
            character,
            have: BTreeMap::new(),
            open: Vec::new(),
            keys: 0,
            served: Vec::new(),
            queued: Vec::new(),
            tickets: Vec::new(),
            bereft: None,
        }
    }

    /// Does this and that until the storm is over, then asks until everything is answered.
    pub async fn live(mut self) {
        for _ in 0..self.character.deeds {
            let wait = self.chance.millis(0..self.character.leisure + 1);
            self.town.world.sleep(wait).await;
            self.do_something().await;
        }
        while !self.town.is_calm() {
            self.town.world.sleep(Duration::from_secs(1)).await;
        }
        for intent in std::mem::take(&mut self.open) {
            self.insist(intent).await;
        }
        for (intent, wish) in std::mem::take(&mut self.tickets) {
            self.wait_for(intent, wish).await;
        }
    }

    /// Asks how a ticket stands until it has ended.
    async fn wait_for(&mut self, intent: Intent, wish: Wish) {
        let mut left = MOST_LOOKS;
        for round in 1.. {
            let look = self.town.intent(None, wish.clone());
            let told = self.ask(&look).await;
            if matches!(told, Told::Made(_) | Told::Refused { .. }) {
                return self.learn(&intent, &told);
            }
            left -= u64::from(self.town.queue.is_empty());
            if left == 0 {
                return;
            }
            let wait = self.chance.millis(0..2_000 * MOST_LOOKS.min(round));
            self.town.world.sleep(wait).await;
        }
    }

    /// Asks once how a ticket stands.
    async fn look_at_ticket(&mut self) {
        let place = self.chance.below(self.tickets.len());
        let (intent, wish) = self.tickets[place].clone();
        let look = self.town.intent(None, wish);
        let told = self.ask(&look).await;
        self.learn(&intent, &told);
    }

    async fn do_something(&mut self) {
        if !self.open.is_empty() && self.chance.one_in(2) {
            let place = self.chance.below(self.open.len());
            let intent = self.open.swap_remove(place);
            return self.pursue(intent).await;
        }
        if !self.tickets.is_empty() && self.chance.one_in(3) {
            return self.look_at_ticket().await;
        }
        if !self.served.is_empty() && self.chance.one_in(4) {
            return self.repeat().await;
        }
        if !self.queued.is_empty() && self.chance.one_in(6) {
            let queued = self.chance.pick(&self.queued).clone();
            return self.pursue(queued).await;
        }
        if let Some(person) = self.bereft.take() {
            return self.replace(person).await;
        }
        if self.chance.permille(self.character.change) {
            return self.change().await;
        }
        let wish = if self.chance.permille(self.character.curiosity) { self.meddle() } else { self.wish() };
        let key = self.draw_key(&wish);
        let intent = self.town.intent(key, wish);
        self.pursue(intent).await;
    }

    /// Registers somebody, or removes one of the people: also while a booking for them is under way.
    async fn change(&mut self) {
        if self.people.is_empty() || self.chance.one_in(2) {
            self.keys += 1;
            let key = format!("{}-{}", self.account.as_str(), self.keys);
            let id = BeneficiaryId::new(derive::id(&["beneficiary", self.account.as_str(), &key]));
            let intent = self.town.intent(Some(key), Wish::Register(id));
            return self.pursue(intent).await;
        }
        let person = *self.chance.pick(&self.people);
        let removal = Wish::Remove(person);
        let key = self.draw_key(&removal);
        let removal = self.town.intent(key, removal);
        if self.chance.one_in(2) {
            return self.pursue(removal).await;
        }
        self.keys += 1;
        let key = format!("{}-{}", self.account.as_str(), self.keys);
        let wish = self.book(&[person]);
        let booking = self.town.intent(Some(key), wish);
        let (town, account) = (Arc::clone(&self.town), self.account.clone());
        let (one, other) = (self.patience(), self.patience());
        let told = join(town.send(&account, &booking, one), town.send(&account, &removal, other)).await;
        for (intent, told) in [(booking, told.0), (removal, told.1)] {
            self.pocket(&intent, &told);
            if told.is_definite() {
                self.learn(&intent, &told);
            } else {
                self.open.push(intent);
            }
        }
    }

    /// Sends again what was served: the same request, or another one for the same people under its key.
    async fn repeat(&mut self) {
        let served = self.chance.pick(&self.served).clone();
        if self.chance.one_in(2) {
            return self.pursue(served).await;
        }
        let mine: Vec<Own> = self.have.values().filter_map(words::own).collect();
        let wish = match &served.wish {
            Wish::Book { party, .. } => self.book(&party.clone()),
            Wish::Confirm(_) if !mine.is_empty() => Wish::Confirm(self.some(&mine)),
            Wish::Cancel(_) if !mine.is_empty() => Wish::Cancel(self.some(&mine)),
            _ => return,
        };
        let other = self.town.intent(served.key.clone(), wish);
        self.pursue(other).await;
    }

    /// Books anew for somebody, under the key of what they had.
    async fn replace(&mut self, person: BeneficiaryId) {
        let had = |served: &&Intent| matches!(&served.wish, Wish::Book { party, .. } if party.contains(&person));
        let Some(key) = self.served.iter().rev().find(had).map(|served| served.key.clone()) else { return };
        let wish = self.book(&[person]);
        let other = self.town.intent(key, wish);
        self.pursue(other).await;
    }

    /// A key of the request's own, or none.
    fn draw_key(&mut self, wish: &Wish) -> Option<String> {
        if wish.only_looks() || self.chance.one_in(4) {
            return None;
        }
        self.keys += 1;
        Some(format!("{}-{}", self.account.as_str(), self.keys))
    }

    fn wish(&mut self) -> Wish {
        if self.people.is_empty() {
            return Wish::Look;
        }
        let held: Vec<Own> = self.have.values().filter(|made| made.status == "HELD").filter_map(words::own).collect();
        let all: Vec<Own> = self.have.values().filter_map(words::own).collect();
        let free: Vec<BeneficiaryId> =
            self.people.iter().copied().filter(|person| !self.have.contains_key(person)).collect();
        match self.chance.below(12) {
            10 if !all.is_empty() => Wish::Look,
            0..=3 if !held.is_empty() => Wish::Confirm(self.some(&held)),
            4 if !all.is_empty() => Wish::Cancel(self.some(&all)),
            5 if !all.is_empty() => self.move_on(&all),
            6 if self.chance.one_in(4) => Wish::Look,
            _ if free.is_empty() && !all.is_empty() && !self.chance.one_in(4) => Wish::Cancel(self.some(&all)),
            _ if free.is_empty() => self.book(&self.people.clone()),
            _ => self.book(&free),
        }
    }

    fn move_on(&mut self, all: &[Own]) -> Wish {
        let session = self.chance.below(self.town.sessions.len());
        let slot = self.chance.below(self.town.sessions[session].slots.len());
        Wish::Move { session, slot, own: self.some(all) }
    }

    fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        let count = 1 + self.chance.below(of.len());
        let begin = self.chance.below(of.len() - count + 1);
        of[begin..begin + count].to_vec()
    }

    fn book(&mut self, people: &[BeneficiaryId]) -> Wish {
        let place = self.chance.below(self.town.sessions.len());
        let session = &self.town.sessions[place];
        Wish::Book {
            session: place,
            slot: self.chance.below(session.slots.len()),
            dose: self.chance.below(session.doses.len()),
            party: self.some(people),
            finality: if self.chance.permille(self.character.holds) { Finality::Hold } else { Finality::Book },
        }
    }

    /// Something about another's people or appointments.
    fn meddle(&mut self) -> Wish {
        let mine = |person: &BeneficiaryId| self.people.contains(person);
        let seen: Vec<Own> = self.town.seen().into_iter().filter(|own| !mine(&own.beneficiary)).collect();
        let others: Vec<BeneficiaryId> =
            self.town.accounts.iter().flat_map(|(_, people)| people).copied().filter(|person| !mine(person)).collect();
        match self.chance.below(3) {
            0 if !seen.is_empty() => Wish::Cancel(vec![*self.chance.pick(&seen)]),
            1 if !seen.is_empty() => Wish::Confirm(vec![*self.chance.pick(&seen)]),
            _ if !others.is_empty() => {
                let other = *self.chance.pick(&others);
                self.book(&[other])
            }
            _ => Wish::Look,
        }
    }

    /// Asks a few times; what has no answer is kept for later.
    async fn pursue(&mut self, intent: Intent) {
        for _ in 0..3 {
            let told = if self.chance.one_in(10) { self.ask_twice(&intent).await } else { self.ask(&intent).await };
            if told.is_definite() {
                return self.learn(&intent, &told);
            }
            if self.chance.one_in(3) {
                break;
            }
            let wait = self.chance.millis(0..3_000);
            self.town.world.sleep(wait).await;
        }
        self.open.push(intent);
    }

    /// Asks until there is an answer.
    async fn insist(&mut self, intent: Intent) {
        for _ in 0..MOST_TRIES {
            let told = self.ask(&intent).await;
            if told.is_definite() {
                return self.learn(&intent, &told);
            }
            let wait = self.chance.millis(500..2_000);
            self.town.world.sleep(wait).await;
        }
    }

    async fn ask(&mut self, intent: &Intent) -> Told {
        let patience = self.patience();
        let told = self.town.send(&self.account, intent, patience).await;
        self.pocket(intent, &told);
        let repeatable = intent.wish.only_looks() || intent.wish.is_repeatable();
        let blind = !told.is_definite() && intent.key.is_none() && !repeatable;
        if !blind {
            return told;
        }
        // Without a key it is no use to ask again before one has looked.
        let look = Intent { wish: Wish::Look, ..intent.clone() };
        let seen = self.town.send(&self.account, &look, patience).await;
        if !seen.is_definite() {
            return told;
        }
        self.learn(&look, &seen);
        seen
    }

    /// The same request on two lines at once.
    async fn ask_twice(&mut self, intent: &Intent) -> Told {
        let (town, account) = (Arc::clone(&self.town), self.account.clone());
        let (one, other) = (self.patience(), self.patience());
        let (first, second) = join(town.send(&account, intent, one), town.send(&account, intent, other)).await;
        self.pocket(intent, &first);
        self.pocket(intent, &second);
        if first.is_definite() && !matches!(second, Told::Made(_)) { first } else { second }
    }

    fn patience(&mut self) -> Duration {
        if self.town.is_calm() || self.chance.one_in(2) {
            Duration::from_secs(29)
        } else {
            self.chance.millis(50..10_000)
        }
    }

    fn learn(&mut self, intent: &Intent, told: &Told) {
        match (&intent.wish, told) {
            (Wish::Look, Told::Made(all)) => {
                let had = std::mem::take(&mut self.have);
                self.keep(all.iter().filter(|made| ["HELD", "CONFIRMED"].contains(&made.status.as_str())));
                self.bereft = had.into_keys().find(|person| !self.have.contains_key(person));
            }
            (wish, Told::Made(made)) => {
                // What is told again is no news.
                if self.served.iter().any(|served| served.number == intent.number) {
                    return;
                }
                if intent.key.is_some() {
                    self.served.push(intent.clone());
                }
                if let Wish::Cancel(own) = wish {
                    self.have.retain(|person, _| !own.iter().any(|own| own.beneficiary == *person));
                } else {
                    self.keep(made.iter());
                }
            }
            (Wish::Register(person), Told::Done) if !self.people.contains(person) => self.people.push(*person),
            (Wish::Remove(person), Told::Done) => {
                self.people.retain(|one| one != person);
                self.have.remove(person);
            }
            (Wish::Confirm(own) | Wish::Cancel(own), Told::Refused { why, .. })
                if !["already-confirmed", "key-reused"].contains(&why.as_str()) =>
            {
                self.have.retain(|person, _| !own.iter().any(|own| own.beneficiary == *person));
            }
            _ => {}
        }
        let now = millis(&self.town.world);
        self.have.retain(|_, made| made.hold_until.is_none_or(|until| until + 60_000 > now));
    }

    /// Keeps a ticket that was given.
    fn pocket(&mut self, intent: &Intent, told: &Told) {
        let Told::Accepted { ticket, word } = told else { return };
        if !self.tickets.iter().any(|(_, wish)| matches!(wish, Wish::Ticket(it, _) if it == ticket)) {
            self.tickets.push((intent.clone(), Wish::Ticket(ticket.clone(), word.clone())));
            self.queued.extend(intent.key.is_some().then(|| intent.clone()));
        }
    }

    fn keep<'a>(&mut self, made: impl Iterator<Item = &'a Made>) {
        for made in made {
            if let Some(own) = words::own(made) {
                self.have.insert(own.beneficiary, made.clone());
            }
        }
    }
}
