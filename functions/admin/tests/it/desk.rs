use serde_json::{Value, json};
use vaxslot_app::ports::{Bookings, People, Tried};
use vaxslot_domain::{booking::Own, person::Beneficiary, reference::Reference, session::Session, vaccine::Vaccine};
use vaxslot_testkit::{
    client::{Answer, Call},
    make::{Wish, account, adult, phone, read, with_doses},
};

use crate::stage::{ABSENT, FOREIGN, OWN, Stage, admin, admin_of_pune, operator, schedule, with};

/// A session on the stage's day, half an hour before its slot begins, with somebody booked for it.
struct Desk {
    stage: Stage,
    session: Session,
    person: Beneficiary,
    own: Own,
    reference: String,
}

fn today() -> Value {
    let slots = json!([{ "slot": "12:00-13:00", "capacity": { "1": 3, "2": 3 } }]);
    with(schedule(), &[("date", json!("2026-11-21")), ("slots", slots)])
}

async fn open() -> Desk {
    let stage = Stage::new().await;
    let session = publish(&stage, OWN, &today()).await;
    let person = adult(1, &account("a"));
    let own = book(&stage, &session, &person, 0x7c9a_3c52_0b1e_4f6f_9a53_2f1b_7f0d_6a11).await;
    let reference = Reference::of(own.appointment).to_string();
    Desk { stage, session, person, own, reference }
}

async fn publish(stage: &Stage, center: u32, schedule: &Value) -> Session {
    let answer = stage.post(&format!("/v1/admin/centers/{center}/sessions"), &admin(), schedule).await;
    assert_eq!(answer.outcome(), "201", "{}", answer.text());
    stage.session(&answer).await
}

async fn book(stage: &Stage, session: &Session, person: &Beneficiary, number: u128) -> Own {
    stage.store.add_beneficiary(person, &phone(1)).await.unwrap();
    let wish = Wish::new(session, &[person]).numbered(number).reservation();
    assert_eq!(stage.store.reserve(&wish).await.unwrap(), Tried::Done(()));
    Own { beneficiary: person.id, appointment: wish.appointments[0].id }
}

impl Desk {
    fn at(&self, rest: &str) -> String {
        format!("/v1/admin/centers/{OWN}/appointments/{}{rest}", self.reference)
    }

    async fn find(&self, path: &str) -> Answer {
        Call::get(path).by(&operator()).to(&self.stage.router).await
    }

    async fn say(&self, what: &str) -> Answer {
        Call::post(&self.at(what)).by(&operator()).to(&self.stage.router).await
    }

    async fn walk_in(&self, body: &Value, key: &str) -> Answer {
        let path = format!("/v1/admin/sessions/{}/walk-ins", self.session.id);
        Call::post(&path).by(&operator()).header("idempotency-key", key).json(body).to(&self.stage.router).await
    }

    async fn stored(&self) -> Beneficiary {
        self.stage.store.beneficiaries(&[self.person.id]).await.unwrap().remove(0).unwrap()
    }

    async fn free(&self) -> u32 {
        self.stage.shards(&self.session).await.iter().map(|shard| shard.free).sum()
    }
}

fn ravi() -> Value {
    json!({ "slot": "12:00-13:00", "dose": 1, "name": "Ravi Rao", "birth": "1990" })
}

