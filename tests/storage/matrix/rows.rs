use async_trait::async_trait;
use futures::future::{BoxFuture, FutureExt};
use std::fmt::Debug;
use std::sync::Arc;
use uuid::Uuid;

use vaxslot_app::{
    audit::Audit,
    booker::{Booker, Closer},
    booking::{Booking, Finality},
    centers::Change,
    ends::Ends,
    once::{Once, Turn},
    people::{Beneficiaries, Correction, NewBeneficiary},
    ports::{
        Bookings, Buckets, Contacts, DayFigures, DueEnd, Dues, Host, KeptAnswer, KeySets, People, ReminderPlaces,
        ReminderQueue, RequestKey, Sessions, StoreError, Stretch, Subscriptions, Trail, Tried,
    },
    projection::{Projection, Touched},
    reception::{Named, Reception, Visit, Visitor},
    reminders::Reminders,
    retry::persist,
    staff::Staff,
    subscriptions::{Announcements, NewSubscription},
    sweep::Sweep,
};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    access::{Region, Scope},
    appointment::Appointment,
    booking::{Attendance, Policy},
    bucket::Allowance,
    capacity::Capacity,
    id::SubscriptionId,
    opening::{Opening, Queueing},
    person::Birth,
    preferences::Preferences,
    reference::Reference,
    rollup::{Day, Level, Node},
    session::SessionStatus,
    subscription::{Endpoint, Filter, Protocol},
    trail::{Deed, Subject},
};
use vaxslot_testkit::{
    MemoryTopic, RecordedEvents,
    make::{Draft, account, center, center_id, district, entry, name, phone, read, session_id, with_photo_id},
};

use super::{
    Act, Told,
    scene::{Before, Scene, told},
};
use crate::booking::{reschedule, reserve};

const EVERYWHERE: Scope = Scope::Region(Region::Country);

/// A use case, and what comes of it.
pub struct Row {
    pub name: &'static str,
    /// The methods of the store by which it writes.
    pub writes: &'static [&'static str],
    pub before: Before,
    pub act: Act,
    /// How many active appointments and free units there are more than before.
    pub changes: (i64, i64),
}

const fn row(
    name: &'static str,
    writes: &'static [&'static str],
    before: Before,
    act: Act,
    changes: (i64, i64),
) -> Row {
    Row { name, writes, before, act, changes }
}

pub static CITIZENS: [Row; 10] = [
    row("book", &["reserve", "reserve_all"], Before::Nothing, |scene| take(scene, Finality::Book), (2, -2)),
    row("hold", &["reserve_all"], Before::Nothing, |scene| take(scene, Finality::Hold), (2, -2)),
    row("book in the way of old holds", &["release"], Before::RanOut, |scene| take(scene, Finality::Book), (0, 0)),
    row("book in the way of what lapsed", &["use_up"], Before::Lapsed, |scene| take(scene, Finality::Book), (0, -2)),
    row("book over faded notes", &["forget"], Before::GaveUp, |scene| take(scene, Finality::Book), (2, -2)),
    row("confirm", &["confirm"], Before::Held, confirm, (0, 0)),
    row("cancel", &["release"], Before::Booked, cancel, (-2, 2)),
    row("cancel holds", &["release"], Before::Held, cancel, (-2, 2)),
    row("move", &["reschedule"], Before::Booked, move_on, (0, 0)),
    row("move holds", &["reschedule"], Before::Held, move_on, (0, 0)),
];

