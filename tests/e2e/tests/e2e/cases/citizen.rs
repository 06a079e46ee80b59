use reqwest::Method;
use serde_json::{Value, json};
use vaxslot::clock;

use super::{Case, NOBODY, bodies, case};
use crate::{
    request::{Request, get, post, request},
    stage::{Stage, own},
};

pub async fn all(stage: &Stage) -> Vec<Case> {
    let me = &stage.citizen;
    let book = || post("/v1/appointments").by(me);
    let register = || post("/v1/beneficiaries").by(me);
    let correct = || request(Method::PATCH, format!("/v1/beneficiaries/{}", stage.person)).by(me);
    let mut cases =
        [bodies("booking", &book()), bodies("registering", &register()), bodies("correcting", &correct())].concat();
    cases.extend(documents(&register(), &correct()));
    cases.extend(orders(stage, &book()));
    cases.extend(people(&register()));
    cases.extend(changes(stage));
    cases.extend(refusals(stage).await);
    cases.extend([
        case("deleting appointments", request(Method::DELETE, "/v1/appointments").by(me), 405, "method-not-allowed"),
        case("reading holds", get("/v1/holds").by(me), 405, "method-not-allowed"),
        case("an appointment's path malformed", get("/v1/appointments/1/2").by(me), 400, "invalid-parameter"),
        case("a beneficiary's id malformed", get("/v1/beneficiaries/me").by(me), 400, "invalid-parameter"),
        case(
            "correcting: a malformed id",
            request(Method::PATCH, "/v1/beneficiaries/me").by(me).json(&json!({"name": "Asha"})),
            400,
            "invalid-parameter",
        ),
        case(
            "correcting: an unknown person",
            request(Method::PATCH, format!("/v1/beneficiaries/{NOBODY}")).by(me).json(&json!({"name": "Asha"})),
            404,
            "no-such-beneficiary",
        ),
        case(
            "removing: a malformed id",
            request(Method::DELETE, "/v1/beneficiaries/me").by(me),
            400,
            "invalid-parameter",
        ),
        case(
            "removing: an unknown person",
            request(Method::DELETE, format!("/v1/beneficiaries/{NOBODY}")).by(me),
            404,
            "no-such-beneficiary",
        ),
        case(
            "removing: with a body",
            request(Method::DELETE, format!("/v1/beneficiaries/{}", stage.person)).by(me).json(&json!({})),
            400,
            "unexpected-body",
        ),
        case(
            "erasing: with a body",
            request(Method::DELETE, "/v1/account").by(me).json(&json!({})),
            400,
            "unexpected-body",
        ),
        case(
            "preferences: no such language",
            request(Method::PUT, "/v1/account/preferences").by(me).json(&json!({"language": "xx"})),
            422,
            "invalid-body",
        ),
        case(
            "preferences: e-mail without an address",
            request(Method::PUT, "/v1/account/preferences").by(me).json(&json!({"channels": ["EMAIL"]})),
            422,
            "invalid-body",
        ),
        case(
            "preferences: quiet all day",
            request(Method::PUT, "/v1/account/preferences")
                .by(me)
                .json(&json!({"quiet_hours": {"from": "07:00", "to": "06:00"}})),
            422,
            "invalid-body",
        ),
        case("preferences of staff", get("/v1/account/preferences").by(&stage.operator), 403, "forbidden"),
        case("reading an account", get("/v1/account").by(me), 405, "method-not-allowed"),
        case("staff has no account", get("/v1/account/export").by(&stage.operator), 403, "forbidden"),
        case("removing everybody", request(Method::DELETE, "/v1/beneficiaries").by(me), 405, "method-not-allowed"),
        case("an unknown beneficiary", get(format!("/v1/beneficiaries/{NOBODY}")).by(me), 404, "no-such-beneficiary"),
        case(
            "an unknown appointment",
            get(format!("/v1/appointments/{}/{NOBODY}", stage.person)).by(me),
            404,
            "no-such-appointment",
        ),
        case(
            "an idempotency key of 65 letters",
            book().json(&stage.order()).header("idempotency-key", "k".repeat(65)),
            400,
            "invalid-idempotency-key",
        ),
        case("staff cannot book", post("/v1/appointments").by(&stage.admin).json(&stage.order()), 403, "forbidden"),
        case("staff has no beneficiaries", get("/v1/beneficiaries").by(&stage.operator), 403, "forbidden"),
    ]);
    cases
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn orders(stage: &Stage, book: &Request) -> Vec<Case> {
    let good = stage.order();
    let person = &stage.person;
    let wrong = |name: &str, field: &str, value: Value| {
        case(format!("booking: {name}"), book.clone().json(&with(good.clone(), field, value)), 422, "invalid-body")
    };
    let twice = format!(
        "{{\"session_id\":\"{0}\",\"session_id\":\"{0}\",\"slot\":\"09:00-11:00\",\"dose\":1,\"beneficiaries\":[\"{person}\"]}}",
        stage.session
    );
    let refused = |name: &str, field: &str, value: Value, status, slug| {
        case(format!("booking: {name}"), book.clone().json(&with(good.clone(), field, value)), status, slug)
    };
    vec![
        wrong("a number for an id", "session_id", json!(7)),
        wrong("a malformed id", "session_id", json!("7")),
        wrong("a dose in words", "dose", json!("first")),
        wrong("dose zero", "dose", json!(0)),
        wrong("dose four", "dose", json!(4)),
        wrong("half a dose", "dose", json!(1.5)),
        wrong("a slot in words", "slot", json!("morning")),
        wrong("a slot that ends before it starts", "slot", json!("11:00-09:00")),
        wrong("nobody", "beneficiaries", json!([])),
        wrong("five people", "beneficiaries", json!([NOBODY, NOBODY, NOBODY, NOBODY, NOBODY])),
        wrong("one person twice", "beneficiaries", json!([person, person])),
        wrong("a person for a list", "beneficiaries", json!(person)),
        wrong("an unknown field", "priority", json!(true)),
        case("booking: a field twice", book.clone().body("application/json", twice), 422, "invalid-body"),
        refused("an unknown session", "session_id", json!(NOBODY), 404, "no-such-session"),
        refused("a slot that is not there", "slot", json!("11:00-13:00"), 404, "no-such-slot"),
        refused("a dose that is not given", "dose", json!(2), 422, "dose-not-offered"),
        refused("an unknown person", "beneficiaries", json!([NOBODY]), 404, "no-such-beneficiary"),
        refused("one known, one unknown", "beneficiaries", json!([person, NOBODY]), 404, "no-such-beneficiary"),
    ]
}

fn people(register: &Request) -> Vec<Case> {
    let good = json!({"name": "Asha Rao", "birth": "1984"});
    let names = [
        ("nothing", String::new()),
        ("spaces", "   ".to_owned()),
        ("200 letters", "a".repeat(200)),
        ("a line break", "Asha\nRao".to_owned()),
        ("a null character", "Asha\u{0}".to_owned()),
        ("a direction override", "Asha\u{202e}oaR".to_owned()),
        ("a direction isolate", "Asha\u{2066}Rao".to_owned()),
        ("a zero-width space", "Asha\u{200b}Rao".to_owned()),
        ("a joiner in Latin letters", "Asha\u{200d}Rao".to_owned()),
        ("only punctuation", "---".to_owned()),
    ];
    let births = ["1983-02-29", "84", "29-02-1984", "1984-13-01", "1899", "2999", "2999-01-01", ""];
    let bad_names = names.into_iter().map(|(what, name)| {
        case(
            format!("registering: a name of {what}"),
            register.clone().json(&with(good.clone(), "name", json!(name))),
            422,
            "invalid-body",
        )
    });
    let bad_births = births.into_iter().map(|birth| {
        case(
            format!("registering: born {birth:?}"),
            register.clone().json(&with(good.clone(), "birth", json!(birth))),
            422,
            "invalid-body",
        )
    });
    let number = case(
        "registering: a year as a number",
        register.clone().json(&with(good.clone(), "birth", json!(1984))),
        422,
        "invalid-body",
    );
    bad_names.chain(bad_births).chain([number]).collect()
}

/// Photo IDs that no document has, and corrections that correct nothing.
fn documents(register: &Request, correct: &Request) -> Vec<Case> {
    let document = |kind: &str, number: &str| json!({"photo_id": {"kind": kind, "number": number}});
    let numbers = [
        ("an Aadhaar number with a wrong digit", "AADHAAR", "2341 2341 2345"),
        ("an Aadhaar number that begins with 1", "AADHAAR", "1341 2341 2346"),
        ("an Aadhaar number of eleven digits", "AADHAAR", "23412341234"),
        ("a company's PAN", "PAN", "ABCCE1234F"),
        ("a short passport number", "PASSPORT", "Z1"),
        ("a number of three digits", "RATION_CARD", "123"),
        ("an empty number", "RATION_CARD", ""),
        ("a number in other digits", "RATION_CARD", "\u{967}\u{968}\u{969}\u{96a}\u{96b}"),
        ("a number with a line break", "VOTER_ID", "ABC12\n34567"),
        ("an unknown kind", "LIBRARY_CARD", "12345"),
        ("a kind in small letters", "aadhaar", "234123412346"),
    ];
    let mut cases = Vec::new();
    for (what, kind, number) in numbers {
        let mut person = json!({"name": "Asha Rao", "birth": "1984"});
        person["photo_id"] = document(kind, number)["photo_id"].clone();
        cases.push(case(format!("registering: {what}"), register.clone().json(&person), 422, "invalid-body"));
        let change = correct.clone().json(&document(kind, number));
        cases.push(case(format!("correcting: {what}"), change, 422, "invalid-body"));
    }
    let wrong = [
        ("a name that is null", json!({"name": null})),
        ("an empty name", json!({"name": ""})),
        ("born tomorrow", json!({"birth": "2999-01-01"})),
        ("a birth that is null", json!({"birth": null})),
        ("doses", json!({"doses_taken": 2})),
        ("an id", json!({"beneficiary_id": NOBODY})),
        ("a document as a text", json!({"photo_id": "234123412346"})),
    ];
    let wrong = wrong
        .into_iter()
        .map(|(what, change)| case(format!("correcting: {what}"), correct.clone().json(&change), 422, "invalid-body"));
    cases.extend(wrong);
    cases
}

fn changes(stage: &Stage) -> Vec<Case> {
    let mut cases = Vec::new();
    for what in ["confirm", "cancel"] {
        let send = || post(format!("/v1/appointments/{what}")).by(&stage.citizen);
        let pair = |person: &str, appointment: &str| json!({"beneficiary_id": person, "appointment_id": appointment});
        let list = |pairs: Value| json!({ "appointments": pairs });
        let absent = pair(&stage.person, NOBODY);
        cases.extend([
            case(format!("{what}: nothing"), send().json(&list(json!([]))), 422, "invalid-body"),
            case(format!("{what}: twice the same"), send().json(&list(json!([absent, absent]))), 422, "invalid-body"),
            case(format!("{what}: malformed ids"), send().json(&list(json!([pair("1", "2")]))), 422, "invalid-body"),
            case(
                format!("{what}: an unknown appointment"),
                send().json(&list(json!([absent]))),
                404,
                "no-such-appointment",
            ),
        ]);
    }
    cases
}

/// Refusals that need people and appointments of their own. What they prepare is there before the table is read.
async fn refusals(stage: &Stage) -> Vec<Case> {
    let order = |person: &str| json!({"session_id": stage.session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": [person]});
    let other = stage.stranger();
    let (young, old, busy) = (
        stage.register(&other, &(stage.today.year() - 10).to_string()).await,
        stage.register(&other, "1950-01-01").await,
        stage.register(&other, "1991-06-30").await,
    );
    let book = |person: &str| post("/v1/appointments").by(&other).json(&order(person));
    let made = stage.send(&book(&busy)).await.expect(201);
    let confirmed = own(&made);
    let restless = stage.register(&other, "1990").await;
    let made_often = book(&restless);
    for _ in 0..10 {
        let made = stage.send(&made_often).await.expect(201);
        stage.send(&post("/v1/appointments/cancel").by(&other).json(&own(&made))).await.expect(200);
    }
    let full = stage.stranger();
    for _ in 0..4 {
        stage.register(&full, "1980").await;
    }
    let number = format!("VOTER{:09}", clock::random() % 1_000_000_000);
    let document = json!({"photo_id": {"kind": "VOTER_ID", "number": number}});
    let holder = request(Method::PATCH, format!("/v1/beneficiaries/{old}")).by(&other).json(&document);
    stage.send(&holder).await.expect(200);
    let documented = json!({"name": "One More", "birth": "1980", "photo_id": document["photo_id"]});
    let family = json!({"session_id": stage.session, "slot": "09:00-11:00", "dose": 1,
        "beneficiaries": [stage.person, stage.register(&stage.citizen, "1992").await]});
    let mut cases = vec![
        case("booking: too young", book(&young), 422, "too-young"),
        case("booking: too old", book(&old), 422, "too-old"),
        case("booking: a second time", book(&busy), 409, "already-booked"),
        case("booking: after ten cancellations", made_often, 409, "too-many-changes"),
        case(
            "booking: somebody else's person",
            post("/v1/appointments").by(&stage.citizen).json(&order(&busy)),
            404,
            "no-such-beneficiary",
        ),
        case(
            "booking: more than are left",
            post("/v1/appointments").by(&stage.citizen).json(&family),
            409,
            "fewer-left",
        ),
        case(
            "confirm: what is confirmed",
            post("/v1/appointments/confirm").by(&other).json(&confirmed),
            409,
            "already-confirmed",
        ),
        case(
            "confirm: somebody else's",
            post("/v1/appointments/confirm").by(&stage.citizen).json(&confirmed),
            404,
            "no-such-appointment",
        ),
        case(
            "cancel: somebody else's",
            post("/v1/appointments/cancel").by(&stage.citizen).json(&confirmed),
            404,
            "no-such-appointment",
        ),
        case(
            "registering: a document that is registered",
            post("/v1/beneficiaries").by(&full).json(&documented),
            409,
            "photo-id-registered",
        ),
        case(
            "correcting: to a document that is registered",
            request(Method::PATCH, format!("/v1/beneficiaries/{young}")).by(&other).json(&document),
            409,
            "photo-id-registered",
        ),
        case(
            "registering: a fifth person",
            post("/v1/beneficiaries").by(&full).json(&json!({"name": "One More", "birth": "1980"})),
            409,
            "account-full",
        ),
    ];
    cases.extend(leaving(&busy, &other));
    cases
}

/// What is asked of a person who is booked.
fn leaving(busy: &str, other: &str) -> Vec<Case> {
    vec![
        case(
            "correcting: the birth of who is booked",
            request(Method::PATCH, format!("/v1/beneficiaries/{busy}")).by(other).json(&json!({"birth": "1992"})),
            409,
            "appointment-active",
        ),
        case(
            "removing: who is booked",
            request(Method::DELETE, format!("/v1/beneficiaries/{busy}")).by(other),
            409,
            "appointment-active",
        ),
        case(
            "erasing: while somebody is booked",
            request(Method::DELETE, "/v1/account").by(other),
            409,
            "appointment-active",
        ),
    ]
}
