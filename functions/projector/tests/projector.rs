//! Batches of the stream, and what follows from them.

use std::sync::Arc;

use async_trait::async_trait;
use aws_lambda_events::dynamodb::{Event, EventRecord};
use futures::FutureExt;
use serde_json::{Value, json};
use vaxslot_app::{
    booking::Booking,
    ports::{Bookings, DayFigures, DueEnd, Dues, END_LISTS, Events, People, Sessions, StoreError, Tried},
    projection::Projection,
};
use vaxslot_aws::rows::{Item, write_beneficiary, write_end, write_ended, write_session};
use vaxslot_domain::{
    SignedDuration,
    access::{Region, Scope},
    appointment::{Appointment, Status},
    availability::{Turn, Turned},
    booking::{MoveOrder, Policy},
    center::FeeType,
    event::EventKind,
    rollup::{Day, Figures, Level},
    session::{Session, SessionStatus},
};
use vaxslot_projector::{Projector, lag, oldest};
use vaxslot_testkit::{MemoryStore, RecordedEvents, TestHost, make};

struct Stage {
    store: Arc<MemoryStore>,
    events: Arc<RecordedEvents>,
    host: Arc<TestHost>,
    projector: Projector,
}

fn stage() -> Stage {
    let (store, events) = (Arc::new(MemoryStore::default()), Arc::new(RecordedEvents::default()));
    let host = Arc::new(TestHost::at(make::read("2026-11-21T10:00:00Z")));
    let projection = Projection::new(store.clone(), events.clone(), host.clone());
    Stage { store, events, host, projector: Projector::new(Arc::new(projection), "vaxslot") }
}

