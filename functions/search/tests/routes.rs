//! The routes over the store in memory.

use std::sync::Arc;

use axum::{Router, http::Method};
use serde_json::{Value, json};
use vaxslot_app::{
    catalog::Catalog,
    ports::{Centers, Places, Sessions},
};
use vaxslot_domain::{SignedDuration, center::FeeType, place::District, session::AgeBand, vaccine::Vaccine};
use vaxslot_search::{Recent, Search, router};
use vaxslot_testkit::{
    MemoryStore, TestHost,
    client::{Answer, Call},
    issuer,
    make::{Draft, center, district, pincode, position, pune, read, session_id},
};

/// 21 November 2026, half past five in the morning in India.
const NOW: &str = "2026-11-21T00:00:00Z";

/// Four centers with sessions on 21 to 24 November, and one in another district.
async fn city() -> Router {
    city_and_clock().await.0
}

async fn city_and_clock() -> (Router, Arc<TestHost>) {
    let store = MemoryStore::new();
    let nashik = District { state: pune().state, ..district(391, 21) };
    store.save_districts(&[pune(), nashik, district(571, 31)]).await.unwrap();
    let mut draft = 0;
    for (number, day) in [(7, "2026-11-21"), (7, "2026-11-22"), (9, "2026-11-22"), (11, "2026-11-24")] {
        let mut place = center(number);
        if number == 9 {
            place.fee_type = FeeType::Paid;
            place.pincode = pincode(411_001);
            place.position = Some(position(18.5204, 73.8567));
        }
        if number == 11 {
            place.position = None;
        }
        store.add_center(&place).await.unwrap();
        draft += 1;
        let ages = AgeBand::new(if number == 9 { 12 } else { 18 }, Some(44)).unwrap();
        let vaccine = if number == 9 { Vaccine::Covaxin } else { Vaccine::Covishield };
        let published = Draft { center: place, date: read(day), ages, vaccine, ..Draft::new(draft, &[25, 25]) }.made();
        store.publish(&published.session, &published.shards).await.unwrap();
    }
    let host = Arc::new(TestHost::at(read(NOW)));
    let catalog = Catalog::new(Arc::new(store), host.clone());
    (router(Search { catalog, host: host.clone(), sealer: issuer::sealer(), recent: Recent::default() }), host)
}

async fn get(path: &str) -> Answer {
    Call::get(path).to(&city().await).await
}

