//! The reports, against the store in memory.

use std::{io::Cursor, sync::Arc};

use axum::Router;
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use serde_json::{Value, json};
use vaxslot_app::{
    ports::{Added, Bookings, Centers, Host, People, Places, Sessions, Store, Tried},
    projection::{Projection, Touched},
    reports::Reports,
};
use vaxslot_domain::{
    access::{Caller, Region},
    appointment::Status,
    booking::{Ending, Note, Release, Used},
    center::Center,
    id::SessionId,
    place::District,
    text::Name,
};
use vaxslot_reports::{ReportRoutes, router};
use vaxslot_testkit::{
    MemoryStore, RecordedEvents, TestHost,
    client::{Answer, Call},
    issuer,
    make::{Draft, Published, Wish, account, adult, center, center_id, district, person_id, phone, pune, read},
};

const OWN: u32 = 13_274;
const FOREIGN: u32 = 500;
const NOBODYS: &str = "00000000-0000-4000-8000-00000000abcd";

/// Two centers in two states, each with a session on 22 November 2026; at the first, three people have booked.
struct Stage {
    store: Arc<MemoryStore>,
    router: Router,
    session: SessionId,
    foreign: SessionId,
}

impl Stage {
    async fn new() -> Self {
        let store = Arc::new(MemoryStore::new());
        let elsewhere = district(141, 9);
        store.save_districts(&[pune(), elsewhere.clone()]).await.unwrap();
        let own = with_session(&store, 1, formula(center(OWN), pune())).await;
        let foreign = with_session(&store, 2, formula(center(FOREIGN), elsewhere)).await;
        let family = account("home");
        for number in 0xa..=0xc {
            let person = adult(number, &family);
            assert_eq!(store.add_beneficiary(&person, &phone(9_812_345_678)).await.unwrap(), Added::Done);
            let wish = Wish::new(&own.session, &[&person]).from_shard(u8::try_from(number % 2).unwrap());
            assert_eq!(store.reserve(&wish.reservation()).await.unwrap(), Tried::Done(()));
        }
        let host: Arc<dyn Host> = Arc::new(TestHost::at(read("2026-11-21T06:00:00Z")));
        let shared: Arc<dyn Store> = store.clone();
        let router = router(ReportRoutes {
            reports: Reports::new(shared, host.clone()),
            gate: issuer::gate(host),
            sealer: issuer::sealer(),
        });
        let stage = Self { store, router, session: own.session.id, foreign: foreign.session.id };
        stage.recount(&[&own, &foreign]).await;
        stage
    }

    /// Writes the figures as the projector does, of everybody who has or had an appointment.
    async fn recount(&self, published: &[&Published]) {
        let host = Arc::new(TestHost::at(read("2026-11-21T10:00:00Z")));
        let projection = Projection::new(self.store.clone(), Arc::new(RecordedEvents::default()), host);
        let mut touched = Touched::sessions(published.iter().map(|published| published.session.id));
        for shard in published.iter().flat_map(|published| published.keys()) {
            let found = self.store.appointments_of(shard).await.unwrap();
            for appointment in &found {
                touched.stands(appointment);
            }
        }
        projection.recount(&touched).await.unwrap();
    }

    async fn get(&self, caller: &Caller, path: &str) -> Answer {
        Call::get(path).by(caller).to(&self.router).await
    }

    async fn bookings(&self, caller: &Caller, more: &str) -> Answer {
        self.get(caller, &format!("/v1/reports/bookings?date=2026-11-22{more}")).await
    }

    async fn appointments(&self, caller: &Caller, session: impl ToString, more: &str) -> Answer {
        self.get(caller, &format!("/v1/reports/sessions/{}/appointments{more}", session.to_string())).await
    }
}

/// A center whose name a spreadsheet would run.
fn formula(center: Center, district: District) -> Center {
    Center { name: Name::parse(&format!("=SUM(A1),\"{}\"", center.id)).unwrap(), district, ..center }
}

