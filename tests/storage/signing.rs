//! Staff sign what they change, and the trail is read from the rows before and after.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::{
    centers::CenterChange,
    ports::{Bookings, Stretch, Trail, Tried},
    projection::{Projection, Touched},
    reception::{Named, Reception, Visit, Visitor},
    staff::Staff,
};
use vaxslot_aws::{
    rows::Item,
    stream::{Change, noted},
};
use vaxslot_domain::{
    SignedDuration,
    access::{Region, Scope},
    booking::Attendance,
    opening::{Opening, Queueing},
    person::Birth,
    place::District,
    reference::Reference,
    session::SessionStatus,
    trail::{Deed, Entry, Ledger, Object, Subject},
};
use vaxslot_testkit::{
    RecordedEvents,
    make::{Draft, Wish, center, name, pune, read},
};

use crate::booking::Drive;

const EVERYWHERE: Scope = Scope::Region(Region::Country);

type Rows = BTreeMap<(String, String), Item>;

async fn rows(drive: &Drive) -> Rows {
    let scan = drive.table.raw.scan().table_name(&drive.table.name).consistent_read(true).send().await.unwrap();
    let text = |item: &Item, name: &str| item[name].as_s().unwrap().clone();
    scan.items().iter().map(|item| ((text(item, "pk"), text(item, "sk")), item.clone())).collect()
}

/// What a stream would have told since, each change once.
async fn entries(drive: &Drive, before: &Rows) -> Vec<Entry> {
    let after = rows(drive).await;
    let changed = after.iter().filter(|(key, row)| before.get(key) != Some(row));
    let entries = changed.filter_map(|(key, row)| noted("table", "event", before.get(key), Some(row)).unwrap());
    let entry = |change| if let Change::Noted(entry) = change { *entry } else { panic!("{change:?}") };
    entries.map(entry).collect()
}

async fn one(drive: &Drive, before: &Rows) -> Entry {
    let mut entries = entries(drive, before).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries.remove(0)
}

fn staff(drive: &Drive) -> Staff {
    let staff = Staff::new(drive.table.store.clone(), drive.host.clone(), 5);
    staff.by(Subject::new("clerk-7"))
}

fn said(entry: &Entry) -> (&str, &str, BTreeMap<&str, &str>, BTreeMap<&str, &str>) {
    (
        entry.signature.by.as_str(),
        entry.signature.deed.name(),
        entry.before.iter().map(|(name, fact)| (name.as_str(), fact.as_str())).collect(),
        entry.after.iter().map(|(name, fact)| (name.as_str(), fact.as_str())).collect(),
    )
}

#[tokio::test]
async fn every_change_of_a_session_is_signed_and_read_as_what_it_was() {
    let drive = Drive::new().await;
    let (staff, published) = (staff(&drive), drive.publish(Draft::new(1, &[5, 5])).await);
    let (id, slot, dose) = (published.session.id, published.session.slots[0], published.session.doses[0]);

    let before = rows(&drive).await;
    staff.set_status(id, &EVERYWHERE, SessionStatus::Closed).await.unwrap();
    let closed = one(&drive, &before).await;
    assert_eq!(said(&closed), ("clerk-7", "close_session", [("status", "OPEN")].into(), [("status", "CLOSED")].into()));
    assert_eq!((closed.object, closed.ledger), (Object::Session(id), Ledger::Center(published.session.center.id)));
    assert_eq!(closed.signature.at, vaxslot_app::ports::Host::now(&*drive.host));

    let before = rows(&drive).await;
    staff.set_status(id, &EVERYWHERE, SessionStatus::Open).await.unwrap();
    let opened = one(&drive, &before).await;
    assert_eq!(said(&opened).1, "reopen_session");

    let before = rows(&drive).await;
    staff.set_capacity(id, &EVERYWHERE, slot, dose, 17.try_into().unwrap()).await.unwrap();
    let raised = one(&drive, &before).await;
    let capacity = "capacity 09:00-11:00 dose 1";
    assert_eq!(said(&raised), ("clerk-7", "set_capacity", [(capacity, "10")].into(), [(capacity, "17")].into()));

    let before = rows(&drive).await;
    let opening = Opening { opens_at: Some(read("2026-11-22T03:00:00Z")), queue: Queueing::On };
    staff.set_opening(id, &EVERYWHERE, opening).await.unwrap();
    let expected = [("opens_at", "2026-11-22T03:00:00.000Z"), ("queue", "ON")].into();
    let set = one(&drive, &before).await;
    assert_eq!(said(&set), ("clerk-7", "set_opening", [("queue", "AUTO")].into(), expected));

    let before = rows(&drive).await;
    staff.cancel(id, &EVERYWHERE).await.unwrap();
    let cancelled = one(&drive, &before).await;
    let expected = ("clerk-7", "cancel_session", [("status", "OPEN")].into(), [("status", "CANCELLED")].into());
    assert_eq!(said(&cancelled), expected);

    let before = rows(&drive).await;
    staff.cancel(id, &EVERYWHERE).await.unwrap();
    staff.set_status(id, &EVERYWHERE, SessionStatus::Open).await.unwrap_err();
    assert_eq!(entries(&drive, &before).await, [], "what was refused, or done before, is not signed");
}