pub static OTHERS: [Row; 29] = [
    row("sweep", &["release"], Before::RanOut, sweep, (-2, 2)),
    row("carry out a ticket", &["reserve_all"], Before::Queued, carry_out, (2, -2)),
    row("close a ticket", &["close_ticket"], Before::Queued, close, (0, 0)),
    row(
        "cancel a session",
        &["begin_cancelling", "cancel_shard", "declare_cancelled", "settle", "release"],
        Before::Booked,
        cancel_session,
        (-2, 2),
    ),
    row("complete", &["use_up"], Before::Booked, |scene| attend(scene, Attendance::Completed), (-1, 0)),
    row("miss", &["use_up"], Before::Booked, |scene| attend(scene, Attendance::NoShow), (-1, 0)),
    row("take in somebody known", &["reserve_all"], Before::Nothing, |scene| take_in(scene, true), (1, -1)),
    row("take in a newcomer", &["reserve_all"], Before::Nothing, |scene| take_in(scene, false), (1, -1)),
    row("publish", &["publish"], Before::Nothing, publish, (0, 6)),
    row("raise capacity", &["change_capacity"], Before::Booked, raise, (0, 5)),
    row("close a session", &["set_status", "mark_shard"], Before::Booked, shut, (0, 0)),
    row("set an opening", &["set_opening"], Before::Nothing, set_opening, (0, 0)),
    row("save districts", &["save_districts"], Before::Nothing, save_districts, (0, 0)),
    row("register and change a center", &["add_center", "change_center", "relist"], Before::Nothing, centers, (0, 0)),
    row("register a person", &["add_beneficiary"], Before::Nothing, register, (0, 0)),
    row("correct a person", &["correct_beneficiary"], Before::Nothing, correct, (0, 0)),
    row("remove a person", &["remove_people"], Before::Nothing, remove, (0, 0)),
    row("remove a person whose hold ran out", &["release", "remove_people"], Before::RanOut, remove, (-1, 1)),
    row("erase an account", &["remove_people"], Before::Nothing, erase, (0, 0)),
    row("say how to be told", &["prefer", "forget_preferences"], Before::Nothing, prefer, (0, 0)),
    row("a key and its answer", &["note_use", "renew_use"], Before::Nothing, once, (0, 0)),
    row("take from a bucket", &["take"], Before::Nothing, take_one, (0, 0)),
    row("publish keys", &["publish_key_set"], Before::Nothing, publish_keys, (0, 0)),
    row("audit", &["note_audit_place"], Before::Booked, audit, (0, 0)),
    row(
        "subscribe and end",
        &["add_subscription", "name_subscription", "drop_subscription"],
        Before::Nothing,
        subscribe,
        (0, 0),
    ),
    row("remind", &["note_reminder_place"], Before::Booked, remind, (0, 0)),
    row("see to a session that ended", &["file_end", "drop_end"], Before::Booked, see_to, (0, 0)),
    row("note what staff did", &["note"], Before::Nothing, note, (0, 0)),
    row("recount", &["file_end", "summarize", "tally", "write_count", "write_row"], Before::Booked, recount, (0, 0)),
];

/// Methods that write nothing, and those of the queue and the topic.
pub const READS: &[&str] = &[
    "account",
    "announce",
    "appointments_of",
    "audit_place",
    "beneficiaries",
    "center",
    "confirm_subscription",
    "counts",
    "district",
    "districts",
    "due_cancellations",
    "due_ends",
    "due_holds",
    "ended",
    "fetch",
    "find_in",
    "history",
    "key_set",
    "list",
    "preferences",
    "queue_reminders",
    "reminder_place",
    "removed",
    "rows",
    "rows_at",
    "send",
    "session",
    "sessions_from",
    "shards",
    "standing",
    "states",
    "subscribe",
    "subscriptions",
    "taken_in",
    "tallies",
    "ticket_ends",
    "trail",
    "unsubscribe",
    "waiting",
];

fn said<E: Debug>(error: E) -> String {
    format!("{error:?}")
}

fn take<'a>(scene: &'a Scene<'a>, finality: Finality) -> BoxFuture<'a, Told> {
    async move {
        let made = reserve(&scene.booking, &scene.other, &scene.party(), finality, Some(&scene.key())).await;
        made.map(|made| told(&made)).map_err(said)
    }
    .boxed()
}

fn confirm<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let confirmed = scene.booking.confirm(&scene.people[0].account, &scene.made, Some(&scene.key())).await;
        confirmed.map(|made| told(&made)).map_err(said)
    }
    .boxed()
}

