//! The line fails at one call or at all of them, before or after the engine has done its work. Whatever happens, the caller
//! is told what is in the table, and no unit is taken or returned twice.

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use vaxslot_app::{
    booking::BookingError,
    ports::{Host, StoreError},
    times::{ATTEMPT, REQUEST},
};
use vaxslot_domain::{
    SignedDuration,
    booking::{Own, Refusal},
    person::Beneficiary,
};
use vaxslot_testkit::{
    make::{Draft, Published, own},
    wire::Fault,
};

use crate::{
    booking::{Drive, Outcome, reschedule},
    invariants,
};

/// Faults after which nothing was written, and the answer says so.
const PLAIN: [Fault; 4] = [Fault::Conflict, Fault::Throttled, Fault::ThrottledInside, Fault::InProgress];
/// Faults that leave open whether anything was written.
const SILENT: [Fault; 4] = [Fault::NotSent, Fault::ServerError, Fault::AnswerLost, Fault::ServerErrorAfterwards];

fn all() -> impl Iterator<Item = Fault> {
    PLAIN.into_iter().chain(SILENT)
}

/// What a citizen does, what it takes before, and where it leads.
struct Deed {
    name: &'static str,
    /// How many people do it together.
    people: usize,
    /// The operation that carries it out.
    operation: &'static str,
    before: Before,
    act: for<'a> fn(&'a Scene) -> BoxFuture<'a, Outcome>,
    /// The state it leads to, and the units it leaves taken for each person.
    status: &'static str,
    taken: i64,
    /// How many appointments each person has in the end, with those that ended.
    rows: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Before {
    Nothing,
    Held,
    Booked,
}

struct Scene {
    drive: Drive,
    published: Published,
    /// Another session, for moves.
    other: Published,
    people: Vec<Beneficiary>,
    made: Vec<Own>,
}

fn book(scene: &Scene) -> BoxFuture<'_, Outcome> {
    async { scene.drive.book(&scene.published, &scene.party()).await }.boxed()
}

fn hold(scene: &Scene) -> BoxFuture<'_, Outcome> {
    async { scene.drive.hold(&scene.published, &scene.party()).await }.boxed()
}

fn confirm(scene: &Scene) -> BoxFuture<'_, Outcome> {
    scene.drive.booking.confirm(&scene.people[0].account, &scene.made, None).boxed()
}

fn cancel(scene: &Scene) -> BoxFuture<'_, Outcome> {
    scene.drive.booking.cancel(&scene.people[0].account, &scene.made, None).boxed()
}

fn move_on(scene: &Scene) -> BoxFuture<'_, Outcome> {
    async { reschedule(&scene.drive.booking, &scene.other, &scene.party(), &scene.made, None).await }.boxed()
}

const TRANSACT: &str = "TransactWriteItems";

fn deeds() -> Vec<Deed> {
    let deed = |name, people, before, act, status, taken| Deed {
        name,
        people,
        operation: TRANSACT,
        before,
        act,
        status,
        taken,
        rows: 1,
    };
    vec![
        deed("book", 1, Before::Nothing, book, "CONFIRMED", 1),
        deed("book together", 3, Before::Nothing, book, "CONFIRMED", 1),
        deed("hold", 1, Before::Nothing, hold, "HELD", 1),
        Deed { operation: "UpdateItem", ..deed("confirm", 1, Before::Held, confirm, "CONFIRMED", 1) },
        deed("confirm together", 3, Before::Held, confirm, "CONFIRMED", 1),
        deed("cancel", 1, Before::Booked, cancel, "CANCELLED", 0),
        deed("cancel a hold", 1, Before::Held, cancel, "CANCELLED", 0),
        deed("cancel together", 3, Before::Booked, cancel, "CANCELLED", 0),
        Deed { rows: 2, ..deed("move", 1, Before::Booked, move_on, "CONFIRMED", 1) },
        Deed { rows: 2, ..deed("move a hold", 1, Before::Held, move_on, "HELD", 1) },
        Deed { rows: 2, ..deed("move together", 3, Before::Booked, move_on, "CONFIRMED", 1) },
    ]
}

impl Scene {
    /// The moment before the deed, with nothing counted or planned on the wire.
    async fn before(deed: &Deed) -> Self {
        let drive = Drive::new().await;
        let published = drive.publish(Draft::new(1, &[4, 4])).await;
        let other = drive.publish(Draft::new(2, &[4, 4])).await;
        let people = drive.register(1, deed.people as u128, 4).await;
        drive.warm_up(&published).await;
        drive.warm_up(&other).await;
        let mut scene = Self { drive, published, other, people, made: Vec::new() };
        let outcome = match deed.before {
            Before::Nothing => Ok(Vec::new()),
            Before::Held => hold(&scene).await,
            Before::Booked => book(&scene).await,
        };
        scene.made = outcome.unwrap().iter().map(own).collect();
        // So that a change has a moment of its own.
        scene.drive.host.advance(vaxslot_domain::SignedDuration::from_millis(5));
        scene.drive.table.wire.reset();
        scene
    }