fn sample(name: &str) -> Event {
    let path = format!("{}/../../events/projector/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_lag_is_the_age_of_the_oldest_change_when_all_is_done() {
    let mut batch = sample("good");
    let made = oldest(&batch.records).unwrap();
    assert_eq!(made, make::read("2026-11-21T10:00:00Z"));
    let change = &mut batch.records[0].change;
    change.approximate_creation_date_time -= std::time::Duration::from_millis(1500);
    let line: Value =
        serde_json::from_str(&lag(oldest(&batch.records).unwrap(), made + SignedDuration::from_secs(1))).unwrap();
    assert_eq!(line["ProjectionLag"], 2500);
    let metrics = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(metrics["Metrics"], json!([{"Name": "ProjectionLag", "Unit": "Milliseconds"}]));
    let early = lag(made, made - SignedDuration::from_secs(1));
    assert!(early.contains("\"ProjectionLag\":0"), "clocks that differ make no negative age: {early}");
    assert_eq!(oldest(&[]), None);
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
    let rows = store.rows(Day::of_appointments(session.date), level).await.unwrap();
    rows.iter().map(|row| row.figures.total()).map(|total| (total.taken(), total.capacity)).collect()
}

fn levels(session: &Session) -> [Level; 5] {
    let district = &session.center.district;
    let (of_state, of_district) = (Level::State(district.state.id), Level::District(district.id));
    [Level::Center(session.center.id), of_district, of_state, Level::Country, Level::Top]
}

/// How many stand where at every level, which must be the same at each.
async fn standings(store: &MemoryStore, session: &Session, day: Day) -> [u64; 7] {
    let mut sums = Vec::new();
    for level in levels(session) {
        let rows = store.rows(day, level).await.unwrap();
        sums.push(rows.iter().map(|row| &row.figures).sum::<Figures>().total().standings.counts());
    }
    assert!(sums.iter().all(|sum| *sum == sums[0]), "{sums:?}");
    sums[0]
}

/// Records that persons' rows changed, or rows of what ended.
fn changed<'a>(rows: impl IntoIterator<Item = (Option<&'a Item>, Option<&'a Item>)>) -> Event {
    let mut event = Event::default();
    for (number, (before, after)) in rows.into_iter().enumerate() {
        let image = |item: Option<&Item>| item.cloned().map(Into::into).unwrap_or_default();
        let mut record = EventRecord::default();
        record.event_id = number.to_string();
        record.change.sequence_number = Some(number.to_string());
        record.change.old_image = image(before);
        record.change.new_image = image(after);
        event.records.push(record);
    }
    event
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
async fn a_turn_that_comes_again_has_the_same_id() {
    let stage = stage();
    for _ in 0..2 {
        let response = stage.projector.handle(sample("availability")).await;
        assert!(response.batch_item_failures.is_empty());
    }
    let ids: Vec<String> = stage.events.announced().iter().map(Turned::id).collect();
    assert_eq!((ids.len(), &ids[..2]), (4, &ids[2..]));
    let seconds: Vec<_> =
        stage.events.announced().iter().map(|one| one.open_for().map(|time| time.as_secs())).collect();
    assert_eq!(seconds[..2], [None, Some(90)]);
    assert!(stage.events.told().is_empty());
}

#[tokio::test]
async fn a_dose_turns_once_however_often_its_session_is_recounted() {
    let stage = stage();
    let session = booked(&stage.store, 1, 1).await;
    for _ in 0..2 {
        stage.projector.handle(touched(&session, 2)).await;
        stage.host.advance(SignedDuration::from_secs(1));
    }
    let open = stage.store.session(session.id).await.unwrap().unwrap();
    let since = make::read("2026-11-21T10:00:00Z");
    assert_eq!(open.turns, [(session.doses[0], Turn { open: true, at: since })].into());
    assert_eq!(open.version, session.version + 2, "sums and turns are one write");
    let everywhere = Scope::Region(Region::Country);
    stage.store.set_status(session.id, &everywhere, SessionStatus::Closed).await.unwrap();
    for _ in 0..2 {
        stage.projector.handle(touched(&session, 1)).await;
        stage.host.advance(SignedDuration::from_secs(1));
    }
    let closed = stage.store.session(session.id).await.unwrap().unwrap();
    assert_eq!(closed.turns[&session.doses[0]], Turn { open: false, at: make::read("2026-11-21T10:00:02Z") });
    assert_eq!(closed.version, open.version + 3);
}

/// The ends that are listed, of whatever day.
async fn ends(store: &MemoryStore) -> Vec<DueEnd> {
    let mut ends = Vec::new();
    for list in 0..END_LISTS {
        ends.extend(store.due_ends(list, make::read("9999-01-01T00:00:00Z"), None, 100).await.unwrap());
    }
    ends
}

#[tokio::test]
async fn what_is_open_closes_when_the_last_slot_has_begun() {
    let stage = stage();
    let session = booked(&stage.store, 1, 1).await;
    stage.projector.handle(touched(&session, 1)).await;
    let end = DueEnd { at: session.last_start().unwrap(), session: session.id };
    assert_eq!(ends(&stage.store).await, [end], "listed while something can be had");
    let dropped = changed([(Some(&write_end(end)), None)]);
    let turn = async |stage: &Stage| {
        stage.store.drop_end(session.id).await.unwrap();
        let response = stage.projector.handle(dropped.clone()).await;
        assert!(response.batch_item_failures.is_empty());
        stage.store.session(session.id).await.unwrap().unwrap().turns[&session.doses[0]]
    };
    assert!(turn(&stage).await.open);
    assert_eq!(ends(&stage.store).await, [end], "too early by this clock, and so listed again");
    stage.host.set(end.at);
    for _ in 0..2 {
        assert_eq!(turn(&stage).await, Turn { open: false, at: end.at });
        assert_eq!(ends(&stage.store).await, []);
    }
}

#[tokio::test]
async fn of_what_never_opened_no_end_is_listed() {
    let stage = stage();
    let session = booked(&stage.store, 1, 1).await;
    stage.host.set(session.last_start().unwrap());
    stage.projector.handle(touched(&session, 1)).await;
    assert_eq!(ends(&stage.store).await, []);
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

/// Tells of appointments, and fails to tell what can be had.
#[derive(Default)]
struct HalfDeaf(RecordedEvents);

#[async_trait]
impl Events for HalfDeaf {
    async fn publish(&self, event: &vaxslot_domain::event::Event) -> Result<(), StoreError> {
        self.0.publish(event).await
    }

    async fn announce(&self, _: &[&Turned]) -> Result<(), StoreError> {
        Err(StoreError::Failed("the topic is gone".into()))
    }
}

#[tokio::test]
async fn what_is_before_a_failure_is_told_and_what_is_behind_it_is_not() {
    let Stage { store, host, .. } = stage();
    let events = Arc::new(HalfDeaf::default());
    let projector = Projector::new(Arc::new(Projection::new(store, events.clone(), host)), "vaxslot");
    let mut batch = sample("good");
    let turn = batch.records.len();
    batch.records.extend(sample("availability").records);
    batch.records.extend(sample("completed").records);
    for (place, record) in batch.records.iter_mut().enumerate() {
        record.change.sequence_number = Some(place.to_string());
    }
    let response = projector.handle(batch).await;
    let named: Vec<_> = response.batch_item_failures.iter().map(|failure| failure.item_identifier.clone()).collect();
    assert_eq!(named, [Some(turn.to_string())]);
    let told: Vec<EventKind> = events.0.told().iter().map(|event| event.kind).collect();
    assert_eq!(told, [EventKind::Confirmed], "what counts as handled does not come again");
}

/// A person's row, and those of the appointments that ended, as one appointment goes from a hold to its end.
struct Life {
    rows: Vec<(Option<Item>, Option<Item>)>,
    session: Session,
}

async fn life(store: &MemoryStore, end: impl FnOnce(&Appointment) -> Appointment) -> Life {
    let published = make::Draft::new(1, &[25]).made();
    store.publish(&published.session, &published.shards).await.unwrap();
    let person = make::adult(1, &make::account("account-1"));
    let held = make::Wish::new(&published.session, &[&person]).held_until("2026-11-21T10:30:00Z");
    let held = held.reservation().appointments.remove(0);
    let later = make::read("2026-11-21T10:10:00Z");
    let confirmed = held.turned(Status::Confirmed, later);
    let with = |active: Option<&Appointment>| {
        let mut person = person.clone();
        person.active = active.cloned();
        Some(write_beneficiary(&person))
    };
    let ended = write_ended(&end(&confirmed));
    let rows = vec![
        (with(None), with(Some(&held))),
        (with(Some(&held)), with(Some(&confirmed))),
        (with(Some(&confirmed)), with(None)),
        (None, Some(ended)),
    ];
    Life { rows, session: published.session }
}

impl Life {
    fn event(&self, order: &[usize]) -> Event {
        changed(order.iter().map(|place| (self.rows[*place].0.as_ref(), self.rows[*place].1.as_ref())))
    }
}

#[tokio::test]
async fn an_appointment_is_counted_once_in_the_state_that_it_is_in() {
    let stage = stage();
    let completed = |one: &Appointment| one.turned(Status::Completed, make::read("2026-11-22T05:00:00Z"));
    let life = life(&stage.store, completed).await;
    let days = [Day::of_appointments(life.session.date), Day::of_bookings(make::read("2026-11-21"))];
    for (place, expected) in
        [(0, [1, 0, 0, 0, 0, 0, 0]), (1, [0, 1, 0, 0, 0, 0, 0]), (2, [0, 1, 0, 0, 0, 0, 0]), (3, [0, 0, 1, 0, 0, 0, 0])]
    {
        assert!(stage.projector.handle(life.event(&[place])).await.batch_item_failures.is_empty());
        for day in days {
            if place != 2 {
                assert_eq!(standings(&stage.store, &life.session, day).await, expected, "{day:?} after {place}");
            }
        }
    }
}

#[tokio::test]
async fn records_in_any_order_and_number_count_an_appointment_once() {
    let orders: [&[&[usize]]; 5] = [
        &[&[3, 2, 1, 0]],
        &[&[3], &[1], &[0], &[1, 0]],
        &[&[1], &[0], &[3], &[0], &[1]],
        &[&[0, 1, 2, 3], &[0, 1, 2, 3]],
        &[&[0, 0, 3, 3], &[1]],
    ];
    for order in orders {
        let stage = stage();
        let cancelled = |one: &Appointment| one.turned(Status::Cancelled, make::read("2026-11-21T11:00:00Z"));
        let life = life(&stage.store, cancelled).await;
        for batch in order {
            assert!(stage.projector.handle(life.event(batch)).await.batch_item_failures.is_empty());
        }
        for day in [Day::of_appointments(life.session.date), Day::of_bookings(make::read("2026-11-21"))] {
            assert_eq!(standings(&stage.store, &life.session, day).await, [0, 0, 0, 0, 1, 0, 0], "{order:?}");
        }
    }
}

#[tokio::test]
async fn what_was_moved_is_counted_apart_from_what_was_cancelled() {
    let stage = stage();
    let moved = |one: &Appointment| Appointment {
        moved_to: Some(make::appointment_id(77)),
        ..one.turned(Status::Cancelled, make::read("2026-11-21T11:00:00Z"))
    };
    let life = life(&stage.store, moved).await;
    stage.projector.handle(life.event(&[0, 1, 2, 3])).await;
    let day = Day::of_appointments(life.session.date);
    assert_eq!(standings(&stage.store, &life.session, day).await, [0, 0, 0, 0, 0, 0, 1]);
}

#[tokio::test]
async fn a_day_of_booking_begins_at_midnight_by_the_centers_clock() {
    let stage = stage();
    let published = make::Draft::new(1, &[25]).made();
    stage.store.publish(&published.session, &published.shards).await.unwrap();
    let mut rows = Vec::new();
    for (number, now) in [(1, "2026-11-20T18:29:59Z"), (2, "2026-11-20T18:30:00Z")] {
        let mut person = make::adult(number, &make::account("account-1"));
        let wish = make::Wish { now: make::read(now), ..make::Wish::new(&published.session, &[&person]) };
        person.active = wish.reservation().appointments.pop();
        rows.push(write_beneficiary(&person));
    }
    stage.projector.handle(changed(rows.iter().map(|row| (None, Some(row))))).await;
    for day in ["2026-11-20", "2026-11-21"] {
        let day = Day::of_bookings(make::read(day));
        assert_eq!(standings(&stage.store, &published.session, day).await, [0, 1, 0, 0, 0, 0, 0], "{day:?}");
    }
}

#[tokio::test]
async fn another_fee_type_moves_all_figures_of_a_session() {
    let stage = stage();
    let confirmed = |one: &Appointment| one.clone();
    let life = life(&stage.store, confirmed).await;
    stage.projector.handle(life.event(&[0, 1])).await;
    let before = write_session(&life.session);
    let mut center = life.session.center.clone();
    center.fee_type = FeeType::Paid;
    let session = stage.store.session(life.session.id).await.unwrap().unwrap();
    assert_eq!(stage.store.relist(&session, &center).await.unwrap(), Tried::Done(()));
    let after = write_session(&stage.store.session(session.id).await.unwrap().unwrap());
    stage.projector.handle(changed([(Some(&before), Some(&after))])).await;
    for day in [Day::of_appointments(session.date), Day::of_bookings(make::read("2026-11-21"))] {
        for level in levels(&session) {
            let rows = stage.store.rows(day, level).await.unwrap();
            let cells: Vec<String> = rows[0].figures.cells.keys().map(ToString::to_string).collect();
            assert_eq!(cells, ["COVISHIELD/18+/Paid/1"], "{day:?} {level:?}");
        }
    }
}

#[tokio::test]
async fn wherever_a_batch_breaks_off_its_repeat_counts_right() {
    let completed = |one: &Appointment| one.turned(Status::Completed, make::read("2026-11-22T05:00:00Z"));
    for calls in 0.. {
        let stage = stage();
        let life = life(&stage.store, completed).await;
        stage.store.stop_after(calls);
        let batch = std::panic::AssertUnwindSafe(stage.projector.handle(life.event(&[0, 1, 2, 3])));
        let stopped = batch.catch_unwind().await.is_err();
        stage.store.go_on();
        if !stopped {
            assert!(calls > 20, "{calls} calls");
            return;
        }
        stage.projector.handle(life.event(&[0, 1, 2, 3])).await;
        for day in [Day::of_appointments(life.session.date), Day::of_bookings(make::read("2026-11-21"))] {
            assert_eq!(standings(&stage.store, &life.session, day).await, [0, 0, 1, 0, 0, 0, 0], "after {calls} calls");
        }
    }
}