fn cancel<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let cancelled = scene.booking.cancel(&scene.people[0].account, &scene.made, Some(&scene.key())).await;
        cancelled.map(|made| told(&made)).map_err(said)
    }
    .boxed()
}

fn move_on<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let key = scene.key();
        let moved = reschedule(&scene.booking, &scene.other, &scene.party(), &scene.made, Some(&key)).await;
        moved.map(|made| told(&made)).map_err(said)
    }
    .boxed()
}

fn audit<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let audit = Audit::new(scene.drive.table.store.clone(), scene.drive.host.clone());
        let audited = audit.go_on(read("2026-11-20"), 2, read("9999-01-01T00:00:00Z")).await;
        if audited.failures.is_empty() && audited.drifts.is_empty() {
            Ok("audited".to_owned())
        } else {
            Err(said(audited))
        }
    }
    .boxed()
}

fn see_to<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let (store, host) = (scene.drive.table.store.clone(), scene.drive.host.clone());
        let end = DueEnd { at: read("2026-11-20T10:00:00Z"), session: session_id(77) };
        persist(&*host, || store.file_end(end)).await.map_err(said)?;
        let ended = Ends::new(store, host).see_to(read("9999-01-01T00:00:00Z")).await;
        if ended.failures.is_empty() { Ok("seen to".to_owned()) } else { Err(said(ended)) }
    }
    .boxed()
}

fn sweep<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let sweep = Sweep::new(scene.drive.table.store.clone(), scene.drive.host.clone());
        let swept = sweep.holds(read("9999-01-01T00:00:00Z")).await;
        let expected = if scene.earlier_tries() == 0 { 2 } else { 0 };
        match (&swept.failures[..], swept.freed.len() == expected) {
            ([], true) => Ok("swept".to_owned()),
            _ => Err(said(swept)),
        }
    }
    .boxed()
}

/// Delivers the ticket, and once more on the second try.
fn carry_out<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let (_, _, batch) = scene.queue.as_ref().unwrap();
        let booking = Booking::new(scene.drive.table.store.clone(), scene.drive.host.clone(), Policy::USUAL);
        let mut batch = batch.clone();
        batch[0].received += scene.earlier_tries();
        match &Booker::new(booking).take(batch).await[..] {
            [] => fate(scene).await,
            again => Err(said(again)),
        }
    }
    .boxed()
}

fn close<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let (_, _, batch) = scene.queue.as_ref().unwrap();
        let closer = Closer::new(scene.drive.table.store.clone(), scene.drive.host.clone());
        match &closer.take(batch.clone()).await[..] {
            [] => fate(scene).await,
            again => Err(said(again)),
        }
    }
    .boxed()
}

async fn fate(scene: &Scene<'_>) -> Told {
    let (desk, ticket, _) = scene.queue.as_ref().unwrap();
    let account = &scene.people[0].account;
    desk.show(account, &ticket.encode(account)).await.map(|state| said(state.fate)).map_err(said)
}

/// The session's day has come.
fn reception(scene: &Scene<'_>) -> Reception {
    scene.drive.host.set(read("2026-11-26T05:00:00Z"));
    Reception::new(scene.drive.table.store.clone(), scene.drive.host.clone())
}

fn attend<'a>(scene: &'a Scene<'a>, attendance: Attendance) -> BoxFuture<'a, Told> {
    async move {
        let reference = Reference::of(scene.made[0].appointment);
        let center = scene.published.session.center.id;
        let named = Named { center, scope: &EVERYWHERE, date: None, reference };
        let said_so = reception(scene).settle(&named, attendance, "staff-1").await;
        said_so.map(|ended| told(&[ended])).map_err(said)
    }
    .boxed()
}

