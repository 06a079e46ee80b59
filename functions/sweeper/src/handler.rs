use std::{sync::Arc, time::Duration};

use futures::future::join3;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vaxslot_api::metrics;
use vaxslot_app::{
    audit::{Audit, Audited},
    cancelling::{Cancelling, Finished},
    ends::{Ended, Ends},
    ports::{Host, Store},
    reminders::Reminders,
    sweep::{Sweep, Swept},
};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    id::{AppointmentId, SessionId},
};

use crate::remind::remind;

/// What is kept back of the time for the call under way and the answer.
const RESERVE: SignedDuration = SignedDuration::from_secs(5);
/// A hold that one round does not see runs out at least 45 seconds later: more rounds do not fit into a minute.
const ROUNDS: usize = 3;
/// How many ids a line of the log and the answer name.
const LISTED: usize = 200;
/// How far ahead sessions are audited.
const WEEKS: u32 = 5;

/// What the schedule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case", deny_unknown_fields)]
pub enum Job {
    /// Free holds, finish cancellations, and see to sessions that ended.
    Sweep,
    /// Count shards against appointments.
    Audit,
    /// Remind of tomorrow's appointments.
    Remind,
}

/// What a run did. It names nobody.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub freed: usize,
    /// The first of them; the log names them all.
    pub freed_holds: Vec<AppointmentId>,
    pub passed_over: u32,
    pub settled_sessions: Vec<SessionId>,
    pub released: u32,
    /// Sessions whose last slot has begun.
    pub ended: u32,
    /// Shards that were counted against their appointments.
    pub judged: u32,
    /// Shards that moved meanwhile.
    pub busy: u32,
    /// Shards that do not agree with their appointments.
    pub drifting: usize,
    /// Reminders that were queued.
    pub reminded: u32,
    /// Whether something is left for the next run.
    pub more: bool,
}

/// Something could not be done. Everything else was.
#[derive(Debug, thiserror::Error)]
#[error("{0} failures; the log has each")]
pub struct WorkFailed(pub(crate) usize);

/// Handles the calls of the schedule.
pub struct Sweeper {
    sweep: Sweep,
    cancelling: Cancelling,
    ends: Ends,
    audit: Audit,
    reminders: Option<Reminders>,
    host: Arc<dyn Host>,
}

impl Sweeper {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        Self {
            sweep: Sweep::new(store.clone(), host.clone()),
            cancelling: Cancelling::new(store.clone(), host.clone()),
            ends: Ends::new(store.clone(), host.clone()),
            audit: Audit::new(store, host.clone()),
            reminders: None,
            host,
        }
    }

    /// The same, reminding of tomorrow.
    #[must_use]
    pub fn reminding(self, reminders: Reminders) -> Self {
        Self { reminders: Some(reminders), ..self }
    }

    /// Does what is due, and ends before `deadline`.
    ///
    /// # Errors
    /// If something could not be done, so that the failure counts in the function's metric.
    pub async fn handle(&self, job: Job, deadline: Timestamp) -> Result<Report, WorkFailed> {
        match job {
            Job::Sweep => self.sweep(deadline).await,
            Job::Audit => self.audit(deadline).await,
            Job::Remind => match &self.reminders {
                Some(reminders) => remind(reminders, deadline.saturating_sub(RESERVE).unwrap_or(deadline)).await,
                None => Ok(Report::default()),
            },
        }
    }

    async fn sweep(&self, deadline: Timestamp) -> Result<Report, WorkFailed> {
        let until = deadline.saturating_sub(RESERVE).unwrap_or(deadline);
        let (swept, finished, ended) =
            join3(self.holds(until), self.cancelling.finish(until), self.ends.see_to(until)).await;
        log(&swept, &finished, &ended);
        match swept.failures.len() + finished.failures.len() + ended.failures.len() {
            0 => Ok(report(&swept, finished, &ended)),
            failures => Err(WorkFailed(failures)),
        }
    }

    async fn audit(&self, deadline: Timestamp) -> Result<Report, WorkFailed> {
        let until = deadline.saturating_sub(RESERVE).unwrap_or(deadline);
        let yesterday = (self.host.now() - SignedDuration::from_hours(24)).to_zoned(TimeZone::UTC).date();
        let audited = self.audit.go_on(yesterday, WEEKS, until).await;
        for drift in &audited.drifts {
            tracing::error!(
                shard = %drift.shard,
                taken = drift.taken,
                appointments = drift.appointments,
                "a shard does not agree with its appointments"
            );
        }
        for error in &audited.failures {
            tracing::error!(error = vaxslot_api::chain(error), "a part could not be audited");
        }
        if audited.cut_short {
            tracing::info!("time was up; the next audit goes on from here");
        }
        println!("{}", metrics(&audited, self.host.now()));
        match audited.failures.len() {
            0 => Ok(Report {
                judged: audited.judged,
                busy: audited.busy,
                drifting: audited.drifts.len(),
                more: audited.cut_short,
                ..Report::default()
            }),
            failures => Err(WorkFailed(failures)),
        }
    }

    /// Sweeps, and stays for those that run out before the next call of the schedule may come.
    async fn holds(&self, until: Timestamp) -> Swept {
        let mut swept = Swept::default();
        for _ in 0..ROUNDS {
            swept.absorb(self.sweep.holds(until).await);
            let Some(at) = swept.again_at.take().filter(|at| *at < until) else { break };
            let wait = at.duration_since(self.host.now()).saturating_add(SignedDuration::from_millis(1));
            self.host.pause(Duration::try_from(wait).unwrap_or_default()).await;
        }
        swept
    }
}

/// The figures of an audit as a line of the log.
#[must_use]
pub fn metrics(audited: &Audited, now: Timestamp) -> Value {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let figures = [
        ("JudgedShards", u64::from(audited.judged)),
        ("BusyShards", audited.busy.into()),
        ("DriftingShards", count(audited.drifts.len())),
        ("AuditFailures", count(audited.failures.len())),
    ];
    metrics::line(&figures.map(|(name, value)| (name, "Count", value)), now)
}

fn log(swept: &Swept, finished: &Finished, ended: &Ended) {
    for freed in swept.freed.chunks(LISTED) {
        let holds: Vec<String> = freed.iter().map(|freed| freed.appointment.to_string()).collect();
        tracing::info!(count = freed.len(), holds = holds.join(" "), "holds that ran out were freed");
    }
    for session in &finished.settled {
        tracing::info!(%session, "a cancellation was finished");
    }
    for error in &swept.failures {
        tracing::error!(error = vaxslot_api::chain(error), "a hold could not be swept");
    }
    for error in &finished.failures {
        tracing::error!(error = vaxslot_api::chain(error), "a cancellation could not be carried on");
    }
    for error in &ended.failures {
        tracing::error!(error = vaxslot_api::chain(error), "the end of a session could not be seen to");
    }
    if swept.cut_short || finished.cut_short || ended.cut_short {
        tracing::warn!("time was up; the rest is left to the next run");
    }
}

fn report(swept: &Swept, finished: Finished, ended: &Ended) -> Report {
    Report {
        freed: swept.freed.len(),
        freed_holds: swept.freed.iter().take(LISTED).map(|freed| freed.appointment).collect(),
        passed_over: swept.passed_over,
        settled_sessions: finished.settled,
        released: finished.released,
        ended: ended.sessions,
        more: swept.cut_short || finished.cut_short || finished.left > 0 || ended.cut_short,
        ..Report::default()
    }
}
