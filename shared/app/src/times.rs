//! How long things may take, from the inside out. Each bound leaves room for the one within, so that a caller is told what is
//! known before whoever waits around it gives up; `ARCHITECTURE.md` has the table, and `tests/times.rs` holds it against
//! `template.yaml`.

use std::time::Duration;

use vaxslot_domain::SignedDuration;

/// How long a connection may take.
pub const CONNECT: Duration = Duration::from_millis(500);

/// How long one attempt may take before its answer counts as lost.
pub const ATTEMPT: Duration = Duration::from_millis(1_500);

/// When the last attempt of a call begins, counted from the first. A call is over an attempt later.
pub const CALL: Duration = Duration::from_secs(3);

/// When the last step of a batch of queued reservations begins. What is not done by then comes again.
pub const BATCH: Duration = Duration::from_secs(5);

/// How long a request may take.
pub const REQUEST: Duration = Duration::from_secs(8);

/// How long the request of staff may take: it may import a file, or count a day.
pub const STAFF_REQUEST: Duration = Duration::from_secs(25);

/// For how many days the trail of staff is kept unless a deployment says otherwise: three years.
pub const TRAIL_DAYS: u32 = 1_095;

/// So many days.
#[must_use]
pub fn days(number: u32) -> SignedDuration {
    SignedDuration::from_hours(i64::from(number) * 24)
}