async fn with_session(store: &MemoryStore, id: u128, center: Center) -> Published {
    assert_eq!(store.add_center(&center).await.unwrap(), Tried::Done(()));
    let published = Draft { center, ..Draft::new(id, &[10, 10]) }.made();
    assert_eq!(store.publish(&published.session, &published.shards).await.unwrap(), Tried::Done(()));
    published
}

fn national(caller: fn(Region) -> Caller) -> Caller {
    caller(Region::Country)
}

fn admin(region: Region) -> Caller {
    Caller::Admin { region }
}

fn analyst(region: Region) -> Caller {
    Caller::Analyst { region }
}

fn operator() -> Caller {
    Caller::Operator { centers: [center_id(OWN)].into() }
}

fn citizen() -> Caller {
    Caller::Citizen { account: account("home"), phone: None }
}

fn rows(answer: &Answer) -> Vec<(String, Value, u64)> {
    assert_eq!(answer.outcome(), "200", "{}", answer.text());
    let row =
        |row: &Value| (row["kind"].as_str().unwrap().to_owned(), row["id"].clone(), row["booked"].as_u64().unwrap());
    answer.json()["rows"].as_array().unwrap().iter().map(row).collect()
}

fn row(kind: &str, id: impl Into<Value>, booked: u64) -> (String, Value, u64) {
    (kind.to_owned(), id.into(), booked)
}

#[tokio::test]
async fn a_day_is_followed_from_the_country_to_its_sessions() {
    let stage = Stage::new().await;
    for caller in [national(admin), national(analyst)] {
        let country = stage.bookings(&caller, "").await;
        assert_eq!(rows(&country), [row("state", 9, 0), row("state", 21, 3)]);
        let total = &country.json()["total"];
        assert_eq!((&total["sessions"], &total["capacity"], &total["booked"]), (&json!(2), &json!(40), &json!(3)));
        assert_eq!((&country.json()["level"], &country.json()["date"]), (&json!("country"), &json!("2026-11-22")));
        assert_eq!(rows(&stage.bookings(&caller, "&state_id=21").await), [row("district", 363, 3)]);
        assert_eq!(rows(&stage.bookings(&caller, "&district_id=363").await), [row("center", OWN, 3)]);
        let sessions = stage.bookings(&caller, "&center_id=13274").await;
        assert_eq!(rows(&sessions), [row("session", stage.session.to_string(), 3)]);
        assert_eq!(sessions.json()["rows"][0]["name"], "COVISHIELD");
    }
    let other_day = stage.get(&national(admin), "/v1/reports/bookings?date=2026-11-23").await;
    assert_eq!(other_day.json()["rows"], json!([]));
}

#[tokio::test]
async fn everyone_sees_their_part() {
    let stage = Stage::new().await;
    let of_pune = admin(Region::District(pune().id));
    assert_eq!(rows(&stage.bookings(&of_pune, "").await), [row("state", 21, 3)]);
    assert_eq!(rows(&stage.bookings(&of_pune, "&state_id=21").await), [row("district", 363, 3)]);
    assert_eq!(rows(&stage.bookings(&operator(), "").await), [row("center", OWN, 3)]);
    assert_eq!(
        rows(&stage.bookings(&operator(), "&center_id=13274").await),
        [row("session", stage.session.to_string(), 3)]
    );
    let of_the_other = analyst(Region::State(9.try_into().unwrap()));
    assert_eq!(rows(&stage.bookings(&of_the_other, "").await), [row("state", 9, 0)]);
}

#[tokio::test]
async fn what_is_out_of_scope_looks_absent() {
    let stage = Stage::new().await;
    let of_pune = admin(Region::District(pune().id));
    for (foreign, absent) in
        [("state_id=9", "state_id=36"), ("district_id=141", "district_id=999"), ("center_id=500", "center_id=999")]
    {
        for caller in [&of_pune, &operator()] {
            let found = stage.bookings(caller, &format!("&{foreign}")).await;
            assert_eq!(found.outcome(), "404 no-such-place");
            assert_eq!(found, stage.bookings(caller, &format!("&{absent}")).await);
        }
    }
    for caller in [of_pune, operator()] {
        let found = stage.appointments(&caller, stage.foreign, "").await;
        assert_eq!(found.outcome(), "404 no-such-place");
        assert_eq!(found, stage.appointments(&caller, NOBODYS, "").await);
    }
}

