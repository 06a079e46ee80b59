//! Who asks, and the diary of what they asked and were told.

pub mod citizen;
mod keyed;
pub mod nurse;
pub mod staff;
pub(crate) mod words;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::channel::oneshot;
use vaxslot_app::{
    booking::{Booking, Finality},
    once::Once,
    people::{Beneficiaries, NewBeneficiary},
    reception::Reception,
    staff::Staff,
    tickets::Desk,
};
use vaxslot_checker::{Asked, Deed, Told};
use vaxslot_domain::{
    booking::{MoveOrder, Order, Own, Party},
    id::{AccountId, BeneficiaryId},
    person::Birth,
    session::Session,
};
use vaxslot_testkit::make::{name, phone};

use keyed::{Keyed, carry_out};

use crate::{
    host::millis,
    machine::Function,
    queue::SimQueue,
    world::{World, brief::Brief, lock},
};

/// A sandbox of the function that citizens reach.
pub struct Counter {
    pub booking: Booking,
    pub desk: Desk,
    pub once: Once,
}

/// A sandbox of the function that staff reach.
pub struct Office {
    pub staff: Staff,
    pub reception: Reception,
    pub once: Once,
}

/// A sandbox of the function that keeps people.
pub struct Registry {
    pub people: Beneficiaries,
    pub once: Once,
}

/// The functions that clients reach, and what clients have in common.
pub struct Town {
    pub world: World,
    pub reserve: Arc<Function<Counter>>,
    pub admin: Arc<Function<Office>>,
    pub identity: Arc<Function<Registry>>,
    /// Where their reservations wait.
    pub queue: Arc<SimQueue>,
    /// As they were published.
    pub sessions: Vec<Session>,
    pub accounts: Vec<(AccountId, Vec<BeneficiaryId>)>,
    diary: Mutex<Vec<Deed>>,
    /// Appointments that somebody was told of.
    seen: Mutex<Vec<Own>>,
    intents: AtomicU64,
    is_calm: AtomicBool,
    cancels: bool,
}

type Functions = (Arc<Function<Counter>>, Arc<Function<Office>>, Arc<Function<Registry>>);

/// What somebody wants. It keeps its number and key however often it is asked for.
#[derive(Debug, Clone)]
pub struct Intent {
    pub number: u64,
    pub key: Option<String>,
    pub wish: Wish,
}

#[derive(Debug, Clone)]
pub enum Wish {
    /// A place for each of the party in a slot of a session; session, slot and dose by their places in the lists.
    Book {
        session: usize,
        slot: usize,
        dose: usize,
        party: Vec<BeneficiaryId>,
        finality: Finality,
    },
    Confirm(Vec<Own>),
    Cancel(Vec<Own>),
    /// Another slot for what one has.
    Move {
        session: usize,
        slot: usize,
        own: Vec<Own>,
    },
    /// A new person, who gets this id from the account and the request's key.
    Register(BeneficiaryId),
    Remove(BeneficiaryId),
    /// How a ticket stands: its id, and the word that it goes by.
    Ticket(String, String),
    Look,
}

impl Wish {
    /// Whether it is no use to look before asking again: to be asked twice changes nothing more.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        matches!(self, Self::Register(_) | Self::Remove(_))
    }

    /// Whether nothing is to change.
    #[must_use]
    pub fn only_looks(&self) -> bool {
        matches!(self, Self::Look | Self::Ticket(..))
    }
}

impl Town {
    #[must_use]
    pub fn new(
        world: &World,
        (reserve, admin, identity): Functions,
        queue: &Arc<SimQueue>,
        sessions: Vec<Session>,
        accounts: Vec<(AccountId, Vec<BeneficiaryId>)>,
    ) -> Arc<Self> {
        Arc::new(Self {
            world: world.clone(),
            reserve,
            admin,
            identity,
            queue: Arc::clone(queue),
            sessions,
            accounts,
            diary: Mutex::default(),
            seen: Mutex::default(),
            intents: AtomicU64::new(0),
            is_calm: AtomicBool::new(false),
            cancels: world.fork().one_in(2),
        })
    }

    #[must_use]
    pub fn intent(&self, key: Option<String>, wish: Wish) -> Intent {
        Intent { number: self.intents.fetch_add(1, Ordering::Relaxed), key, wish }
    }

    /// From now on whoever asks is answered, and everybody asks until they know.
    pub fn calm(&self) {
        self.is_calm.store(true, Ordering::Relaxed);
    }

    #[must_use]
    pub fn is_calm(&self) -> bool {
        self.is_calm.load(Ordering::Relaxed)
    }

    /// Everything that was asked and told.
    #[must_use]
    pub fn diary(&self) -> Vec<Deed> {
        lock(&self.diary).clone()
    }

    /// Whether staff cancel sessions.
    #[must_use]
    pub fn cancels(&self) -> bool {
        self.cancels
    }

    /// Appointments of anybody, for who is curious.
    #[must_use]
    pub fn seen(&self) -> Vec<Own> {
        lock(&self.seen).clone()
    }

