use aws_lambda_events::dynamodb::EventRecord;
use vaxslot_api::metrics;
use vaxslot_domain::Timestamp;

/// When the oldest of some changes was made, as the table tells it: to the second.
#[must_use]
pub fn oldest(records: &[EventRecord]) -> Option<Timestamp> {
    let made = records.iter().map(|record| record.change.approximate_creation_date_time.timestamp_millis());
    made.min().and_then(|millis| Timestamp::from_millisecond(millis).ok())
}

/// How old a change was when all that follows from it was done, as a line of the log.
#[must_use]
pub fn lag(made: Timestamp, now: Timestamp) -> String {
    let millis = u64::try_from(now.duration_since(made).as_millis()).unwrap_or_default();
    metrics::line(&[("ProjectionLag", "Milliseconds", millis)], now).to_string()
}