#[tokio::test]
async fn a_table_runs_nothing() {
    let stage = Stage::new().await;
    let expected = "date,kind,id,name,sessions,capacity,booked,free,held,confirmed,completed,no_show,cancelled,expired,moved,\
                    utilisation,no_show_rate\r\n\
                    2026-11-22,center,13274,\"'=SUM(A1),\"\"13274\"\"\",1,20,3,17,0,3,0,0,0,0,0,0.15,\r\n";
    let asked = stage.bookings(&operator(), "&format=csv").await;
    assert_eq!(asked.text(), expected);
    assert_eq!(asked.headers["content-type"], "text/csv; charset=utf-8; header=present");
    assert_eq!(asked.headers["content-disposition"], "attachment; filename=\"bookings-2026-11-22.csv\"");
    assert_eq!(asked.headers["cache-control"], "no-store");
    let path = "/v1/reports/bookings?date=2026-11-22&district_id=363";
    let liked = Call::get(path).by(&national(admin)).header("accept", "text/csv").to(&stage.router).await;
    assert_eq!(liked.text(), expected);
    assert_eq!(liked.headers["content-disposition"], "attachment; filename=\"bookings-2026-11-22-district-363.csv\"");
    let json = Call::get(&format!("{path}&format=json")).by(&national(admin)).header("accept", "text/csv");
    assert_eq!(json.to(&stage.router).await.json()["rows"][0]["name"], "=SUM(A1),\"13274\"");
}

#[tokio::test]
async fn a_sessions_appointments_name_nobody() {
    let stage = Stage::new().await;
    for caller in [operator(), national(admin)] {
        let page = stage.appointments(&caller, stage.session, "").await;
        assert_eq!(page.outcome(), "200", "{}", page.text());
        assert_eq!(page.json()["session"]["session_id"], json!(stage.session));
        assert_eq!(page.json()["next_cursor"], Value::Null);
        assert_eq!(page.json()["appointments"].as_array().unwrap().len(), 3);
        assert!(!page.text().contains("Asha") && !page.text().contains("home"));
        assert!(!page.headers.contains_key("link"));
    }
    let table = stage.appointments(&operator(), stage.session, "?format=csv").await;
    assert_eq!(table.text().lines().count(), 4);
    let name = format!("attachment; filename=\"appointments-{}.csv\"", stage.session);
    assert_eq!(table.headers["content-disposition"], name.as_str());
}

#[tokio::test]
async fn a_long_list_goes_on_at_the_next_cursor() {
    let stage = Stage::new().await;
    let published = Draft { center: center(OWN), ..Draft::new(3, &[250, 250]) }.made();
    stage.store.publish(&published.session, &published.shards).await.unwrap();
    for number in 0x1000..0x1190_u128 {
        let person = adult(number, &account(&format!("a{}", number / 4)));
        stage.store.add_beneficiary(&person, &phone(9_812_345_678)).await.unwrap();
        let shard = u8::try_from(number % 2).unwrap();
        let reservation = Wish::new(&published.session, &[&person]).from_shard(shard).reservation();
        assert_eq!(stage.store.reserve(&reservation).await.unwrap(), Tried::Done(()));
    }
    let first = stage.appointments(&operator(), published.session.id, "").await;
    let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
    let next = format!("/v1/reports/sessions/{}/appointments?cursor={cursor}", published.session.id);
    assert_eq!(first.headers["link"], format!("<{next}>; rel=\"next\"").as_str());
    let elsewhere = stage.appointments(&operator(), stage.session, &format!("?cursor={cursor}")).await;
    assert_eq!(elsewhere.outcome(), "400 invalid-parameter", "a cursor is of its list alone");
    let second = stage.get(&operator(), &next).await;
    assert_eq!(second.json()["next_cursor"], Value::Null);
    let count = |answer: &Answer| answer.json()["appointments"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second)), (200, 200));
    let table = stage.appointments(&operator(), published.session.id, "?format=csv").await;
    assert_eq!(table.headers["link"], format!("<{next}&format=csv>; rel=\"next\"").as_str());
}

