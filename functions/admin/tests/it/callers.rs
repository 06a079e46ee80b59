use axum::http::Method;
use vaxslot_domain::access::{Caller, Region};
use vaxslot_testkit::{client::Call, make::account};

use crate::stage::{Stage, admin, operator};

fn citizen() -> Caller {
    Caller::Citizen { account: account("home"), phone: None }
}

fn analyst() -> Caller {
    Caller::Analyst { region: Region::Country }
}

fn admin_of_a_state() -> Caller {
    Caller::Admin { region: Region::State(21.try_into().unwrap()) }
}

/// Every operation, and who may not send it.
fn operations() -> Vec<(Method, &'static str, Vec<Caller>)> {
    let session = "/v1/admin/sessions/00000000-0000-4000-8000-00000000abcd";
    let paths: [&'static str; 6] = [
        "/v1/admin/sessions/00000000-0000-4000-8000-00000000abcd/capacity",
        "/v1/admin/sessions/00000000-0000-4000-8000-00000000abcd/close",
        "/v1/admin/sessions/00000000-0000-4000-8000-00000000abcd/reopen",
        "/v1/admin/sessions/00000000-0000-4000-8000-00000000abcd/opening",
        "/v1/admin/sessions/00000000-0000-4000-8000-00000000abcd/cancel",
        "/v1/admin/sessions/00000000-0000-4000-8000-00000000abcd/walk-ins",
    ];
    assert!(paths.iter().all(|path| path.starts_with(session)));
    let outsiders = || vec![citizen(), analyst()];
    let below_admin = || vec![citizen(), analyst(), operator()];
    vec![
        (Method::POST, "/v1/admin/centers", below_admin()),
        (Method::PATCH, "/v1/admin/centers/13274", below_admin()),
        (Method::POST, "/v1/admin/centers/13274/sessions", outsiders()),
        (Method::PUT, paths[0], outsiders()),
        (Method::POST, paths[1], outsiders()),
        (Method::POST, paths[2], outsiders()),
        (Method::PUT, paths[3], outsiders()),
        (Method::POST, paths[4], outsiders()),
        (Method::POST, paths[5], outsiders()),
        (Method::GET, "/v1/admin/centers/13274/appointments/FJD3R-MGB3S-A", outsiders()),
        (Method::POST, "/v1/admin/centers/13274/appointments/FJD3R-MGB3S-A/complete", outsiders()),
        (Method::POST, "/v1/admin/centers/13274/appointments/FJD3R-MGB3S-A/no-show", outsiders()),
        (Method::POST, "/v1/admin/import/districts", vec![citizen(), analyst(), operator(), admin_of_a_state()]),
        (Method::POST, "/v1/admin/import/centers", below_admin()),
        (Method::POST, "/v1/admin/import/sessions", outsiders()),
        (Method::GET, "/v1/admin/audit?center_id=Aundh", outsiders()),
    ]
}

#[tokio::test]
async fn each_operation_is_for_its_roles_and_reads_nothing_before() {
    let stage = Stage::new().await;
    for (method, path, others) in operations() {
        let call = || Call::new(method.clone(), path).body("text/plain", "nonsense");
        assert_eq!(call().to(&stage.router).await.outcome(), "401 unauthorized", "{method} {path}");
        for caller in &others {
            assert_eq!(call().by(caller).to(&stage.router).await.outcome(), "403 forbidden", "{method} {path}");
        }
        let by_admin = call().by(&admin()).to(&stage.router).await.outcome();
        assert!(
            ["415 unsupported-media-type", "400 unexpected-body", "400 invalid-parameter", "404 no-such-reference",]
                .contains(&by_admin.as_str()),
            "{path}: {by_admin}"
        );
    }
}

#[tokio::test]
async fn the_trail_of_places_is_for_national_administrators() {
    let stage = Stage::new().await;
    let call = || Call::get("/v1/admin/audit");
    for caller in [citizen(), analyst(), operator(), admin_of_a_state()] {
        assert_eq!(call().by(&caller).to(&stage.router).await.outcome(), "403 forbidden");
    }
    assert_eq!(call().by(&admin()).to(&stage.router).await.outcome(), "200");
}

#[test]
fn every_operation_is_described_and_listed_above() {
    let document = vaxslot_api::openapi::document(vec![vaxslot_admin::openapi()]).unwrap();
    assert_eq!(document.paths.paths.len(), operations().len());
}

#[tokio::test]
async fn other_paths_and_methods_are_problems() {
    let stage = Stage::new().await;
    assert_eq!(Call::get("/v1/admin").by(&admin()).to(&stage.router).await.outcome(), "404 no-such-route");
    let wrong = Call::get("/v1/admin/centers").by(&admin()).to(&stage.router).await;
    assert_eq!(wrong.outcome(), "405 method-not-allowed");
    let bad_id = Call::new(Method::PATCH, "/v1/admin/centers/0").by(&admin()).to(&stage.router).await;
    assert_eq!(bad_id.outcome(), "400 invalid-parameter");
}
