//! What staff and citizens do beyond the main job.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    request::{Answer, get, post, request},
    stage::{Stage, own, text},
};

/// Sends a request until its answer is as wanted: what follows from a change comes moments later.
async fn await_answer(stage: &Stage, path: &str, wanted: impl Fn(&Value) -> bool) -> Answer {
    for _ in 0..200 {
        let answer = stage.send(&get(path)).await.expect(200);
        if wanted(&answer.json) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{path} did not become what was awaited in 20 s");
}

#[tokio::test]
async fn staff_changes_capacity_and_closes_and_reopens() {
    let stage = Stage::set().await;
    let path = format!("/v1/admin/sessions/{}/capacity", stage.session);
    let set = |capacity: u32| {
        let body = json!({"slot": "09:00-11:00", "dose": 1, "capacity": capacity});
        request(Method::PUT, &path).by(&stage.operator).json(&body)
    };
    let book = post("/v1/appointments").by(&stage.citizen).json(&stage.order());
    stage.send(&book).await.expect(201);
    stage.send(&set(60)).await.expect(200);
    let session = format!("/v1/sessions/{}", stage.session);
    await_answer(&stage, &session, |session| session["available"] == json!([{"dose": 1, "available": 59}])).await;
    stage.send(&set(1)).await.expect(200);
    await_answer(&stage, &session, |session| session["available"] == json!([{"dose": 1, "available": 0}])).await;
    let other = stage.stranger();
    let late = stage.register(&other, "1990").await;
    let order = json!({"session_id": stage.session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": [late]});
    let book_late = post("/v1/appointments").by(&other).json(&order);
    assert_eq!(stage.send(&book_late).await.expect(409).slug(), "sold-out");
    stage.send(&set(2)).await.expect(200);
    let switch = |what: &str| post(format!("/v1/admin/sessions/{}/{what}", stage.session)).by(&stage.operator);
    let closed = stage.send(&switch("close")).await.expect(200);
    assert_eq!(closed.json["status"], "CLOSED");
    assert_eq!(stage.send(&book_late).await.expect(409).slug(), "session-closed");
    stage.send(&switch("reopen")).await.expect(200);
    // A function may remember for a second that the session was closed.
    for _ in 0..50 {
        let answer = stage.send(&book_late).await;
        if answer.status == 201 {
            // Of the pool's three parts, two have nothing that could be taken away.
            stage.send(&set(3)).await.expect(200);
            stage.send(&set(2)).await.expect(200);
            await_answer(&stage, &session, |session| session["available"] == json!([{"dose": 1, "available": 0}]))
                .await;
            return;
        }
        assert_eq!(answer.slug(), "session-closed", "{}", answer.text);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the session did not reopen");
}

#[tokio::test]
async fn capacity_is_never_lowered_below_what_is_booked() {
    let stage = Stage::set().await;
    let second = stage.register(&stage.citizen, "1991").await;
    let mut order = stage.order();
    order["beneficiaries"] = json!([stage.person, second]);
    stage.send(&post("/v1/appointments").by(&stage.citizen).json(&order)).await.expect(201);
    let body = json!({"slot": "09:00-11:00", "dose": 1, "capacity": 1});
    let path = format!("/v1/admin/sessions/{}/capacity", stage.session);
    let refused = stage.send(&request(Method::PUT, path).by(&stage.operator).json(&body)).await.expect(409);
    assert_eq!((refused.slug(), &refused.json["booked"]), ("below-booked", &json!(2)));
}

#[tokio::test]
async fn a_family_is_held_confirmed_listed_and_cancelled_together() {
    let stage = Stage::set().await;
    let me = &stage.citizen;
    let second = stage.register(me, "1991").await;
    let listed = stage.send(&get("/v1/beneficiaries").by(me)).await.expect(200);
    assert_eq!(listed.json["beneficiaries"].as_array().map(Vec::len), Some(2));
    let one = stage.send(&get(format!("/v1/beneficiaries/{second}")).by(me)).await.expect(200);
    assert_eq!(one.json["birth"], "1991");
    let mut order = stage.order();
    order["beneficiaries"] = json!([stage.person, second]);
    let held = stage.send(&post("/v1/holds").by(me).json(&order)).await.expect(201);
    let pairs: Vec<Value> = held.json["appointments"]
        .as_array()
        .expect("appointments")
        .iter()
        .map(|held| {
            assert_eq!(held["status"], "HELD");
            json!({"beneficiary_id": held["beneficiary_id"], "appointment_id": held["appointment_id"]})
        })
        .collect();
    let both = json!({ "appointments": pairs });
    let confirmed = stage.send(&post("/v1/appointments/confirm").by(me).json(&both)).await.expect(200);
    assert_eq!(confirmed.json["appointments"][1]["status"], "CONFIRMED");
    let cancelled = stage.send(&post("/v1/appointments/cancel").by(me).json(&both)).await.expect(200);
    assert_eq!(cancelled.json["appointments"].as_array().map(Vec::len), Some(2));
    let mine = stage.send(&get("/v1/appointments").by(me)).await.expect(200);
    let states: Vec<String> =
        mine.json["appointments"].as_array().expect("a list").iter().map(|each| text(&each["status"])).collect();
    assert_eq!(states, ["CANCELLED", "CANCELLED"]);
    let path = format!("/v1/appointments/{second}/{}", text(&pairs[1]["appointment_id"]));
    let shown = stage.send(&get(path).by(me)).await.expect(200);
    assert_eq!(shown.json["status"], "CANCELLED");
}

#[tokio::test]
async fn a_repeated_booking_finds_the_first_one() {
    let stage = Stage::set().await;
    let book = || post("/v1/appointments").by(&stage.citizen).header("idempotency-key", "once");
    let first = stage.send(&book().json(&stage.order())).await.expect(201);
    let again = stage.send(&book().json(&stage.order())).await.expect(201);
    assert_eq!(first.text, again.text);
    let hold = post("/v1/holds").by(&stage.citizen).header("idempotency-key", "once").json(&stage.order());
    assert_eq!(stage.send(&hold).await.expect(422).slug(), "key-reused");
    stage.cancel(&first).await;
    let again = stage.send(&book().json(&stage.order())).await.expect(201);
    assert_eq!(first.text, again.text);
    assert_eq!(stage.send(&hold).await.expect(422).slug(), "key-reused");
    let mine = stage.send(&get("/v1/appointments").by(&stage.citizen)).await.expect(200);
    assert_eq!(mine.json["appointments"].as_array().map(Vec::len), Some(1), "it is not booked again");
    assert_eq!(mine.json["appointments"][0]["status"], "CANCELLED");
}

#[tokio::test]
async fn a_changed_center_is_found_where_it_is_now() {
    let stage = Stage::set().await;
    let change = json!({"name": "Renamed Center", "pincode": 744_301, "position": {"lat": 9.15, "long": 92.8}});
    let path = format!("/v1/admin/centers/{}", stage.center);
    stage.send(&request(Method::PATCH, path).by(&stage.admin).json(&change)).await.expect(200);
    let day = stage.tomorrow();
    let places = ["pincode=744301", "lat=9.15&long=92.8&radius_km=2", &format!("center_id={}", stage.center)];
    for place in places {
        let path = format!("/v1/sessions?{place}&date={day}&limit=200");
        await_answer(&stage, &path, |page| {
            let sessions = page["sessions"].as_array().expect("sessions");
            let mine = sessions.iter().find(|session| session["session_id"] == stage.session.as_str());
            mine.is_some_and(|session| session["center"]["name"] == "Renamed Center")
        })
        .await;
    }
    let center = stage.send(&get(format!("/v1/centers/{}", stage.center))).await.expect(200);
    assert_eq!(center.json["pincode"], 744_301);
}

#[tokio::test]
async fn places_are_listed_and_answers_are_cached() {
    let stage = Stage::set().await;
    let states = stage.send(&get("/v1/states")).await.expect(200);
    assert_eq!(states.json["states"].as_array().map(Vec::len), Some(37));
    let districts = stage.send(&get("/v1/states/21/districts")).await.expect(200);
    let pune = districts.json["districts"].as_array().expect("districts").iter().any(|each| each["district_id"] == 363);
    assert!(pune, "{}", districts.text);
    let response = stage.client.get(format!("{}/v1/states", stage.api)).send().await.expect("an answer");
    let tag = response.headers()["etag"].to_str().expect("a text").to_owned();
    assert!(response.headers()["cache-control"].to_str().expect("a text").contains("max-age"));
    let again = stage.send(&get("/v1/states").header("if-none-match", tag)).await.expect(304);
    assert_eq!(again.text, "");
}

#[tokio::test]
async fn the_description_and_its_page_are_served() {
    let stage = Stage::set().await;
    let page = stage.send(&get("/docs")).await.expect(200);
    assert!(page.content_type.starts_with("text/html"), "{}", page.content_type);
    let description = stage.send(&get("/openapi.json")).await.expect(200);
    assert!(description.json["paths"]["/v1/appointments"]["post"].is_object());
    let keys = stage.send(&get("/.well-known/jwks.json")).await.expect(200);
    assert_eq!(keys.json["keys"][0]["kty"], "RSA");
}

#[tokio::test]
async fn an_appointment_is_moved_or_stays_where_it_is() {
    let stage = Stage::set().await;
    let me = &stage.citizen;
    let publish = async |slot: &str| {
        let mut schedule = stage.schedule();
        schedule["slots"] = json!([{"slot": slot, "capacity": {"1": 1}}]);
        let path = format!("/v1/admin/centers/{}/sessions", stage.center);
        text(&stage.send(&post(path).by(&stage.operator).json(&schedule)).await.expect(201).json["session_id"])
    };
    let (free, full) = (publish("12:00-13:00").await, publish("14:00-15:00").await);
    let other = stage.stranger();
    let first = stage.register(&other, "1990").await;
    let taken = json!({"session_id": full, "slot": "14:00-15:00", "dose": 1, "beneficiaries": [first]});
    stage.send(&post("/v1/appointments").by(&other).json(&taken)).await.expect(201);
    let booked = stage.send(&post("/v1/appointments").by(me).json(&stage.order())).await.expect(201);
    let to = |session: &str, slot: &str| {
        let mut body = own(&booked);
        body["session_id"] = json!(session);
        body["slot"] = json!(slot);
        post("/v1/appointments/reschedule").header("idempotency-key", "move").json(&body)
    };
    let refused = stage.send(&to(&full, "14:00-15:00").by(me)).await.expect(409);
    assert_eq!(refused.slug(), "sold-out");
    let kept = stage.send(&get("/v1/appointments").by(me)).await.expect(200);
    assert_eq!(kept.json, booked.json, "the old place is kept while there is no new one");
    let absent = stage.send(&to(&free, "12:00-13:00").by(&other)).await.expect(404);
    assert_eq!(absent.slug(), "no-such-appointment");
    let moved = stage.send(&to(&free, "12:00-13:00").by(me)).await.expect(200);
    let (old, new) = (&booked.json["appointments"][0], &moved.json["appointments"][0]);
    assert_eq!((&new["session_id"], &new["status"]), (&json!(free), &json!("CONFIRMED")));
    assert_eq!(new["moved_from"], old["appointment_id"]);
    let again = stage.send(&to(&free, "12:00-13:00").by(me)).await.expect(200);
    assert_eq!(again.text, moved.text, "a repeat is told the same");
    let both = stage.send(&get("/v1/appointments").by(me)).await.expect(200);
    let both = both.json["appointments"].as_array().expect("a list").clone();
    assert_eq!((&both[1]["status"], &both[1]["moved_to"]), (&json!("CANCELLED"), &new["appointment_id"]));
    let availability = |units: u32| json!([{"dose": 1, "available": units}]);
    for (session, units) in [(&stage.session, 2), (&free, 0)] {
        let path = format!("/v1/sessions/{session}");
        await_answer(&stage, &path, |session| session["available"] == availability(units)).await;
    }
}