#[tokio::test]
async fn each_report_is_for_its_roles() {
    let stage = Stage::new().await;
    let appointments = format!("/v1/reports/sessions/{}/appointments", stage.session);
    let paths = ["/v1/reports/bookings".to_owned(), appointments, "/v1/reports/trends".to_owned()];
    for path in &paths {
        let nonsense = format!("{path}?date=nonsense&what=ever");
        assert_eq!(Call::get(&nonsense).to(&stage.router).await.outcome(), "401 unauthorized", "{path}");
        assert_eq!(stage.get(&citizen(), &nonsense).await.outcome(), "403 forbidden", "{path}");
    }
    assert_eq!(stage.get(&national(analyst), &paths[1]).await.outcome(), "403 forbidden");
    let document = vaxslot_api::openapi::document(vec![vaxslot_reports::openapi()]).unwrap();
    assert_eq!(document.paths.paths.len(), paths.len());
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let stage = Stage::new().await;
    for (query, name) in [
        ("", "date"),
        ("date=22-11-2026", "date"),
        ("date=2027-02-29", "date"),
        ("date=2026-11-22&date=2026-11-22", "date"),
        ("date=2026-11-22&format=pdf", "format"),
        ("date=2026-11-22&by=day", "by"),
        ("date=2026-11-22&breakdown=name", "breakdown"),
        ("date=2026-11-22&state_id=x", "state_id"),
        ("date=2026-11-22&district_id=0", "district_id"),
        ("date=2026-11-22&state_id=21&center_id=7", "center_id"),
        ("date=2026-11-22&state_id=21&district_id=363", "district_id"),
        ("date=2026-11-22&pincode=411027", "pincode"),
    ] {
        let answer = stage.get(&national(admin), &format!("/v1/reports/bookings?{query}")).await;
        assert_eq!(
            (answer.outcome().as_str(), &answer.json()["parameter"]),
            ("400 invalid-parameter", &json!(name)),
            "{query}"
        );
    }
    for (query, name) in [
        ("from=2026-11-22", "to"),
        ("to=2026-11-22", "from"),
        ("from=2026-11-23&to=2026-11-22", "to"),
        ("from=2026-11-01&to=2027-02-01", "to"),
        ("from=2026-11-22&to=2026-11-23&state_id=21&center_id=7", "center_id"),
        ("from=2026-11-22&to=2026-11-23&breakdown=dose", "breakdown"),
    ] {
        let answer = stage.get(&national(admin), &format!("/v1/reports/trends?{query}")).await;
        assert_eq!(
            (answer.outcome().as_str(), &answer.json()["parameter"]),
            ("400 invalid-parameter", &json!(name)),
            "{query}"
        );
    }
    for (session, query, name) in [
        ("x", "", "session_id"),
        (NOBODYS, "?cursor=1", "cursor"),
        (NOBODYS, "?cursor=x", "cursor"),
        (NOBODYS, "?status=BOOKED", "status"),
        (NOBODYS, "?dose=4", "dose"),
        (NOBODYS, "?made_on=today", "made_on"),
    ] {
        let answer = stage.appointments(&operator(), session, query).await;
        assert_eq!(
            (answer.outcome().as_str(), &answer.json()["parameter"]),
            ("400 invalid-parameter", &json!(name)),
            "{query}"
        );
    }
}

/// The person with this number ends the appointment as told.
async fn end(stage: &Stage, number: u128, status: Status) {
    let person = stage.store.beneficiaries(&[person_id(number)]).await.unwrap().remove(0).unwrap();
    let was = person.active.clone().unwrap();
    let is = was.turned(status, read("2026-11-22T05:00:00Z"));
    let ending = Ending { was, is, note: Note::Withdrawn(person.withdrawn) };
    let ended = if status.is_used() {
        stage.store.use_up(&Used { ending, given: None }).await
    } else {
        stage.store.release(&Release(vec![ending])).await
    };
    assert_eq!(ended.unwrap(), Tried::Done(()));
}

