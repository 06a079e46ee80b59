//! The description of the API that is checked in.

#[test]
fn it_is_the_one_that_the_code_makes() {
    let made = vaxslot::openapi::text().unwrap();
    let checked_in = include_str!("../../../openapi.json");
    assert!(made == checked_in, "run `vaxslot openapi --write openapi.json`");
}
