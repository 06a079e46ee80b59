//! Figures that `CloudWatch` reads from the log.

use serde_json::{Map, Value, json};
use vaxslot_domain::Timestamp;

/// A figure: its name, its unit by the words of `CloudWatch`, and its value.
pub type Figure<'a> = (&'a str, &'a str, u64);

/// A line of the log that is read as metrics (the embedded metric format), in the namespace that the environment names.
#[must_use]
pub fn line(figures: &[Figure<'_>], now: Timestamp) -> Value {
    let namespace = std::env::var("METRICS_NAMESPACE").unwrap_or_else(|_| "vaxslot".to_owned());
    let names: Vec<Value> = figures.iter().map(|(name, unit, _)| json!({"Name": name, "Unit": unit})).collect();
    let metrics = json!([{"Namespace": namespace, "Dimensions": [[]], "Metrics": names}]);
    let about = json!({"Timestamp": now.as_millisecond(), "CloudWatchMetrics": metrics});
    let mut line = Map::from_iter([("_aws".to_owned(), about)]);
    line.extend(figures.iter().map(|(name, _, value)| ((*name).to_owned(), json!(value))));
    Value::Object(line)
}