#[tokio::test]
async fn figures_say_where_appointments_stand() {
    let stage = Stage::new().await;
    end(&stage, 0xa, Status::Completed).await;
    end(&stage, 0xb, Status::NoShow).await;
    end(&stage, 0xc, Status::Cancelled).await;
    stage.recount(&[&Draft { center: formula(center(OWN), pune()), ..Draft::new(1, &[10, 10]) }.made()]).await;
    let whole = json!({
        "capacity": 20, "free": 18, "booked": 2, "held": 0, "confirmed": 0, "completed": 1, "no_show": 1, "cancelled": 1,
        "expired": 0, "moved": 0, "utilisation": 0.1, "no_show_rate": 0.5,
    });
    let part = |name: &str| {
        let mut part = whole.clone();
        part["part"] = json!(name);
        part
    };
    for place in ["&state_id=21", "&district_id=363", "&center_id=13274"] {
        let report = stage.bookings(&national(admin), &format!("{place}&breakdown=age_band")).await.json();
        let (total, row) = (&report["total"], &report["rows"][0]);
        for (name, value) in whole.as_object().unwrap() {
            assert_eq!((&total[name], &row[name]), (value, value), "{name} at {place}");
        }
        assert_eq!(row["parts"], json!([part("18+")]));
        let divided = json!({
            "dose": [part("1")], "vaccine": [part("COVISHIELD")], "age_band": [part("18+")], "fee_type": [part("Free")],
        });
        assert_eq!(total["breakdowns"], divided);
    }
    let table = stage.bookings(&national(admin), "&center_id=13274&breakdown=fee_type&format=csv").await;
    let text = table.text();
    assert_eq!(
        text.lines().nth(1).unwrap(),
        format!("2026-11-22,session,{},COVISHIELD,Free,,20,2,18,0,0,1,1,1,0,0,0.1,0.5", stage.session)
    );
}

