//! Correcting and removing people, and their photo IDs.

use axum::http::Method;
use futures::{FutureExt, future::join_all};
use serde_json::{Value, json};
use vaxslot_app::ports::{Bookings, People, Sessions};
use vaxslot_domain::{SignedDuration, access::Caller, person::Beneficiary, vaccine::Vaccine};
use vaxslot_testkit::{
    client::{Answer, Call},
    make::{Draft, Wish, account, adult, phone, read, with_doses},
};

use super::stage::Stage;

const NUMBER: &str = "2341 2341 2346";
const NOBODY: &str = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04";

fn citizen(number: u64) -> Caller {
    Caller::Citizen { account: account(&format!("account-{number}")), phone: Some(phone(number)) }
}

fn asha() -> Value {
    json!({ "name": "Asha Rao", "birth": "1984-02-29" })
}

fn known_by(number: &str) -> Value {
    json!({ "name": "Asha Rao", "birth": "1984-02-29", "photo_id": { "kind": "AADHAAR", "number": number } })
}

async fn register(stage: &Stage, caller: &Caller, person: &Value) -> Answer {
    Call::post("/v1/beneficiaries").by(caller).json(person).to(&stage.function).await
}

async fn registered(stage: &Stage, caller: &Caller, person: &Value) -> String {
    let answer = register(stage, caller, person).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["beneficiary_id"].as_str().unwrap().to_owned()
}

fn correcting(caller: &Caller, id: &str, change: &Value) -> Call {
    Call::new(Method::PATCH, &format!("/v1/beneficiaries/{id}")).by(caller).json(change)
}

async fn correct(stage: &Stage, caller: &Caller, id: &str, change: &Value) -> Answer {
    correcting(caller, id, change).to(&stage.function).await
}

fn removing(caller: &Caller, id: &str) -> Call {
    Call::new(Method::DELETE, &format!("/v1/beneficiaries/{id}")).by(caller)
}

async fn remove(stage: &Stage, caller: &Caller, id: &str) -> Answer {
    removing(caller, id).to(&stage.function).await
}

/// An appointment for a person, held for so many minutes or confirmed.
async fn book(stage: &Stage, caller: &Caller, id: &str, held: Option<&str>) -> String {
    let Caller::Citizen { account, .. } = caller else { panic!("a citizen books") };
    let published = Draft::new(1, &[5]).made();
    stage.store.publish(&published.session, &published.shards).await.unwrap();
    let person = Beneficiary { id: read(id), ..adult(1, account) };
    let wish = Wish::new(&published.session, &[&person]).numbered(7);
    let wish = if let Some(until) = held { wish.held_until(until) } else { wish };
    let reservation = wish.reservation();
    stage.store.reserve(&reservation).await.unwrap();
    reservation.appointments[0].id.to_string()
}

#[tokio::test]
async fn a_person_is_corrected() {
    let (stage, me) = (Stage::new(), citizen(1));
    let id = registered(&stage, &me, &asha()).await;
    let renamed = correct(&stage, &me, &id, &json!({ "name": "Usha Rao" })).await;
    assert_eq!((renamed.status, &renamed.json()["name"]), (200, &json!("Usha Rao")));
    let known = correct(&stage, &me, &id, &json!({ "birth": "1985", "photo_id": known_by(NUMBER)["photo_id"] })).await;
    let expected = json!({
        "beneficiary_id": id, "name": "Usha Rao", "birth": "1985", "doses_taken": 0, "last_dose": null, "active": null,
        "photo_id": { "kind": "AADHAAR", "last_four": "2346" },
    });
    assert_eq!(known.json(), expected);
    let shown = Call::get(&format!("/v1/beneficiaries/{id}")).by(&me).to(&stage.function).await;
    assert_eq!(shown.json(), expected);
    let without = correct(&stage, &me, &id, &json!({ "photo_id": null })).await;
    assert_eq!(without.json()["photo_id"], Value::Null);
    let nothing = correct(&stage, &me, &id, &json!({})).await;
    assert_eq!((nothing.outcome().as_str(), &nothing.json()["pointer"]), ("422 invalid-body", &json!("")));
}

