//! What is done by the clock: holds that ran out are ended, cancellations that broke off are carried on, and sessions that ended are seen
//! to.

use std::{sync::Arc, time::Duration};

use vaxslot_app::{
    cancelling::Cancelling,
    ends::Ends,
    ports::{Dues, Host},
    sweep::Sweep,
};
use vaxslot_domain::{SignedDuration, Timestamp};

use crate::{host::SimHost, machine::Function, store::SimStore, world::World};

/// How long one run may take.
const WITHIN: SignedDuration = SignedDuration::from_secs(50);

/// A sandbox of the sweeper.
pub struct Sweeper {
    sweep: Sweep,
    cancelling: Cancelling,
    ends: Ends,
    store: SimStore,
    host: Arc<SimHost>,
}

impl Sweeper {
    #[must_use]
    pub fn new(world: &World, store: SimStore) -> Self {
        let host = Arc::new(SimHost::new(world));
        let sweep = Sweep::new(Arc::new(store.clone()), host.clone());
        let cancelling = Cancelling::new(Arc::new(store.clone()), host.clone());
        let ends = Ends::new(Arc::new(store.clone()), host.clone());
        Self { sweep, cancelling, ends, store, host }
    }

    async fn run(&self) {
        let until = self.host.now().saturating_add(WITHIN).unwrap_or(Timestamp::MAX);
        if let Ok(due) = self.store.due_cancellations(None, 10).await {
            for cancellation in due {
                // What fails is found again by the next run.
                let _ = self.cancelling.carry_on(cancellation.session, until).await;
            }
        }
        let _ = self.ends.see_to(until).await;
        // Once more for those that run out before the next run.
        if let Some(again_at) = self.sweep.holds(until).await.again_at {
            let wait = again_at.duration_since(self.host.now()).max(SignedDuration::ZERO);
            self.host.pause(Duration::try_from(wait).unwrap_or_default() + Duration::from_millis(1)).await;
            let _ = self.sweep.holds(until).await;
        }
    }
}

/// Calls the sweeper each minute, more or less.
pub fn schedule(world: &World, sweeper: &Arc<Function<Sweeper>>) {
    let (inside, sweeper, mut chance) = (world.clone(), Arc::clone(sweeper), world.fork());
    world.spawn(world.group(), async move {
        loop {
            let late = chance.millis(0..2_000);
            inside.sleep(Duration::from_secs(59) + late).await;
            drop(sweeper.call(|sweeper| async move { sweeper.run().await }));
        }
    });
}
