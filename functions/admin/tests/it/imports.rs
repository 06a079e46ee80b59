use serde_json::json;
use vaxslot_app::ports::Places;
use vaxslot_domain::access::{Caller, Region};
use vaxslot_testkit::{
    client::Call,
    make::{center, center_id, pune},
};

use crate::stage::{OWN, Stage, admin, admin_of_pune, bad_rows, notes, operator};

const DISTRICTS: &str = "state_id,state_name,district_id,district_name";
const CENTERS: &str =
    "center_id,name,address,state_name,district_id,district_name,block_name,pincode,lat,long,fee_type,opens,closes";
const SESSIONS: &str = "center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3";

fn file(header: &str, rows: &[&str]) -> String {
    [&[header], rows].concat().join("\r\n")
}

#[tokio::test]
async fn districts_are_added_and_renamed_by_the_national_admin() {
    let stage = Stage::new().await;
    let rows = ["21,Maharashtra,363,Pune City", "27,Mizoram,244,Aizawl East"];
    let answer = stage.import("districts", &admin(), &file(DISTRICTS, &rows)).await;
    assert_eq!((answer.outcome().as_str(), answer.json()), ("200", json!({ "rows": 2, "warnings": [] })));
    assert_eq!(stage.store.district(pune().id).await.unwrap().unwrap().name.as_str(), "Pune City");
    assert_eq!(stage.store.states().await.unwrap().len(), 3);
    let bad = stage.import("districts", &admin(), &file(DISTRICTS, &["1,A,5,North", "0,A,6,South"])).await;
    assert_eq!(bad_rows(&bad), [(3, "state_id".to_owned())]);
    assert_eq!(stage.store.states().await.unwrap().len(), 3);
}

#[tokio::test]
async fn centers_are_added_changed_and_left_alone() {
    let stage = Stage::new().await;
    let rows = [
        "22535,Khed PHC,Nashik Road,MAHARASHTRA,363,pune,,410501,18.84,73.9,Paid,09:00:00,18:00:00",
        "13274,Aundh Hospital,Sangavi Phata,Maharashtra,363,Poona,Haveli,411027,18,73,Free,08:00,20:00",
    ];
    for _ in 0..2 {
        let answer = stage.import("centers", &admin_of_pune(), &file(CENTERS, &rows)).await;
        assert_eq!(answer.outcome(), "200", "{}", answer.text());
        assert_eq!(answer.json()["rows"], 2);
        let warnings = notes(&answer.json()["warnings"]);
        assert_eq!(warnings, [(3, "lat".to_owned()), (3, "district_name".to_owned())]);
    }
    let added = stage.center(22_535).await.unwrap();
    assert_eq!((added.district, added.block), (pune(), None));
    let changed = stage.center(OWN).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.hours.to_string().as_str()), ("Aundh Hospital", "08:00-20:00"));
    assert_eq!(changed.position, center(OWN).position, "what the file lacks is kept");
}

#[tokio::test]
async fn all_bad_rows_are_told_at_once_and_nothing_is_written() {
    let stage = Stage::new().await;
    let rows = [
        "22535,Khed PHC,Nashik Road,Maharashtra,363,Pune,,410501,18.84,73.9,Paid,09:00:00,18:00:00",
        "22536,Khed PHC,Nashik Road,Maharashtra,363,Pune,,41050,18.84,73.9,Paid,18:00:00,09:00:00",
        "",
        "22537,Elsewhere,A Road,Delhi,141,Central Delhi,,110001,28.6,77.2,Free,09:00:00,18:00:00",
        "22538,Nowhere,A Road,Delhi,999,Central Delhi,,110001,28.6,77.2,Free,09:00:00,18:00:00",
        "500,Moved,A Road,Maharashtra,363,Pune,,410501,18.84,73.9,Paid,09:00:00,18:00:00",
        "22539,Too Short",
    ];
    let answer = stage.import("centers", &admin_of_pune(), &file(CENTERS, &rows)).await;
    let expected = [(3, "pincode"), (3, "closes"), (5, "district_id"), (6, "district_id"), (7, "center_id"), (8, "-")];
    assert_eq!(bad_rows(&answer), expected.map(|(line, column)| (line, column.to_owned())));
    let details = answer.json()["rows"].clone();
    assert_eq!(details[2]["detail"], details[3]["detail"], "a foreign district looks absent");
    assert!(stage.center(22_535).await.is_none());
}

