use futures::future::join_all;
use vaxslot_app::ports::{HOLD_LISTS, Store, Tried};
use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{Check, Ending, Move, Note, Rejection, Release},
    person::Beneficiary,
    session::{AgeBand, Session},
};

use super::support::{active, done, ended, free, person, publish, refused, register, reserve, shard, soon, withdrawn};
use crate::make::{Draft, Published, Wish, account, adult, appointment_id, born, read, session_id};

fn later() -> Timestamp {
    read("2026-11-21T11:00:00.250Z")
}

/// Two sessions with these shards, and three adults of one account with appointments in the first one's first shard.
async fn booked(store: &dyn Store, from: &[u32], to: &[u32]) -> (Published, Published, Vec<Beneficiary>) {
    let (old, new) = (Draft::new(1, from).made(), Draft::new(2, to).made());
    publish(store, &old).await;
    publish(store, &new).await;
    let people: Vec<Beneficiary> = (1..=3).map(|number| adult(number, &account("a"))).collect();
    register(store, &people.iter().collect::<Vec<_>>()).await;
    let wish = Wish::new(&old.session, &[&people[0], &people[1], &people[2]]).among(&old.shards);
    reserve(store, wish.reservation()).await;
    (old, new, people)
}

/// The move of what these people have into the first slot of a session, from its first shard or as the wish says.
async fn moving(store: &dyn Store, people: &[&Beneficiary], wish: Wish<'_>) -> Move {
    let mut reservation = Wish { now: later(), ..wish }.reservation();
    let mut endings = Vec::new();
    for (made, who) in reservation.appointments.iter_mut().zip(people) {
        let row = person(store, who.id).await;
        let was = row.active.clone().expect("an appointment to move");
        made.status = was.status;
        made.made_as = was.status;
        made.moved_from = Some(was.id);
        let is = Appointment { moved_to: Some(made.id), ..was.turned(Status::Cancelled, later()) };
        endings.push(Ending::given_up(&row, &was, is));
    }
    Move { reservation, release: Release(endings) }
}

