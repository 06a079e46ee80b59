//! Every role at every operation: its own, what is within its scope, what is somebody else's, and what is not there.

use std::collections::BTreeSet;

use futures::{StreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};
use vaxslot::token::Signer;
use vaxslot_domain::access::{Caller, Region};

use crate::{
    cases::NOBODY,
    opening,
    request::{Answer, Request, get, post, request},
    rows,
    stage::{DISTRICT, Stage, own, sign, text},
};

/// Maharashtra, the state of the stage's district, and Kerala.
const STATE: u32 = 21;
const OTHER_STATE: u32 = 17;
const OTHER_DISTRICT: u32 = 5;
/// A seeded center that the stage's operator does not run.
const OTHER_CENTER: u32 = 13_274;
const NO_CENTER: u64 = 2_147_483_000;
const NO_DISTRICT: u32 = 99_999;

const AT_ONCE: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Nobody,
    Citizen,
    Operator,
    Admin,
    Analyst,
}

/// Somebody who asks.
struct Who {
    name: &'static str,
    role: Role,
    /// Whether what the requests name is theirs, or within their scope.
    within: bool,
    national: bool,
    token: Option<String>,
}

/// What the requests name.
struct Target {
    center: u64,
    district: u32,
    session: String,
    person: String,
    appointment: String,
    /// Of the appointment, which is tomorrow.
    reference: String,
    ticket: String,
    subscription: String,
}

