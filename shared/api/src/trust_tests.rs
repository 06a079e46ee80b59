use std::{collections::HashMap, sync::Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};

use super::*;
use crate::token::mint::{AUDIENCE, ISSUER, Mint};

const STAFF: &str = "https://staff.example";

/// Key sets as they are published, or cannot be read.
struct Sets(Mutex<(Option<String>, bool, u32)>);

impl Sets {
    fn of(jwks: Option<String>) -> Arc<Self> {
        Arc::new(Self(Mutex::new((jwks, false, 0))))
    }

    fn publish(&self, jwks: String) {
        self.0.lock().unwrap().0 = Some(jwks);
    }

    fn break_down(&self) {
        self.0.lock().unwrap().1 = true;
    }

    fn looks(&self) -> u32 {
        self.0.lock().unwrap().2
    }
}

#[async_trait]
impl KeySets for Sets {
    async fn key_set(&self) -> Result<Option<String>, StoreError> {
        let mut state = self.0.lock().unwrap();
        state.2 += 1;
        if state.1 { Err(StoreError::Failed("down".into())) } else { Ok(state.0.clone()) }
    }

    async fn publish_key_set(&self, _: &str) -> Result<(), StoreError> {
        unreachable!("a gate only reads")
    }
}

struct Clock;

#[async_trait]
impl Host for Clock {
    fn now(&self) -> Timestamp {
        at(0)
    }

    fn random(&self) -> u64 {
        0
    }

    fn uuid(&self) -> uuid::Uuid {
        uuid::Uuid::nil()
    }

    async fn pause(&self, _: std::time::Duration) {}
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_255_200 + seconds).unwrap()
}

fn trust(sets: &Arc<Sets>) -> Trust {
    Trust::published(ISSUER, AUDIENCE, sets.clone(), Arc::new(Clock))
}

fn set_of(mints: &[&Mint]) -> String {
    json!({ "keys": mints.iter().map(|mint| mint.jwk()).collect::<Vec<_>>() }).to_string()
}

fn outcome(verified: Result<Admitted, Distrust>) -> &'static str {
    match verified {
        Ok(_) => "believed",
        Err(Distrust::Token(BadToken::UnknownKey)) => "unknown key",
        Err(Distrust::Token(_)) => "not believed",
        Err(Distrust::NoKeys(_)) => "no keys",
    }
}

#[tokio::test]
async fn keys_are_looked_up_once_in_a_while() {
    let (sets, citizen) = (Sets::of(Some(set_of(&[Mint::shared()]))), json!({ "role": "citizen" }));
    let trust = trust(&sets);
    for (seconds, looks) in [(0, 1), (1, 1), (299, 1), (300, 2), (301, 2), (900, 3)] {
        let token = Mint::shared().token(at(seconds), &citizen);
        assert_eq!(outcome(trust.verify(&token, at(seconds)).await), "believed");
        assert_eq!(sets.looks(), looks, "{seconds}");
    }
}

#[tokio::test]
async fn a_new_key_is_found_and_names_that_nobody_has_cost_little() {
    let (sets, citizen) = (Sets::of(Some(set_of(&[Mint::shared()]))), json!({ "role": "citizen" }));
    let (trust, new) = (trust(&sets), Mint::new("new"));
    let token = new.token(at(0), &citizen);
    for _ in 0..100 {
        assert_eq!(outcome(trust.verify(&token, at(0)).await), "unknown key");
    }
    assert_eq!(sets.looks(), 1);
    sets.publish(set_of(&[Mint::shared(), &new]));
    assert_eq!(outcome(trust.verify(&token, at(9)).await), "unknown key");
    assert_eq!(outcome(trust.verify(&token, at(10)).await), "believed");
    assert_eq!(sets.looks(), 2);
}