#[tokio::test]
async fn bad_corrections_are_refused_with_the_place_and_without_the_value() {
    let (stage, me) = (Stage::new(), citizen(1));
    let id = registered(&stage, &me, &asha()).await;
    let number = |kind: &str, number: &str| json!({ "photo_id": { "kind": kind, "number": number } });
    let cases = [
        (json!({ "name": null }), "/name"),
        (json!({ "name": "" }), "/name"),
        (json!({ "birth": null }), "/birth"),
        (json!({ "birth": "2026-11-22" }), "/birth"),
        (json!({ "doses_taken": 2 }), "/doses_taken"),
        (json!({ "photo_id": "234123412346" }), "/photo_id"),
        (json!({ "photo_id": { "kind": "AADHAAR" } }), "/photo_id/number"),
        (json!({ "photo_id": { "number": NUMBER } }), "/photo_id/kind"),
        (number("aadhaar", NUMBER), "/photo_id/kind"),
        (number("LIBRARY_CARD", NUMBER), "/photo_id/kind"),
        (number("AADHAAR", "2341 2341 2345"), "/photo_id/number"),
        (number("AADHAAR", "1341 2341 2346"), "/photo_id/number"),
        (number("PAN", "ABCDE1234F"), "/photo_id/number"),
        (number("PASSPORT", "Z123"), "/photo_id/number"),
        (number("VOTER_ID", "+++"), "/photo_id/number"),
    ];
    for (change, pointer) in cases {
        let answer = correct(&stage, &me, &id, &change).await;
        assert_eq!(answer.outcome(), "422 invalid-body", "{change}");
        assert_eq!(answer.json()["pointer"], pointer, "{change}: {}", answer.text());
        for value in ["2345", "2346", "1234F", "Z123"] {
            assert!(!answer.text().contains(value), "{}", answer.text());
        }
    }
    assert_eq!(stage.store.beneficiaries(&[read(&id)]).await.unwrap()[0].as_ref().unwrap().photo_id, None);
}

#[tokio::test]
async fn what_is_anothers_looks_absent_to_who_corrects_or_removes() {
    let stage = Stage::new();
    let id = registered(&stage, &citizen(1), &known_by(NUMBER)).await;
    let before = stage.store.beneficiaries(&[read(&id)]).await.unwrap();
    for change in [json!({ "name": "Usha Rao" }), json!({ "birth": "1985" }), json!({ "photo_id": null })] {
        let foreign = correct(&stage, &citizen(2), &id, &change).await;
        let absent = correct(&stage, &citizen(2), NOBODY, &change).await;
        assert_eq!(foreign.outcome(), "404 no-such-beneficiary");
        assert_eq!(foreign.text().replace(&id, NOBODY), absent.text());
    }
    let (foreign, absent) = (remove(&stage, &citizen(2), &id).await, remove(&stage, &citizen(2), NOBODY).await);
    assert_eq!(foreign.outcome(), "404 no-such-beneficiary");
    assert_eq!(foreign.text().replace(&id, NOBODY), absent.text());
    assert_eq!(stage.store.beneficiaries(&[read(&id)]).await.unwrap(), before);
    assert_eq!(remove(&stage, &citizen(1), &id).await.status, 204);
    let removed = remove(&stage, &citizen(2), &id).await;
    assert_eq!(removed.text().replace(&id, NOBODY), absent.text(), "neither is it told who was there");
}

#[tokio::test]
async fn birth_and_photo_id_stay_while_there_is_an_appointment() {
    let (stage, me) = (Stage::new(), citizen(1));
    let id = registered(&stage, &me, &asha()).await;
    let appointment = book(&stage, &me, &id, None).await;
    for change in [json!({ "birth": "1985" }), json!({ "photo_id": known_by(NUMBER)["photo_id"] })] {
        let refused = correct(&stage, &me, &id, &change).await;
        assert_eq!(refused.outcome(), "409 appointment-active");
        assert_eq!(refused.json()["appointment_id"], appointment.as_str());
    }
    assert_eq!(remove(&stage, &me, &id).await.outcome(), "409 appointment-active");
    assert_eq!(correct(&stage, &me, &id, &json!({ "name": "Usha Rao" })).await.status, 200);
    let same = json!({ "name": "Asha Rao", "birth": "1984-02-29" });
    assert_eq!(correct(&stage, &me, &id, &same).await.status, 200, "the same birth is no change");
}