#[tokio::test]
async fn the_desk_sees_what_it_needs_and_no_more() {
    let desk = open().await;
    let answer = desk.find(&desk.at("")).await;
    assert_eq!(
        (answer.outcome().as_str(), &answer.headers["cache-control"]),
        ("200", &"private, no-store".parse().unwrap())
    );
    let expected = json!({
        "reference": "FJD3R-MGB3S-A",
        "session_id": desk.session.id.to_string(),
        "date": "2026-11-21",
        "slot": "12:00-13:00",
        "vaccine": "COVISHIELD",
        "dose": 1,
        "status": "CONFIRMED",
        "hold_until": null,
        "person": { "name": "Asha Rao", "birth": "1990", "photo_id": null, "doses_taken": 0, "last_dose": null },
    });
    assert_eq!(answer.json(), expected);
    let loose = desk.reference.to_lowercase().replace('-', "%20");
    for same in [
        format!("/v1/admin/centers/{OWN}/appointments/{loose}"),
        format!("/v1/admin/centers/{OWN}/appointments/{}?date=2026-11-21", desk.reference.replace('-', "")),
    ] {
        assert_eq!(desk.find(&same).await.json(), expected, "{same}");
    }
    let by_admin = Call::get(&desk.at("")).by(&admin_of_pune()).to(&desk.stage.router).await;
    assert_eq!(by_admin.json(), expected);
    let path = format!("/v1/admin/audit?center_id={OWN}");
    let trail = Call::get(&path).by(&admin_of_pune()).to(&desk.stage.router).await.json();
    let looks = trail["entries"].as_array().unwrap().iter().filter(|entry| entry["action"] == "find_appointment");
    assert_eq!(looks.count(), 4, "each look leaves a trace: {trail}");
}

