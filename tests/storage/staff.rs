//! What staff and the projector write, while calls fail and bookings go on.

use std::sync::Arc;

use futures::future::join_all;
use vaxslot_app::{
    people::{Beneficiaries, NewBeneficiary},
    ports::{Bookings, DayFigures, Sessions, Tried},
    projection::{Projection, Touched},
    retry::persist,
    staff::Staff,
};
use vaxslot_domain::{
    access::{Region, Scope},
    capacity::Capacity,
    person::Birth,
    rollup::{Counts, Day, Figures, Level},
    tally::Standings,
};
use vaxslot_testkit::{
    RecordedEvents, TestHost,
    make::{Draft, account, name, phone, read, window},
    wire::Fault,
};

use crate::{
    booking::{Drive, NOW},
    invariants,
};

const EVERYWHERE: Scope = Scope::Region(Region::Country);

fn host() -> Arc<TestHost> {
    Arc::new(TestHost::at(read(NOW)))
}

#[tokio::test]
async fn a_person_is_registered_once_although_answers_are_lost() {
    let drive = Drive::new().await;
    let people = Beneficiaries::new(drive.table.store.clone(), host());
    for (key, fault) in [(None, Fault::AnswerLost), (Some("key"), Fault::ServerErrorAfterwards), (None, Fault::NotSent)]
    {
        let before = people.of(&account("a")).await.unwrap().len();
        drive.table.wire.reset();
        drive.table.wire.fail("TransactWriteItems", 1..=2, fault);
        let new = NewBeneficiary { name: name("Asha Rao"), birth: Birth::Year(1990), photo_id: None };
        let told = people.register(&account("a"), &phone(9_812_345_678), new, key).await.unwrap();
        let all = people.of(&account("a")).await.unwrap();
        assert_eq!((all.len(), all.last()), (before + 1, Some(&told)), "{fault:?}");
    }
    invariants::hold(&drive.table).await;
}

#[tokio::test]
async fn a_large_session_whose_publication_broke_off_is_published_whole_by_the_next_try() {
    let drive = Drive::new().await;
    let slots = (0..4).map(|hour| window(&format!("{:02}:00-{:02}:00", 9 + hour, 10 + hour))).collect();
    let published = Draft { slots, ..Draft::new(1, &[5; 30]) }.made();
    let publish = || drive.table.store.publish(&published.session, &published.shards);
    drive.table.wire.fail("PutItem", 60..=u32::MAX, Fault::NotSent);
    assert!(publish().await.is_err());
    assert_eq!(drive.table.store.session(published.session.id).await.unwrap(), None, "nobody sees half a session");
    drive.table.wire.reset();
    assert_eq!(publish().await.unwrap(), Tried::Done(()));
    let mut shards = drive.table.store.shards(&published.keys()).await.unwrap();
    shards.sort_by_key(|shard| shard.key);
    assert_eq!(shards, published.shards);
}

#[tokio::test]
async fn capacity_is_raised_once_although_the_answer_is_lost() {
    for fault in [Fault::AnswerLost, Fault::ServerErrorAfterwards, Fault::Conflict, Fault::NotSent] {
        let drive = Drive::new().await;
        let published = drive.publish(Draft::new(1, &[5, 5])).await;
        let staff = Staff::new(drive.table.store.clone(), host(), 5);
        let slot = published.session.slots[0];
        let dose = published.session.doses[0];
        drive.table.wire.fail("TransactWriteItems", 1..=2, fault);
        let target = Capacity::try_from(17).unwrap();
        staff.set_capacity(published.session.id, &EVERYWHERE, slot, dose, target).await.unwrap();
        let rows = invariants::hold(&drive.table).await;
        assert_eq!(rows.free(), 17, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn capacity_changes_under_bookings_lose_no_unit() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5, 5])).await;
    let people = drive.register(1, 40, 1).await;
    let staff = Staff::new(drive.table.store.clone(), host(), 5);
    let (slot, dose) = (published.session.slots[0], published.session.doses[0]);
    let changes = async {
        let mut capacity = 10;
        for wanted in [30, 12, 25, 20] {
            let target = Capacity::try_from(wanted).unwrap();
            // Lowering is refused where more is booked by then, and any change where bookings are too quick for it.
            if staff.set_capacity(published.session.id, &EVERYWHERE, slot, dose, target).await.is_ok() {
                capacity = wanted;
            }
        }
        capacity
    };
    let parties = people.iter().map(|person| [person]).collect::<Vec<_>>();
    let bookings = join_all(parties.iter().map(|party| drive.book(&published, party)));
    let (capacity, outcomes) = futures::future::join(changes, bookings).await;
    let served = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let rows = invariants::hold(&drive.table).await;
    assert_eq!(rows.active(), served);
    assert_eq!(rows.free(), i64::from(capacity) - i64::try_from(served).unwrap());
}