#[tokio::test]
async fn a_hold_that_ran_out_is_in_nobodys_way() {
    for what in ["correct", "remove"] {
        let (stage, me) = (Stage::new(), citizen(1));
        let id = registered(&stage, &me, &asha()).await;
        book(&stage, &me, &id, Some("2026-11-21T18:20:00Z")).await;
        assert_eq!(remove(&stage, &me, &id).await.outcome(), "409 appointment-active");
        stage.host.advance(SignedDuration::from_mins(6));
        let answer = match what {
            "correct" => correct(&stage, &me, &id, &json!({ "birth": "1985" })).await,
            _ => remove(&stage, &me, &id).await,
        };
        assert!(answer.status < 300, "{}", answer.text());
        let published = Draft::new(1, &[5]).made();
        assert_eq!(stage.store.shards(&published.keys()).await.unwrap()[0].free, 5, "its unit is given back");
    }
}

#[tokio::test]
async fn after_a_dose_only_the_name_is_corrected() {
    let (stage, me) = (Stage::new(), citizen(1));
    let person = with_doses(adult(1, &account("account-1")), 1, Vaccine::Covaxin, read("2026-01-01"));
    stage.store.add_beneficiary(&person, &phone(1)).await.unwrap();
    let id = person.id.to_string();
    let refused = correct(&stage, &me, &id, &json!({ "birth": "1985" })).await;
    assert_eq!((refused.outcome().as_str(), &refused.json()["beneficiary_id"]), ("409 dose-recorded", &json!(id)));
    assert_eq!(correct(&stage, &me, &id, &json!({ "name": "Usha Rao" })).await.status, 200);
    assert_eq!(remove(&stage, &me, &id).await.status, 204);
}

#[tokio::test]
async fn a_removed_person_is_gone_and_removing_again_is_no_error() {
    let (stage, me) = (Stage::new(), citizen(1));
    let id = registered(&stage, &me, &asha()).await;
    for _ in 0..2 {
        let answer = remove(&stage, &me, &id).await;
        assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    }
    let shown = Call::get(&format!("/v1/beneficiaries/{id}")).by(&me).to(&stage.function).await;
    assert_eq!(shown.outcome(), "404 no-such-beneficiary");
    assert_eq!(correct(&stage, &me, &id, &json!({ "name": "Usha Rao" })).await.outcome(), "404 no-such-beneficiary");
    let list = Call::get("/v1/beneficiaries").by(&me).to(&stage.function).await;
    assert_eq!(list.json(), json!({ "beneficiaries": [] }));
    let body = Call::new(Method::DELETE, &format!("/v1/beneficiaries/{id}")).by(&me).json(&json!({}));
    assert_eq!(body.to(&stage.function).await.outcome(), "400 unexpected-body");
}

#[tokio::test]
async fn a_document_is_registered_once_and_free_after_its_owner_left() {
    let stage = Stage::new();
    let first = registered(&stage, &citizen(1), &known_by(NUMBER)).await;
    for spelled in [NUMBER, "234123412346", "2341-2341-2346"] {
        let again = register(&stage, &citizen(2), &known_by(spelled)).await;
        assert_eq!(again.outcome(), "409 photo-id-registered", "{spelled}");
        assert!(!again.text().contains(&first), "nobody is told whose it is");
    }
    let second = registered(&stage, &citizen(2), &asha()).await;
    let taken = correct(&stage, &citizen(2), &second, &json!({ "photo_id": known_by(NUMBER)["photo_id"] })).await;
    assert_eq!(taken.outcome(), "409 photo-id-registered");
    let own = correct(&stage, &citizen(1), &first, &json!({ "photo_id": known_by("234123412346")["photo_id"] })).await;
    assert_eq!(own.status, 200, "one's own is no other");
    assert_eq!(remove(&stage, &citizen(1), &first).await.status, 204);
    let free = correct(&stage, &citizen(2), &second, &json!({ "photo_id": known_by(NUMBER)["photo_id"] })).await;
    assert_eq!(free.status, 200);
}

