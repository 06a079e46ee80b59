//! Importing and seeding against a server that only counts and checks.

use std::{
    collections::BTreeSet,
    fs,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::support::{Asked, serve};
use jiff::civil::Date;
use serde_json::{Value, json};
use vaxslot::{
    http::{Api, Bearer, CallError},
    import::{ImportError, Kind, Outcome, Remark, import},
    keys::{self, Present},
    seed::{self, Seeded, Wanted, plan::SeedCenter},
    token::Signer,
};
use vaxslot_domain::person::parse_date;

fn bearer() -> Bearer {
    Bearer::new("admin", "token".to_owned())
}

/// 250 sessions, which make three parts.
fn csv() -> String {
    let rows: Vec<String> = (0..250).map(|row| format!("{row},2026-11-21\n")).collect();
    format!("center_id,date\n{}", rows.concat())
}

async fn send(answer: impl Fn(&Asked) -> (u16, Value) + Send + Sync + 'static) -> Outcome {
    let api = Api::new(&serve(answer)).unwrap();
    import(&api, &bearer(), Kind::Sessions, &csv()).await.unwrap()
}

fn remark(line: usize, detail: &str) -> Remark {
    Remark { line, column: Some("date".to_owned()), detail: detail.to_owned() }
}

#[tokio::test(flavor = "current_thread")]
async fn parts_carry_the_token_and_remarks_come_back_by_line() {
    let outcome = send(|asked| {
        assert_eq!(asked.route(), "POST /v1/admin/import/sessions");
        assert_eq!(asked.bearer.as_deref(), Some("token"));
        let rows = asked.body.lines().count() - 1;
        (200, json!({"rows": rows, "warnings": [{"line": 2, "column": "date", "detail": "odd"}]}))
    })
    .await;
    let warnings = [remark(2, "odd"), remark(102, "odd"), remark(202, "odd")];
    assert_eq!(outcome, Outcome { imported: 250, warnings: warnings.into(), ..Outcome::default() });
}

#[tokio::test(flavor = "current_thread")]
async fn a_bad_row_keeps_only_its_part_out() {
    let outcome = send(|asked| {
        if asked.body.contains("\n117,") {
            let rows = json!([{"line": 19, "column": "date", "detail": "bad"}, {"line": 20, "column": null, "detail": "short"}]);
            return (422, json!({"type": "urn:vaxslot:problem:bad-rows", "title": "Bad rows", "rows": rows}));
        }
        (200, json!({"rows": 1}))
    })
    .await;
    assert_eq!((outcome.imported, outcome.left_out), (150, 100));
    let shown: Vec<String> = outcome.bad_rows.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["line 119, date: bad", "line 120: short"]);
    assert!(outcome.refusals.is_empty() && !outcome.is_whole());
}

#[tokio::test(flavor = "current_thread")]
async fn a_refusal_of_all_is_told_once() {
    let outcome = send(|_| (403, json!({"title": "Forbidden", "detail": "Only administrators import."}))).await;
    assert_eq!((outcome.imported, outcome.left_out), (0, 250));
    assert_eq!(outcome.refusals, ["Forbidden: Only administrators import. (403 Forbidden)".to_owned()].into());
}

#[tokio::test(flavor = "current_thread")]
async fn a_busy_service_is_asked_again() {
    let refused = Mutex::new(BTreeSet::new());
    let outcome = send(move |asked| {
        let first = refused.lock().unwrap().insert(asked.body.clone());
        if first { (503, json!({})) } else { (200, json!({"rows": 1})) }
    })
    .await;
    assert_eq!(outcome.imported, 250);
}

#[tokio::test(flavor = "current_thread")]
async fn nobody_there_is_its_own_failure() {
    let api = Api::new("http://api.localhost:1").unwrap();
    let failed = import(&api, &bearer(), Kind::Sessions, &csv()).await;
    assert!(matches!(failed, Err(ImportError::Call(CallError::Unreachable { .. }))));
}

/// Keeps imported rows and lists sessions in pages, as far as seeding asks.
#[derive(Default)]
struct Kept {
    rows: Mutex<BTreeSet<String>>,
    imports: Mutex<Vec<String>>,
    followed: AtomicUsize,
}

const PAGE: usize = 30;
/// Long enough for every center to have a session.
const DAYS: u16 = 8;

