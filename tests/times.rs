//! How long things may take: each bound leaves room for the one within, from the gateway down to one attempt.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use serde::Deserialize;
use vaxslot_app::{
    once,
    retry::Patience,
    times::{ATTEMPT, BATCH, CALL, CONNECT, REQUEST, STAFF_REQUEST},
};
use vaxslot_receipts::TRIES;

/// The integration timeout of an HTTP API, which is fixed (API Gateway developer guide, "Quotas for HTTP APIs").
const GATEWAY: Duration = Duration::from_secs(30);
/// What a function needs to say what has come of it.
const MARGIN: Duration = Duration::from_millis(500);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    globals: Globals,
    resources: BTreeMap<String, Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Globals {
    function: Properties,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    r#type: String,
    #[serde(default)]
    properties: Properties,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    timeout: Option<u64>,
    visibility_timeout: Option<u64>,
    redrive_policy: Option<RedrivePolicy>,
    #[serde(default)]
    events: BTreeMap<String, Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedrivePolicy {
    max_receive_count: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    r#type: String,
}

impl Template {
    fn read() -> Self {
        serde_saphyr::from_str(include_str!("../template.yaml")).expect("the template")
    }

    /// The functions with an event of this kind, and their timeouts.
    fn functions(&self, event: &str) -> BTreeMap<&str, Duration> {
        let functions = self.resources.iter().filter(|(_, resource)| resource.r#type == "AWS::Serverless::Function");
        let triggered =
            functions.filter(|(_, function)| function.properties.events.values().any(|one| one.r#type == event));
        let timeout = |function: &Properties| function.timeout.or(self.globals.function.timeout).expect("a timeout");
        triggered.map(|(name, function)| (name.as_str(), Duration::from_secs(timeout(&function.properties)))).collect()
    }

    fn visibility(&self, queue: &str) -> Duration {
        Duration::from_secs(self.resources[queue].properties.visibility_timeout.expect("a visibility timeout"))
    }
}

/// The bound that a function's routes are given, by its source.
fn bound(function: &str) -> Duration {
    let functions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions");
    let folder = functions.join(function.to_lowercase()).join("src");
    let routes = match function {
        "Discovery" => vec![functions.join("identity/src/published.rs")],
        _ => vec![folder.join("routes.rs"), folder.join("routes/mod.rs")],
    };
    let source = routes.iter().find_map(|file| fs::read_to_string(file).ok()).expect("the routes");
    let call = source.lines().find(|line| line.contains("vaxslot_api::finish(")).expect("routes that are finished");
    match call.rsplit("times::").next() {
        Some("REQUEST)") => REQUEST,
        Some("STAFF_REQUEST)") => STAFF_REQUEST,
        other => panic!("{function}: {other:?} is no bound that is known"),
    }
}

#[test]
fn an_attempt_fits_into_a_call_and_two_calls_into_a_request() {
    assert!(CONNECT < ATTEMPT);
    assert!(2 * ATTEMPT <= CALL, "a lost answer is asked for again");
    let Patience { attempts, first_wait, longest_wait } = Patience::USUAL;
    let pauses: Duration = (1..attempts).map(|number| longest_wait.min(first_wait * 2u32.pow(number - 1))).sum();
    assert!(pauses + MARGIN < CALL, "conflicts and throttles are over in {pauses:?}");
    assert!(2 * CALL + ATTEMPT <= REQUEST, "what became of a call that was never answered can be looked up");
    assert!(REQUEST < STAFF_REQUEST);
}

#[test]
fn a_request_fits_into_its_function_and_that_into_the_gateways_time() {
    let template = Template::read();
    let functions = template.functions("HttpApi");
    let names = ["Admin", "Discovery", "Identity", "Reports", "Reserve", "Search", "Subscriptions"];
    assert_eq!(functions.keys().copied().collect::<Vec<_>>(), names);
    for (name, timeout) in functions {
        assert!(bound(name) + MARGIN <= timeout, "{name} is ended after {timeout:?}");
        assert!(timeout + MARGIN <= GATEWAY, "{name} may take {timeout:?}");
        assert!(once::LONGEST.unsigned_abs() >= timeout, "{name}: nobody else is at a request by then");
    }
}

#[test]
fn a_batch_fits_into_its_function_and_that_six_times_into_its_messages_hiding() {
    let template = Template::read();
    let functions = template.functions("SQS");
    for (name, queue) in [("Booker", "Reservations"), ("Closer", "ReservationsDead")] {
        assert!(BATCH + CALL + ATTEMPT + MARGIN <= functions[name], "{name} is ended after {:?}", functions[name]);
        assert!(6 * functions[name] <= template.visibility(queue), "{queue} shows messages again too early");
    }
    for (name, queue) in [("Notifier", "Notifications"), ("ReceiptsFunction", "Receipts")] {
        assert!(6 * functions[name] <= template.visibility(queue), "{queue} shows messages again too early");
    }
}

#[test]
fn a_receipt_is_let_go_when_its_queue_would_bury_it() {
    let receipts = &Template::read().resources["Receipts"].properties;
    assert_eq!(receipts.redrive_policy.as_ref().and_then(|policy| policy.max_receive_count), Some(TRIES));
}
