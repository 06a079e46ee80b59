//! Requests for what is somebody else's beside the same for what is not there.

use reqwest::Method;
use serde_json::json;

use super::NOBODY;
use crate::{
    request::{Request, get, post, request},
    stage::{Stage, text},
};

/// Two requests whose answers must not differ, but for the id they name.
pub struct Pair {
    pub name: &'static str,
    pub foreign: Request,
    pub foreign_id: String,
    pub absent: Request,
    pub absent_id: String,
}

pub async fn all(stage: &Stage) -> Vec<Pair> {
    let other = stage.stranger();
    let theirs = stage.register(&other, "1985").await;
    let order = |person: &str| json!({"session_id": stage.session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": [person]});
    let made = stage.send(&post("/v1/appointments").by(&other).json(&order(&theirs))).await.expect(201);
    let appointment = text(&made.json["appointments"][0]["appointment_id"]);
    let me = &stage.citizen;
    let pair = |name, foreign: Request, absent: Request| Pair {
        name,
        foreign,
        foreign_id: theirs.clone(),
        absent,
        absent_id: NOBODY.to_owned(),
    };
    let own = |person: &str| json!({"appointments": [{"beneficiary_id": person, "appointment_id": appointment}]});
    let close =
        |center: &str| get(format!("/v1/reports/bookings?date={}&center_id={center}", stage.today)).by(&stage.operator);
    vec![
        pair(
            "booking for a person",
            post("/v1/appointments").by(me).json(&order(&theirs)),
            post("/v1/appointments").by(me).json(&order(NOBODY)),
        ),
        pair(
            "holding for a person",
            post("/v1/holds").by(me).json(&order(&theirs)),
            post("/v1/holds").by(me).json(&order(NOBODY)),
        ),
        pair(
            "reading a person",
            get(format!("/v1/beneficiaries/{theirs}")).by(me),
            get(format!("/v1/beneficiaries/{NOBODY}")).by(me),
        ),
        pair(
            "correcting a person",
            request(Method::PATCH, format!("/v1/beneficiaries/{theirs}")).by(me).json(&json!({"birth": "1986"})),
            request(Method::PATCH, format!("/v1/beneficiaries/{NOBODY}")).by(me).json(&json!({"birth": "1986"})),
        ),
        pair(
            "removing a person",
            request(Method::DELETE, format!("/v1/beneficiaries/{theirs}")).by(me),
            request(Method::DELETE, format!("/v1/beneficiaries/{NOBODY}")).by(me),
        ),
        pair(
            "reading an appointment",
            get(format!("/v1/appointments/{theirs}/{appointment}")).by(me),
            get(format!("/v1/appointments/{NOBODY}/{appointment}")).by(me),
        ),
        pair(
            "cancelling",
            post("/v1/appointments/cancel").by(me).json(&own(&theirs)),
            post("/v1/appointments/cancel").by(me).json(&own(NOBODY)),
        ),
        pair(
            "confirming",
            post("/v1/appointments/confirm").by(me).json(&own(&theirs)),
            post("/v1/appointments/confirm").by(me).json(&own(NOBODY)),
        ),
        Pair {
            name: "what staff did at a center",
            foreign: get("/v1/admin/audit?center_id=13274").by(&stage.operator),
            foreign_id: "13274".to_owned(),
            absent: get("/v1/admin/audit?center_id=2147483000").by(&stage.operator),
            absent_id: "2147483000".to_owned(),
        },
        Pair {
            name: "a report of a center",
            foreign: close("13274"),
            foreign_id: "13274".to_owned(),
            absent: close("2147483000"),
            absent_id: "2147483000".to_owned(),
        },
    ]
}