/// The figures of every level above the center.
async fn figures(drive: &Drive, draft: &Draft, day: Day) -> Vec<Figures> {
    let district = &draft.center.district;
    let (of_state, of_district) = (Level::State(district.state.id), Level::District(district.id));
    let levels = [Level::Top, Level::Country, of_state, of_district, Level::Center(draft.center.id)];
    let mut sums = Vec::new();
    for level in levels {
        let rows = drive.table.store.rows(day, level).await.unwrap();
        sums.push(rows.iter().map(|row| &row.figures).sum());
    }
    sums
}

/// Each booking is followed by a recount, as the stream would have it, many at a time and in any order.
async fn recounted(faults: &[Fault]) {
    let drive = Drive::new().await;
    let sessions = [drive.publish(Draft::new(1, &[9, 9])).await, drive.publish(Draft::new(2, &[9])).await];
    let people = drive.register(1, 36, 1).await;
    let events = Arc::new(RecordedEvents::default());
    let projection = Projection::new(drive.table.store.clone(), events, host());
    if !faults.is_empty() {
        drive.table.wire.fail_often(11, faults);
    }
    let work = people.iter().zip(sessions.iter().cycle()).map(|(person, session)| {
        let (drive, projection) = (&drive, &projection);
        async move {
            let served = drive.book(session, &[person]).await.is_ok();
            let mut touched = Touched::sessions([session.session.id]);
            let ids = [person.id];
            let found = persist(&*drive.host, || drive.table.store.beneficiaries(&ids)).await.unwrap();
            if let Some(active) = found[0].as_ref().and_then(|person| person.active.as_ref()) {
                touched.stands(active);
            }
            projection.recount(&touched).await.unwrap();
            served
        }
    });
    let served = join_all(work).await.into_iter().filter(|served| *served).count();
    drive.table.wire.reset();
    assert_eq!(served, 27);
    let draft = Draft::new(1, &[]);
    let standings = Standings::new([0, 27, 0, 0, 0, 0, 0]);
    let figures_of = |counts| Figures { sessions: 2, cells: [(read("COVISHIELD/18+/Free/1"), counts)].into() };
    let sums = figures(&drive, &draft, Day::of_appointments(draft.date)).await;
    assert_eq!(sums, vec![figures_of(Counts { capacity: 27, free: 0, standings }); 5]);
    let sums = figures(&drive, &draft, Day::of_bookings(read("2026-11-21"))).await;
    assert_eq!(sums, vec![figures_of(Counts { capacity: 0, free: 0, standings }); 5]);
    for session in &sessions {
        let row = drive.table.store.session(session.session.id).await.unwrap().unwrap();
        assert_eq!((row.free(None), row.capacity(None)), (0, session.session.capacity(None)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_are_right_when_the_last_recount_has_run() {
    recounted(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_are_right_although_calls_fail() {
    recounted(&[Fault::AnswerLost, Fault::Throttled, Fault::ServerErrorAfterwards, Fault::NotSent]).await;
}