#[tokio::test]
async fn numbers_cannot_be_probed() {
    let (stage, me) = (Stage::new(), citizen(1));
    let id = registered(&stage, &me, &asha()).await;
    for place in 1..20 {
        let number = format!("VOTER{place:04}");
        let change = json!({ "photo_id": { "kind": "VOTER_ID", "number": number } });
        assert_eq!(correct(&stage, &me, &id, &change).await.status, 200, "{place}");
    }
    let change = json!({ "photo_id": { "kind": "VOTER_ID", "number": "VOTER0020" } });
    for answer in [correct(&stage, &me, &id, &change).await, register(&stage, &me, &known_by(NUMBER)).await] {
        assert_eq!(answer.outcome(), "429 too-many-requests");
        let wait: i64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((4_000..=24 * 3_600 / 20 + 1).contains(&wait), "{wait} s");
    }
    assert_eq!(correct(&stage, &me, &id, &json!({ "name": "Usha Rao" })).await.status, 200, "a name tells nothing");
    assert_eq!(register(&stage, &citizen(2), &asha()).await.status, 201, "others are counted apart");
    stage.host.advance(SignedDuration::from_mins(73));
    assert_eq!(correct(&stage, &me, &id, &change).await.status, 200);
}

#[tokio::test]
async fn a_repeated_correction_is_carried_out_once_and_told_what_is_there_by_then() {
    let (stage, me) = (Stage::new(), citizen(1));
    let id = registered(&stage, &me, &asha()).await;
    let send = |name: &str| correcting(&me, &id, &json!({ "name": name })).header("Idempotency-Key", "k-1");
    assert_eq!(send("Usha Rao").to(&stage.function).await.json()["name"], "Usha Rao");
    assert_eq!(correct(&stage, &me, &id, &json!({ "name": "Nisha Rao" })).await.status, 200);
    let again = send("Usha Rao").to(&stage.function).await;
    assert_eq!((again.status, &again.json()["name"]), (200, &json!("Nisha Rao")), "it does not undo what came later");
    assert_eq!(send("Asha Rao").to(&stage.function).await.outcome(), "422 key-reused");
    for row in stage.store.all_rows() {
        let kept = format!("{row:?}");
        assert!(!kept.contains("KeyUse") || !kept.contains("Rao"), "no name is kept with a key: {kept}");
    }
}

#[tokio::test]
async fn a_repeated_registration_finds_the_person_as_they_are_by_then() {
    let (stage, me) = (Stage::new(), citizen(1));
    let send = || Call::post("/v1/beneficiaries").by(&me).header("Idempotency-Key", "k-1").json(&known_by(NUMBER));
    let first = send().to(&stage.function).await.json();
    let id = first["beneficiary_id"].as_str().unwrap();
    assert_eq!(send().to(&stage.function).await.json(), first);
    let renamed = correct(&stage, &me, id, &json!({ "name": "Usha Rao", "photo_id": null })).await;
    let again = send().to(&stage.function).await;
    assert_eq!((again.status, again.json()), (201, renamed.json()));
    let other = Call::post("/v1/beneficiaries").by(&me).header("Idempotency-Key", "k-1").json(&asha());
    assert_eq!(other.to(&stage.function).await.outcome(), "422 key-reused");
    assert_eq!(remove(&stage, &me, id).await.status, 204);
    let removed = send().to(&stage.function).await;
    assert_eq!(
        (removed.outcome().as_str(), &removed.json()["beneficiary_id"]),
        ("409 beneficiary-removed", &json!(id))
    );
    let list = Call::get("/v1/beneficiaries").by(&me).to(&stage.function).await;
    assert_eq!(list.json(), json!({ "beneficiaries": [] }), "nobody comes back by a repeat");
}

#[tokio::test]
async fn a_repeated_removal_gets_the_first_answer() {
    let (stage, me) = (Stage::new(), citizen(1));
    let id = registered(&stage, &me, &asha()).await;
    let appointment = book(&stage, &me, &id, None).await;
    let send = || removing(&me, &id).header("Idempotency-Key", "k-1");
    let refused = send().to(&stage.function).await;
    assert_eq!(refused.json()["appointment_id"], appointment.as_str());
    assert_eq!(send().to(&stage.function).await.body, refused.body);
    let other = removing(&me, &registered(&stage, &me, &asha()).await).header("Idempotency-Key", "k-2");
    assert_eq!(other.to(&stage.function).await.status, 204);
}

#[tokio::test]
async fn of_fifty_with_one_document_at_once_one_is_registered() {
    let stage = Stage::new();
    let callers: Vec<Caller> = (1..=50).map(citizen).collect();
    let person = known_by(NUMBER);
    let answers = join_all(callers.iter().map(|caller| register(&stage, caller, &person).boxed())).await;
    let count = |outcome: &str| answers.iter().filter(|answer| answer.outcome() == outcome).count();
    assert_eq!((count("201"), count("409 photo-id-registered")), (1, 49));
}