/// The numbers of the sessions that a search finds.
async fn found(query: &str) -> Vec<u128> {
    let answer = get(&format!("/v1/sessions?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    numbers(&answer.json())
}

fn numbers(page: &Value) -> Vec<u128> {
    let id = |session: &Value| (1..=9).find(|number| session["session_id"] == session_id(*number).to_string()).unwrap();
    page["sessions"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn states_and_their_districts_are_listed() {
    let states = get("/v1/states").await.json();
    assert_eq!(states["states"][0], json!({ "state_id": 21, "state_name": "Maharashtra" }));
    let districts = get("/v1/states/21/districts").await.json();
    let pune = json!({ "district_id": 363, "district_name": "Pune", "state_id": 21, "state_name": "Maharashtra" });
    assert_eq!(districts["districts"][0], pune);
    assert_eq!(get("/v1/states/35/districts").await.outcome(), "404 no-such-state");
}

#[tokio::test]
async fn a_session_is_shown_whole() {
    let session = get(&format!("/v1/sessions/{}", session_id(1))).await.json();
    let expected = json!({
        "session_id": session_id(1).to_string(),
        "center": {
            "center_id": 7, "name": "Health Center 7", "address": "Sangavi Phata, Aundh", "block": "Haveli",
            "district_id": 363, "district_name": "Pune", "state_id": 21, "state_name": "Maharashtra",
            "pincode": 411_027, "position": { "lat": 18.5683, "long": 73.8117 }, "opens": "09:00", "closes": "18:00",
            "time_zone": "Asia/Kolkata", "fee_type": "Free",
        },
        "date": "2026-11-21", "vaccine": "COVISHIELD", "min_age": 18, "max_age": 44, "fee": 0, "status": "OPEN",
        "opens_at": null,
        "queue": "AUTO",
        "slots": [{ "slot": "09:00-11:00", "capacity": [{ "dose": 1, "capacity": 50, "available": 50 }] }],
        "available": [{ "dose": 1, "available": 50 }],
    });
    assert_eq!(session, expected);
    let center = get("/v1/centers/7").await.json();
    assert_eq!(center, expected["center"]);
    assert_eq!(get(&format!("/v1/sessions/{}", session_id(99))).await.outcome(), "404 no-such-session");
    assert_eq!(get("/v1/centers/99").await.outcome(), "404 no-such-center");
}

#[tokio::test]
async fn searches_find_what_they_name() {
    assert_eq!(found("district_id=363&from=2026-11-21&to=2026-11-27").await, [1, 2, 3, 4]);
    assert_eq!(found("district_id=363&date=2026-11-22").await, [2, 3]);
    assert_eq!(found("district_id=391&date=2026-11-22").await, [0; 0]);
    assert_eq!(found("pincode=411001&date=2026-11-22").await, [3]);
    assert_eq!(found("pincode=500001&date=2026-11-22").await, [0; 0]);
    assert_eq!(found("center_id=7&from=2026-11-21&to=2026-11-22").await, [1, 2]);
    assert_eq!(found("center_id=7").await, [1], "without a date: today in India");
    assert_eq!(found("lat=18.57&long=73.81&date=2026-11-22").await, [2, 3]);
    assert_eq!(found("lat=18.57&long=73.81&radius_km=1&date=2026-11-22").await, [2]);
}

#[tokio::test]
async fn filters_narrow_a_search() {
    let days = "district_id=363&from=2026-11-21&to=2026-11-27";
    for (filter, sessions) in [
        ("vaccine=COVAXIN", vec![3]),
        ("vaccine=SPUTNIK%20V", vec![]),
        ("vaccine=SPUTNIK+V", vec![]),
        ("dose=1", vec![1, 2, 3, 4]),
        ("dose=2", vec![]),
        ("age=12", vec![3]),
        ("age=45", vec![]),
        ("fee_type=Paid", vec![3]),
        ("fee_type=Free", vec![1, 2, 4]),
        ("available=true", vec![1, 2, 3, 4]),
        ("available=false", vec![1, 2, 3, 4]),
    ] {
        assert_eq!(found(&format!("{days}&{filter}")).await, sessions, "{filter}");
    }
}

#[tokio::test]
async fn only_a_search_around_a_point_tells_distances() {
    let page = get("/v1/sessions?lat=18.57&long=73.81&date=2026-11-22").await.json();
    let distance = page["sessions"][0]["distance_km"].as_f64().unwrap();
    assert!((0.1..0.5).contains(&distance), "{distance}");
    let page = get("/v1/sessions?center_id=7&date=2026-11-22").await.json();
    assert!(page["sessions"][0].get("distance_km").is_none());
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let city = city().await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/sessions?district_id=363&from=2026-11-21&to=2026-11-27&limit=1{cursor}");
        let page = Call::get(&path).to(&city).await.json();
        seen.extend(numbers(&page));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, [1, 2, 3, 4]);
}

#[tokio::test]
async fn an_answer_that_did_not_change_is_not_sent_again() {
    let city = city().await;
    for (path, caching) in [
        ("/v1/sessions?district_id=363", "public, max-age=1, stale-while-revalidate=2"),
        ("/v1/states", "public, max-age=60, stale-while-revalidate=60"),
        ("/v1/states/21/districts", "public, max-age=60, stale-while-revalidate=60"),
        ("/v1/centers/7", "public, max-age=1, stale-while-revalidate=2"),
        ("/openapi.json", "public, max-age=300"),
        ("/docs", "public, max-age=300"),
    ] {
        let first = Call::get(path).to(&city).await;
        assert_eq!((first.status, first.headers["cache-control"].to_str().unwrap()), (200, caching), "{path}");
        let tag = first.headers["etag"].to_str().unwrap();
        let again = Call::get(path).header("if-none-match", tag).to(&city).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.headers["etag"], tag);
    }
}

#[tokio::test]
async fn bad_searches_are_refused() {
    let city = city().await;
    let cases = [
        ("", "400 place-required"),
        ("date=2026-11-22", "400 place-required"),
        ("district_id=363&pincode=411001", "400 place-required"),
        ("district_id=363&lat=18.5&long=73.8", "400 place-required"),
        ("lat=18.5", "400 place-required"),
        ("long=73.8", "400 place-required"),
        ("district_id=363&radius_km=5", "400 invalid-parameter"),
        ("district_id=9999", "404 no-such-district"),
        ("center_id=9999", "404 no-such-center"),
        ("district_id=0", "400 invalid-parameter"),
        ("district_id=-1", "400 invalid-parameter"),
        ("district_id=363;drop", "400 invalid-parameter"),
        ("district_id=2147483648", "400 invalid-parameter"),
        ("pincode=11001", "400 invalid-parameter"),
        ("pincode=011001", "400 invalid-parameter"),
        ("lat=91&long=0", "400 invalid-parameter"),
        ("lat=0&long=181", "400 invalid-parameter"),
        ("lat=NaN&long=0", "400 invalid-parameter"),
        ("lat=18.5&long=73.8&radius_km=0", "400 invalid-parameter"),
        ("lat=18.5&long=73.8&radius_km=26", "400 invalid-parameter"),
        ("lat=18.5&long=73.8&radius_km=inf", "400 invalid-parameter"),
        ("district_id=363&date=2026-11-20", "422 past-date"),
        ("district_id=363&from=2026-11-20&to=2026-11-22", "422 past-date"),
        ("district_id=363&from=2026-11-23&to=2026-11-22", "422 range-reversed"),
        ("district_id=363&from=2026-11-22&to=2026-11-29", "422 range-too-long"),
        ("district_id=363&from=2026-11-22", "400 invalid-parameter"),
        ("district_id=363&to=2026-11-22", "400 invalid-parameter"),
        ("district_id=363&date=2026-11-22&to=2026-11-22", "400 invalid-parameter"),
        ("district_id=363&date=2027-02-29", "400 invalid-parameter"),
        ("district_id=363&date=22-11-2026", "400 invalid-parameter"),
        ("district_id=363&date=", "400 invalid-parameter"),
        ("district_id=363&vaccine=covishield", "400 invalid-parameter"),
        ("district_id=363&dose=0", "400 invalid-parameter"),
        ("district_id=363&dose=4", "400 invalid-parameter"),
        ("district_id=363&age=121", "400 invalid-parameter"),
        ("district_id=363&age=-1", "400 invalid-parameter"),
        ("district_id=363&fee_type=free", "400 invalid-parameter"),
        ("district_id=363&available=1", "400 invalid-parameter"),
        ("district_id=363&limit=0", "400 invalid-parameter"),
        ("district_id=363&limit=201", "400 invalid-parameter"),
        ("district_id=363&cursor=x", "400 invalid-parameter"),
        ("district_id=363&cursor=MjAyNi0xMS0yMw", "400 invalid-parameter"),
        ("district_id=363&district_id=363", "400 invalid-parameter"),
        ("district_id=363&offset=1", "400 invalid-parameter"),
    ];
    for (query, expected) in cases {
        let answer = Call::get(&format!("/v1/sessions?{query}")).to(&city).await;
        assert_eq!(answer.outcome(), expected, "{query}: {}", answer.text());
        assert_eq!(answer.headers["cache-control"], "no-store", "{query}");
    }
}

#[tokio::test]
async fn a_cursor_is_of_its_search_alone() {
    let city = city().await;
    let days = "from=2026-11-21&to=2026-11-27";
    let of = |place: &str, more: &str| format!("/v1/sessions?{place}&{more}");
    let page = Call::get(&of("district_id=363", &format!("{days}&limit=1"))).to(&city).await.json();
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    let outcome = async |place: &str, more: &str| {
        Call::get(&of(place, &format!("{more}&cursor={cursor}"))).to(&city).await.outcome()
    };
    assert_eq!(
        outcome("district_id=363", &format!("{days}&limit=2")).await,
        "200",
        "a page may be longer than the last"
    );
    for (place, more) in [
        ("district_id=391", days.to_owned()),
        ("district_id=571", days.to_owned()),
        ("center_id=7", days.to_owned()),
        ("pincode=411027", days.to_owned()),
        ("lat=18.57&long=73.81", days.to_owned()),
        ("district_id=363", "from=2026-11-21&to=2026-11-26".to_owned()),
        ("district_id=363", "date=2026-11-21".to_owned()),
        ("district_id=363", format!("{days}&age=20")),
        ("district_id=363", format!("{days}&vaccine=COVISHIELD")),
        ("district_id=363", format!("{days}&available=true")),
    ] {
        assert_eq!(outcome(place, &more).await, "400 invalid-parameter", "{place}&{more}");
    }
}

#[tokio::test]
async fn a_cursor_that_was_made_up_or_changed_is_refused() {
    let city = city().await;
    let search = "/v1/sessions?district_id=363&from=2026-11-21&to=2026-11-27";
    let page = Call::get(&format!("{search}&limit=1")).to(&city).await.json();
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    let turned: String = cursor.chars().rev().collect();
    let unsigned = "MjAyNi0xMS0yMSMwMDAwMDAwMDA3IzFmMGMzYTZlLTlkNTctNGI4YS04YTNlLTVmMmM3ZDFlOWIwNA".to_owned();
    let cut = cursor[..cursor.len() - 1].to_owned();
    for bad in
        [turned, unsigned, cut, cursor[1..].to_owned(), format!("{cursor}A"), format!("{cursor}="), String::new()]
    {
        let answer = Call::get(&format!("{search}&cursor={bad}")).to(&city).await;
        assert_eq!(answer.outcome(), "400 invalid-parameter", "{bad}");
        assert_eq!(answer.json()["parameter"], "cursor", "{bad}");
    }
}

#[tokio::test]
async fn a_search_of_today_begins_anew_when_midnight_has_passed() {
    let (city, host) = city_and_clock().await;
    host.set(read("2026-11-22T06:00:00Z"));
    let page = Call::get("/v1/sessions?district_id=363&limit=1").to(&city).await.json();
    assert_eq!(numbers(&page), [2]);
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    host.set(read("2026-11-23T19:00:00Z"));
    let next = Call::get(&format!("/v1/sessions?district_id=363&cursor={cursor}")).to(&city).await.json();
    assert_eq!(numbers(&next), [4], "all of the new day");
}

#[tokio::test]
async fn the_same_search_is_answered_from_memory_for_half_a_second_and_by_its_own_tag() {
    let (store, host) = (Arc::new(MemoryStore::new()), Arc::new(TestHost::at(read(NOW))));
    store.save_districts(&[pune()]).await.unwrap();
    let catalog = Catalog::new(store.clone(), host.clone());
    let city = router(Search { catalog, host: host.clone(), sealer: issuer::sealer(), recent: Recent::default() });
    let find = async |query: &str| {
        let answer = Call::get(&format!("/v1/sessions?{query}")).to(&city).await;
        (answer.json()["sessions"].as_array().unwrap().len(), answer.headers["etag"].to_str().unwrap().to_owned())
    };
    let query = "district_id=363&date=2026-11-22";
    let before = find(query).await;
    assert_eq!(before.0, 0);
    let published = Draft { date: read("2026-11-22"), ..Draft::new(1, &[25]) }.made();
    store.add_center(&published.session.center).await.unwrap();
    store.publish(&published.session, &published.shards).await.unwrap();
    host.advance(SignedDuration::from_millis(499));
    assert_eq!(find(query).await, before, "within half a second");
    assert_eq!(find("date=2026-11-22&district_id=363").await.0, 1, "written in another way it is another search");
    let seen = Call::get(&format!("/v1/sessions?{query}")).header("if-none-match", &before.1).to(&city).await;
    assert_eq!(seen.status, 304);
    host.advance(SignedDuration::from_millis(1));
    let after = find(query).await;
    assert_eq!(after.0, 1, "after it");
    assert_ne!(after.1, before.1);
    let late = Call::get("/v1/sessions?district_id=363&date=2026-11-20").to(&city).await;
    assert_eq!(late.outcome(), "422 past-date", "what is wrong is told each time");
}

#[tokio::test]
async fn addresses_that_do_not_exist_are_problems() {
    let city = city().await;
    for path in
        ["/v1", "/v1/", "/v2/states", "/v1/sessions/", "/v1/appointments", "/favicon.ico", "/v1/states//districts"]
    {
        let answer = Call::get(path).to(&city).await;
        let expected = if path == "/v1/states//districts" { "400 invalid-parameter" } else { "404 no-such-route" };
        assert_eq!(answer.outcome(), expected, "{path}");
    }
    for path in ["/v1/sessions/7", "/v1/sessions/%FF", "/v1/centers/x", "/v1/centers/0", "/v1/states/-1/districts"] {
        assert_eq!(Call::get(path).to(&city).await.outcome(), "400 invalid-parameter", "{path}");
    }
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
        for path in ["/v1/sessions", "/v1/states", "/docs", "/"] {
            let answer = Call::new(method.clone(), path).to(&city).await;
            assert_eq!(answer.outcome(), "405 method-not-allowed", "{method} {path}");
            assert_eq!(answer.headers["allow"], "GET,HEAD", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_answer_carries_safe_headers() {
    let city = city().await;
    let tag = Call::get("/v1/states").to(&city).await.headers["etag"].to_str().unwrap().to_owned();
    let answers = [
        (302, Call::get("/")),
        (200, Call::get("/docs")),
        (200, Call::get("/openapi.json")),
        (200, Call::get("/v1/states")),
        (304, Call::get("/v1/states").header("if-none-match", &tag)),
        (200, Call::new(Method::HEAD, "/v1/states")),
        (404, Call::get("/nowhere")),
        (404, Call::get("/v1/centers/99")),
        (400, Call::get("/v1/centers/x")),
        (405, Call::post("/v1/states")),
        (204, Call::new(Method::OPTIONS, "/v1/states")),
        (204, Call::new(Method::OPTIONS, "/nowhere")),
    ];
    for (number, (status, call)) in answers.into_iter().enumerate() {
        let answer = call.to(&city).await;
        assert_eq!(answer.status, status, "{number}");
        for (name, value) in [
            ("cross-origin-opener-policy", "same-origin"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("referrer-policy", "no-referrer"),
            ("strict-transport-security", "max-age=31536000"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(answer.headers[name], value, "{number}: {name}");
        }
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{number}: {policy}"
        );
        assert!(answer.headers.contains_key("cache-control"), "{number}");
    }
}

#[tokio::test]
async fn the_page_needs_nothing_from_elsewhere() {
    let home = get("/").await;
    assert_eq!((home.status, home.headers["location"].to_str().unwrap()), (302, "/docs"));
    let page = get("/docs").await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let html = page.text();
    for foreign in ["http://", "https://", "src=", "@import", ": url("] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'sha256-") && policy.contains("style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let described = get("/openapi.json").await;
    assert_eq!(described.headers["content-type"], "application/json");
    let checked_in: Value = serde_json::from_str(include_str!("../../../openapi.json")).unwrap();
    assert_eq!(described.json(), checked_in);
    assert!(described.body.len() < 1_000_000, "a function may answer with 6 MB at most");
}
