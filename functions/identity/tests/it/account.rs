//! Everything of one's own: shown, and erased.

use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use vaxslot_app::{
    ports::{Bookings, People, Sessions},
    subscriptions::{Announcements, NewSubscription},
};
use vaxslot_domain::{
    SignedDuration,
    access::Caller,
    appointment::Status,
    booking::{Ending, Release},
    id::{AccountId, SubscriptionId},
    subscription::{Endpoint, Filter, Protocol},
};
use vaxslot_testkit::{
    client::{Answer, Call},
    make::{Draft, Wish, account, phone, read},
};

use super::stage::Stage;

const PHONE: &str = "+919812345678";

async fn log_in(stage: &Stage) -> Value {
    let sent = Call::post("/v1/auth/otp").json(&json!({ "phone": PHONE })).to(&stage.function).await.json();
    let (_, code) = stage.outbox.last();
    let body = json!({ "phone": PHONE, "challenge": sent["challenge"], "code": code });
    let answer = Call::post("/v1/auth/token").json(&body).to(&stage.function).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn by(tokens: &Value, call: Call) -> Call {
    call.header("authorization", &format!("Bearer {}", tokens["access_token"].as_str().unwrap()))
}

async fn register(stage: &Stage, tokens: &Value, person: &Value) -> String {
    let answer = by(tokens, Call::post("/v1/beneficiaries")).json(person).to(&stage.function).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["beneficiary_id"].as_str().unwrap().to_owned()
}

async fn export(stage: &Stage, tokens: &Value) -> Answer {
    by(tokens, Call::get("/v1/account/export")).to(&stage.function).await
}

async fn erase(stage: &Stage, tokens: &Value) -> Answer {
    by(tokens, Call::new(Method::DELETE, "/v1/account")).to(&stage.function).await
}

async fn renew(stage: &Stage, tokens: &Value) -> String {
    let body = json!({ "refresh_token": tokens["refresh_token"] });
    Call::post("/v1/auth/refresh").json(&body).to(&stage.function).await.outcome()
}

async fn prefer(stage: &Stage, tokens: &Value, wanted: &Value) -> Answer {
    by(tokens, Call::new(Method::PUT, "/v1/account/preferences")).json(wanted).to(&stage.function).await
}

/// What counts for who never said how to be told.
fn usual() -> Value {
    json!({ "language": "en", "channels": ["SMS"], "email": null, "opted_out": false, "quiet_hours": null })
}

/// Books for a person; given up again if told so.
async fn book(stage: &Stage, id: &str, given_up: bool) -> String {
    let person = stage.store.beneficiaries(&[read(id)]).await.unwrap().remove(0).unwrap();
    let published = Draft::new(1, &[5]).made();
    stage.store.publish(&published.session, &published.shards).await.unwrap();
    let reservation = Wish::new(&published.session, &[&person]).numbered(person.id.uuid().as_u128()).reservation();
    stage.store.reserve(&reservation).await.unwrap();
    let made = &reservation.appointments[0];
    if given_up {
        let ended = made.turned(Status::Cancelled, read("2026-11-21T11:00:00Z"));
        stage.store.release(&Release(vec![Ending::given_up(&person, made, ended)])).await.unwrap();
    }
    made.id.to_string()
}

#[tokio::test]
async fn everything_is_exported_and_no_secret() {
    let stage = Stage::new();
    let tokens = log_in(&stage).await;
    let number = json!({ "kind": "AADHAAR", "number": "2341 2341 2346" });
    let asha = register(&stage, &tokens, &json!({ "name": "Asha Rao", "birth": "1984", "photo_id": number })).await;
    let ravi = register(&stage, &tokens, &json!({ "name": "Ravi Rao", "birth": "1985" })).await;
    let (active, ended) = (book(&stage, &asha, false).await, book(&stage, &ravi, true).await);
    let answer = export(&stage, &tokens).await;
    assert_eq!(answer.headers["cache-control"], "private, no-store");
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment;"));
    let all = answer.json();
    assert_eq!((answer.status, &all["phone"]), (200, &json!(PHONE)));
    let names: Vec<&Value> = all["beneficiaries"].as_array().unwrap().iter().map(|person| &person["name"]).collect();
    assert_eq!(names, ["Asha Rao", "Ravi Rao"]);
    assert_eq!(all["beneficiaries"][0]["photo_id"], json!({ "kind": "AADHAAR", "last_four": "2346" }));
    let ids: Vec<&Value> =
        all["appointments"].as_array().unwrap().iter().map(|appointment| &appointment["appointment_id"]).collect();
    assert_eq!(ids, [active.as_str(), ended.as_str()]);
    let login = &all["logins"][0];
    assert_eq!((&login["began_at"], &login["ended"]), (&json!("2026-11-21T18:15:00Z"), &json!(false)));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    for secret in [refresh, "234123412346", "mac", "hash", "generation"] {
        assert!(!answer.text().contains(secret), "{secret} in {}", answer.text());
    }
}

#[tokio::test]
async fn subscriptions_are_exported_without_their_addresses_and_end_with_the_account() {
    let stage = Stage::new();
    let tokens = log_in(&stage).await;
    let account = export(&stage, &tokens).await.json()["account_id"].as_str().unwrap().parse().unwrap();
    let announcements = Announcements::new(stage.store.clone(), stage.topic.clone(), stage.host.clone());
    let endpoint = Endpoint::parse(Protocol::Email, "asha@example.org", false).unwrap();
    let id = SubscriptionId::new(Uuid::from_u128(1));
    let new = NewSubscription { id, account, endpoint, hash: "hash".to_owned(), filter: Filter::default() };
    announcements.subscribe(&new).await.unwrap();
    let token = stage.topic.subscribers().remove(0).token;
    announcements.confirm(&new.account, id, &token).await.unwrap();
    let all = export(&stage, &tokens).await;
    assert_eq!(all.json()["subscriptions"][0]["status"], "CONFIRMED");
    assert!(!all.text().contains("asha@"), "{}", all.text());
    assert_eq!(by(&tokens, Call::new(Method::DELETE, "/v1/account")).to(&stage.function).await.status, 204);
    assert!(stage.topic.subscribers().is_empty());
    assert_eq!(announcements.own.list(&new.account).await.unwrap(), []);
}

#[tokio::test]
async fn who_says_how_to_be_told_is_shown_it_and_so_is_the_export() {
    let stage = Stage::new();
    let tokens = log_in(&stage).await;
    let show = async || by(&tokens, Call::get("/v1/account/preferences")).to(&stage.function).await.json();
    assert_eq!(show().await, usual());
    let wanted = json!({
        "language": "ta", "channels": ["EMAIL", "SMS"], "email": "asha@example.org", "opted_out": true,
        "quiet_hours": { "from": "21:30", "to": "07:00" },
    });
    assert_eq!(prefer(&stage, &tokens, &wanted).await.status, 204);
    let mut shown = show().await;
    assert_eq!(shown, export(&stage, &tokens).await.json()["preferences"]);
    shown["channels"].as_array_mut().unwrap().sort_by_key(ToString::to_string);
    assert_eq!(shown, wanted);
    for bad in [
        json!({ "language": "xx" }),
        json!({ "channels": [] }),
        json!({ "channels": ["EMAIL"] }),
        json!({ "channels": ["SMS", "SMS"] }),
        json!({ "email": "asha" }),
        json!({ "quiet_hours": { "from": "7", "to": "8" } }),
        json!({ "quiet_hours": { "from": "07:00", "to": "07:00" } }),
        json!({ "opted": true }),
        json!([]),
    ] {
        let refused = prefer(&stage, &tokens, &bad).await;
        assert_eq!(refused.outcome(), "422 invalid-body", "{bad}");
        assert!(!refused.text().contains("asha"), "{}", refused.text());
    }
    assert_eq!(show().await["language"], "ta", "what is refused changes nothing");
    assert_eq!(prefer(&stage, &tokens, &json!({})).await.status, 204);
    assert_eq!(show().await, usual());
}

#[tokio::test]
async fn an_account_of_which_nothing_is_stored_is_exported_as_that() {
    let stage = Stage::new();
    let nobody = Caller::Citizen { account: account("nobody"), phone: Some(phone(1)) };
    let all = Call::get("/v1/account/export").by(&nobody).to(&stage.function).await;
    let nothing = json!({
        "account_id": "nobody", "phone": null, "beneficiaries": [], "appointments": [], "logins": [],
        "preferences": usual(), "subscriptions": [],
    });
    assert_eq!(all.json(), nothing);
    let erased = Call::new(Method::DELETE, "/v1/account").by(&nobody).to(&stage.function).await;
    assert_eq!(erased.status, 204, "what is not there is erased");
}

#[tokio::test]
async fn an_erased_account_is_gone_with_all_that_names_it() {
    let stage = Stage::new();
    let (first, second) = (log_in(&stage).await, log_in(&stage).await);
    let number = json!({ "kind": "AADHAAR", "number": "2341 2341 2346" });
    let asha = register(&stage, &first, &json!({ "name": "Asha Rao", "birth": "1984", "photo_id": number })).await;
    register(&stage, &first, &json!({ "name": "Ravi Rao", "birth": "1985" })).await;
    book(&stage, &asha, true).await;
    let mine = json!({ "channels": ["EMAIL"], "email": "asha@example.org" });
    assert_eq!(prefer(&stage, &first, &mine).await.status, 204);
    assert_eq!(erase(&stage, &first).await.status, 204);
    for tokens in [&first, &second] {
        assert_eq!(renew(&stage, tokens).await, "401 login-ended");
    }
    let left = export(&stage, &first).await.json();
    let nothing = json!({
        "account_id": left["account_id"], "phone": null, "beneficiaries": [], "appointments": [], "logins": [],
        "preferences": usual(), "subscriptions": [],
    });
    assert_eq!(left, nothing);
    let rows = format!("{:?}", stage.store.all_rows());
    for word in ["Asha", "Ravi", "9812345678", "PhotoId("] {
        assert!(!rows.contains(word), "{word} in {rows}");
    }
    assert_eq!(erase(&stage, &first).await.status, 204, "again");
    let other = Caller::Citizen { account: account("other"), phone: Some(phone(2)) };
    let person = json!({ "name": "Asha Rao", "birth": "1984", "photo_id": number });
    let free = Call::post("/v1/beneficiaries").by(&other).json(&person).to(&stage.function).await;
    assert_eq!(free.status, 201, "the document can be registered again");
}

#[tokio::test]
async fn nobody_is_erased_who_has_an_appointment() {
    let stage = Stage::new();
    let tokens = log_in(&stage).await;
    register(&stage, &tokens, &json!({ "name": "Ravi Rao", "birth": "1985" })).await;
    let asha = register(&stage, &tokens, &json!({ "name": "Asha Rao", "birth": "1984" })).await;
    let appointment = book(&stage, &asha, false).await;
    let refused = erase(&stage, &tokens).await;
    assert_eq!(refused.outcome(), "409 appointment-active");
    let told = refused.json();
    assert_eq!((&told["beneficiary_id"], &told["appointment_id"]), (&json!(asha), &json!(appointment)));
    let all = export(&stage, &tokens).await.json();
    assert_eq!(all["beneficiaries"].as_array().unwrap().len(), 2, "all or none");
    assert_eq!(renew(&stage, &tokens).await, "200", "and is still logged in");
}

#[tokio::test]
async fn an_erasure_that_broke_off_is_carried_on_by_a_repeat() {
    for calls in 0..3 {
        let stage = Stage::new();
        let tokens = log_in(&stage).await;
        register(&stage, &tokens, &json!({ "name": "Asha Rao", "birth": "1984" })).await;
        stage.logins.fail_after(calls);
        let outcome = erase(&stage, &tokens).await.status;
        stage.logins.go_on();
        stage.host.advance(SignedDuration::from_secs(60));
        assert_eq!(erase(&stage, &tokens).await.status, 204, "after {outcome} at call {calls}");
        assert_eq!(renew(&stage, &tokens).await, "401 login-ended");
        let id: AccountId = export(&stage, &tokens).await.json()["account_id"].as_str().unwrap().parse().unwrap();
        assert_eq!(stage.store.account(&id).await.unwrap(), None);
    }
}