#[tokio::test]
async fn a_day_of_booking_has_no_units() {
    let stage = Stage::new().await;
    let path = "/v1/reports/bookings?date=2026-11-21&by=booking_day";
    let report = stage.get(&national(admin), path).await;
    assert_eq!(rows(&report), [row("state", 21, 3)], "only where somebody booked");
    let total = &report.json()["total"];
    assert_eq!((&total["capacity"], &total["free"], &total["utilisation"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!((&total["sessions"], &total["booked"], &total["confirmed"]), (&json!(1), &json!(3), &json!(3)));
    let other = stage.get(&national(admin), "/v1/reports/bookings?date=2026-11-22&by=booking_day").await;
    assert_eq!(rows(&other), []);
}

#[tokio::test]
async fn every_row_leads_to_what_it_is_the_sum_of() {
    let stage = Stage::new().await;
    end(&stage, 0xa, Status::Completed).await;
    for caller in [national(admin), admin(Region::District(pune().id)), operator()] {
        for (date, by) in [("2026-11-22", "appointment_day"), ("2026-11-21", "booking_day")] {
            let mut path = format!("/v1/reports/bookings?date={date}&by={by}");
            while path.contains("/bookings") {
                let report = stage.get(&caller, &path).await.json();
                let mine = report["rows"].as_array().unwrap().iter().find(|row| row["booked"] == 3);
                path = mine.unwrap_or_else(|| panic!("{report}"))["details"].as_str().unwrap().to_owned();
            }
            let counted = async |more: &str| {
                let sign = if path.contains('?') { '&' } else { '?' };
                let page = stage.get(&caller, &format!("{path}{sign}{more}")).await.json();
                page["appointments"].as_array().unwrap_or_else(|| panic!("{page}")).len()
            };
            assert_eq!(counted("").await, 3, "{path}");
            assert_eq!((counted("status=CONFIRMED").await, counted("status=COMPLETED&dose=1").await), (2, 1));
            assert_eq!((counted("dose=2").await, counted("status=MOVED").await), (0, 0));
        }
    }
    let elsewhere = format!("/v1/reports/sessions/{}/appointments?made_on=2026-11-20", stage.session);
    assert_eq!(stage.get(&operator(), &elsewhere).await.json()["appointments"], json!([]));
}

#[tokio::test]
async fn a_trend_is_the_days_of_a_place() {
    let stage = Stage::new().await;
    let of_pune = admin(Region::District(pune().id));
    for (caller, place, capacity) in [
        (national(admin), "", 40),
        (national(analyst), "&state_id=21", 20),
        (national(admin), "&district_id=363", 20),
        (national(admin), "&center_id=13274", 20),
        (of_pune.clone(), "", 20),
        (of_pune, "&state_id=21", 20),
        (operator(), "", 20),
        (operator(), "&center_id=13274", 20),
    ] {
        let path = format!("/v1/reports/trends?from=2026-11-20&to=2026-11-23{place}");
        let trend = stage.get(&caller, &path).await;
        assert_eq!(trend.outcome(), "200", "{place}: {}", trend.text());
        let trend = trend.json();
        let days: Vec<_> =
            trend["days"].as_array().unwrap().iter().map(|day| (&day["date"], &day["capacity"])).collect();
        let expected = [("2026-11-20", 0), ("2026-11-21", 0), ("2026-11-22", capacity), ("2026-11-23", 0)];
        let expected = expected.map(|(date, capacity)| (json!(date), json!(capacity)));
        assert_eq!(days, expected.iter().map(|(date, capacity)| (date, capacity)).collect::<Vec<_>>(), "{place}");
        assert_eq!((&trend["total"]["booked"], &trend["total"]["capacity"]), (&json!(3), &json!(capacity)), "{place}");
        let made = stage.get(&caller, &format!("{path}&by=booking_day")).await.json();
        assert_eq!((&made["days"][1]["booked"], &made["total"]["booked"]), (&json!(3), &json!(3)), "{place}");
        let details = trend["days"][2]["details"].as_str().unwrap();
        assert_eq!(stage.get(&caller, details).await.json()["total"]["booked"], 3, "{details}");
    }
    for (foreign, absent) in
        [("state_id=9", "state_id=36"), ("district_id=141", "district_id=999"), ("center_id=500", "center_id=999")]
    {
        for caller in [admin(Region::District(pune().id)), operator()] {
            let trend = async |place: &str| {
                stage.get(&caller, &format!("/v1/reports/trends?from=2026-11-20&to=2026-11-23&{place}")).await
            };
            let found = trend(foreign).await;
            assert_eq!((found.outcome().as_str(), &found), ("404 no-such-place", &trend(absent).await));
        }
    }
}

#[tokio::test]
async fn a_workbook_has_what_the_table_has() {
    let stage = Stage::new().await;
    let liked = Call::get("/v1/reports/bookings?date=2026-11-22&district_id=363").by(&national(admin));
    let liked = liked.header("accept", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    for answer in [liked.to(&stage.router).await, stage.bookings(&operator(), "&format=xlsx").await] {
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        assert_eq!(answer.headers["content-type"], kind);
        assert!(answer.headers["content-disposition"].to_str().unwrap().ends_with(".xlsx\""));
        let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(&answer.body)).unwrap();
        let rows = workbook.worksheet_range("Report").unwrap();
        let named = rows.rows().find(|row| row.iter().any(|cell| cell == "=SUM(A1),\"13274\"")).unwrap();
        assert!(named.windows(3).any(|counts| counts == [1.0, 20.0, 3.0].map(Data::Float)), "{named:?}");
        assert!(workbook.worksheet_formula("Report").unwrap().is_empty());
    }
    let trend = stage.get(&operator(), "/v1/reports/trends?from=2026-11-22&to=2026-11-22&format=xlsx").await;
    assert_eq!(trend.headers["content-disposition"], "attachment; filename=\"trends-2026-11-22-2026-11-22.xlsx\"");
}
