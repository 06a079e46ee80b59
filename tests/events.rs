//! The sample events under `events/` are what their triggers send.

use std::{collections::BTreeSet, fs, path::PathBuf};

use aws_lambda_events::{apigw::ApiGatewayV2httpRequest, dynamodb, sqs::SqsEvent};
use serde_json::Value;
use vaxslot_aws::{
    AvailabilityMessage, EventMessage,
    rows::Item,
    stream::{Change, noted, turned},
};
use vaxslot_booker::deliveries;
use vaxslot_domain::id::BeneficiaryId;
use vaxslot_receipts::{About, Arrival, Receipt, Status, Unreadable};
use vaxslot_sweeper::Job;

const HTTP: [&str; 6] = ["search", "reserve", "admin", "reports", "identity", "subscriptions"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../events")
}

fn sample(function: &str, name: &str) -> String {
    let file = folder().join(function).join(format!("{name}.json"));
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn request(function: &str, name: &str) -> ApiGatewayV2httpRequest {
    serde_json::from_str(&sample(function, name)).unwrap_or_else(|error| panic!("{function}/{name}: {error}"))
}

#[test]
fn http_samples_are_requests_of_an_http_api() {
    for function in HTTP {
        for name in ["good", "invalid", "duplicate", "unauthorized"] {
            let event = request(function, name);
            assert_eq!(event.version.as_deref(), Some("2.0"), "{function}/{name}");
            let path = event.raw_path.unwrap_or_default();
            assert_eq!(event.request_context.http.path.as_deref(), Some(path.as_str()), "{function}/{name}");
            assert!(path.starts_with("/v1/"), "{function}/{name}: {path}");
        }
    }
}

#[test]
fn issuer_samples_ask_for_its_documents() {
    for (name, path) in [
        ("good", "/.well-known/openid-configuration"),
        ("duplicate", "/.well-known/openid-configuration"),
        ("unauthorized", "/.well-known/jwks.json"),
        ("invalid", "/.well-known/other"),
    ] {
        let event = request("issuer", name);
        assert_eq!((event.raw_path.as_deref(), event.version.as_deref()), (Some(path), Some("2.0")), "{name}");
        assert_eq!(event.headers.contains_key("if-none-match"), name == "duplicate");
    }
}

#[test]
fn only_unauthorized_samples_of_private_routes_lack_a_token() {
    for function in &HTTP[1..] {
        for name in ["good", "invalid", "duplicate", "unauthorized"] {
            let has_token = request(function, name).headers.contains_key("authorization");
            assert_eq!(has_token, name != "unauthorized", "{function}/{name}");
        }
    }
}

#[test]
fn repeated_samples_carry_the_first_ones_key() {
    for function in ["reserve", "identity", "subscriptions"] {
        let key = |name| request(function, name).headers["idempotency-key"].clone();
        assert_eq!(key("good"), key("duplicate"), "{function}");
        assert_eq!(request(function, "good").body, request(function, "duplicate").body, "{function}");
    }
}

#[test]
fn projector_samples_are_stream_batches() {
    for (name, records) in [
        ("good", 2),
        ("duplicate", 4),
        ("invalid", 2),
        ("rescheduled", 4),
        ("signed", 1),
        ("completed", 2),
        ("availability", 2),
    ] {
        let batch: dynamodb::Event = serde_json::from_str(&sample("projector", name)).unwrap();
        assert_eq!(batch.records.len(), records, "{name}");
    }
}

#[test]
fn a_signed_sample_adds_to_the_trail() {
    let batch: dynamodb::Event = serde_json::from_str(&sample("projector", "signed")).unwrap();
    let record = &batch.records[0];
    let (before, after) = (Item::from(record.change.old_image.clone()), Item::from(record.change.new_image.clone()));
    let Ok(Some(Change::Noted(entry))) = noted("table", &record.event_id, Some(&before), Some(&after)) else {
        panic!("an entry should be read from the sample")
    };
    assert_eq!((entry.signature.deed.name(), entry.after["status"].as_str()), ("close_session", "CLOSED"));
}

#[test]
fn an_availability_sample_tells_that_a_dose_opened_and_closed() {
    let batch: dynamodb::Event = serde_json::from_str(&sample("projector", "availability")).unwrap();
    let mut told = Vec::new();
    for record in &batch.records {
        let (before, after) =
            (Item::from(record.change.old_image.clone()), Item::from(record.change.new_image.clone()));
        for change in turned("table", Some(&before), Some(&after)).unwrap() {
            let Change::Turned(turned) = change else { panic!("{change:?}") };
            told.push(AvailabilityMessage::from(&*turned));
        }
    }
    assert_eq!(told.len(), 2);
    let (opened, closed) = (serde_json::to_value(&told[0]).unwrap(), serde_json::to_value(&told[1]).unwrap());
    assert_eq!((&closed["type"], &closed["open_seconds"]), (&"availability.closed".into(), &90.into()));
    assert_eq!(opened["opened_at"], closed["opened_at"]);
    assert!(opened.get("open_seconds").is_none());
    assert_eq!(serde_json::from_value::<AvailabilityMessage>(closed).unwrap(), told[1]);
    let names: BTreeSet<_> = told[0].attributes().iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), 10, "as many as a queue takes with raw delivery");
}

