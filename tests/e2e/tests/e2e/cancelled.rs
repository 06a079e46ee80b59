//! A cancelled session, and everybody who had something to do with it.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use vaxslot::outbox;
use vaxslot_domain::person::Phone;

use crate::{
    request::{get, post, request},
    stage::{Stage, own},
};

/// How often to look for what follows from a change, ten times a second: right after the seed much else follows, too.
const LOOKS: u32 = 900;

/// Somebody, and what the messages to their phone are about.
struct Citizen {
    token: String,
    phone: Phone,
}

impl Citizen {
    /// Somebody new who books or holds a place in a session.
    async fn of(stage: &Stage, path: &str, session: &str) -> (Self, Value) {
        let (token, phone) = stage.reachable_stranger();
        let person = stage.register(&token, "1990").await;
        let order = json!({"session_id": session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": [person]});
        let made = stage.send(&post(path).by(&token).json(&order)).await.expect(201);
        (Self { token, phone }, own(&made))
    }

    /// Awaits as many messages, and tells what they say.
    async fn told(&self, stage: &Stage, count: usize) -> Vec<&'static str> {
        let endpoint = stage.stack.endpoint().expect("the endpoint");
        for _ in 0..LOOKS {
            let mut messages = outbox::messages(&endpoint, Some(&self.phone)).await.expect("the outbox");
            messages.retain(|message| !message.is_reminder());
            if messages.len() >= count {
                let said = |text: &str| if text.contains("is cancelled") { "cancelled" } else { "booked" };
                return messages.iter().map(|message| said(&message.text)).collect();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{count} messages did not come in 90 s");
    }

    async fn standing(&self, stage: &Stage) -> Value {
        let mine = stage.send(&get("/v1/appointments").by(&self.token)).await.expect(200);
        mine.json["appointments"][0]["status"].clone()
    }
}

#[tokio::test]
async fn everybody_in_a_cancelled_session_is_told_once_and_nobody_is_left_in_it() {
    let stage = Stage::set().await;
    let six = json!({"slot": "09:00-11:00", "dose": 1, "capacity": 6});
    let capacity = format!("/v1/admin/sessions/{}/capacity", stage.session);
    stage.send(&request(Method::PUT, &capacity).by(&stage.operator).json(&six)).await.expect(200);
    let (booked, _) = Citizen::of(&stage, "/v1/appointments", &stage.session).await;
    let (other, _) = Citizen::of(&stage, "/v1/appointments", &stage.session).await;
    let (held, _) = Citizen::of(&stage, "/v1/holds", &stage.session).await;
    let (gone, own) = Citizen::of(&stage, "/v1/appointments", &stage.session).await;
    stage.send(&post("/v1/appointments/cancel").by(&gone.token).json(&own)).await.expect(200);
    gone.told(&stage, 2).await;

    let path = format!("/v1/admin/sessions/{}/cancel", stage.session);
    let cancel = post(&path).by(&stage.operator).header("idempotency-key", stage.session.clone());
    let cancelled = stage.send(&cancel).await.expect(200);
    assert_eq!(cancelled.json["status"], "CANCELLED");
    assert_eq!(stage.send(&cancel).await.expect(200).text, cancelled.text, "the same answer");
    let anew = stage.send(&post(&path).by(&stage.operator)).await.expect(200);
    assert_eq!(anew.json["status"], "CANCELLED", "without a key it is the same deed");

    for citizen in [&booked, &other, &held, &gone] {
        assert_eq!(citizen.standing(&stage).await, "CANCELLED");
    }
    for (citizen, count) in [(&booked, 2), (&other, 2), (&held, 1)] {
        citizen.told(&stage, count).await;
    }
    // What comes of a later booking comes later: when that is told, all that was to be told of the session has been.
    let schedule = stage.schedule();
    let sessions = format!("/v1/admin/centers/{}/sessions", stage.center);
    let next = stage.send(&post(sessions).by(&stage.operator).json(&schedule)).await.expect(201);
    let next = next.json["session_id"].as_str().expect("an id").to_owned();
    let (later, _) = Citizen::of(&stage, "/v1/appointments", &next).await;
    later.told(&stage, 1).await;
    for (citizen, expected) in [
        (&booked, &["booked", "cancelled"][..]),
        (&other, &["booked", "cancelled"]),
        (&held, &["cancelled"]),
        (&gone, &["booked", "cancelled"]),
    ] {
        assert_eq!(citizen.told(&stage, expected.len()).await, expected);
    }
    report_is_empty(&stage, &next).await;
}

/// Awaits that the day's report knows of nobody in the session that was cancelled, and of one in the next.
async fn report_is_empty(stage: &Stage, next: &str) {
    let path = format!("/v1/reports/bookings?date={}&center_id={}", stage.tomorrow(), stage.center);
    let mut last = Value::Null;
    for _ in 0..LOOKS {
        last = stage.send(&get(&path).by(&stage.operator)).await.expect(200).json;
        let rows = last["rows"].as_array().expect("rows");
        let booked = |id: &str| {
            rows.iter().find(|row| row["id"] == id).map_or(0, |row| row["booked"].as_u64().expect("a number"))
        };
        let trend = format!("from={}&to={}&center_id={}", stage.today, stage.tomorrow(), stage.center);
        let trend = get(format!("/v1/reports/trends?{trend}")).by(&stage.operator);
        let trend = stage.send(&trend).await.expect(200).json;
        let stands =
            [&last["total"], &trend["total"]].map(|total| (total["confirmed"].as_u64(), total["booked"].as_u64()));
        if (booked(&stage.session), booked(next)) == (0, 1) && stands == [(Some(1), Some(1)); 2] {
            let listed = get(format!("/v1/reports/sessions/{}/appointments", stage.session)).by(&stage.operator);
            let listed = stage.send(&listed).await.expect(200).json;
            let listed = listed["appointments"].as_array().expect("appointments");
            assert!(listed.iter().all(|one| one["status"] == "CANCELLED"), "{listed:?}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("in 90 s the report did not become empty: {last}");
}