#[tokio::test]
async fn states_and_districts_are_signed_and_only_what_changes_is_told() {
    let drive = Drive::new().await;
    let staff = staff(&drive);
    let places = |entries: &[Entry]| entries.iter().map(|entry| (entry.ledger, entry.object)).collect::<Vec<_>>();
    let before = rows(&drive).await;
    staff.import_districts(&[pune()]).await.unwrap();
    let (state, district) = (Object::State(pune().state.id), Object::District(pune().id));
    let added = entries(&drive, &before).await;
    assert_eq!(places(&added), [(Ledger::Places, district), (Ledger::Places, state)]);
    let facts = [("district_name", "Pune"), ("state_id", "21")].into();
    assert_eq!(said(&added[0]), ("clerk-7", "import_districts", [].into(), facts));

    let before = rows(&drive).await;
    drive.host.advance(SignedDuration::from_secs(60));
    staff.import_districts(&[District { name: name("Poona"), ..pune() }]).await.unwrap();
    let renamed = one(&drive, &before).await;
    let (was, is) = ([("district_name", "Pune")].into(), [("district_name", "Poona")].into());
    assert_eq!(said(&renamed), ("clerk-7", "import_districts", was, is));
}

#[tokio::test]
async fn centers_and_what_is_published_at_them_are_signed() {
    let drive = Drive::new().await;
    let staff = staff(&drive);
    let before = rows(&drive).await;
    staff.register(&center(7), Deed::RegisterCenter).await.unwrap();
    let registered = one(&drive, &before).await;
    assert_eq!((registered.object, registered.signature.deed), (Object::Center, Deed::RegisterCenter));
    assert_eq!((registered.before.len(), registered.after["name"].as_str()), (0, "Health Center 7"));

    let before = rows(&drive).await;
    let change = CenterChange { name: Some(name("Aundh General")), ..CenterChange::default() };
    staff.amend_center(center(7).id, change, Region::Country).await.unwrap();
    let renamed = one(&drive, &before).await;
    let (was, is) = ([("name", "Health Center 7")].into(), [("name", "Aundh General")].into());
    assert_eq!(said(&renamed), ("clerk-7", "change_center", was, is));

    let before = rows(&drive).await;
    staff.register(&center(7), Deed::RegisterCenter).await.unwrap_err();
    assert_eq!(entries(&drive, &before).await, [], "a taken id");
}

