//! A day at a center: who comes, who does not, and who comes without an appointment.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    request::{Answer, get, post},
    stage::{DISTRICT, Stage, now, text},
};

/// A center whose day is half over, wherever that is, and its session of today: the first slot has begun, the second has not.
async fn open_today(stage: &Stage) -> (u64, String, String) {
    let (zone, date) = midday(now());
    let date = date.to_string();
    let center = center_in(stage, &zone).await;
    let session = json!({
        "date": date, "vaccine": "COVISHIELD", "min_age": 18,
        "slots": [
            {"slot": "08:00-18:00", "capacity": {"1": 2}},
            {"slot": "18:00-23:00", "capacity": {"1": 2}},
        ],
    });
    let path = format!("/v1/admin/centers/{center}/sessions");
    let made = stage.send(&post(path).by(&stage.admin).json(&session)).await.expect(201);
    (center, text(&made.json["session_id"]), date)
}

/// A center whose clock is that of a zone, open all day.
pub async fn center_in(stage: &Stage, zone: &str) -> u64 {
    let center = json!({
        "name": "Test Center", "address": "1 Test Road", "district_id": DISTRICT, "pincode": 411_027,
        "opens": "00:30", "closes": "23:30", "fee_type": "Free", "time_zone": zone,
    });
    let made = stage.send(&post("/v1/admin/centers").by(&stage.admin).json(&center)).await.expect(201);
    made.json["center_id"].as_u64().expect("a center_id")
}

/// A zone where it is between noon and one o'clock, and its date.
pub fn midday(now: Timestamp) -> (String, Date) {
    let hour = now.to_zoned(TimeZone::UTC).hour();
    // The names of these zones have the sign of their distance the other way round.
    let zone = match i32::from(hour) - 12 {
        0 => "Etc/UTC".to_owned(),
        late @ 1.. => format!("Etc/GMT+{late}"),
        early => format!("Etc/GMT{early}"),
    };
    let there = now.in_tz(&zone).expect("a time zone");
    assert_eq!(there.hour(), 12, "{zone}");
    (zone, there.date())
}

async fn say(stage: &Stage, center: u64, reference: &str, what: &str) -> Answer {
    let path = format!("/v1/admin/centers/{center}/appointments/{reference}/{what}");
    stage.send(&post(path).by(&stage.admin).header("idempotency-key", format!("{reference}-{what}"))).await
}

#[tokio::test]
async fn people_are_received_at_the_center() {
    let stage = Stage::set().await;
    let (center, session, date) = open_today(&stage).await;
    let order = json!({"session_id": session, "slot": "18:00-23:00", "dose": 1, "beneficiaries": [stage.person]});
    let booked = stage.send(&post("/v1/appointments").by(&stage.citizen).json(&order)).await.expect(201);
    let reference = text(&booked.json["appointments"][0]["reference"]);

    // The desk finds the person by what is on the slip, however it is typed, and sees no phone.
    let typed = reference.to_lowercase().replace('-', "%20");
    let found = stage.send(&get(format!("/v1/admin/centers/{center}/appointments/{typed}")).by(&stage.admin)).await;
    let found = found.expect(200);
    assert_eq!((&found.json["status"], &found.json["person"]["birth"]), (&json!("CONFIRMED"), &json!("1990")));
    let members: BTreeSet<&str> =
        found.json["person"].as_object().expect("a person").keys().map(String::as_str).collect();
    assert_eq!(members, ["birth", "doses_taken", "last_dose", "name", "photo_id"].into());

    let soon = say(&stage, center, &reference, "no-show").await.expect(409);
    assert_eq!(soon.slug(), "too-soon");
    let completed = say(&stage, center, &reference, "complete").await.expect(200);
    assert_eq!(completed.json["status"], "COMPLETED");
    let again = say(&stage, center, &reference, "complete").await.expect(200);
    assert_eq!(again.text, completed.text);
    let person = stage.send(&get(format!("/v1/beneficiaries/{}", stage.person)).by(&stage.citizen)).await.expect(200);
    let last = json!({"vaccine": "COVISHIELD", "date": date});
    assert_eq!(
        (&person.json["doses_taken"], &person.json["last_dose"], &person.json["active"]),
        (&json!(1), &last, &Value::Null)
    );

    // Two walk in while the first slot lasts; one of them goes home, and there is no third place.
    let walk_in = async |name: &str| {
        let visitor = json!({"slot": "08:00-18:00", "dose": 1, "name": name, "birth": "1980-05-01"});
        let path = format!("/v1/admin/sessions/{session}/walk-ins");
        stage
            .send(
                &post(path)
                    .by(&stage.admin)
                    .header("idempotency-key", format!("{session}-{}", name.len()))
                    .json(&visitor),
            )
            .await
    };
    let first = walk_in("Ravi Rao").await.expect(201);
    assert_eq!(walk_in("Ravi Rao").await.expect(201).text, first.text);
    let second = walk_in("Meera Iyer").await.expect(201);
    assert_eq!(walk_in("Third Person").await.expect(409).slug(), "sold-out");
    let missed = say(&stage, center, &text(&second.json["reference"]), "no-show").await.expect(200);
    assert_eq!(missed.json["status"], "NO_SHOW");
    assert_eq!(
        say(&stage, center, &text(&second.json["reference"]), "complete").await.expect(409).slug(),
        "appointment-ended"
    );
    assert_eq!(walk_in("Third Person").await.expect(409).slug(), "sold-out", "a used place is used");
}