fn take_in<'a>(scene: &'a Scene<'a>, is_known: bool) -> BoxFuture<'a, Told> {
    async move {
        let newcomer = || Visitor::Newcomer { name: name("Ravi Rao"), birth: Birth::Year(1980) };
        let visitor = if is_known { Visitor::Registered(scene.people[0].id) } else { newcomer() };
        let session = &scene.published.session;
        let visit = Visit { session: session.id, slot: session.slots[0], dose: session.doses[0], visitor };
        let made = reception(scene).walk_in(visit, &EVERYWHERE, "staff-1", Some(&scene.key())).await;
        made.map(|made| told(&[made])).map_err(said)
    }
    .boxed()
}

fn staff(scene: &Scene<'_>) -> Staff {
    Staff::new(scene.drive.table.store.clone(), scene.drive.host.clone(), 5).by(Subject::new("clerk"))
}

fn cancel_session<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let session = staff(scene).cancel(scene.published.session.id, &EVERYWHERE).await.map_err(said)?;
        // One failure of the releases is left to the sweeper; here it is not even noticed.
        Ok(format!("{:?} {:?}", session.status, session.cancelling))
    }
    .boxed()
}

fn publish<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let published = Draft::new(u128::from(scene.number) * 10 + 3, &[3, 3]).made();
        let store = &scene.drive.table.store;
        let tried = persist(&*scene.drive.host, || store.publish(&published.session, &published.shards)).await;
        match tried.map_err(said)? {
            Tried::Refused(earlier) if earlier != published.session => Err(said(earlier)),
            _ => Ok("published".to_owned()),
        }
    }
    .boxed()
}

fn raise<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let session = &scene.published.session;
        let target = Capacity::try_from(13).unwrap();
        let (slot, dose) = (session.slots[0], session.doses[0]);
        let raised = staff(scene).set_capacity(session.id, &EVERYWHERE, slot, dose, target).await;
        raised.map(|session| format!("{:?}", session.pools)).map_err(said)
    }
    .boxed()
}

fn shut<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let id = scene.published.session.id;
        let shut = staff(scene).set_status(id, &EVERYWHERE, SessionStatus::Closed).await.map_err(said)?;
        let (store, keys) = (&scene.drive.table.store, scene.published.keys());
        let shards = persist(&*scene.drive.host, || store.shards(&keys)).await.map_err(said)?;
        let open = shards.iter().filter(|shard| !shard.closed).count();
        Ok(format!("{:?}, {open} shards open", shut.status))
    }
    .boxed()
}

fn set_opening<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let opening = Opening { opens_at: Some(read("2026-11-22T04:00:00Z")), queue: Queueing::On };
        let set = staff(scene).set_opening(scene.published.session.id, &EVERYWHERE, opening).await;
        set.map(|session| format!("{:?}", session.opening)).map_err(said)
    }
    .boxed()
}

fn save_districts<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let districts: Vec<_> = (0..4).map(|place| district(scene.number * 4 + place + 1, scene.number + 1)).collect();
        staff(scene).save_districts(&districts).await.map_err(said)?;
        let state = districts[0].state.id;
        let catalog = vaxslot_app::catalog::Catalog::new(scene.drive.table.store.clone(), scene.drive.host.clone());
        let saved = catalog.districts(state).await.map_err(said)?;
        Ok(said(saved))
    }
    .boxed()
}

/// Registers the center of the scene's sessions and renames it, and has its sessions follow.
fn centers<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let (staff, id) = (staff(scene), center_id(20_000 + scene.number));
        let mut registered = center(13_274);
        registered.id = id;
        if scene.earlier_tries() == 0 {
            staff.register(&registered, Deed::RegisterCenter).await.map_err(said)?;
        }
        registered.name = name("Aundh General");
        staff.change_center(&registered, Region::Country, Deed::ChangeCenter).await.map_err(said)?;
        let events = Arc::new(RecordedEvents::default());
        let projection = Projection::new(scene.drive.table.store.clone(), events, scene.drive.host.clone());
        projection.relist(id).await.map_err(said)?;
        let listed = persist(&*scene.drive.host, || scene.drive.table.store.session(scene.other.session.id)).await;
        Ok(said(listed.map_err(said)?.unwrap().center.name))
    }
    .boxed()
}

