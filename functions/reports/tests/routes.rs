//! The reports, against the store in memory.

use std::sync::Arc;

use axum::Router;
use serde_json::{Value, json};
use vaxslot_app::{
    ports::{Added, Bookings, Centers, DayFigures, Host, People, Places, RollupWrite, Sessions, Store, Tried},
    reports::Reports,
};
use vaxslot_domain::{
    access::{Caller, Region},
    center::Center,
    id::SessionId,
    place::District,
    rollup::{Figures, Path, Row},
    text::Name,
};
use vaxslot_reports::{ReportRoutes, router};
use vaxslot_testkit::{
    MemoryStore, TestHost,
    client::{Answer, Call},
    issuer,
    make::{Draft, Published, Wish, account, adult, center, center_id, district, phone, pune, read},
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
        stage.sum_up(&own, 3).await;
        stage.sum_up(&foreign, 0).await;
        stage
    }

    /// Writes the day's figures as the projector does.
    async fn sum_up(&self, published: &Published, booked: u64) {
        let figures = Figures { booked, ..Figures::of(&published.session) };
        let path = Path::of(&published.session);
        let leaf = vaxslot_domain::rollup::Node::Session(published.session.id);
        let center = vaxslot_domain::rollup::Level::Center(published.session.center.id);
        let mut rows = vec![(leaf, published.session.vaccine.to_string(), center)];
        rows.extend(path.steps().into_iter().map(|(_, node, name, under)| (node, name, under)));
        for (node, name, under) in rows {
            let row = Row { node, name, figures };
            let write = RollupWrite { date: published.session.date, under, row, version: 0 };
            assert_eq!(self.store.write_row(&write).await.unwrap(), Tried::Done(()));
        }
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
        assert_eq!(country.json()["total"], json!({ "sessions": 2, "capacity": 40, "booked": 3 }));
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
    let expected = "date,kind,id,name,sessions,capacity,booked\r\n\
                    2026-11-22,center,13274,\"'=SUM(A1),\"\"13274\"\"\",1,20,3\r\n";
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
    let paths = ["/v1/reports/bookings".to_owned(), format!("/v1/reports/sessions/{}/appointments", stage.session)];
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
        ("date=2026-11-22&format=xlsx", "format"),
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
    for (session, query, name) in
        [("x", "", "session_id"), (NOBODYS, "?cursor=1", "cursor"), (NOBODYS, "?cursor=x", "cursor")]
    {
        let answer = stage.appointments(&operator(), session, query).await;
        assert_eq!(
            (answer.outcome().as_str(), &answer.json()["parameter"]),
            ("400 invalid-parameter", &json!(name)),
            "{query}"
        );
    }
}