    fn party(&self) -> Vec<&Beneficiary> {
        self.people.iter().collect()
    }

    /// Sees that the deed was done once, as told.
    async fn done(&self, deed: &Deed, outcome: &Outcome, what: &str) {
        let made = outcome.as_ref().unwrap_or_else(|error| panic!("{what}: {error:?}"));
        assert_eq!(made.len(), deed.people, "{what}");
        let rows = invariants::hold(&self.drive.table).await;
        for (person, appointment) in self.people.iter().zip(made) {
            assert_eq!(appointment.beneficiary, person.id, "{what}");
            assert_eq!(appointment.status.name(), deed.status, "{what}");
            let id = person.id.to_string();
            assert_eq!(rows.status(&id, &appointment.id.to_string()), Some(deed.status), "{what}");
            assert_eq!(rows.count(&id), deed.rows, "{what}");
        }
        assert_eq!(rows.free(), 16 - deed.taken * i64::try_from(deed.people).unwrap(), "{what}");
    }

    /// Sees that nothing was done.
    async fn undone(&self, deed: &Deed, what: &str) {
        let rows = invariants::hold(&self.drive.table).await;
        let before = match deed.before {
            Before::Nothing => None,
            Before::Held => Some("HELD"),
            Before::Booked => Some("CONFIRMED"),
        };
        for (place, person) in self.people.iter().enumerate() {
            let id = person.id.to_string();
            assert_eq!(rows.count(&id), usize::from(before.is_some()), "{what}");
            if before.is_some() {
                assert_eq!(rows.status(&id, &self.made[place].appointment.to_string()), before, "{what}");
            }
        }
        let taken = if before.is_some() { i64::try_from(deed.people).unwrap() } else { 0 };
        assert_eq!(rows.free(), 16 - taken, "{what}");
    }
}

#[tokio::test]
async fn one_fault_at_any_deed_is_not_noticed() {
    for deed in deeds() {
        for fault in all() {
            let scene = Scene::before(&deed).await;
            scene.drive.table.wire.fail(deed.operation, 1..=1, fault);
            let outcome = (deed.act)(&scene).await;
            scene.done(&deed, &outcome, &format!("{} with {fault:?}", deed.name)).await;
            assert_eq!(scene.drive.table.wire.calls()[deed.operation], 2, "{} with {fault:?}", deed.name);
        }
    }
}

#[tokio::test]
async fn three_different_faults_at_any_deed_are_not_noticed() {
    let faults: Vec<Fault> = all().collect();
    for deed in deeds() {
        for start in 0..faults.len() {
            let scene = Scene::before(&deed).await;
            let three: Vec<Fault> = (0..3).map(|step| faults[(start + 3 * step) % faults.len()]).collect();
            for (call, fault) in (1..).zip(&three) {
                scene.drive.table.wire.fail(deed.operation, call..=call, *fault);
            }
            let outcome = (deed.act)(&scene).await;
            scene.done(&deed, &outcome, &format!("{} with {three:?}", deed.name)).await;
        }
    }
}

#[tokio::test]
async fn a_deed_that_never_gets_through_is_told_as_one_that_changed_nothing() {
    for deed in deeds() {
        for fault in PLAIN {
            let what = format!("{} with {fault:?}", deed.name);
            let scene = Scene::before(&deed).await;
            scene.drive.table.wire.fail(deed.operation, 1..=u32::MAX, fault);
            let outcome = (deed.act)(&scene).await;
            let passing = matches!(outcome, Err(BookingError::Store(StoreError::Conflict | StoreError::Throttled)));
            assert!(passing, "{what}: {outcome:?}");
            scene.undone(&deed, &what).await;
        }
    }
}

