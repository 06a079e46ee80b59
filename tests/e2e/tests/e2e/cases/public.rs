use reqwest::Method;

use super::{Case, NOBODY, case};
use crate::{
    request::{get, request},
    stage::{DISTRICT, Stage},
};

pub fn all(stage: &Stage) -> Vec<Case> {
    let search = |query: &str| get(format!("/v1/sessions?{query}"));
    let day = stage.tomorrow();
    let parameters = [
        ("no place", "date=2030-01-01".to_owned(), "place-required"),
        ("two places", format!("district_id={DISTRICT}&pincode=411027"), "place-required"),
        ("half a position", "lat=18.5".to_owned(), "place-required"),
        ("district of letters", "district_id=pune".to_owned(), "invalid-parameter"),
        ("district zero", "district_id=0".to_owned(), "invalid-parameter"),
        ("district below zero", "district_id=-1".to_owned(), "invalid-parameter"),
        ("huge district", "district_id=99999999999".to_owned(), "invalid-parameter"),
        ("short pincode", "pincode=4110".to_owned(), "invalid-parameter"),
        ("pincode from zero", "pincode=011027".to_owned(), "invalid-parameter"),
        ("latitude off the globe", "lat=91&long=0".to_owned(), "invalid-parameter"),
        ("latitude not a number", "lat=NaN&long=0".to_owned(), "invalid-parameter"),
        ("radius too wide", "lat=18&long=73&radius_km=26".to_owned(), "invalid-parameter"),
        ("radius zero", "lat=18&long=73&radius_km=0".to_owned(), "invalid-parameter"),
        ("date the other way round", format!("district_id={DISTRICT}&date=22-11-2030"), "invalid-parameter"),
        ("29 February of a common year", format!("district_id={DISTRICT}&date=2030-02-29"), "invalid-parameter"),
        ("a time for a date", format!("district_id={DISTRICT}&date=2030-02-28T00:00:00Z"), "invalid-parameter"),
        ("date and range", format!("district_id={DISTRICT}&date={day}&from={day}"), "invalid-parameter"),
        ("vaccine unknown", format!("district_id={DISTRICT}&vaccine=WATER"), "invalid-parameter"),
        ("dose four", format!("district_id={DISTRICT}&dose=4"), "invalid-parameter"),
        ("age of letters", format!("district_id={DISTRICT}&age=old"), "invalid-parameter"),
        ("fee unknown", format!("district_id={DISTRICT}&fee_type=Cheap"), "invalid-parameter"),
        ("limit zero", format!("district_id={DISTRICT}&limit=0"), "invalid-parameter"),
        ("limit too high", format!("district_id={DISTRICT}&limit=201"), "invalid-parameter"),
        ("cursor made up", format!("district_id={DISTRICT}&cursor=abc"), "invalid-parameter"),
        ("parameter unknown", format!("district_id={DISTRICT}&colour=red"), "invalid-parameter"),
        ("parameter twice", format!("district_id={DISTRICT}&district_id=364"), "invalid-parameter"),
    ];
    let mut cases: Vec<Case> =
        parameters.into_iter().map(|(name, query, slug)| case(name, search(&query), 400, slug)).collect();
    cases.extend([
        case("a day that is past", search(&format!("district_id={DISTRICT}&date=2021-05-01")), 422, "past-date"),
        case(
            "a range that is reversed",
            search(&format!("district_id={DISTRICT}&from=2030-01-07&to=2030-01-01")),
            422,
            "range-reversed",
        ),
        case(
            "a range of eight days",
            search(&format!("district_id={DISTRICT}&from=2030-01-01&to=2030-01-08")),
            422,
            "range-too-long",
        ),
        case("an unknown district", search("district_id=99999"), 404, "no-such-district"),
        case("an unknown center", search("center_id=2147483647"), 404, "no-such-center"),
        case("an unknown state", get("/v1/states/99999/districts"), 404, "no-such-state"),
        case("a state of letters", get("/v1/states/goa/districts"), 400, "invalid-parameter"),
        case("a session's id malformed", get("/v1/sessions/123"), 400, "invalid-parameter"),
        case("an unknown session", get(format!("/v1/sessions/{NOBODY}")), 404, "no-such-session"),
        case("an unknown center by id", get("/v1/centers/2147483647"), 404, "no-such-center"),
        case("a path that is not there", get("/v1/people"), 404, "no-such-route"),
        case("a path above all", get("/v1/../etc/passwd"), 404, "no-such-route"),
        case("a path of an old version", get("/v0/sessions"), 404, "no-such-route"),
        case(
            "deleting a session",
            request(Method::DELETE, format!("/v1/sessions/{NOBODY}")),
            405,
            "method-not-allowed",
        ),
        case("posting a search", request(Method::POST, "/v1/sessions"), 405, "method-not-allowed"),
    ]);
    cases
}