fn register<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let people = Beneficiaries::new(scene.drive.table.store.clone(), scene.drive.host.clone());
        let (account, key) = (account(&scene.key()), scene.key());
        let new = NewBeneficiary { name: name("Asha Rao"), birth: Birth::Year(1990), photo_id: None };
        let person = people.register(&account, &phone(9_812_345_678), new, Some(&key)).await.map_err(said)?;
        let all = people.of(&account).await.map_err(said)?;
        if all == [person.clone()] { Ok(person.id.to_string()) } else { Err(format!("{} people", all.len())) }
    }
    .boxed()
}

fn people(scene: &Scene<'_>) -> Beneficiaries {
    Beneficiaries::new(scene.drive.table.store.clone(), scene.drive.host.clone())
}

fn correct<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let person = &scene.people[0];
        let number = format!("{}/{}", scene.drive.table.name, scene.number);
        let photo_id = with_photo_id(person.clone(), &number).photo_id.map_or(Change::Keep, Change::Set);
        let correction = Correction { name: Some(name("Usha Rao")), birth: Some(Birth::Year(1991)), photo_id };
        let corrected = people(scene).correct(&person.account, person.id, &correction).await.map_err(said)?;
        Ok(format!("{} {} {:?}", corrected.name.as_str(), corrected.birth, corrected.photo_id))
    }
    .boxed()
}

fn remove<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let person = &scene.people[0];
        people(scene).remove(&person.account, person.id).await.map_err(said)?;
        let left = people(scene).of(&person.account).await.map_err(said)?;
        Ok(left.iter().map(|one| one.id.to_string()).collect::<Vec<_>>().join(" "))
    }
    .boxed()
}

fn erase<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let account = &scene.people[0].account;
        people(scene).erase(account).await.map_err(said)?;
        let left = people(scene).of(account).await.map_err(said)?;
        let store = &scene.drive.table.store;
        let row = persist(&*scene.drive.host, || store.account(account)).await.map_err(said)?;
        Ok(format!("{} people, {row:?}", left.len()))
    }
    .boxed()
}

/// Says how, and forgets how somebody else wanted it.
fn prefer<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let (host, store) = (&scene.drive.host, &scene.drive.table.store);
        let (account, other) = (account(&scene.key()), account(&format!("{}-other", scene.key())));
        let wanted = Preferences { opted_out: true, ..Preferences::default() };
        for account in [&account, &other] {
            persist(&**host, || store.prefer(account, &wanted)).await.map_err(said)?;
        }
        persist(&**host, || store.forget_preferences(&other)).await.map_err(said)?;
        let mut found = Vec::new();
        for account in [&account, &other] {
            found.push(persist(&**host, || store.preferences(account)).await.map_err(said)?);
        }
        Ok(said(found))
    }
    .boxed()
}

/// A fault may cost one more, never give one more: a try whose answer was lost counts.
fn take_one<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let (host, store) = (&scene.drive.host, &scene.drive.table.store);
        let allowance = Allowance::per(4, SignedDuration::from_hours(1));
        let bucket = format!("matrix/{}", scene.number);
        persist(&**host, || store.take(&bucket, allowance, host.now())).await.map(said).map_err(said)
    }
    .boxed()
}

fn publish_keys<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let (host, store) = (&scene.drive.host, &scene.drive.table.store);
        persist(&**host, || store.publish_key_set(r#"{"keys":[]}"#)).await.map_err(said)?;
        persist(&**host, || store.key_set()).await.map(said).map_err(said)
    }
    .boxed()
}

fn once<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let once = Once::new(scene.drive.table.store.clone(), scene.drive.host.clone());
        let answer = KeptAnswer {
            status: 200,
            media_type: "application/json".to_owned(),
            location: None,
            body: "{}".to_owned(),
        };
        let key = RequestKey::new("somebody", "cancel", &scene.key());
        let first = scene.earlier_tries() == 0;
        match once.begin(key, "digest").await.map_err(said)? {
            Turn::Ours(running) if first => {
                once.keep(&running, answer.clone()).await.map_err(said)?;
                Ok(said(answer))
            }
            Turn::Answered(kept) if !first => Ok(said(kept)),
            other => Err(said(other)),
        }
    }
    .boxed()
}