#[tokio::test]
async fn wrong_references_and_other_days_are_told_apart() {
    let desk = open().await;
    let at = |reference: &str| format!("/v1/admin/centers/{OWN}/appointments/{reference}");
    for (path, outcome) in [
        (at("FJD3R-MGB3S-B"), "400 wrong-reference"),
        (at("JFD3R-MGB3S-A"), "400 wrong-reference"),
        (at("FJD3R"), "400 invalid-parameter"),
        (at("7c9a3c52-0b1e-4f6f-9a53-2f1b7f0d6a11"), "400 invalid-parameter"),
        (at("00000-00000-0"), "404 no-such-reference"),
        (desk.at("?date=2026-11-22"), "404 no-such-reference"),
        (desk.at("?date=21-11-2026"), "400 invalid-parameter"),
        (desk.at("?day=2026-11-21"), "400 invalid-parameter"),
    ] {
        let answer = desk.find(&path).await;
        assert_eq!(answer.outcome(), outcome, "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn foreign_and_absent_appointments_look_the_same() {
    let desk = open().await;
    let session = publish(&desk.stage, FOREIGN, &today()).await;
    let theirs = book(&desk.stage, &session, &adult(2, &account("b")), 77 << 100).await;
    let reference = Reference::of(theirs.appointment).to_string();
    let here = |reference: &str| format!("/v1/admin/centers/{OWN}/appointments/{reference}");
    let (foreign, absent) = (desk.find(&here(&reference)).await, desk.find(&here("00000-00000-0")).await);
    assert_eq!(foreign.outcome(), "404 no-such-reference");
    assert_eq!(foreign.text().replace(&reference, "00000-00000-0"), absent.text());
    let there = |center: u32| format!("/v1/admin/centers/{center}/appointments/{reference}");
    let (foreign, absent) = (desk.find(&there(FOREIGN)).await, desk.find(&there(ABSENT)).await);
    assert_eq!(foreign.outcome(), "404 no-such-center");
    assert_eq!(foreign.text().replace(&FOREIGN.to_string(), &ABSENT.to_string()), absent.text());
    for what in ["complete", "no-show"] {
        let answer = Call::post(&format!("{}/{what}", there(FOREIGN))).by(&operator()).to(&desk.stage.router).await;
        assert_eq!(answer.text(), foreign.text());
    }
    let path = format!("/v1/admin/sessions/{}/walk-ins", session.id);
    let foreign = Call::post(&path).by(&operator()).json(&ravi()).to(&desk.stage.router).await;
    let absent = path.replace(&session.id.to_string(), "00000000-0000-4000-8000-00000000abcd");
    let absent = Call::post(&absent).by(&operator()).json(&ravi()).to(&desk.stage.router).await;
    assert_eq!((foreign.outcome().as_str(), foreign.text()), ("404 no-such-session", absent.text()));
}

#[tokio::test]
async fn who_came_has_a_dose_and_is_told_so_once() {
    let desk = open().await;
    let completed = desk.say("/complete").await;
    assert_eq!(completed.outcome(), "200", "{}", completed.text());
    let shown = completed.json();
    assert_eq!((&shown["status"], &shown["reference"]), (&json!("COMPLETED"), &json!(desk.reference)));
    assert!(!completed.text().contains("Asha"), "an answer that is kept names nobody");
    let stored = desk.stored().await;
    assert_eq!((stored.active.clone(), stored.doses.taken), (None, 1));
    assert_eq!(
        desk.stage.store.ended(&[desk.own]).await.unwrap()[0].as_ref().unwrap().changed_by.as_deref(),
        Some("somebody")
    );
    desk.stage.host.advance(vaxslot_domain::SignedDuration::from_secs(60));
    assert_eq!(desk.say("/complete").await, completed, "said again, it is no error");
    assert_eq!(desk.stored().await, stored);
    assert_eq!(desk.say("/no-show").await.outcome(), "409 appointment-ended");
    let found = desk.find(&desk.at("")).await.json();
    let last = json!({ "vaccine": "COVISHIELD", "date": "2026-11-21" });
    assert_eq!((&found["status"], &found["person"]["last_dose"]), (&json!("COMPLETED"), &last));
    assert_eq!(desk.free().await, 5, "the unit is used up");
}

#[tokio::test]
async fn who_stays_away_is_told_of_once_the_slot_has_begun() {
    let desk = open().await;
    let soon = desk.say("/no-show").await;
    assert_eq!((soon.outcome().as_str(), &soon.json()["from"]), ("409 too-soon", &json!("2026-11-21T06:30:00Z")));
    desk.stage.host.set(read("2026-11-21T06:30:00Z"));
    let missed = desk.say("/no-show").await;
    assert_eq!((missed.outcome().as_str(), &missed.json()["status"]), ("200", &json!("NO_SHOW")));
    assert_eq!(desk.say("/no-show").await.text(), missed.text());
    let late = desk.say("/complete").await;
    assert_eq!((late.outcome().as_str(), &late.json()["ended_as"]), ("409 appointment-ended", &json!("NO_SHOW")));
    assert_eq!((desk.stored().await.doses.taken, desk.free().await), (0, 5));
}

#[tokio::test]
async fn the_day_before_is_too_soon() {
    let desk = open().await;
    desk.stage.host.set(read("2026-11-20T18:29:59Z"));
    let answer = desk.say("/complete?date=2026-11-21").await;
    assert_eq!((answer.outcome().as_str(), &answer.json()["from"]), ("409 too-soon", &json!("2026-11-20T18:30:00Z")));
    assert_eq!(desk.walk_in(&ravi(), "early").await.outcome(), "409 not-yet-open");
}

#[tokio::test]
async fn a_session_is_cancelled_though_some_have_been_there() {
    let desk = open().await;
    book(&desk.stage, &desk.session, &adult(2, &account("b")), 5).await;
    assert_eq!(desk.say("/complete").await.outcome(), "200");
    let cancel = format!("/v1/admin/sessions/{}/cancel", desk.session.id);
    let answer = Call::post(&cancel).by(&operator()).to(&desk.stage.router).await;
    assert_eq!(answer.json()["status"], "CANCELLED");
    assert_eq!(desk.stage.session(&answer).await.cancelling, None, "nothing is left to do");
    assert_eq!((desk.stored().await.doses.taken, desk.free().await), (1, 5));
}

#[tokio::test]
async fn who_comes_without_a_phone_is_taken_in() {
    let desk = open().await;
    let taken = desk.walk_in(&ravi(), "one").await;
    assert_eq!(taken.outcome(), "201", "{}", taken.text());
    let shown = taken.json();
    assert_eq!((&shown["status"], &shown["slot"], desk.free().await), (&json!("CONFIRMED"), &json!("12:00-13:00"), 4));
    let location = taken.headers["location"].to_str().unwrap();
    let found = desk.find(location).await.json();
    assert_eq!((&found["reference"], &found["person"]["name"]), (&shown["reference"], &json!("Ravi Rao")));
    assert_eq!(desk.walk_in(&ravi(), "one").await, taken);
    assert_eq!(desk.free().await, 4, "the same request is carried out once");
    assert_eq!(desk.walk_in(&with(ravi(), &[("name", json!("Asha"))]), "one").await.outcome(), "422 key-reused");
    assert_eq!(desk.walk_in(&ravi(), "another").await.outcome(), "201");
    assert_eq!(desk.walk_in(&ravi(), "last").await.outcome(), "409 sold-out");
    let complete = location.replace("?date", "/complete?date");
    let completed = Call::post(&complete).by(&operator()).to(&desk.stage.router).await;
    assert_eq!((completed.outcome().as_str(), &completed.json()["status"]), ("200", &json!("COMPLETED")));
}

#[tokio::test]
async fn somebody_registered_is_taken_in_by_their_id() {
    let desk = open().await;
    let other = with_doses(adult(2, &account("b")), 1, Vaccine::Covishield, read("2026-01-05"));
    desk.stage.store.add_beneficiary(&other, &phone(2)).await.unwrap();
    let by_id =
        |id: &dyn ToString, dose: u8| json!({ "slot": "12:00-13:00", "dose": dose, "beneficiary_id": id.to_string() });
    assert_eq!(desk.walk_in(&by_id(&other.id, 1), "1").await.outcome(), "422 dose-out-of-order");
    assert_eq!(desk.walk_in(&by_id(&other.id, 2), "2").await.outcome(), "201");
    assert_eq!(desk.walk_in(&by_id(&other.id, 2), "3").await.outcome(), "409 already-booked");
    assert_eq!(desk.walk_in(&by_id(&desk.person.id, 1), "4").await.outcome(), "409 already-booked");
    let nobody = "00000000-0000-4000-8000-00000000abcd";
    assert_eq!(desk.walk_in(&by_id(&nobody, 1), "5").await.outcome(), "404 no-such-beneficiary");
}

#[tokio::test]
async fn bad_walk_ins_are_refused_and_leave_nothing() {
    let desk = open().await;
    let before = desk.stage.store.all_rows().len();
    let none = Value::Null;
    for (changes, outcome) in [
        (vec![("birth", none.clone())], "422 invalid-body"),
        (vec![("name", none.clone())], "422 invalid-body"),
        (vec![("name", json!(" "))], "422 invalid-body"),
        (vec![("birth", json!("90"))], "422 invalid-body"),
        (vec![("birth", json!("2030"))], "422 too-young"),
        (vec![("birth", json!("2015"))], "422 too-young"),
        (vec![("birth", json!("1950"))], "422 too-old"),
        (vec![("dose", json!(2))], "422 dose-out-of-order"),
        (vec![("dose", json!(3))], "422 dose-not-offered"),
        (vec![("slot", json!("11:00-12:00"))], "404 no-such-slot"),
        (vec![("beneficiary_id", json!(desk.person.id.to_string()))], "422 invalid-body"),
        (vec![("phone", json!("+919812345678"))], "422 invalid-body"),
    ] {
        let answer = desk
            .stage
            .post(&format!("/v1/admin/sessions/{}/walk-ins", desk.session.id), &operator(), &with(ravi(), &changes))
            .await;
        assert_eq!(answer.outcome(), outcome, "{changes:?}: {}", answer.text());
    }
    desk.stage.host.set(read("2026-11-21T07:30:00Z"));
    let late = desk.walk_in(&ravi(), "late").await;
    assert_eq!(late.outcome(), "409 slot-past");
    assert!(late.json()["detail"].as_str().unwrap().contains("has ended"), "{}", late.text());
    // The last one came with a key, which is noted.
    assert_eq!((desk.stage.store.all_rows().len(), desk.free().await), (before + 1, 5));
}