fn wish<'a>(session: &'a Session, people: &[&'a Beneficiary]) -> Wish<'a> {
    Wish::new(session, people).numbered(50)
}

/// Sees that a move is refused with these checks of people, and changes nothing.
async fn refuses(store: &dyn Store, wanted: &Move, sessions: [&Published; 2], found: Rejection) {
    let ids: Vec<_> = wanted.release.0.iter().map(|ending| ending.was.beneficiary).collect();
    let look = || async {
        let rows = store.beneficiaries(&ids).await.unwrap();
        (free(store, &sessions[0].keys()).await, free(store, &sessions[1].keys()).await, rows)
    };
    let before = look().await;
    for _ in 0..2 {
        assert_eq!(refused(store.reschedule(wanted).await), found);
    }
    assert_eq!(look().await, before, "nothing was written");
}

pub async fn a_moved_appointment_takes_one_unit_and_returns_another(store: &dyn Store) {
    let (old, new, people) = booked(store, &[5], &[5, 5]).await;
    let wanted = moving(store, &[&people[0]], wish(&new.session, &[&people[0]]).from_shard(1)).await;
    done(store.reschedule(&wanted).await);
    assert_eq!((free(store, &old.keys()).await, free(store, &new.keys()).await), (vec![3], vec![5, 4]));
    let given_up = [(wanted.release.0[0].was.id, later())].into();
    let active = wanted.reservation.appointments.first().cloned();
    assert_eq!(person(store, people[0].id).await, Beneficiary { active, given_up, ..people[0].clone() });
    assert_eq!(ended(store, people[0].id).await, wanted.release.ended());
    let listed = || async { store.appointments_of(new.shard(1)).await.unwrap() };
    soon(listed, wanted.reservation.appointments.clone()).await;
}

pub async fn a_moved_hold_stays_a_hold_and_is_due_as_before(store: &dyn Store) {
    let (old, new) = (Draft::new(1, &[5]).made(), Draft::new(2, &[5]).made());
    publish(store, &old).await;
    publish(store, &new).await;
    let asha = adult(1, &account("a"));
    register(store, &[&asha]).await;
    let held = Wish::new(&old.session, &[&asha]).held_until("2026-11-21T11:30:00Z");
    reserve(store, held.reservation()).await;
    let wanted = moving(store, &[&asha], wish(&new.session, &[&asha])).await;
    done(store.reschedule(&wanted).await);
    let until = read("2026-11-21T11:30:00Z");
    let moved = active(store, asha.id).await.expect("an appointment");
    assert_eq!((moved.status, moved.made_as), (Status::Held { until }, Status::Held { until }));
    let due = || async {
        let mut due = Vec::new();
        for list in 0..HOLD_LISTS {
            let before = read("2026-11-21T12:00:00Z");
            due.extend(store.due_holds(list, before, None, 100).await.unwrap().iter().map(|due| (due.person, due.until)));
        }
        due
    };
    soon(due, vec![(asha.id, until)]).await;
}

pub async fn a_family_moves_together(store: &dyn Store) {
    let (old, new, people) = booked(store, &[1, 2], &[1, 1, 1]).await;
    assert_eq!(free(store, &old.keys()).await, [0, 0]);
    let party = [&people[0], &people[1], &people[2]];
    let wanted = moving(store, &party, wish(&new.session, &party).among(&new.shards)).await;
    done(store.reschedule(&wanted).await);
    assert_eq!((free(store, &old.keys()).await, free(store, &new.keys()).await), (vec![1, 2], vec![0, 0, 0]));
    for (who, made) in people.iter().zip(&wanted.reservation.appointments) {
        assert_eq!(active(store, who.id).await.as_ref(), Some(made));
        assert_eq!(ended(store, who.id).await[0].moved_to, Some(made.id));
    }
}

pub async fn a_move_without_room_keeps_everybody_where_they_are(store: &dyn Store) {
    let (old, new, people) = booked(store, &[5], &[1]).await;
    let party = [&people[0], &people[1]];
    let wanted = moving(store, &party, wish(&new.session, &party)).await;
    let short = Check::Failed(Some(shard(store, new.shard(0)).await));
    let found = Rejection { shards: vec![short], people: vec![Check::Held, Check::Held] };
    refuses(store, &wanted, [&old, &new], found).await;
    let absent = Draft::new(3, &[5]).made();
    let wanted = moving(store, &party, wish(&absent.session, &party)).await;
    let found = Rejection { shards: vec![Check::Failed(None)], people: vec![Check::Held, Check::Held] };
    refuses(store, &wanted, [&old, &new], found).await;
    assert_eq!(absent.session.id, session_id(3));
}

pub async fn a_move_into_a_closed_shard_is_refused(store: &dyn Store) {
    let (old, new, people) = booked(store, &[5], &[5]).await;
    store.mark_shard(new.shard(0), true).await.unwrap();
    store.mark_shard(old.shard(0), true).await.unwrap();
    let wanted = moving(store, &[&people[0]], wish(&new.session, &[&people[0]])).await;
    let closed = Check::Failed(Some(shard(store, new.shard(0)).await));
    let found = Rejection { shards: vec![closed], people: vec![Check::Held] };
    refuses(store, &wanted, [&old, &new], found).await;
    store.mark_shard(new.shard(0), false).await.unwrap();
    done(store.reschedule(&wanted).await);
    assert_eq!(free(store, &old.keys()).await, [3], "a closed shard takes units back");
}

pub async fn one_changed_appointment_stops_a_move(store: &dyn Store) {
    let (old, new, people) = booked(store, &[5], &[5]).await;
    let party = [&people[0], &people[1]];
    let wanted = moving(store, &party, wish(&new.session, &party)).await;
    let was = wanted.release.0[1].was.clone();
    let gone = withdrawn(&was, was.turned(Status::Cancelled, later()));
    done(store.release(&Release(vec![gone])).await);
    let row = person(store, people[1].id).await;
    let found = Rejection { shards: vec![Check::Held], people: vec![Check::Held, Check::Failed(Some(row))] };
    refuses(store, &wanted, [&old, &new], found).await;
}

pub async fn whoever_does_not_fit_the_new_session_stays(store: &dyn Store) {
    let (old, _, people) = booked(store, &[5], &[5]).await;
    let elders = Draft { ages: AgeBand::new(60, None).unwrap(), ..Draft::new(3, &[5]) }.made();
    publish(store, &elders).await;
    let elder = born(adult(4, &account("a")), "1950");
    register(store, &[&elder]).await;
    reserve(store, Wish::new(&old.session, &[&elder]).reservation()).await;
    let party = [&elder, &people[0]];
    let wanted = moving(store, &party, wish(&elders.session, &party)).await;
    let row = person(store, people[0].id).await;
    let found = Rejection { shards: vec![Check::Held], people: vec![Check::Held, Check::Failed(Some(row))] };
    refuses(store, &wanted, [&old, &elders], found).await;
    let alone = moving(store, &[&elder], wish(&elders.session, &[&elder])).await;
    done(store.reschedule(&alone).await);
}

pub async fn another_accounts_appointment_is_not_moved(store: &dyn Store) {
    let (old, new, people) = booked(store, &[5], &[5]).await;
    let mut wanted = moving(store, &[&people[0]], wish(&new.session, &[&people[0]])).await;
    wanted.reservation.account = account("b");
    let row = person(store, people[0].id).await;
    let found = Rejection { shards: vec![Check::Held], people: vec![Check::Failed(Some(row))] };
    refuses(store, &wanted, [&old, &new], found).await;
}

pub async fn the_same_move_again_moves_nothing(store: &dyn Store) {
    let (old, new, people) = booked(store, &[5], &[5]).await;
    let party = [&people[0], &people[1]];
    let wanted = moving(store, &party, wish(&new.session, &party)).await;
    for _ in 0..3 {
        done(store.reschedule(&wanted).await);
    }
    assert_eq!((free(store, &old.keys()).await, free(store, &new.keys()).await), (vec![4], vec![3]));
    assert_eq!(ended(store, people[0].id).await, wanted.release.ended()[..1]);
}

pub async fn of_many_moves_of_one_appointment_one_is_made(store: &dyn Store) {
    let (old, new, people) = booked(store, &[5], &[5, 5]).await;
    let mut moves = Vec::new();
    for number in 0..10 {
        let place = u8::try_from(number % 2).unwrap();
        let wish = wish(&new.session, &[&people[0]]).from_shard(place).numbered(100 + number);
        moves.push(moving(store, &[&people[0]], wish).await);
    }
    let outcomes = join_all(moves.iter().map(|wanted| store.reschedule(wanted))).await;
    let made: Vec<&Move> =
        outcomes.iter().zip(&moves).filter(|(outcome, _)| matches!(outcome, Ok(Tried::Done(())))).map(|(_, m)| m).collect();
    assert_eq!(made.len(), 1, "{outcomes:?}");
    assert_eq!(active(store, people[0].id).await.as_ref(), made[0].reservation.appointments.first());
    assert_eq!(ended(store, people[0].id).await, made[0].release.ended());
    assert_eq!((free(store, &old.keys()).await, free(store, &new.keys()).await.iter().sum::<u32>()), (vec![3], 9));
}

pub async fn two_who_want_each_others_last_unit_keep_their_own(store: &dyn Store) {
    let (here, there) = (Draft::new(1, &[1]).made(), Draft::new(2, &[1]).made());
    publish(store, &here).await;
    publish(store, &there).await;
    let people = [adult(1, &account("a")), adult(2, &account("b"))];
    register(store, &[&people[0], &people[1]]).await;
    reserve(store, Wish::new(&here.session, &[&people[0]]).reservation()).await;
    reserve(store, Wish::new(&there.session, &[&people[1]]).reservation()).await;
    let rows = [person(store, people[0].id).await, person(store, people[1].id).await];
    let moves = [
        moving(store, &[&people[0]], wish(&there.session, &[&people[0]])).await,
        moving(store, &[&people[1]], wish(&here.session, &[&people[1]]).numbered(60)).await,
    ];
    for outcome in join_all(moves.iter().map(|wanted| store.reschedule(wanted))).await {
        refused(outcome);
    }
    assert_eq!([person(store, people[0].id).await, person(store, people[1].id).await], rows);
    assert_eq!((free(store, &here.keys()).await, free(store, &there.keys()).await), (vec![0], vec![0]));
}

pub async fn notes_that_count_no_more_are_dropped_with_a_move(store: &dyn Store) {
    let (_, new, people) = booked(store, &[5], &[5]).await;
    let mut wanted = moving(store, &[&people[0]], wish(&new.session, &[&people[0]])).await;
    let was = wanted.release.0[0].was.id;
    done(store.reschedule(&wanted).await);
    let back = Draft::new(4, &[5]).made();
    publish(store, &back).await;
    wanted = moving(store, &[&people[0]], wish(&back.session, &[&people[0]]).numbered(70)).await;
    wanted.release.0[0].note = Note::GivenUp { faded: vec![was, appointment_id(99)] };
    let moved = wanted.release.0[0].was.id;
    done(store.reschedule(&wanted).await);
    assert_eq!(person(store, people[0].id).await.given_up, [(moved, later())].into());
}