#[tokio::test]
async fn sessions_are_published_once() {
    let stage = Stage::new().await;
    let rows = [
        "13274,2026-11-23,COVISHIELD,18,44,0,11:00-13:00 09:00-11:00,50,25,",
        "13274,2026-11-24,SPUTNIK V,45,,,09:00-11:00,,,1",
    ];
    for _ in 0..2 {
        let answer = stage.import("sessions", &operator(), &file(SESSIONS, &rows)).await;
        assert_eq!((answer.outcome().as_str(), answer.json()), ("200", json!({ "rows": 2, "warnings": [] })));
    }
    let sessions = stage.sessions_of(OWN).await;
    let facts: Vec<_> = sessions.iter().map(|session| (session.capacity(None), session.slots.len())).collect();
    assert_eq!(facts, [(150, 2), (1, 1)]);
    assert_eq!(stage.shards(&sessions[0]).await.len(), 6);

    let other_capacity = [rows[1], "13274,2026-11-23,COVISHIELD,18,44,0,11:00-13:00 09:00-11:00,80,25,"];
    let answer = stage.import("sessions", &operator(), &file(SESSIONS, &other_capacity)).await;
    assert_eq!(notes(&answer.json()["warnings"]), [(3, "dose1".to_owned())]);
    let other_doses = ["13274,2026-11-23,COVISHIELD,18,44,0,11:00-13:00 09:00-11:00,50,,"];
    let answer = stage.import("sessions", &operator(), &file(SESSIONS, &other_doses)).await;
    assert_eq!(bad_rows(&answer), [(2, "slots".to_owned())]);
    assert_eq!(stage.sessions_of(OWN).await, sessions);
}

#[tokio::test]
async fn sessions_at_centers_of_others_are_bad_rows_like_absent_ones() {
    let stage = Stage::new().await;
    let rows = [
        "13274,2026-11-23,COVISHIELD,18,44,0,09:00-11:00,50,,",
        "500,2026-11-23,COVISHIELD,18,44,0,09:00-11:00,50,,",
        "999,2026-11-23,COVISHIELD,18,44,0,09:00-11:00,50,,",
    ];
    let operator_of_nothing = Caller::Operator { centers: [center_id(999)].into() };
    for (caller, bad) in [(operator(), vec![3, 4]), (admin_of_pune(), vec![3, 4]), (operator_of_nothing, vec![2, 3, 4])]
    {
        let answer = stage.import("sessions", &caller, &file(SESSIONS, &rows)).await;
        assert_eq!(bad_rows(&answer).iter().map(|(line, _)| *line).collect::<Vec<_>>(), bad);
        let rows = answer.json()["rows"].clone();
        let same = |row: &serde_json::Value| row["detail"] == rows[0]["detail"] && row["column"] == "center_id";
        assert!(rows.as_array().unwrap().iter().all(same));
    }
    assert!(stage.sessions_of(OWN).await.is_empty());
}

#[tokio::test]
async fn a_schedule_that_the_center_cannot_keep_is_a_bad_row() {
    let stage = Stage::new().await;
    let rows = [
        "13274,2026-11-20,COVISHIELD,18,,0,09:00-11:00,50,,",
        "13274,2028-01-01,COVISHIELD,18,,0,09:00-11:00,50,,",
        "13274,2026-11-23,COVISHIELD,18,,100,09:00-11:00,50,,",
        "13274,2026-11-23,COVISHIELD,18,,0,17:00-19:00,50,,",
        "13274,2026-11-23,COVISHIELD,18,,0,09:00-11:00 10:00-12:00,50,,",
    ];
    let answer = stage.import("sessions", &operator(), &file(SESSIONS, &rows)).await;
    let columns: Vec<String> = bad_rows(&answer).into_iter().map(|(_, column)| column).collect();
    assert_eq!(columns, ["date", "date", "fee", "slots", "slots"]);
}

#[tokio::test]
async fn an_import_is_a_csv_file_with_the_right_header() {
    let stage = Stage::new().await;
    let admin = Caller::Admin { region: Region::Country };
    for kind in ["districts", "centers", "sessions"] {
        let path = format!("/v1/admin/import/{kind}");
        let json = Call::post(&path).by(&admin).json(&json!({})).to(&stage.router).await;
        assert_eq!(json.outcome(), "415 unsupported-media-type");
        let latin = Call::post(&path).by(&admin).body("text/csv", b"name\nPun\xe9\n".to_vec()).to(&stage.router).await;
        assert_eq!(latin.outcome(), "400 malformed-csv");
        let large = Call::post(&path).by(&admin).csv(&"x".repeat(1024 * 1024 + 1)).to(&stage.router).await;
        assert_eq!(large.outcome(), "413 body-too-large");
        let empty = stage.import(kind, &admin, "").await;
        assert_eq!(bad_rows(&empty), [(1, "-".to_owned())]);
        let other = stage.import(kind, &admin, "a,b\n1,2\n").await;
        assert!(bad_rows(&other).iter().all(|(line, _)| *line == 1));
    }
}