/// Subscribes twice, and ends the second.
fn subscribe<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let (host, store) = (&scene.drive.host, &scene.drive.table.store);
        let announcements = Announcements::new(store.clone(), Arc::new(MemoryTopic::default()), host.clone());
        let account = account(&scene.key());
        let mut kept = Vec::new();
        for number in [1_u128, 2] {
            let address = format!("https://example.org/{}/{number}", scene.key());
            let new = NewSubscription {
                id: SubscriptionId::new(Uuid::from_u128(number)),
                account: account.clone(),
                endpoint: Endpoint::parse(Protocol::Https, &address, false).map_err(said)?,
                hash: format!("{}/{}/{number}", scene.drive.table.name, scene.key()),
                filter: Filter::default(),
            };
            let made = announcements.subscribe(&new).await.map_err(said)?;
            kept.push((made.id, made.arn.is_some()));
        }
        announcements.own.end(&account, SubscriptionId::new(Uuid::from_u128(2))).await.map_err(said)?;
        let left = persist(&**host, || store.subscriptions(&account)).await.map_err(said)?;
        Ok(said((kept, left.iter().map(|one| one.id).collect::<Vec<_>>())))
    }
    .boxed()
}

/// A queue that keeps nothing.
struct Forgets;

#[async_trait]
impl ReminderQueue for Forgets {
    async fn queue_reminders(&self, _: &[Appointment]) -> Result<(), StoreError> {
        Ok(())
    }
}

fn remind<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let (host, store) = (&scene.drive.host, &scene.drive.table.store);
        let reminders = Reminders::new(store.clone(), Arc::new(Forgets), host.clone(), 0);
        let reminded = reminders.go_on(Timestamp::MAX).await;
        if let Some(error) = reminded.failures.first() {
            return Err(said(error));
        }
        persist(&**host, || store.reminder_place()).await.map(said).map_err(said)
    }
    .boxed()
}

fn note<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let (host, store) = (&scene.drive.host, &scene.drive.table.store);
        let entry = entry(20_000 + scene.number, "1", read("2026-11-21T10:00:00Z"));
        persist(&**host, || store.note(&entry, read("2027-11-21T10:00:00Z"))).await.map_err(said)?;
        let all = Stretch { from: Timestamp::MIN, to: Timestamp::MAX, before: None };
        let trail = persist(&**host, || store.trail(entry.ledger, &all, 10)).await.map_err(said)?;
        Ok(said(trail.iter().map(|entry| &entry.id).collect::<Vec<_>>()))
    }
    .boxed()
}

fn recount<'a>(scene: &'a Scene<'a>) -> BoxFuture<'a, Told> {
    async {
        let events = Arc::new(RecordedEvents::default());
        let projection = Projection::new(scene.drive.table.store.clone(), events, scene.drive.host.clone());
        let (id, store) = (scene.published.session.id, &scene.drive.table.store);
        let mut touched = Touched::sessions([id]);
        let people: Vec<_> = scene.people.iter().map(|person| person.id).collect();
        let people = persist(&*scene.drive.host, || store.beneficiaries(&people)).await.map_err(said)?;
        for active in people.iter().flatten().filter_map(|person| person.active.as_ref()) {
            touched.stands(active);
        }
        projection.recount(&touched).await.map_err(said)?;
        let found = persist(&*scene.drive.host, || store.session(id)).await.map_err(said)?.unwrap();
        let day = Day::of_appointments(found.date);
        let rows = persist(&*scene.drive.host, || store.rows(day, Level::District(found.center.district.id))).await;
        let mine = rows.map_err(said)?.into_iter().find(|row| row.node == Node::Center(found.center.id));
        Ok(said((found.pools, mine.map(|row| row.figures))))
    }
    .boxed()
}