#[tokio::test]
async fn a_deed_that_is_never_answered_is_told_as_done_or_not_known() {
    for deed in deeds() {
        for fault in SILENT {
            let what = format!("{} with {fault:?}", deed.name);
            let scene = Scene::before(&deed).await;
            scene.drive.table.wire.fail(deed.operation, 1..=u32::MAX, fault);
            let outcome = (deed.act)(&scene).await;
            let was_sent = matches!(fault, Fault::AnswerLost | Fault::ServerErrorAfterwards);
            match outcome {
                Ok(_) if was_sent => scene.done(&deed, &outcome, &what).await,
                Err(BookingError::Unclear(_)) if was_sent => {
                    invariants::hold(&scene.drive.table).await;
                }
                Err(BookingError::Unclear(_)) => scene.undone(&deed, &what).await,
                other => panic!("{what}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_lost_answer_is_not_forgotten_over_the_failures_after_it() {
    for deed in deeds() {
        for fault in PLAIN {
            let what = format!("{} with a lost answer, then {fault:?}", deed.name);
            let scene = Scene::before(&deed).await;
            scene.drive.table.wire.fail(deed.operation, 1..=1, Fault::AnswerLost);
            scene.drive.table.wire.fail(deed.operation, 2..=u32::MAX, fault);
            let outcome = (deed.act)(&scene).await;
            if !matches!(outcome, Err(BookingError::Unclear(_))) {
                scene.done(&deed, &outcome, &what).await;
            }
        }
    }
}

#[tokio::test]
async fn a_booking_whose_every_answer_is_lost_is_read_back() {
    for deed in deeds().into_iter().filter(|deed| deed.before == Before::Nothing) {
        let scene = Scene::before(&deed).await;
        scene.drive.table.wire.fail(TRANSACT, 1..=u32::MAX, Fault::AnswerLost);
        let outcome = (deed.act)(&scene).await;
        scene.done(&deed, &outcome, deed.name).await;
    }
}

#[tokio::test]
async fn a_lost_answer_does_not_hide_that_somebody_was_faster() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[1])).await;
    let people = drive.register(1, 2, 1).await;
    drive.warm_up(&published).await;
    drive.book(&published, &[&people[0]]).await.unwrap();
    drive.table.wire.reset();
    drive.table.wire.fail(TRANSACT, 1..=2, Fault::AnswerLost);
    let outcome = drive.book(&published, &[&people[1]]).await;
    assert!(matches!(outcome, Err(BookingError::Refused(Refusal::SoldOut))), "{outcome:?}");
    let rows = invariants::hold(&drive.table).await;
    assert_eq!((rows.free(), rows.count(&people[1].id.to_string())), (0, 0));
}

#[tokio::test]
async fn a_lost_refusal_is_asked_for_again() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[4])).await;
    let other = drive.publish(Draft::new(2, &[4])).await;
    let people = drive.register(1, 1, 1).await;
    drive.warm_up(&other).await;
    let made = drive.book(&published, &[&people[0]]).await.unwrap();
    drive.table.wire.reset();
    drive.table.wire.fail(TRANSACT, 1..=2, Fault::AnswerLost);
    match drive.book(&other, &[&people[0]]).await {
        Err(BookingError::Refused(Refusal::AlreadyBooked { appointment, .. })) => assert_eq!(appointment, made[0].id),
        outcome => panic!("{outcome:?}"),
    }
    invariants::hold(&drive.table).await;
}

#[tokio::test]
async fn faults_in_the_reads_around_a_deed_are_not_noticed() {
    for deed in deeds() {
        for fault in [Fault::Throttled, Fault::NotSent, Fault::ServerError, Fault::AnswerLost] {
            let scene = Scene::before(&deed).await;
            // An hour later, so that the session has to be read again.
            if deed.before != Before::Held {
                scene.drive.host.advance(vaxslot_domain::SignedDuration::from_hours(1));
            }
            for read in ["GetItem", "BatchGetItem", "Query"] {
                scene.drive.table.wire.fail(read, 1..=2, fault);
            }
            let outcome = (deed.act)(&scene).await;
            scene.done(&deed, &outcome, &format!("{} with {fault:?}", deed.name)).await;
        }
    }
}

/// A store that falls silent, before a deed or in the middle of it, costs each attempt its whole time.
#[tokio::test]
async fn a_store_that_never_answers_is_given_up_in_time() {
    for deed in deeds() {
        for from in 1..=2 {
            let what = format!("{}, silent from call {from} on", deed.name);
            let scene = Scene::before(&deed).await;
            let (begun, host) = (scene.drive.host.now(), scene.drive.host.clone());
            let attempt = SignedDuration::try_from(ATTEMPT).unwrap();
            scene.drive.table.wire.fall_silent(from, move || host.advance(attempt));
            let outcome = (deed.act)(&scene).await;
            let took = scene.drive.host.now().duration_since(begun).unsigned_abs();
            // Pauses, which the clock of these tests leaves out, take less than half a second.
            assert!(took + Duration::from_millis(500) <= REQUEST, "{what}: {took:?}");
            match outcome {
                Err(BookingError::Unclear(_)) if from == 1 => scene.undone(&deed, &what).await,
                // The first call may have done it all.
                Err(BookingError::Unclear(_)) => drop(invariants::hold(&scene.drive.table).await),
                Ok(_) if from == 2 => scene.done(&deed, &outcome, &what).await,
                other => panic!("{what}: {other:?}"),
            }
        }
    }
}
