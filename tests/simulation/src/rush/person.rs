use std::{sync::Arc, time::Duration};

use futures::channel::{mpsc::UnboundedSender, oneshot};
use vaxslot_app::booking::Finality;
use vaxslot_checker::Told;
use vaxslot_domain::{booking::Order, id::SessionId, person::Beneficiary, session::Session};

use super::{CONCURRENCY, Counter, wanted};
use crate::{
    clients::words,
    machine::Function,
    world::{Chance, World},
};

pub const BOOKED: &str = "booked";
pub const SOLD_OUT: &str = "sold-out";

/// How long somebody waits for an answer: as long as the gateway.
const PATIENCE: Duration = Duration::from_secs(30);
/// The `Retry-After` of a ticket.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// How often somebody asks, or looks at a ticket, before they give up.
const MOST: u32 = 200;

/// Somebody who wants a place and does as they are told.
pub struct Person {
    world: World,
    reserve: Arc<Function<Counter>>,
    chance: Chance,
    session: SessionId,
    order: Order,
    key: Option<String>,
    sent_away: u64,
    had_ticket: bool,
}

/// What became of somebody.
#[derive(Debug)]
pub struct End {
    pub told: String,
    pub came: Duration,
    pub at: Duration,
    pub sent_away: u64,
    pub had_ticket: bool,
}

impl Person {
    pub fn new(
        world: &World,
        reserve: &Arc<Function<Counter>>,
        session: &Session,
        person: &Beneficiary,
        key: Option<String>,
    ) -> Self {
        Self {
            world: world.clone(),
            reserve: Arc::clone(reserve),
            chance: world.fork(),
            session: session.id,
            order: wanted(session, person),
            key,
            sent_away: 0,
            had_ticket: false,
        }
    }

    pub async fn live(mut self, came: Duration, tell: UnboundedSender<End>) {
        self.world.sleep(came.saturating_sub(self.world.now())).await;
        let told = self.ask().await;
        let at = self.world.now();
        let end = End { told, came, at, sent_away: self.sent_away, had_ticket: self.had_ticket };
        let _ = tell.unbounded_send(end);
    }

    /// Asks until there is an answer, and waits between as long as is said.
    async fn ask(&mut self) -> String {
        for _ in 0..MOST {
            let (session, order, key) = (self.session, self.order.clone(), self.key.clone());
            let asked = self.call(async move |counter: Arc<Counter>| {
                let Counter { booking, desk } = &*counter;
                let reserved = booking.reserve_or_queue(desk, session, &order, Finality::Book, key.as_deref()).await;
                words::reserved(&order.account, reserved)
            });
            match asked.await {
                Told::Accepted { word, .. } => {
                    self.had_ticket = true;
                    return self.wait(word).await;
                }
                Told::Busy => self.come_again().await,
                told => return word(told),
            }
        }
        "still asked to come again".to_owned()
    }

    /// Looks at a ticket until it has ended.
    async fn wait(&mut self, ticket: String) -> String {
        for _ in 0..MOST {
            self.world.sleep(LOOK_AGAIN).await;
            let (account, ticket) = (self.order.account.clone(), ticket.clone());
            let looked =
                self.call(async move |counter: Arc<Counter>| words::ticket(counter.desk.show(&account, &ticket).await));
            match looked.await {
                Told::Pending => {}
                Told::Busy => self.come_again().await,
                told => return word(told),
            }
        }
        "still pending".to_owned()
    }

    /// Calls the function, if another call of it may run.
    async fn call<Work, Working>(&self, work: Work) -> Told
    where
        Work: FnOnce(Arc<Counter>) -> Working + Send + 'static,
        Working: Future<Output = Told> + Send + 'static,
    {
        if self.reserve.at_work() >= CONCURRENCY {
            return Told::Busy;
        }
        match self.world.within(PATIENCE, self.reserve.call(work)).await {
            Some(Ok(told)) => told,
            Some(Err(oneshot::Canceled)) | None => Told::Nothing,
        }
    }

    /// The `Retry-After` of a server that has too much to do: one to four seconds.
    async fn come_again(&mut self) {
        self.sent_away += 1;
        let seconds = self.chance.among(1..5);
        self.world.sleep(Duration::from_secs(seconds)).await;
    }
}

fn word(told: Told) -> String {
    match told {
        Told::Made(_) => BOOKED.to_owned(),
        Told::Refused { why, .. } => why,
        Told::Unclear => "the outcome is not known".to_owned(),
        _ => "no answer".to_owned(),
    }
}