#[test]
fn samples_of_changes_of_people_name_one() {
    for (name, method) in [("corrected", "PATCH"), ("removed", "DELETE")] {
        let event = request("identity", name);
        assert_eq!(event.request_context.http.method.as_str(), method);
        let path = event.raw_path.unwrap_or_default();
        assert!(
            path.strip_prefix("/v1/beneficiaries/").is_some_and(|id| id.parse::<BeneficiaryId>().is_ok()),
            "{path}"
        );
    }
}

#[test]
fn notifier_samples_are_queue_batches_of_events() {
    let bodies = |name: &str| -> Vec<Result<EventMessage, serde_json::Error>> {
        let batch: SqsEvent = serde_json::from_str(&sample("notifier", name)).unwrap();
        batch.records.iter().map(|message| serde_json::from_str(message.body.as_deref().unwrap_or_default())).collect()
    };
    assert!(bodies("good").iter().chain(&bodies("rescheduled")).all(Result::is_ok));
    let twice: Vec<EventMessage> = bodies("duplicate").into_iter().map(Result::unwrap).collect();
    assert_eq!(twice[0], twice[1]);
    assert!(bodies("invalid").iter().all(Result::is_err));
}

#[test]
fn booker_and_closer_samples_are_queue_batches_of_reservations() {
    for function in ["booker", "closer"] {
        let read = |name: &str| deliveries(serde_json::from_str(&sample(function, name)).unwrap());
        let good = read("good");
        assert!(good.iter().all(|delivery| delivery.queued.is_some() && delivery.received == 1), "{function}");
        assert!(good.iter().all(|delivery| delivery.group == good[0].group), "{function}");
        let twice = read("duplicate");
        assert_eq!((&twice[0].queued, twice[1].received), (&twice[1].queued, 2), "{function}");
        assert!(read("invalid").iter().all(|delivery| delivery.queued.is_none()), "{function}");
    }
}

#[test]
fn receipts_samples_are_a_gateways_an_event_of_ses_and_a_log_of_sns() {
    let now = "2026-11-21T10:05:00Z".parse().unwrap();
    let read = |name: &str| -> Vec<Result<Option<Receipt>, Unreadable>> {
        let Arrival::Queue(batch) = serde_json::from_str(&sample("receipts", name)).unwrap() else {
            panic!("{name} is no batch of the queue")
        };
        batch.records.iter().map(|message| Receipt::read(message.body.as_deref().unwrap_or_default(), now)).collect()
    };
    let good: Vec<Receipt> = read("good").into_iter().map(|receipt| receipt.unwrap().unwrap()).collect();
    assert!(matches!((&good[0].about, good[0].status), (About::Message(_), Status::Read)));
    assert!(matches!((&good[1].about, good[1].status), (About::Delivery(_), Status::Delivered)));
    let twice = read("duplicate");
    assert!(twice[0].is_ok() && twice[0] == twice[1]);
    assert!(read("invalid").iter().all(Result::is_err));
    let Arrival::Texts { awslogs } = serde_json::from_str(&sample("receipts", "texts")).unwrap() else {
        panic!("no log of text messages")
    };
    let texts = awslogs.unpack(now).unwrap();
    let statuses: Vec<Status> = texts.receipts.iter().map(|receipt| receipt.status).collect();
    assert_eq!((statuses, texts.unreadable), (vec![Status::Delivered, Status::Failed], 0));
}

#[test]
fn sweeper_samples_are_what_the_schedule_sends() {
    let job = |name: &str| serde_json::from_str::<Job>(&sample("sweeper", name));
    assert_eq!((job("good").unwrap(), job("duplicate").unwrap()), (Job::Sweep, Job::Sweep));
    assert_eq!((job("audit").unwrap(), job("remind").unwrap()), (Job::Audit, Job::Remind));
    assert!(job("invalid").is_err());
    let template = fs::read_to_string(folder().join("../template.yaml")).unwrap();
    for name in ["good", "audit", "remind"] {
        let sent: Value = serde_json::from_str(&sample("sweeper", name)).unwrap();
        assert!(template.contains(&format!("Input: '{sent}'")), "the template sends {sent}");
    }
}

#[test]
fn every_sample_is_json_and_every_function_has_some() {
    for function in HTTP.iter().copied().chain(["booker", "closer", "projector", "notifier", "receipts", "sweeper"]) {
        let files: Vec<_> = fs::read_dir(folder().join(function)).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.len() >= 3, "{function}");
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            assert!(serde_json::from_str::<Value>(&text).is_ok(), "{}", file.display());
        }
    }
}
