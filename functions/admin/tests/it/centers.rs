use axum::http::Method;
use serde_json::{Value, json};
use vaxslot_domain::access::Caller;
use vaxslot_testkit::client::{Answer, Call};

use crate::stage::{ABSENT, FOREIGN, OWN, Stage, admin, admin_of_pune, operator, with};

fn new_center() -> Value {
    json!({
        "center_id": 22_535,
        "name": "Primary Health Center Khed",
        "address": "Pune Nashik Road",
        "block": "Khed",
        "district_id": 363,
        "pincode": 410_501,
        "position": { "lat": 18.8466, "long": 73.9092 },
        "opens": "09:00",
        "closes": "17:30",
        "fee_type": "Paid",
    })
}

async fn patch(stage: &Stage, id: u32, caller: &Caller, body: &Value) -> Answer {
    Call::new(Method::PATCH, &format!("/v1/admin/centers/{id}")).by(caller).json(body).to(&stage.router).await
}

#[tokio::test]
async fn a_center_is_registered_and_the_same_again_is_no_error() {
    let stage = Stage::new().await;
    for _ in 0..2 {
        let answer = stage.post("/v1/admin/centers", &admin_of_pune(), &new_center()).await;
        assert_eq!(answer.outcome(), "201", "{}", answer.text());
        assert_eq!(answer.headers["location"], "/v1/centers/22535");
        let shown = answer.json();
        assert_eq!(shown["district_name"], "Pune");
        assert_eq!((&shown["closes"], &shown["time_zone"]), (&json!("17:30"), &json!("Asia/Kolkata")));
    }
    let other = with(new_center(), &[("name", json!("Another"))]);
    let answer = stage.post("/v1/admin/centers", &admin(), &other).await;
    assert_eq!((answer.outcome().as_str(), &answer.json()["center_id"]), ("409 center-exists", &json!(22_535)));
    assert_eq!(stage.center(22_535).await.unwrap().name.as_str(), "Primary Health Center Khed");
}

#[tokio::test]
async fn an_id_is_drawn_and_what_may_be_absent_may() {
    let stage = Stage::new().await;
    let sparse = with(new_center(), &[("center_id", Value::Null), ("block", Value::Null), ("position", Value::Null)]);
    let shown = stage.post("/v1/admin/centers", &admin(), &sparse).await.json();
    assert!(shown["center_id"].as_u64().unwrap() >= 10_000_000);
    assert_eq!((&shown["block"], &shown["position"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_district_out_of_the_region_looks_absent() {
    let stage = Stage::new().await;
    let foreign =
        stage.post("/v1/admin/centers", &admin_of_pune(), &with(new_center(), &[("district_id", json!(141))])).await;
    let absent =
        stage.post("/v1/admin/centers", &admin_of_pune(), &with(new_center(), &[("district_id", json!(999))])).await;
    assert_eq!(foreign.outcome(), "404 no-such-district");
    assert_eq!(foreign.text().replace("141", "999"), absent.text());
}

#[tokio::test]
async fn bad_centers_are_refused_by_the_field() {
    let stage = Stage::new().await;
    let cases = [
        ("center_id", json!(0), "/center_id"),
        ("center_id", json!(2_147_483_648_u64), "/center_id"),
        ("center_id", json!("22535"), "/center_id"),
        ("name", Value::Null, "/name"),
        ("name", json!(""), "/name"),
        ("name", json!("x".repeat(200)), "/name"),
        ("name", json!("Khed\u{202e}"), "/name"),
        ("name", json!("Khed\u{200b}"), "/name"),
        ("name", json!("Kh\u{7}ed"), "/name"),
        ("address", json!("a\nb"), "/address"),
        ("block", json!(""), "/block"),
        ("district_id", json!(-1), "/district_id"),
        ("pincode", json!(11_027), "/pincode"),
        ("pincode", json!("411027"), "/pincode"),
        ("position", json!({ "lat": 18.8 }), "/position/long"),
        ("position", json!({ "lat": 91, "long": 73.9 }), "/position"),
        ("position", json!({ "lat": 18.8, "long": 73.9, "height": 1 }), "/position/height"),
        ("opens", json!("9:00"), "/opens"),
        ("closes", json!("24:00"), "/closes"),
        ("closes", json!("09:00"), "/closes"),
        ("time_zone", json!("Pune"), "/time_zone"),
        ("fee_type", json!("free"), "/fee_type"),
        ("owner", json!("me"), "/owner"),
    ];
    for (field, value, pointer) in cases {
        let answer = stage.post("/v1/admin/centers", &admin(), &with(new_center(), &[(field, value.clone())])).await;
        assert_eq!(answer.outcome(), "422 invalid-body", "{field} {value}: {}", answer.text());
        assert!(answer.json()["pointer"].as_str().unwrap().starts_with(pointer), "{field} {value}: {}", answer.text());
    }
    assert!(stage.center(22_535).await.is_none());
}

#[tokio::test]
async fn a_change_keeps_the_rest() {
    let stage = Stage::new().await;
    let before = stage.center(OWN).await.unwrap();
    let change = json!({ "closes": "20:00", "block": null, "fee_type": "Paid" });
    let answer = patch(&stage, OWN, &admin_of_pune(), &change).await;
    assert_eq!(answer.outcome(), "200", "{}", answer.text());
    let after = stage.center(OWN).await.unwrap();
    assert_eq!(after.hours.to_string(), "09:00-20:00");
    assert_eq!(after.block, None);
    assert_eq!((after.name, after.position, after.pincode), (before.name, before.position, before.pincode));
    let without_position = patch(&stage, OWN, &admin(), &json!({ "position": null })).await;
    assert_eq!(without_position.json()["position"], Value::Null);
}

#[tokio::test]
async fn bad_changes_change_nothing() {
    let stage = Stage::new().await;
    let before = stage.center(OWN).await;
    let cases = [
        (json!({}), "422 invalid-body"),
        (json!({ "name": null }), "422 invalid-body"),
        (json!({ "opens": null }), "422 invalid-body"),
        (json!({ "district_id": 141 }), "422 invalid-body"),
        (json!({ "time_zone": "UTC" }), "422 invalid-body"),
        (json!({ "opens": "18:00" }), "422 invalid-schedule"),
    ];
    for (body, outcome) in cases {
        assert_eq!(patch(&stage, OWN, &admin(), &body).await.outcome(), outcome, "{body}");
    }
    assert_eq!(patch(&stage, OWN, &operator(), &json!({ "block": null })).await.outcome(), "403 forbidden");
    assert_eq!(stage.center(OWN).await, before);
}

#[tokio::test]
async fn a_foreign_center_looks_absent() {
    let stage = Stage::new().await;
    let body = json!({ "name": "Renamed" });
    let foreign = patch(&stage, FOREIGN, &admin_of_pune(), &body).await;
    let absent = patch(&stage, ABSENT, &admin_of_pune(), &body).await;
    assert_eq!(foreign.outcome(), "404 no-such-center");
    assert_eq!(foreign.text().replace(&FOREIGN.to_string(), &ABSENT.to_string()), absent.text());
}
