use std::{sync::Arc, time::Duration};

use vaxslot_checker::{Asked, Told};
use vaxslot_domain::{
    access::{Region, Scope},
    capacity::Capacity,
    opening::{Opening, Queueing},
    session::SessionStatus,
};

use super::{
    Intent, Office, Town, Wish,
    keyed::{Keyed, carry_out},
    words,
};
use crate::world::Chance;

/// By what name they ask.
const STAFF: &str = "staff";

const EVERYWHERE: Scope = Scope::Region(Region::Country);

/// How often staff ask again, once nothing is in their way any more, before they count as left alone.
const MOST_TRIES: u32 = 40;

/// Somebody who runs the sessions.
pub struct Clerk {
    town: Arc<Town>,
    chance: Chance,
    /// The largest capacity they set.
    most: usize,
    /// Whether they close and open sessions and their queues, too.
    closes: bool,
    /// Tells them from other clerks.
    number: usize,
    keys: u32,
}

/// One thing that staff want.
#[derive(Debug, Clone, Copy)]
enum Order {
    Status { session: usize, open: bool },
    Cancel { session: usize },
    Queue { session: usize, queue: Queueing },
    Capacity { session: usize, slot: usize, dose: usize, units: u32 },
}

impl Clerk {
    #[must_use]
    pub fn new(town: &Arc<Town>, number: usize, closes: bool) -> Self {
        let mut chance = town.world.fork();
        let most = *chance.pick(&[3, 6, 20]);
        Self { town: Arc::clone(town), chance, most, closes, number, keys: 0 }
    }

    /// Changes sessions now and then, one thing after the other.
    pub async fn live(mut self, deeds: u64, leisure: u64) {
        for _ in 0..deeds {
            let wait = self.chance.millis(0..leisure + 1);
            self.town.world.sleep(wait).await;
            let session = self.chance.below(self.town.sessions.len());
            let order = if self.closes && self.town.cancels() && self.chance.one_in(4) {
                Order::Cancel { session }
            } else if self.closes && self.chance.one_in(3) {
                Order::Queue { session, queue: *self.chance.pick(&Queueing::ALL) }
            } else if self.closes && self.chance.one_in(2) {
                // More often open than closed: a closed session is a quiet one.
                Order::Status { session, open: !self.chance.one_in(3) }
            } else {
                self.capacity(session)
            };
            self.insist(order).await;
        }
    }

    fn capacity(&mut self, place: usize) -> Order {
        let session = &self.town.sessions[place];
        let (slot, dose) = (self.chance.below(session.slots.len()), self.chance.below(session.doses.len()));
        let units = 1 + u32::try_from(self.chance.below(self.most)).unwrap_or(0);
        Order::Capacity { session: place, slot, dose, units }
    }

    /// Asks until there is an answer, so that nothing else is asked for while this may still happen.
    async fn insist(&mut self, order: Order) {
        let key = (!self.chance.one_in(4)).then(|| self.draw_key());
        let intent = self.town.intent(key, Wish::Look);
        let mut tries = 0;
        while tries < MOST_TRIES {
            if self.ask(&intent, order).await.is_definite() {
                return;
            }
            tries += u32::from(self.town.is_calm());
            let wait = self.chance.millis(100..3_000);
            self.town.world.sleep(wait).await;
        }
    }

    /// A key that no other clerk draws.
    fn draw_key(&mut self) -> String {
        self.keys += 1;
        format!("{}-{}", self.number, self.keys)
    }

    async fn ask(&mut self, intent: &Intent, order: Order) -> Told {
        let asked = self.asked(order);
        let keyed = intent.key.as_ref().map(|key| Keyed::new(STAFF, "change", key, &asked));
        let sessions = &self.town.sessions;
        let reply = match order {
            Order::Status { session, open } => {
                let id = sessions[session].id;
                let status = if open { SessionStatus::Open } else { SessionStatus::Closed };
                self.town.admin.call(move |office: Arc<Office>| async move {
                    let Office { staff, once, .. } = &*office;
                    let turn = |_| async move { words::staff(staff.set_status(id, &EVERYWHERE, status).await) };
                    carry_out(once, keyed, turn).await
                })
            }
            Order::Cancel { session } => {
                let id = sessions[session].id;
                self.town.admin.call(move |office: Arc<Office>| async move {
                    let Office { staff, once, .. } = &*office;
                    let cancel = |_| async move { words::staff(staff.cancel(id, &EVERYWHERE).await) };
                    carry_out(once, keyed, cancel).await
                })
            }
            Order::Queue { session, queue } => {
                let id = sessions[session].id;
                let opening = Opening { queue, ..sessions[session].opening };
                self.town.admin.call(move |office: Arc<Office>| async move {
                    let Office { staff, once, .. } = &*office;
                    let switch = |_| async move { words::staff(staff.set_opening(id, &EVERYWHERE, opening).await) };
                    carry_out(once, keyed, switch).await
                })
            }
            Order::Capacity { session, slot, dose, units } => {
                let session = &sessions[session];
                let (id, window, dose) = (session.id, session.slots[slot], session.doses[dose]);
                self.town.admin.call(move |office: Arc<Office>| async move {
                    let Ok(target) = Capacity::try_from(units) else { return words::refusal("bad-request") };
                    let Office { staff, once, .. } = &*office;
                    let change = |_| async move {
                        words::staff(staff.set_capacity(id, &EVERYWHERE, window, dose, target).await)
                    };
                    carry_out(once, keyed, change).await
                })
            }
        };
        self.town.note(STAFF, intent, asked, reply, Duration::from_secs(29)).await
    }

    fn asked(&self, order: Order) -> Asked {
        let id = |session: usize| self.town.sessions[session].id.to_string();
        match order {
            Order::Status { session, open } => Asked::Open { session: id(session), open },
            Order::Cancel { session } => Asked::CancelSession { session: id(session) },
            Order::Queue { session, queue } => Asked::Queue { session: id(session), queue: queue.name().to_owned() },
            Order::Capacity { session, slot, dose, units } => Asked::Capacity {
                session: id(session),
                slot: i64::try_from(slot).unwrap_or(-1),
                dose: self.town.sessions[session].doses[dose].get().into(),
                units: units.into(),
            },
        }
    }
}