#[tokio::test]
async fn a_key_that_was_withdrawn_is_believed_for_minutes_only() {
    let (old, new) = (Mint::new("old"), Mint::shared());
    let sets = Sets::of(Some(set_of(&[&old, new])));
    let (trust, token) = (trust(&sets), old.token(at(0), &json!({ "role": "citizen" })));
    assert_eq!(outcome(trust.verify(&token, at(0)).await), "believed");
    sets.publish(set_of(&[new]));
    assert_eq!(outcome(trust.verify(&token, at(300)).await), "unknown key");
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_believed_as_they_were_for_a_day() {
    let (sets, citizen) = (Sets::of(Some(set_of(&[Mint::shared()]))), json!({ "role": "citizen" }));
    let trust = trust(&sets);
    let token = |seconds| Mint::shared().token(at(seconds), &citizen);
    assert_eq!(outcome(trust.verify(&token(0), at(0)).await), "believed");
    sets.break_down();
    let (hour, day) = (3_600, 24 * 3_600);
    assert_eq!(outcome(trust.verify(&token(hour), at(hour)).await), "believed");
    assert_eq!(outcome(trust.verify(&token(day), at(day)).await), "no keys");
}

#[tokio::test]
async fn without_keys_nobody_says_that_a_token_is_bad() {
    let token = Mint::shared().token(at(0), &json!({ "role": "citizen" }));
    let none = Sets::of(None);
    assert_eq!(outcome(trust(&none).verify(&token, at(0)).await), "no keys");
    let empty = Sets::of(Some(r#"{"keys":[]}"#.to_owned()));
    let distrust = trust(&empty).verify(&token, at(0)).await.unwrap_err();
    assert_eq!(Problem::from(distrust).kind(), Kind::Busy);
}

#[tokio::test]
async fn another_issuer_speaks_for_staff_only() {
    let sets = Sets::of(Some(set_of(&[Mint::shared()])));
    let theirs = Mint::new("theirs");
    let verifier = TokenVerifier::from_jwks(STAFF, "booking", &set_of(&[&theirs])).unwrap();
    let trust = trust(&sets).and_staff(Some(Keys::Fixed(verifier)));
    let claims = |role: &str, issuer: &str, audience: &str| json!({ "role": role, "iss": issuer, "aud": audience });
    let cases = [
        (theirs.token(at(0), &claims("admin", STAFF, "booking")), "believed"),
        (theirs.token(at(0), &claims("citizen", STAFF, "booking")), "not believed"),
        (theirs.token(at(0), &claims("admin", STAFF, AUDIENCE)), "not believed"),
        // Each by its own keys.
        (theirs.token(at(0), &claims("admin", ISSUER, AUDIENCE)), "unknown key"),
        (Mint::shared().token(at(0), &claims("admin", STAFF, "booking")), "unknown key"),
        (Mint::shared().token(at(0), &claims("citizen", ISSUER, AUDIENCE)), "believed"),
        (Mint::shared().token(at(0), &claims("admin", "https://else.example", AUDIENCE)), "not believed"),
    ];
    for (number, (token, expected)) in cases.into_iter().enumerate() {
        assert_eq!(outcome(trust.verify(&token, at(0)).await), expected, "{number}");
    }
}

/// The web, as far as one identity provider is on it.
#[derive(Default)]
struct Pages(Mutex<(HashMap<String, String>, u32)>);

const KEYS: &str = "https://staff.example/keys";

impl Pages {
    fn with(description: &Value, jwks: &str) -> Arc<Self> {
        let pages = Self::default();
        pages.put("https://staff.example/.well-known/openid-configuration", description.to_string());
        pages.put(KEYS, jwks.to_owned());
        Arc::new(pages)
    }

    fn put(&self, address: &str, text: String) {
        self.0.lock().unwrap().0.insert(address.to_owned(), text);
    }

    fn go_down(&self) {
        self.0.lock().unwrap().0.clear();
    }

    fn looks(&self) -> u32 {
        self.0.lock().unwrap().1
    }
}

#[async_trait]
impl Web for Pages {
    async fn fetch(&self, address: &str) -> Result<String, StoreError> {
        let mut state = self.0.lock().unwrap();
        state.1 += 1;
        state.0.get(address).cloned().ok_or_else(|| StoreError::Failed("nothing there".into()))
    }
}

fn description() -> Value {
    json!({ "issuer": STAFF, "jwks_uri": KEYS })
}

/// Trusts a provider of staff beside our own issuer.
fn with_staff(pages: &Arc<Pages>) -> Trust {
    let staff = Keys::of_provider(STAFF, "booking", None, pages.clone(), Arc::new(Clock));
    trust(&Sets::of(Some(set_of(&[Mint::shared()])))).and_staff(Some(staff))
}

fn staff_token(mint: &Mint, seconds: i64) -> String {
    mint.token(at(seconds), &json!({ "role": "admin", "iss": STAFF, "aud": "booking" }))
}

#[tokio::test]
async fn the_keys_of_staff_are_found_as_their_provider_describes_itself() {
    let theirs = Mint::new("theirs");
    let pages = Pages::with(&description(), &set_of(&[&theirs]));
    let trust = with_staff(&pages);
    for (seconds, looks) in [(0, 2), (1, 2), (299, 2), (300, 4)] {
        assert_eq!(outcome(trust.verify(&staff_token(&theirs, seconds), at(seconds)).await), "believed");
        assert_eq!(pages.looks(), looks, "{seconds}");
    }
    let new = Mint::new("new");
    pages.put(KEYS, set_of(&[&theirs, &new]));
    for _ in 0..50 {
        assert_eq!(outcome(trust.verify(&staff_token(&new, 305), at(305)).await), "unknown key");
    }
    assert_eq!(pages.looks(), 4, "names that nobody has cost nothing");
    assert_eq!(outcome(trust.verify(&staff_token(&new, 310), at(310)).await), "believed");
    assert_eq!(pages.looks(), 6);
}

#[tokio::test]
async fn staff_come_in_for_a_day_while_their_provider_is_down() {
    let theirs = Mint::new("theirs");
    let pages = Pages::with(&description(), &set_of(&[&theirs]));
    let trust = with_staff(&pages);
    assert_eq!(outcome(trust.verify(&staff_token(&theirs, 0), at(0)).await), "believed");
    pages.go_down();
    let (hour, day) = (3_600, 24 * 3_600);
    assert_eq!(outcome(trust.verify(&staff_token(&theirs, hour), at(hour)).await), "believed");
    assert_eq!(outcome(trust.verify(&staff_token(&theirs, day), at(day)).await), "no keys");
    let citizen = Mint::shared().token(at(day), &json!({ "role": "citizen" }));
    assert_eq!(outcome(trust.verify(&citizen, at(day)).await), "believed", "citizens are not concerned");
}

#[tokio::test]
async fn a_description_that_is_not_its_own_is_not_believed() {
    let theirs = Mint::new("theirs");
    let private =
        json!({ "keys": [{ "kty": "RSA", "kid": "theirs", "n": "AQAB", "e": "AQAB", "d": "AQAB" }] }).to_string();
    for (description, jwks) in [
        (json!({ "issuer": "https://evil.example", "jwks_uri": KEYS }), set_of(&[&theirs])),
        (json!({ "issuer": format!("{STAFF}/"), "jwks_uri": KEYS }), set_of(&[&theirs])),
        (json!({ "issuer": STAFF, "jwks_uri": "http://staff.example/keys" }), set_of(&[&theirs])),
        (json!({ "issuer": STAFF, "jwks_uri": "file:///etc/passwd" }), set_of(&[&theirs])),
        (json!({ "issuer": STAFF }), set_of(&[&theirs])),
        (json!([]), set_of(&[&theirs])),
        (description(), "{}".to_owned()),
        (description(), private),
    ] {
        let trust = with_staff(&Pages::with(&description, &jwks));
        assert_eq!(outcome(trust.verify(&staff_token(&theirs, 0), at(0)).await), "no keys", "{description}");
    }
}
