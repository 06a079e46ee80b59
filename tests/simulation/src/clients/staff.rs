use std::{sync::Arc, time::Duration};

use vaxslot_app::staff::Staff;
use vaxslot_checker::{Asked, Told};
use vaxslot_domain::{
    access::{Region, Scope},
    capacity::Capacity,
    session::SessionStatus,
};

use super::{Intent, Town, Wish, words};
use crate::world::Chance;

const EVERYWHERE: Scope = Scope::Region(Region::Country);

/// How often staff ask again before they count as left alone.
const MOST_TRIES: u32 = 20;

/// Somebody who runs the sessions.
pub struct Clerk {
    town: Arc<Town>,
    chance: Chance,
    /// The largest capacity they set.
    most: usize,
    /// Whether they close and open sessions, too.
    closes: bool,
}

/// One thing that staff want.
#[derive(Debug, Clone, Copy)]
enum Order {
    Status { session: usize, open: bool },
    Cancel { session: usize },
    Capacity { session: usize, slot: usize, dose: usize, units: u32 },
}

impl Clerk {
    #[must_use]
    pub fn new(town: &Arc<Town>, closes: bool) -> Self {
        let mut chance = town.world.fork();
        let most = *chance.pick(&[3, 6, 20]);
        Self { town: Arc::clone(town), chance, most, closes }
    }

    /// Changes sessions now and then, one thing after the other.
    pub async fn live(mut self, deeds: u64, leisure: u64) {
        for _ in 0..deeds {
            let wait = self.chance.millis(0..leisure + 1);
            self.town.world.sleep(wait).await;
            let session = self.chance.below(self.town.sessions.len());
            let order = if self.closes && self.town.cancels() && self.chance.one_in(4) {
                Order::Cancel { session }
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
        let intent = self.town.intent(None, Wish::Look);
        for _ in 0..MOST_TRIES {
            if self.ask(&intent, order).await.is_definite() {
                return;
            }
            let wait = self.chance.millis(100..3_000);
            self.town.world.sleep(wait).await;
        }
    }

    async fn ask(&mut self, intent: &Intent, order: Order) -> Told {
        let (asked, reply) = match order {
            Order::Status { session, open } => {
                let id = self.town.sessions[session].id;
                let status = if open { SessionStatus::Open } else { SessionStatus::Closed };
                let call = move |staff: Arc<Staff>| async move {
                    words::staff(staff.set_status(id, &EVERYWHERE, status).await)
                };
                (Asked::Open { session: id.to_string(), open }, self.town.admin.call(call))
            }
            Order::Cancel { session } => {
                let id = self.town.sessions[session].id;
                let call = move |staff: Arc<Staff>| async move { words::staff(staff.cancel(id, &EVERYWHERE).await) };
                (Asked::CancelSession { session: id.to_string() }, self.town.admin.call(call))
            }
            Order::Capacity { session, slot, dose, units } => {
                let session = &self.town.sessions[session];
                let (id, window, given) = (session.id, session.slots[slot], session.doses[dose]);
                let call = move |staff: Arc<Staff>| async move {
                    let Ok(target) = Capacity::try_from(units) else { return words::refusal("bad-request") };
                    words::staff(staff.set_capacity(id, &EVERYWHERE, window, given, target).await)
                };
                let slot = i64::try_from(slot).unwrap_or(-1);
                let (session, dose) = (id.to_string(), given.get().into());
                (Asked::Capacity { session, slot, dose, units: units.into() }, self.town.admin.call(call))
            }
        };
        self.town.note("staff", intent, asked, reply, Duration::from_secs(29)).await
    }
}