    /// Sends a citizen's request once, and waits so long for the answer.
    pub async fn send(&self, account: &AccountId, intent: &Intent, patience: Duration) -> Told {
        let (asked, by, key) = (self.asked(&intent.wish), account.clone(), intent.key.clone());
        let keyed = |operation: &str| Some(Keyed::new(account.as_str(), operation, intent.key.as_deref()?, &asked));
        let reply = match intent.wish.clone() {
            Wish::Book { session, slot, dose, party, finality } => {
                let session = &self.sessions[session];
                let (id, slot, dose) = (session.id, session.slots[slot], session.doses[dose]);
                self.reserve.call(move |counter| async move {
                    let Ok(party) = Party::new(party) else { return words::refusal("bad-request") };
                    let order = Order { account: by, party, slot, dose };
                    let Counter { booking, desk, .. } = &*counter;
                    let reserved = booking.reserve_or_queue(desk, id, &order, finality, key.as_deref()).await;
                    words::reserved(&order.account, reserved)
                })
            }
            Wish::Confirm(own) => {
                let keyed = keyed("confirm");
                self.reserve.call(move |counter| async move {
                    let Counter { booking, once, .. } = &*counter;
                    let confirm = |mark: Option<String>| async move {
                        words::booking(booking.confirm(&by, &own, mark.as_deref()).await)
                    };
                    carry_out(once, keyed, confirm).await
                })
            }
            Wish::Cancel(own) => {
                let keyed = keyed("cancel");
                self.reserve.call(move |counter| async move {
                    let Counter { booking, once, .. } = &*counter;
                    let cancel = |mark: Option<String>| async move {
                        words::booking(booking.cancel(&by, &own, mark.as_deref()).await)
                    };
                    carry_out(once, keyed, cancel).await
                })
            }
            Wish::Move { session, slot, own } => {
                let session = &self.sessions[session];
                let (id, slot) = (session.id, session.slots[slot]);
                self.reserve.call(move |at| async move {
                    let Ok(order) = MoveOrder::new(by, own, id, slot) else { return words::refusal("bad-request") };
                    words::booking(at.booking.reschedule(&order, key.as_deref()).await)
                })
            }
            Wish::Register(_) => self.identity.call(move |at| async move {
                let new = NewBeneficiary { name: name("Asha Rao"), birth: Birth::Year(1990), photo_id: None };
                words::registered(at.people.register(&by, &phone(9_812_345_678), new, key.as_deref()).await)
            }),
            Wish::Remove(person) => {
                let keyed = keyed("remove");
                self.identity.call(move |at| async move {
                    let Registry { people, once } = &*at;
                    let remove = |_| async move { words::removed(people.remove(&by, person).await) };
                    carry_out(once, keyed, remove).await
                })
            }
            Wish::Ticket(_, word) => {
                self.reserve.call(move |at| async move { words::ticket(at.desk.show(&by, &word).await) })
            }
            Wish::Look => {
                self.reserve.call(move |at| async move { words::booking(at.booking.appointments(&by).await) })
            }
        };
        self.note(account.as_str(), intent, asked, reply, patience).await
    }

    /// Waits for an answer, and writes it down.
    pub async fn note(
        &self,
        account: &str,
        intent: &Intent,
        asked: Asked,
        reply: oneshot::Receiver<Told>,
        patience: Duration,
    ) -> Told {
        let sent_at = millis(&self.world);
        let number = intent.number;
        self.world.note(&account, format_args!("#{number} asks {} {:?}", Brief(&asked), intent.key));
        let told = match self.world.within(patience, reply).await {
            Some(Ok(told)) => told,
            Some(Err(oneshot::Canceled)) | None => Told::Nothing,
        };
        self.world.note(&account, format_args!("#{number} is told {}", Brief(&told)));
        lock(&self.seen).extend(told.made().iter().filter_map(words::own));
        let deed = Deed {
            intent: number,
            account: account.to_owned(),
            key: intent.key.clone(),
            asked,
            sent_at,
            told_at: millis(&self.world),
            told: told.clone(),
        };
        lock(&self.diary).push(deed);
        told
    }

    fn asked(&self, wish: &Wish) -> Asked {
        match wish {
            Wish::Book { session, slot, dose, party, finality } => {
                let session = &self.sessions[*session];
                Asked::Book {
                    session: session.id.to_string(),
                    slot: i64::try_from(*slot).unwrap_or(-1),
                    dose: session.doses[*dose].get().into(),
                    people: party.iter().map(ToString::to_string).collect(),
                    hold: *finality == Finality::Hold,
                }
            }
            Wish::Confirm(own) => Asked::Confirm(own.iter().map(words::held).collect()),
            Wish::Cancel(own) => Asked::Cancel(own.iter().map(words::held).collect()),
            Wish::Move { session, slot, own } => Asked::Move {
                session: self.sessions[*session].id.to_string(),
                slot: i64::try_from(*slot).unwrap_or(-1),
                held: own.iter().map(words::held).collect(),
            },
            Wish::Register(person) => Asked::Register { person: person.to_string() },
            Wish::Remove(person) => Asked::Remove { person: person.to_string() },
            Wish::Ticket(ticket, _) => Asked::Ticket(ticket.clone()),
            Wish::Look => Asked::Look,
        }
    }
}