impl Kept {
    fn answer(&self, asked: &Asked) -> (u16, Value) {
        if asked.method == "POST" {
            let kind = asked.path.rsplit('/').next().unwrap().to_owned();
            if kind == "sessions" {
                self.rows.lock().unwrap().extend(asked.body.lines().skip(1).map(str::to_owned));
            }
            self.imports.lock().unwrap().push(kind);
            return (200, json!({"rows": 1}));
        }
        let rows = self.rows.lock().unwrap();
        if asked.path.starts_with("/v1/reports/trends") {
            // They follow by thirds.
            let followed = self.followed.fetch_add(rows.len().div_ceil(3), Ordering::Relaxed);
            return (200, json!({"total": {"sessions": followed.min(rows.len())}}));
        }
        if rows.is_empty() {
            return (404, json!({"title": "No such district"}));
        }
        let (from, to) = (asked.parameter("from").unwrap(), asked.parameter("to").unwrap());
        let district = asked.parameter("district_id").unwrap();
        let inside = |row: &&String| district_of(row) == district;
        let listed: Vec<Value> = rows.iter().filter(inside).filter_map(|row| listed(row, from, to)).collect();
        let start: usize = asked.parameter("cursor").map_or(0, |cursor| cursor.parse().unwrap());
        let next = (start + PAGE < listed.len()).then(|| (start + PAGE).to_string());
        let page: Vec<&Value> = listed.iter().skip(start).take(PAGE).collect();
        (200, json!({"sessions": page, "next_cursor": next}))
    }
}

fn district_of(row: &str) -> String {
    static CENTERS: LazyLock<Vec<SeedCenter>> = LazyLock::new(|| seed::data::centers().unwrap());
    let center = row.split(',').next().unwrap().parse().unwrap();
    CENTERS.iter().find(|known| known.id == center).unwrap().district.to_string()
}

/// A row as a search shows it, if its date is in the range.
fn listed(row: &str, from: &str, to: &str) -> Option<Value> {
    let cells: Vec<&str> = row.split(',').collect();
    let slots: Vec<Value> = cells[6].split(' ').map(|slot| json!({"slot": slot, "capacity": []})).collect();
    let center_id: u32 = cells[0].parse().ok()?;
    let min_age: u8 = cells[3].parse().ok()?;
    (from <= cells[1] && cells[1] <= to).then(|| {
        json!({"center": {"center_id": center_id}, "date": cells[1], "vaccine": cells[2], "min_age": min_age, "slots": slots})
    })
}

/// A server that keeps what is seeded, and a seeder.
struct Garden {
    kept: Arc<Kept>,
    api: Api,
    signer: Signer,
}

impl Garden {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("vaxslot-{}-{name}", std::process::id()));
        keys::create(&folder, None, Present::Refuse).unwrap();
        let signer = Signer::load(&folder, "x", "vaxslot").unwrap();
        fs::remove_dir_all(&folder).unwrap();
        let kept = Arc::new(Kept::default());
        let server = Arc::clone(&kept);
        let api = Api::new(&serve(move |asked| server.answer(asked))).unwrap();
        Self { kept, api, signer }
    }

    async fn seed(&self, now: &str, first: Date) -> Seeded {
        let wanted = Wanted { first, days: DAYS, force: false };
        seed::seed(&self.api, &self.signer, now.parse().unwrap(), wanted, &mut Vec::new()).await.unwrap()
    }

    /// What was imported since last asked.
    fn sent(&self) -> Vec<String> {
        self.kept.imports.lock().unwrap().split_off(0)
    }
}

#[tokio::test(flavor = "current_thread")]
async fn seeding_again_sends_only_what_is_missing() {
    let garden = Garden::new("again");
    let now = "2026-11-20T12:00:00Z";
    let (today, tomorrow) = (parse_date("2026-11-21").unwrap(), parse_date("2026-11-22").unwrap());
    let Seeded { present, added } = garden.seed(now, today).await;
    assert!(present == 0 && added > 100);
    assert_eq!(garden.kept.rows.lock().unwrap().len(), added);
    let mut order = garden.sent();
    order.dedup();
    assert_eq!(order, ["districts", "centers", "sessions"]);
    assert_eq!(garden.seed(now, today).await, Seeded { present: added, added: 0 });
    assert!(garden.sent().is_empty());
    assert!(garden.seed(now, tomorrow).await.present > 0);
    assert!(garden.sent().iter().all(|kind| kind == "sessions"));
}

#[tokio::test(flavor = "current_thread")]
async fn what_can_no_longer_be_published_is_not_sent() {
    let garden = Garden::new("evening");
    let half_past_eight_in_the_evening = "2026-11-21T15:00:00Z";
    garden.seed(half_past_eight_in_the_evening, parse_date("2026-11-21").unwrap()).await;
    let rows = garden.kept.rows.lock().unwrap();
    assert!(rows.iter().any(|row| row.contains(",2026-11-22,")));
    assert!(!rows.iter().any(|row| row.contains(",2026-11-21,")));
}
