use vaxslot_app::reminders::{Reminded, Reminders};
use vaxslot_domain::Timestamp;

use crate::handler::{Report, WorkFailed};

/// Reminds of tomorrow until time is up.
pub(crate) async fn remind(reminders: &Reminders, until: Timestamp) -> Result<Report, WorkFailed> {
    let Reminded { sessions, queued, failures, cut_short } = reminders.go_on(until).await;
    for error in &failures {
        tracing::error!(error = vaxslot_api::chain(error), "a part could not be reminded");
    }
    if sessions > 0 {
        tracing::info!(sessions, queued, cut_short, "reminders were queued");
    }
    match failures.len() {
        0 => Ok(Report { reminded: queued, more: cut_short, ..Report::default() }),
        failures => Err(WorkFailed(failures)),
    }
}
