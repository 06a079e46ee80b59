//! The audit, while a history goes on and after its end: what it says of shards is held against what the checker says.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use vaxslot_app::{
    audit::{Audit, Audited},
    ports::Host,
};
use vaxslot_checker::{Broken, Invariant};
use vaxslot_domain::{Date, SignedDuration, Timestamp, session::Shard};
use vaxslot_testkit::{MemoryRow, make::read};

use crate::{
    host::SimHost,
    machine::Function,
    plant::Bug,
    store::{Server, SimStore},
    world::{World, lock},
};

/// A week with all the sessions that there are.
const DAY: &str = "2026-11-21";
/// How long an audit may count, beside what it keeps for looking again: now and then too short for all.
const WITHIN: [u64; 3] = [25_005, 25_500, 55_000];

/// A sandbox of the function that audits.
pub struct Auditor {
    audit: Audit,
    host: Arc<SimHost>,
}

impl Auditor {
    #[must_use]
    pub fn new(world: &World, store: SimStore) -> Self {
        let host = Arc::new(SimHost::new(world));
        Self { audit: Audit::new(Arc::new(store), host.clone()), host }
    }

    async fn go_on(&self, within: Duration) -> Audited {
        let within = SignedDuration::try_from(within).unwrap_or_default();
        let until = self.host.now().saturating_add(within).unwrap_or(Timestamp::MAX);
        self.audit.go_on(read::<Date>(DAY), 1, until).await
    }

    async fn run(&self) -> Audited {
        self.audit.run(read::<Date>(DAY), 1, Timestamp::MAX).await
    }
}

/// What audits found wrong.
pub type Findings = Arc<Mutex<Vec<Broken>>>;

/// Audits again and again.
pub fn schedule(world: &World, auditor: &Arc<Function<Auditor>>) -> Findings {
    let findings = Findings::default();
    let (inside, auditor, noted, mut chance) =
        (world.clone(), Arc::clone(auditor), Arc::clone(&findings), world.fork());
    world.spawn(world.group(), async move {
        loop {
            inside.sleep(chance.millis(0..60_000)).await;
            let within = Duration::from_millis(*chance.pick(&WITHIN));
            let called = auditor.call(move |auditor| async move { auditor.go_on(within).await });
            if let Ok(audited) = called.await {
                lock(&noted).extend(found(&audited));
            }
        }
    });
    findings
}

/// The last audit, of everything, when all is quiet.
pub async fn conclude(auditor: &Arc<Function<Auditor>>) -> Vec<Broken> {
    let audited = auditor.call(|auditor| async move { auditor.run().await }).await.unwrap_or_default();
    let mut broken = found(&audited);
    if audited.cut_short || !audited.failures.is_empty() || audited.sessions == 0 {
        broken.push(Broken { invariant: Invariant::Audit, message: format!("did not come to its end: {audited:?}") });
    }
    broken
}

fn found(audited: &Audited) -> Vec<Broken> {
    let message = |drift: &vaxslot_app::audit::Drift| format!("{drift:?}");
    audited.drifts.iter().map(|drift| Broken { invariant: Invariant::Audit, message: message(drift) }).collect()
}

/// Has units of shards go that nobody has, if that is the mistake.
pub fn plant(server: &Server) {
    if server.bug() != Some(Bug::UnitsGone) {
        return;
    }
    for row in server.rows() {
        if let MemoryRow::Shard(shard) = row
            && shard.free > 0
        {
            server.prepare([MemoryRow::Shard(Shard { free: shard.free - 1, ..shard })]);
        }
    }
}
