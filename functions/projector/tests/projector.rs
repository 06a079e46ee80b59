//! Batches of the stream, and what follows from them.

use std::sync::Arc;

use aws_lambda_events::dynamodb::Event;
use serde_json::{Value, json};
use vaxslot_app::{
    booking::Booking,
    ports::{Bookings, DayFigures, People, Sessions, Tried},
    projection::Projection,
};
use vaxslot_domain::{
    booking::{MoveOrder, Policy},
    event::EventKind,
    rollup::Level,
    session::Session,
};
use vaxslot_projector::Projector;
use vaxslot_testkit::{MemoryStore, RecordedEvents, TestHost, make};

struct Stage {
    store: Arc<MemoryStore>,
    events: Arc<RecordedEvents>,
    projector: Projector,
}

fn stage() -> Stage {
    let (store, events) = (Arc::new(MemoryStore::default()), Arc::new(RecordedEvents::default()));
    let host = Arc::new(TestHost::at(make::read("2026-11-21T10:00:00Z")));
    let projection = Projection::new(store.clone(), events.clone(), host);
    Stage { store, events, projector: Projector::new(Arc::new(projection), "vaxslot") }
}

fn sample(name: &str) -> Event {
    let path = format!("{}/../../events/projector/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A record that a shard of the session changed.
fn touched(session: &Session, times: usize) -> Event {
    let image = json!({
        "pk": {"S": format!("POOL#{}", session.shard_keys().next().unwrap())}, "sk": {"S": "SHARD"},
        "capacity": {"N": "1"}, "free": {"N": "0"}, "closed": {"BOOL": false},
    });
    let record = |number: usize| -> Value {
        json!({
            "eventID": number.to_string(), "eventName": "MODIFY", "awsRegion": "us-east-1",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_795_255_200.0, "Keys": {"pk": image["pk"], "sk": image["sk"]},
                "OldImage": image, "NewImage": image, "SequenceNumber": number.to_string(), "SizeBytes": 1,
            },
        })
    };
    serde_json::from_value(json!({"Records": (0..times).map(record).collect::<Vec<_>>()})).unwrap()
}

/// A published session of 25 units, and somebody who has booked one of them.
async fn booked(store: &MemoryStore, session: u128, person: u128) -> Session {
    let published = make::Draft::new(session, &[25]).made();
    store.publish(&published.session, &published.shards).await.unwrap();
    let citizen = make::adult(person, &make::account(&format!("account-{person}")));
    store.add_beneficiary(&citizen, &make::phone(1)).await.unwrap();
    let wish = make::Wish::new(&published.session, &[&citizen]);
    assert_eq!(store.reserve(&wish.reservation()).await.unwrap(), Tried::Done(()));
    published.session
}

async fn booked_at(store: &MemoryStore, session: &Session, level: Level) -> Vec<(u64, u64)> {
    let rows = store.rows(session.date, level).await.unwrap();
    rows.iter().map(|row| (row.figures.booked, row.figures.capacity)).collect()
}

fn levels(session: &Session) -> [Level; 4] {
    let district = &session.center.district;
    [Level::Center(session.center.id), Level::District(district.id), Level::State(district.state.id), Level::Country]
}

#[tokio::test]
async fn a_booking_is_counted_at_every_level() {
    let stage = stage();
    let session = booked(&stage.store, 1, 1).await;
    let response = stage.projector.handle(touched(&session, 1)).await;
    assert!(response.batch_item_failures.is_empty());
    let now = stage.store.session(session.id).await.unwrap().unwrap();
    assert_eq!((now.free(None), now.capacity(None)), (24, 25));
    for level in levels(&session) {
        assert_eq!(booked_at(&stage.store, &session, level).await, [(1, 25)], "{level:?}");
    }
}

#[tokio::test]
async fn a_batch_that_comes_again_changes_nothing() {
    let stage = stage();
    let (first, second) = (booked(&stage.store, 1, 1).await, booked(&stage.store, 2, 2).await);
    for _ in 0..3 {
        stage.projector.handle(touched(&first, 5)).await;
        stage.projector.handle(touched(&second, 1)).await;
    }
    assert_eq!(booked_at(&stage.store, &first, Level::Center(first.center.id)).await, [(1, 25), (1, 25)]);
    assert_eq!(booked_at(&stage.store, &first, Level::Country).await, [(2, 50)]);
}

#[tokio::test]
async fn an_appointment_that_was_made_is_told() {
    let stage = stage();
    let response = stage.projector.handle(sample("good")).await;
    assert!(response.batch_item_failures.is_empty());
    let told = stage.events.told();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].kind, EventKind::Confirmed);
}

#[tokio::test]
async fn a_move_is_told_once_and_not_as_a_cancellation() {
    let stage = stage();
    for _ in 0..2 {
        let response = stage.projector.handle(sample("rescheduled")).await;
        assert!(response.batch_item_failures.is_empty());
    }
    let told = stage.events.told();
    assert!(told.iter().all(|event| event.kind == EventKind::Rescheduled));
    let ids: Vec<String> = told.iter().map(vaxslot_domain::event::Event::id).collect();
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]), "one a batch, and the same");
    assert_eq!(told[0].appointment.date.to_string(), "2026-11-23", "where to go now");
}

#[tokio::test]
async fn a_move_is_counted_where_it_left_and_where_it_went() {
    let stage = stage();
    let old = booked(&stage.store, 1, 1).await;
    let new = booked(&stage.store, 2, 2).await;
    let host = Arc::new(TestHost::at(make::read("2026-11-21T10:00:00Z")));
    let booking = Booking::new(stage.store.clone(), host, Policy::USUAL);
    let person = make::adult(1, &make::account("account-1"));
    let had = stage.store.beneficiaries(&[person.id]).await.unwrap()[0].clone().unwrap().active.unwrap();
    let order = MoveOrder::new(person.account, vec![make::own(&had)], new.id, new.slots[0]).unwrap();
    booking.reschedule(&order, None).await.unwrap();
    for session in [&old, &new] {
        assert!(stage.projector.handle(touched(session, 1)).await.batch_item_failures.is_empty());
    }
    let mut free = Vec::new();
    for session in [&old, &new] {
        free.push(stage.store.session(session.id).await.unwrap().unwrap().free(None));
    }
    assert_eq!(free, [25, 23]);
    assert_eq!(booked_at(&stage.store, &old, Level::Country).await, [(2, 50)]);
}

#[tokio::test]
async fn an_event_told_twice_has_one_id() {
    let stage = stage();
    stage.projector.handle(sample("duplicate")).await;
    let ids: Vec<String> = stage.events.told().iter().map(vaxslot_domain::event::Event::id).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn who_came_is_told_once_however_often_the_record_comes() {
    let stage = stage();
    for _ in 0..2 {
        let response = stage.projector.handle(sample("completed")).await;
        assert_eq!(response.batch_item_failures.len(), 0);
    }
    let told = stage.events.told();
    let ids: std::collections::BTreeSet<String> = told.iter().map(vaxslot_domain::event::Event::id).collect();
    assert_eq!((told[0].kind, ids.len()), (EventKind::Completed, 1));
}

#[tokio::test]
async fn a_row_that_does_not_parse_is_named_and_what_came_before_is_done() {
    let stage = stage();
    let batch = sample("invalid");
    let wanted = batch.records[1].change.sequence_number.clone();
    let response = stage.projector.handle(batch).await;
    let named: Vec<_> = response.batch_item_failures.iter().map(|failure| failure.item_identifier.clone()).collect();
    assert_eq!(named, [wanted]);
    assert!(stage.events.told().is_empty());
}
