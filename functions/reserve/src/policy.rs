use vaxslot_api::env::{BadEnv, number_or};
use vaxslot_domain::{SignedDuration, booking::Policy};

/// The program's rules: `HOLD_MINUTES` (1 to 1440, normally 30) and `NOTICE_HOURS` (0 to 48, normally 0).
pub fn policy_from_env() -> Result<Policy, BadEnv> {
    let hold = number_or("HOLD_MINUTES", 30, 1..=1440)?;
    let notice = number_or("NOTICE_HOURS", 0, 0..=48)?;
    Ok(Policy {
        hold: SignedDuration::from_mins(i64::from(hold)),
        notice: SignedDuration::from_hours(i64::from(notice)),
    })
}