#[tokio::test]
async fn what_the_desk_does_and_sees_stands_in_the_trail() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5])).await;
    let person = drive.register(1, 1, 1).await.remove(0);
    let session = &published.session;
    staff(&drive).register(&session.center, Deed::RegisterCenter).await.unwrap();
    let held = Wish::new(session, &[&person]).held_until("2026-11-22T05:30:00Z").reservation();
    assert_eq!(drive.table.store.reserve(&held).await.unwrap(), Tried::Done(()));
    drive.host.set(read("2026-11-22T05:00:00Z"));
    let reception = Reception::new(drive.table.store.clone(), drive.host.clone());
    let (id, center) = (held.appointments[0].id, session.center.id);
    let named = Named { center, scope: &EVERYWHERE, date: None, reference: Reference::of(id) };

    reception.find(&named).await.unwrap();
    let found = reception.show(&named, "nurse-3").await.unwrap();
    assert_eq!(found.appointment.id, id);
    let whole = Stretch { from: read("2026-11-22T00:00:00Z"), to: read("2026-11-23T00:00:00Z"), before: None };
    let trail = drive.table.store.trail(Ledger::Center(center), &whole, 10).await.unwrap();
    assert_eq!(trail.len(), 1, "only who is shown somebody leaves a trace: {trail:?}");
    assert_eq!(said(&trail[0]), ("nurse-3", "find_appointment", [].into(), [].into()));
    assert_eq!(trail[0].object, Object::Appointment(id));

    let before = rows(&drive).await;
    reception.settle(&named, Attendance::Completed, "nurse-3").await.unwrap();
    let ended = one(&drive, &before).await;
    let expected = ("nurse-3", "end_appointment", [("status", "HELD")].into(), [("status", "COMPLETED")].into());
    assert_eq!((said(&ended), ended.object), (expected, Object::Appointment(id)));

    let before = rows(&drive).await;
    let visitor = Visitor::Newcomer { name: name("Ravi Rao"), birth: Birth::Year(1980) };
    let visit = Visit { session: session.id, slot: session.slots[0], dose: session.doses[0], visitor };
    let made = reception.walk_in(visit, &EVERYWHERE, "nurse-3", None).await.unwrap();
    let taken_in = one(&drive, &before).await;
    assert_eq!(said(&taken_in), ("nurse-3", "take_in", [].into(), [("status", "CONFIRMED")].into()));
    assert_eq!((taken_in.object, taken_in.ledger), (Object::Appointment(made.id), Ledger::Center(center)));
}

#[tokio::test]
async fn what_follows_by_itself_adds_nothing_to_the_trail() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5])).await;
    let people = drive.register(1, 1, 1).await;
    let staff = staff(&drive);
    staff.register(&published.session.center, Deed::RegisterCenter).await.unwrap();
    staff.set_status(published.session.id, &EVERYWHERE, SessionStatus::Closed).await.unwrap();
    staff.set_status(published.session.id, &EVERYWHERE, SessionStatus::Open).await.unwrap();
    let change = CenterChange { name: Some(name("Aundh General")), ..CenterChange::default() };
    staff.amend_center(published.session.center.id, change, Region::Country).await.unwrap();
    let before = rows(&drive).await;
    drive.book(&published, &[&people[0]]).await.unwrap();
    let events = std::sync::Arc::new(RecordedEvents::default());
    let projection = Projection::new(drive.table.store.clone(), events, drive.host.clone());
    projection.recount(&Touched::sessions([published.session.id])).await.unwrap();
    projection.relist(published.session.center.id).await.unwrap();
    let after = rows(&drive).await;
    let session = (format!("SESSION#{}", published.session.id), "SESSION".to_owned());
    assert_ne!(before[&session], after[&session], "sums and the center's name were written");
    assert_eq!(entries(&drive, &before).await, []);
}

#[test]
fn a_row_whose_signature_cannot_be_read_is_told() {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let row: Item = [("pk", "CENTER#7"), ("sk", "CENTER"), ("changed_by", "clerk"), ("changed_at", "yesterday")]
        .map(|(name, value)| (name.to_owned(), text(value)))
        .into();
    assert_eq!(noted("table", "event", None, Some(&row)).unwrap_err().attribute, "changed_at");
}