/// An operation: how it is asked for, and by whom with success.
struct Row {
    operation: &'static str,
    request: fn(&Target, &Stage) -> Request,
    roles: &'static [Role],
    /// What those get who may do it elsewhere: 404 where it looks absent, 422 where a file is refused by its lines.
    elsewhere: Elsewhere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Elsewhere {
    /// The operation names nothing.
    Nowhere,
    /// As if it were not there.
    Absent,
    BadRows,
    /// Only those of the whole country may.
    Forbidden,
}

const EVERYBODY: &[Role] = &[Role::Nobody, Role::Citizen, Role::Operator, Role::Admin, Role::Analyst];
const CITIZENS: &[Role] = &[Role::Citizen];
const STAFF: &[Role] = &[Role::Operator, Role::Admin];
const ADMINS: &[Role] = &[Role::Admin];
const FIGURES: &[Role] = &[Role::Operator, Role::Admin, Role::Analyst];

fn row(
    operation: &'static str,
    roles: &'static [Role],
    elsewhere: Elsewhere,
    request: fn(&Target, &Stage) -> Request,
) -> Row {
    Row { operation, request, roles, elsewhere }
}

fn table() -> Vec<Row> {
    [of_accounts(), of_all_else()].into_iter().flatten().collect()
}

/// How an account wants to be told, and of what.
fn of_accounts() -> Vec<Row> {
    use Elsewhere::{Absent, Nowhere};
    vec![
        row("show_preferences", CITIZENS, Nowhere, |_, _| get("/v1/account/preferences")),
        row("change_preferences", CITIZENS, Nowhere, |_, _| {
            request(Method::PUT, "/v1/account/preferences").json(&json!({"language": "hi"}))
        }),
        row("list_subscriptions", CITIZENS, Nowhere, |_, _| get("/v1/subscriptions")),
        row("show_subscription", CITIZENS, Absent, |target, _| {
            get(format!("/v1/subscriptions/{}", target.subscription))
        }),
        row("subscribe", CITIZENS, Nowhere, |_, _| post("/v1/subscriptions").json(&some_queue())),
        row("confirm_subscription", CITIZENS, Absent, |target, _| {
            post(format!("/v1/subscriptions/{}/confirm", target.subscription)).json(&json!({"token": "token"}))
        }),
        row("end_subscription", CITIZENS, Absent, |target, _| {
            request(Method::DELETE, format!("/v1/subscriptions/{}", target.subscription))
        }),
    ]
}

fn of_all_else() -> Vec<Row> {
    use Elsewhere::{Absent, BadRows, Forbidden, Nowhere};
    vec![
        row("list_states", EVERYBODY, Nowhere, |_, _| get("/v1/states")),
        row("list_districts", EVERYBODY, Nowhere, |_, _| get(format!("/v1/states/{STATE}/districts"))),
        row("find_sessions", EVERYBODY, Nowhere, |target, _| get(format!("/v1/sessions?center_id={}", target.center))),
        row("show_session", EVERYBODY, Nowhere, |_, stage| get(format!("/v1/sessions/{}", stage.session))),
        row("show_center", EVERYBODY, Nowhere, |_, stage| get(format!("/v1/centers/{}", stage.center))),
        row("show_docs", EVERYBODY, Nowhere, |_, _| get("/docs")),
        row("show_openapi", EVERYBODY, Nowhere, |_, _| get("/openapi.json")),
        row("show_keys", EVERYBODY, Nowhere, |_, _| get("/.well-known/jwks.json")),
        row("show_issuer", EVERYBODY, Nowhere, |_, _| get("/.well-known/openid-configuration")),
        // Who may not log in is told so by what these answer, whoever asks.
        row("send_code", EVERYBODY, Nowhere, |_, _| post("/v1/auth/otp").json(&json!({"phone": "+12025550123"}))),
        row("log_in", EVERYBODY, Nowhere, |_, _| post("/v1/auth/token").json(&json!({}))),
        row("renew_login", EVERYBODY, Nowhere, |_, _| post("/v1/auth/refresh").json(&json!({}))),
        row("log_out", EVERYBODY, Nowhere, |_, _| post("/v1/auth/logout").json(&json!({"refresh_token": "x"}))),
        row("list_beneficiaries", CITIZENS, Nowhere, |_, _| get("/v1/beneficiaries")),
        row("register_beneficiary", CITIZENS, Nowhere, |_, _| post("/v1/beneficiaries").json(&json!({}))),
        row("list_appointments", CITIZENS, Nowhere, |_, _| get("/v1/appointments")),
        row("show_beneficiary", CITIZENS, Absent, |target, _| get(format!("/v1/beneficiaries/{}", target.person))),
        row("correct_beneficiary", CITIZENS, Absent, |target, _| {
            request(Method::PATCH, format!("/v1/beneficiaries/{}", target.person)).json(&json!({"name": "Asha Rao"}))
        }),
        row("show_appointment", CITIZENS, Absent, |target, _| {
            get(format!("/v1/appointments/{}/{}", target.person, target.appointment))
        }),
        row("show_ticket", CITIZENS, Absent, |target, _| get(format!("/v1/tickets/{}", target.ticket))),
        row("book", CITIZENS, Absent, |target, stage| post("/v1/appointments").json(&order(target, stage))),
        row("hold", CITIZENS, Absent, |target, stage| post("/v1/holds").json(&order(target, stage))),
        row("confirm_holds", CITIZENS, Absent, |target, _| post("/v1/appointments/confirm").json(&pair(target))),
        row("reschedule_appointments", CITIZENS, Absent, |target, stage| {
            let mut body = pair(target);
            (body["session_id"], body["slot"]) = (json!(stage.session), json!("09:00-11:00"));
            post("/v1/appointments/reschedule").json(&body)
        }),
        row("list_staff_actions", STAFF, Absent, |target, _| {
            get(format!("/v1/admin/audit?center_id={}", target.center))
        }),
        row("export_account", CITIZENS, Nowhere, |_, _| get("/v1/account/export")),
        row("report_bookings", FIGURES, Absent, |target, stage| {
            get(format!("/v1/reports/bookings?date={}&center_id={}", stage.today, target.center))
        }),
        row("report_trends", FIGURES, Absent, trend),
        row("report_appointments", STAFF, Absent, |target, _| {
            get(format!("/v1/reports/sessions/{}/appointments", target.session))
        }),
        row("register_center", ADMINS, Absent, |target, _| {
            post("/v1/admin/centers").json(&json!({
                "name": "Test Center", "address": "1 Test Road", "district_id": target.district, "pincode": 411_027,
                "opens": "09:00", "closes": "18:00", "fee_type": "Free",
            }))
        }),
        row("change_center", ADMINS, Absent, |target, _| {
            request(Method::PATCH, format!("/v1/admin/centers/{}", target.center)).json(&json!({"block": "Haveli"}))
        }),
        row("publish_session", STAFF, Absent, |target, stage| {
            let mut schedule = stage.schedule();
            schedule["slots"] = json!([{"slot": "12:00-13:00", "capacity": {"1": 1}}]);
            post(format!("/v1/admin/centers/{}/sessions", target.center)).json(&schedule)
        }),
        row("set_capacity", STAFF, Absent, |target, _| {
            let body = json!({"slot": "09:00-11:00", "dose": 1, "capacity": 2});
            request(Method::PUT, format!("/v1/admin/sessions/{}/capacity", target.session)).json(&body)
        }),
        row("set_opening", STAFF, Absent, |target, _| {
            let body = json!({"opens_at": null, "queue": "AUTO"});
            request(Method::PUT, format!("/v1/admin/sessions/{}/opening", target.session)).json(&body)
        }),
        row("find_appointment", STAFF, Absent, |target, stage| get(at_the_desk(target, "", stage))),
        row("complete_appointment", STAFF, Absent, |target, stage| post(at_the_desk(target, "/complete", stage))),
        row("miss_appointment", STAFF, Absent, |target, stage| post(at_the_desk(target, "/no-show", stage))),
        row("take_in", STAFF, Absent, |target, _| {
            let body = json!({"slot": "09:00-11:00", "dose": 1, "name": "Ravi Rao", "birth": "1990"});
            post(format!("/v1/admin/sessions/{}/walk-ins", target.session)).json(&body)
        }),
        row("close_session", STAFF, Absent, |target, _| post(format!("/v1/admin/sessions/{}/close", target.session))),
        row("reopen_session", STAFF, Absent, |target, _| post(format!("/v1/admin/sessions/{}/reopen", target.session))),
        row("import_districts", ADMINS, Forbidden, |_, _| {
            post("/v1/admin/import/districts")
                .csv("state_id,state_name,district_id,district_name\n21,Maharashtra,363,Pune\n")
        }),
        row("import_centers", ADMINS, BadRows, |target, _| {
            let header = "center_id,name,address,state_name,district_id,district_name,block_name,pincode,lat,long,fee_type,opens,closes";
            let (id, district) = (target.center, target.district);
            let fields = format!(
                "{id},Test Center,1 Test Road,Maharashtra,{district},Pune,Haveli,411027,,,Free,09:00:00,18:00:00"
            );
            post("/v1/admin/import/centers").csv(format!("{header}\n{fields}\n"))
        }),
        row("import_sessions", STAFF, BadRows, |target, stage| {
            let header = "center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3";
            let fields = format!("{},{},COVAXIN,18,44,0,13:00-14:00,1,,", target.center, stage.tomorrow());
            post("/v1/admin/import/sessions").csv(format!("{header}\n{fields}\n"))
        }),
        row("cancel_appointments", CITIZENS, Absent, |target, _| post("/v1/appointments/cancel").json(&pair(target))),
        row("remove_beneficiary", CITIZENS, Absent, |target, _| {
            request(Method::DELETE, format!("/v1/beneficiaries/{}", target.person))
        }),
        row("erase_account", CITIZENS, Nowhere, |_, _| request(Method::DELETE, "/v1/account")),
        row("cancel_session", STAFF, Absent, |target, _| post(format!("/v1/admin/sessions/{}/cancel", target.session))),
    ]
}

fn trend(target: &Target, stage: &Stage) -> Request {
    let (from, to) = (stage.today, stage.tomorrow());
    get(format!("/v1/reports/trends?from={from}&to={to}&center_id={}", target.center))
}

/// A subscription of a queue that nobody else subscribes.
fn some_queue() -> Value {
    let queue = format!("arn:aws:sqs:us-east-1:000000000000:queue-{:x}", vaxslot::clock::random());
    json!({"protocol": "sqs", "endpoint": queue})
}

fn order(target: &Target, stage: &Stage) -> Value {
    json!({"session_id": stage.session, "slot": "09:00-11:00", "dose": 1, "beneficiaries": [target.person]})
}

fn at_the_desk(target: &Target, rest: &str, stage: &Stage) -> String {
    let Target { center, reference, .. } = target;
    format!("/v1/admin/centers/{center}/appointments/{reference}{rest}?date={}", stage.tomorrow())
}

fn pair(target: &Target) -> Value {
    json!({"appointments": [{"beneficiary_id": target.person, "appointment_id": target.appointment}]})
}

fn everybody(stage: &Stage) -> Vec<Who> {
    let of_state = |id: u32| Region::State(id.try_into().expect("a state"));
    let of_district = |id: u32| Region::District(id.try_into().expect("a district"));
    let operator = |id: u32| Caller::Operator { centers: [id.try_into().expect("a center")].into() };
    let signed = |caller: Caller| Some(staff(&stage.signer, &caller));
    let who = |name, role, within, token| Who { name, role, within, national: false, token };
    let admin = |region| signed(Caller::Admin { region });
    let analyst = |region| signed(Caller::Analyst { region });
    vec![
        who("nobody", Role::Nobody, true, None),
        who("the citizen", Role::Citizen, true, Some(stage.citizen.clone())),
        who("another citizen", Role::Citizen, false, Some(stage.stranger())),
        who("the center's operator", Role::Operator, true, Some(stage.operator.clone())),
        who("another center's operator", Role::Operator, false, signed(operator(OTHER_CENTER))),
        Who { national: true, ..who("the country's admin", Role::Admin, true, admin(Region::Country)) },
        who("the state's admin", Role::Admin, true, admin(of_state(STATE))),
        who("another state's admin", Role::Admin, false, admin(of_state(OTHER_STATE))),
        who("the district's admin", Role::Admin, true, admin(of_district(DISTRICT))),
        who("another district's admin", Role::Admin, false, admin(of_district(OTHER_DISTRICT))),
        who("the country's analyst", Role::Analyst, true, analyst(Region::Country)),
        who("another state's analyst", Role::Analyst, false, analyst(of_state(OTHER_STATE))),
    ]
}

fn staff(signer: &Signer, caller: &Caller) -> String {
    sign(signer, caller, "staff")
}

/// The status that a caller must get; none for one who may: then anything but a denial.
fn denied(who: &Who, row: &Row) -> Option<u16> {
    if row.roles.contains(&Role::Nobody) {
        return None;
    }
    if who.role == Role::Nobody {
        return Some(401);
    }
    if !row.roles.contains(&who.role) {
        return Some(403);
    }
    match row.elsewhere {
        Elsewhere::Nowhere => None,
        Elsewhere::Absent => (!who.within).then_some(404),
        Elsewhere::BadRows => (!who.within).then_some(422),
        Elsewhere::Forbidden => (!who.national).then_some(403),
    }
}

async fn ask(stage: &Stage, who: &Who, request: Request) -> Answer {
    let request = match &who.token {
        Some(token) => request.by(token),
        None => request,
    };
    stage.send(&request).await
}

/// The stage's own things, all of one citizen and one center.
async fn targets(stage: &Stage) -> (Target, Target) {
    let queueing = opening::queueing_session(stage, 2).await;
    let other = stage.register(&stage.citizen, "1991").await;
    let order = json!({"session_id": queueing, "slot": "09:00-11:00", "dose": 1, "beneficiaries": [other]});
    let queued = stage.send(&post("/v1/appointments").by(&stage.citizen).json(&order)).await.expect(202);
    let ticket = text(&queued.json["ticket"]);
    opening::end_of(stage, &ticket, &stage.citizen).await;
    let made = stage.send(&post("/v1/appointments").by(&stage.citizen).json(&stage.order())).await.expect(201);
    let subscribed = stage.send(&post("/v1/subscriptions").by(&stage.citizen).json(&some_queue())).await.expect(201);
    let named = own(&made)["appointments"][0].clone();
    let theirs = Target {
        center: stage.center,
        district: DISTRICT,
        session: stage.session.clone(),
        person: text(&named["beneficiary_id"]),
        appointment: text(&named["appointment_id"]),
        reference: text(&made.json["appointments"][0]["reference"]),
        ticket: ticket.clone(),
        subscription: text(&subscribed.json["subscription_id"]),
    };
    let absent = Target {
        center: NO_CENTER,
        district: NO_DISTRICT,
        session: NOBODY.to_owned(),
        person: NOBODY.to_owned(),
        appointment: theirs.appointment.clone(),
        reference: theirs.reference.clone(),
        ticket: "x".repeat(ticket.len()),
        subscription: NOBODY.to_owned(),
    };
    (theirs, absent)
}

fn masked(answer: &Answer, target: &Target) -> String {
    let words = [target.center.to_string(), target.district.to_string(), target.session.clone(), target.person.clone()];
    words
        .iter()
        .chain([&target.ticket, &target.subscription])
        .fold(answer.text.clone(), |text, word| text.replace(word, "ID"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_at_every_operation() {
    let stage = Stage::alone().await;
    let (theirs, absent) = targets(&stage).await;
    let (everybody, table) = (everybody(&stage), table());
    let documented = stage.send(&get("/openapi.json")).await.expect(200).json;
    let operations = documented["paths"].as_object().expect("paths").values();
    let operations = operations.flat_map(|path| path.as_object().expect("operations").values());
    let documented: BTreeSet<String> = operations.map(|one| text(&one["operationId"])).collect();
    let here: BTreeSet<String> = table.iter().map(|row| row.operation.to_owned()).collect();
    assert_eq!(here, documented, "an operation without a row, or a row without an operation");

    // First all that must be denied, while nothing may change.
    let before = rows::settled(&stage.stack).await;
    let denials =
        table.iter().flat_map(|row| everybody.iter().filter_map(move |who| Some((row, who, denied(who, row)?))));
    let checks = denials.map(async |(row, who, status)| {
        let answer = ask(&stage, who, (row.request)(&theirs, &stage)).await;
        let mut wrong = Vec::new();
        if answer.status != status {
            wrong.push(format!("{} by {}: {status} expected, answered {}", row.operation, who.name, answer.text));
        }
        if status == 404 {
            let nothing = ask(&stage, who, (row.request)(&absent, &stage)).await;
            if (masked(&answer, &theirs), answer.status) != (masked(&nothing, &absent), nothing.status) {
                let both = format!("{}\n  {}", answer.text, nothing.text);
                wrong.push(format!("{} by {}: foreign and absent differ:\n  {both}", row.operation, who.name));
            }
        }
        wrong
    });
    let wrong: Vec<String> = stream::iter(checks).buffer_unordered(AT_ONCE).concat().await;
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let changed = rows::changed(&before, &rows::read(&stage.stack).await);
    assert!(changed.is_empty(), "denied requests changed rows: {changed:?}");

    // Then all that is allowed, in the order of the table.
    let mut wrong = Vec::new();
    for row in &table {
        for who in everybody.iter().filter(|who| denied(who, row).is_none()) {
            let answer = ask(&stage, who, (row.request)(&theirs, &stage)).await;
            if matches!(answer.status, 401 | 403 | 404 | 500..) {
                wrong.push(format!("{} by {}: answered {} {}", row.operation, who.name, answer.status, answer.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
