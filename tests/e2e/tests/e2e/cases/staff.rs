use reqwest::Method;
use serde_json::{Value, json};

use super::{Case, NOBODY, bodies, case};
use crate::{
    request::{Request, get, post, request},
    stage::{DISTRICT, Stage},
};

pub fn all(stage: &Stage) -> Vec<Case> {
    let publish = post(format!("/v1/admin/centers/{}/sessions", stage.center)).by(&stage.operator);
    let register = post("/v1/admin/centers").by(&stage.admin);
    [
        bodies("publishing", &publish),
        bodies("registering a center", &register),
        centers(stage, &register),
        sessions(stage, &publish),
        capacities(stage),
        desk(stage),
        openings(stage),
        reports(stage),
        trail(stage),
        roles(stage),
    ]
    .concat()
}

fn trail(stage: &Stage) -> Vec<Case> {
    let wrong = |what: &str, query: &str| {
        let path = format!("/v1/admin/audit?center_id={}&{query}", stage.center);
        case(format!("what staff did: {what}"), get(path).by(&stage.operator), 400, "invalid-parameter")
    };
    let of = |what: &str, path: &str, token: &str, status, slug| {
        case(format!("what staff did: {what}"), get(path).by(token), status, slug)
    };
    vec![
        wrong("a limit of none", "limit=0"),
        wrong("a limit of 201", "limit=201"),
        wrong("from yesterday", "from=yesterday"),
        wrong("to a day without a time", "to=2026-11-21"),
        wrong("a cursor that is none", "cursor=x"),
        wrong("a cursor of a search", "cursor=MjAyNi0xMS0yMQ"),
        wrong("an unknown parameter", "by=clerk"),
        wrong("a center twice", "center_id=7"),
        of("no center, by an operator", "/v1/admin/audit", &stage.operator, 403, "forbidden"),
        of("a malformed center", "/v1/admin/audit?center_id=Aundh", &stage.operator, 400, "invalid-parameter"),
        of("an unknown center", "/v1/admin/audit?center_id=2147483000", &stage.admin, 404, "no-such-center"),
        of("by an analyst", "/v1/admin/audit?center_id=13274", &stage.analyst, 403, "forbidden"),
        of("by a citizen", "/v1/admin/audit?center_id=13274", &stage.citizen, 403, "forbidden"),
    ]
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn centers(stage: &Stage, register: &Request) -> Vec<Case> {
    let good = json!({
        "name": "Hall", "address": "12 Station Road", "district_id": DISTRICT, "pincode": 411_027,
        "opens": "09:00", "closes": "18:00", "fee_type": "Free",
    });
    let wrong = |name: &str, field: &str, value: Value| {
        case(format!("center: {name}"), register.clone().json(&with(good.clone(), field, value)), 422, "invalid-body")
    };
    let change = |body: Value| {
        request(Method::PATCH, format!("/v1/admin/centers/{}", stage.center)).by(&stage.admin).json(&body)
    };
    vec![
        wrong("a name with a direction override", "name", json!("Hall\u{202e}")),
        wrong("a name of 200 letters", "name", json!("a".repeat(200))),
        wrong("an address of 201 letters", "address", json!("a".repeat(201))),
        wrong("a short pincode", "pincode", json!(4110)),
        wrong("a pincode as text", "pincode", json!("411027")),
        wrong("hours the wrong way round", "closes", json!("08:00")),
        wrong("an hour that is not", "opens", json!("25:00")),
        wrong("a time zone that is not", "time_zone", json!("Asia/Pune")),
        wrong("a fee type that is not", "fee_type", json!("Cheap")),
        wrong("a position off the globe", "position", json!({"lat": 91.0, "long": 0.0})),
        wrong("half a position", "position", json!({"lat": 18.0})),
        wrong("a center id of zero", "center_id", json!(0)),
        wrong("an unknown field", "capacity", json!(5)),
        case(
            "center: an unknown district",
            register.clone().json(&with(good.clone(), "district_id", json!(99_999))),
            404,
            "no-such-district",
        ),
        case(
            "center: an id that is taken",
            register.clone().json(&with(good, "center_id", json!(stage.center))),
            409,
            "center-exists",
        ),
        case("center: moved to another district", change(json!({"district_id": 364})), 422, "invalid-body"),
        case("center: a change of name to nothing", change(json!({"name": " "})), 422, "invalid-body"),
        case(
            "center: a change of one that is not there",
            request(Method::PATCH, "/v1/admin/centers/2147483647").by(&stage.admin).json(&json!({"name": "Hall"})),
            404,
            "no-such-center",
        ),
    ]
}

fn sessions(stage: &Stage, publish: &Request) -> Vec<Case> {
    let good = stage.schedule();
    let row = |name: &str, field: &str, value: Value, slug| {
        case(format!("session: {name}"), publish.clone().json(&with(good.clone(), field, value)), 422, slug)
    };
    let slots = |slot: &str, capacity: Value| json!([{"slot": slot, "capacity": capacity}]);
    let availability = |value: Value| {
        let mut body = good.clone();
        body.as_object_mut().expect("an object").remove("slots");
        publish.clone().json(&with(body, "availability", value))
    };
    let fine = json!({"ranges": ["09:00-12:00"], "slot_minutes": 15, "capacity": {"1": 1}});
    vec![
        row("capacity zero", "slots", slots("09:00-11:00", json!({"1": 0})), "invalid-body"),
        row("capacity below zero", "slots", slots("09:00-11:00", json!({"1": -1})), "invalid-body"),
        row("capacity too high", "slots", slots("09:00-11:00", json!({"1": 10_001})), "invalid-body"),
        row("capacity beyond numbers", "slots", slots("09:00-11:00", json!({"1": 1e30})), "invalid-body"),
        row("capacity for dose nine", "slots", slots("09:00-11:00", json!({"9": 1})), "invalid-body"),
        row("a vaccine that is not", "vaccine", json!("WATER"), "invalid-body"),
        row("an age below zero", "min_age", json!(-1), "invalid-body"),
        row("an age of 200", "min_age", json!(200), "invalid-body"),
        row("ages the wrong way round", "max_age", json!(17), "invalid-body"),
        row("a date that is not", "date", json!("2030-02-29"), "invalid-body"),
        row("slots and availability", "availability", fine.clone(), "invalid-body"),
        row("no capacity", "slots", slots("09:00-11:00", json!({})), "invalid-schedule"),
        row("no slot", "slots", json!([]), "invalid-schedule"),
        row(
            "slots that overlap",
            "slots",
            json!([{"slot": "09:00-11:00", "capacity": {"1": 1}}, {"slot": "10:00-12:00", "capacity": {"1": 1}}]),
            "invalid-schedule",
        ),
        row("a slot outside the hours", "slots", slots("07:00-08:00", json!({"1": 1})), "invalid-schedule"),
        row("a slot of four minutes", "slots", slots("09:00-09:04", json!({"1": 1})), "invalid-schedule"),
        row("a fee at a free center", "fee", json!(100), "invalid-schedule"),
        row("a day that is past", "date", json!("2021-05-01"), "past-date"),
        row("a day too far ahead", "date", json!("2999-01-01"), "invalid-schedule"),
        case(
            "session: availability in slots of four minutes",
            availability(with(fine.clone(), "slot_minutes", json!(4))),
            422,
            "invalid-schedule",
        ),
        case(
            "session: availability where nothing fits",
            availability(with(fine, "breaks", json!(["08:00-13:00"]))),
            422,
            "invalid-schedule",
        ),
        case(
            "session: at a center that is not there",
            post("/v1/admin/centers/2147483647/sessions").by(&stage.admin).json(&good),
            404,
            "no-such-center",
        ),
    ]
}

fn openings(stage: &Stage) -> Vec<Case> {
    let set = |id: &str, body: Value| {
        request(Method::PUT, format!("/v1/admin/sessions/{id}/opening")).by(&stage.operator).json(&body)
    };
    let body = |opens_at: Value, queue: &str| json!({"opens_at": opens_at, "queue": queue});
    let mine = &stage.session;
    let late = format!("{}T12:00:00Z", stage.tomorrow());
    vec![
        case("opening: at no moment", set(mine, body(json!("soon"), "AUTO")), 422, "invalid-body"),
        case("opening: on a day", set(mine, body(json!("2026-11-22"), "AUTO")), 422, "invalid-body"),
        case("opening: without a zone", set(mine, body(json!("2026-11-22T10:00:00"), "AUTO")), 422, "invalid-body"),
        case("opening: a number", set(mine, body(json!(0), "AUTO")), 422, "invalid-body"),
        case("opening: a queue in small letters", set(mine, body(Value::Null, "on")), 422, "invalid-body"),
        case("opening: no queue", set(mine, json!({"opens_at": null})), 422, "invalid-body"),
        case("opening: an unknown field", set(mine, json!({"queue": "ON", "window": 5})), 422, "invalid-body"),
        case("opening: after the last slot begins", set(mine, body(json!(late), "AUTO")), 422, "invalid-schedule"),
        case("opening: an unknown session", set(NOBODY, body(Value::Null, "ON")), 404, "no-such-session"),
        case("opening: a malformed id", set("7", body(Value::Null, "ON")), 400, "invalid-parameter"),
        case(
            "opening: posted",
            post(format!("/v1/admin/sessions/{mine}/opening")).by(&stage.operator).json(&body(Value::Null, "ON")),
            405,
            "method-not-allowed",
        ),
    ]
}

fn capacities(stage: &Stage) -> Vec<Case> {
    let set = |id: &str, body: Value| {
        request(Method::PUT, format!("/v1/admin/sessions/{id}/capacity")).by(&stage.operator).json(&body)
    };
    let body = |slot: &str, dose: u8, capacity: i64| json!({"slot": slot, "dose": dose, "capacity": capacity});
    let mine = &stage.session;
    vec![
        case("capacity: zero", set(mine, body("09:00-11:00", 1, 0)), 422, "invalid-body"),
        case("capacity: below zero", set(mine, body("09:00-11:00", 1, -5)), 422, "invalid-body"),
        case("capacity: too high", set(mine, body("09:00-11:00", 1, 10_001)), 422, "invalid-body"),
        case("capacity: a slot that is not there", set(mine, body("12:00-13:00", 1, 5)), 404, "no-such-slot"),
        case("capacity: a dose not given", set(mine, body("09:00-11:00", 3, 5)), 422, "dose-not-offered"),
        case("capacity: an unknown session", set(NOBODY, body("09:00-11:00", 1, 5)), 404, "no-such-session"),
        case("capacity: a malformed id", set("7", body("09:00-11:00", 1, 5)), 400, "invalid-parameter"),
        case(
            "closing an unknown session",
            post(format!("/v1/admin/sessions/{NOBODY}/close")).by(&stage.operator),
            404,
            "no-such-session",
        ),
        case(
            "closing with a body",
            post(format!("/v1/admin/sessions/{mine}/close")).by(&stage.operator).json(&json!({"now": true})),
            400,
            "unexpected-body",
        ),
        case(
            "reading a closing",
            get(format!("/v1/admin/sessions/{mine}/close")).by(&stage.operator),
            405,
            "method-not-allowed",
        ),
        case("a staff path that is not there", get("/v1/admin/people").by(&stage.admin), 404, "no-such-route"),
    ]
}

fn desk(stage: &Stage) -> Vec<Case> {
    let (day, center) = (stage.tomorrow(), stage.center);
    let at = |rest: &str| format!("/v1/admin/centers/{center}/appointments/{rest}");
    let find = |rest: &str| get(at(rest)).by(&stage.operator);
    let visitor = json!({"slot": "09:00-11:00", "dose": 1, "name": "Ravi Rao", "birth": "1990"});
    let walk_in =
        |body: &Value| post(format!("/v1/admin/sessions/{}/walk-ins", stage.session)).by(&stage.operator).json(body);
    let wrong = |name: &str, field: &str, value: Value| {
        case(format!("walk-in: {name}"), walk_in(&with(visitor.clone(), field, value)), 422, "invalid-body")
    };
    vec![
        case("desk: a wrong character", find("FJD3R-MGB3S-B"), 400, "wrong-reference"),
        case("desk: two characters that changed places", find("JFD3R-MGB3S-A"), 400, "wrong-reference"),
        case("desk: half a reference", find("FJD3R"), 400, "invalid-parameter"),
        case("desk: an id", find("7c9a3c52-0b1e-4f6f-9a53-2f1b7f0d6a11"), 400, "invalid-parameter"),
        case("desk: a reference of nothing", find("FJD3R-MGB3S-A"), 404, "no-such-reference"),
        case("desk: 30 February", find("FJD3R-MGB3S-A?date=2026-02-30"), 400, "invalid-parameter"),
        case("desk: an unknown parameter", find("FJD3R-MGB3S-A?day=2026-02-28"), 400, "invalid-parameter"),
        case(
            "desk: completing nothing",
            post(at(&format!("FJD3R-MGB3S-A/complete?date={day}"))).by(&stage.operator),
            404,
            "no-such-reference",
        ),
        case(
            "desk: completing with a body",
            post(at("FJD3R-MGB3S-A/complete")).by(&stage.operator).json(&json!({"dose": 1})),
            400,
            "unexpected-body",
        ),
        case(
            "desk: a wrong reference of somebody who did not come",
            post(at("FJD3R-MGB3S-B/no-show")).by(&stage.operator),
            400,
            "wrong-reference",
        ),
        case("desk: a citizen looks", get(at("FJD3R-MGB3S-A")).by(&stage.citizen), 403, "forbidden"),
        case("desk: an analyst completes", post(at("FJD3R-MGB3S-A/complete")).by(&stage.analyst), 403, "forbidden"),
        wrong("a birth without a century", "birth", json!("90")),
        wrong("a name of spaces", "name", json!("  ")),
        wrong("a dose that is not", "dose", json!(4)),
        wrong("a phone", "phone", json!("+919812345678")),
        wrong("a person and a name", "beneficiary_id", json!(stage.person)),
        case("walk-in: the day before", walk_in(&visitor), 409, "not-yet-open"),
        case(
            "walk-in: a slot that is not there",
            walk_in(&with(visitor.clone(), "slot", json!("12:00-13:00"))),
            404,
            "no-such-slot",
        ),
        case(
            "walk-in: an unknown session",
            post(format!("/v1/admin/sessions/{NOBODY}/walk-ins")).by(&stage.operator).json(&visitor),
            404,
            "no-such-session",
        ),
    ]
}

fn reports(stage: &Stage) -> Vec<Case> {
    let day = stage.tomorrow();
    let report = |query: String| get(format!("/v1/reports/bookings?{query}")).by(&stage.admin);
    let trend = |query: &str| get(format!("/v1/reports/trends?{query}")).by(&stage.admin);
    let listed =
        |query: &str| get(format!("/v1/reports/sessions/{}/appointments?{query}", stage.session)).by(&stage.admin);
    vec![
        case("report: no day", report(String::new()), 400, "invalid-parameter"),
        case("report: 29 February of a common year", report("date=2027-02-29".to_owned()), 400, "invalid-parameter"),
        case(
            "report: two levels",
            report(format!("date={day}&state_id=21&district_id={DISTRICT}")),
            400,
            "invalid-parameter",
        ),
        case("report: a form that is not", report(format!("date={day}&format=pdf")), 400, "invalid-parameter"),
        case("report: an unknown district", report(format!("date={day}&district_id=99999")), 404, "no-such-place"),
        case("report: an unknown state", report(format!("date={day}&state_id=99999")), 404, "no-such-place"),
        case("report: an unknown center", report(format!("date={day}&center_id=2147483647")), 404, "no-such-place"),
        case("report: by no day", report(format!("date={day}&by=day")), 400, "invalid-parameter"),
        case("report: no breakdown", report(format!("date={day}&breakdown=name")), 400, "invalid-parameter"),
        case("trend: no end", trend("from=2026-11-01"), 400, "invalid-parameter"),
        case("trend: reversed", trend("from=2026-11-02&to=2026-11-01"), 400, "invalid-parameter"),
        case("trend: 93 days", trend("from=2026-11-01&to=2027-02-01"), 400, "invalid-parameter"),
        case(
            "trend: a day of its own",
            trend("from=2026-11-01&to=2026-11-02&date=2026-11-01"),
            400,
            "invalid-parameter",
        ),
        case(
            "trend: an unknown center",
            trend("from=2026-11-01&to=2026-11-02&center_id=2147483647"),
            404,
            "no-such-place",
        ),
        case("report: no such status", listed("status=booked"), 400, "invalid-parameter"),
        case("report: no such dose", listed("dose=4"), 400, "invalid-parameter"),
        case("report: made on no day", listed("made_on=yesterday"), 400, "invalid-parameter"),
        case(
            "report: an unknown session",
            get(format!("/v1/reports/sessions/{NOBODY}/appointments")).by(&stage.admin),
            404,
            "no-such-place",
        ),
        case(
            "report: a cursor made up",
            get(format!("/v1/reports/sessions/{}/appointments?cursor=abc", stage.session)).by(&stage.admin),
            400,
            "invalid-parameter",
        ),
        case(
            "report: another center than the operator's",
            get(format!("/v1/reports/bookings?date={day}&center_id=13274")).by(&stage.operator),
            404,
            "no-such-place",
        ),
    ]
}

fn roles(stage: &Stage) -> Vec<Case> {
    let day = stage.tomorrow();
    let center = json!({
        "name": "Hall", "address": "12 Station Road", "district_id": DISTRICT, "pincode": 411_027,
        "opens": "09:00", "closes": "18:00", "fee_type": "Free",
    });
    let publish = || post(format!("/v1/admin/centers/{}/sessions", stage.center)).json(&stage.schedule());
    vec![
        case(
            "an operator registers a center",
            post("/v1/admin/centers").by(&stage.operator).json(&center),
            403,
            "forbidden",
        ),
        case(
            "a citizen registers a center",
            post("/v1/admin/centers").by(&stage.citizen).json(&center),
            403,
            "forbidden",
        ),
        case("an analyst publishes", publish().by(&stage.analyst), 403, "forbidden"),
        case("a citizen publishes", publish().by(&stage.citizen), 403, "forbidden"),
        case(
            "a citizen closes",
            post(format!("/v1/admin/sessions/{}/close", stage.session)).by(&stage.citizen),
            403,
            "forbidden",
        ),
        case(
            "a citizen reads a report",
            get(format!("/v1/reports/bookings?date={day}")).by(&stage.citizen),
            403,
            "forbidden",
        ),
        case(
            "an analyst reads appointments",
            get(format!("/v1/reports/sessions/{}/appointments", stage.session)).by(&stage.analyst),
            403,
            "forbidden",
        ),
    ]
}
