use proptest::prelude::*;

use super::*;
use crate::opening::{Opening, Queueing};

/// Another session than the usual one, a day later and for older people.
fn other_session() -> Session {
    Session {
        id: SessionId::new(Uuid::from_u128(2)),
        date: date(2026, 11, 23),
        ages: AgeBand::new(30, None).unwrap(),
        ..session()
    }
}

fn wanted(people: &[u128], slot: &str) -> MoveOrder {
    let own = people.iter().map(|number| own_of(*number)).collect();
    MoveOrder::new(account("a"), own, other_session().id, window(slot)).unwrap()
}

fn own_of(number: u128) -> Own {
    Own { beneficiary: person_id(number), appointment: appointment_id(100 + number) }
}

/// People with appointments in the usual session, in these states.
fn booked(states: &[Status]) -> Vec<Option<Beneficiary>> {
    let numbers: Vec<u128> = (1..).take(states.len()).collect();
    let made = reservation(&numbers).appointments.into_iter().zip(states);
    let with = |(number, (active, status)): (u128, (Appointment, &Status))| {
        let active = Some(Appointment { status: *status, made_as: *status, ..active });
        Some(Beneficiary { active, ..person(number) })
    };
    numbers.into_iter().zip(made).map(with).collect()
}

fn start(_: &Appointment) -> Timestamp {
    at("2026-11-22T03:30:00Z")
}

fn making<'a>(session: &'a Session, others: &'a [AppointmentId]) -> Making<'a> {
    let status = Status::Confirmed;
    Making {
        session,
        status,
        now: at(NOW),
        request: Some("digest"),
        others,
        changes_a_day: 2,
        tickets: &[],
        walk_in: None,
    }
}

fn check(order: &MoveOrder, found: &[Option<Beneficiary>]) -> Result<Order, ChangeRefusal> {
    order.check(found, start, &policy(0), at(NOW)).map(|(_, order)| order)
}

#[test]
fn a_move_names_each_person_once() {
    let order = |own: Vec<Own>| MoveOrder::new(account("a"), own, session().id, window("09:00-11:00")).map(drop);
    let again = Own { appointment: appointment_id(9), ..own_of(1) };
    for bad in [vec![], vec![own_of(1), again], (1..=5).map(own_of).collect()] {
        assert_eq!(order(bad), Err(BadParty));
    }
    assert_eq!(order((1..=4).map(own_of).collect()), Ok(()));
}

#[test]
fn what_moves_keeps_its_dose() {
    let mut found = booked(&[Status::Confirmed, Status::Confirmed]);
    let order = check(&wanted(&[1, 2], "09:00-11:00"), &found).unwrap();
    assert_eq!((order.dose, order.slot), (Dose::FIRST, window("09:00-11:00")));
    assert_eq!(order.party.people(), [person_id(1), person_id(2)]);
    let second = found[1].as_mut().and_then(|person| person.active.as_mut()).unwrap();
    second.shard.pool.dose = Dose::SECOND;
    assert_eq!(check(&wanted(&[1, 2], "09:00-11:00"), &found), Err(ChangeRefusal::DifferentDoses));
}

#[test]
fn only_what_can_be_given_up_is_moved() {
    let order = wanted(&[1], "09:00-11:00");
    let missing = Err(ChangeRefusal::NoSuchAppointment(own_of(1)));
    assert_eq!(check(&order, &[None]), missing);
    assert_eq!(check(&order, &[Some(person(1))]), missing);
    let theirs = Beneficiary { account: account("b"), ..booked(&[Status::Confirmed])[0].clone().unwrap() };
    assert_eq!(check(&order, &[Some(theirs)]), missing);
    let over = booked(&[Status::Held { until: at("2026-11-21T09:59:59Z") }]);
    assert_eq!(check(&order, &over), Err(ChangeRefusal::HoldExpired(own_of(1))));
    let strict = Policy { cut_off: SignedDuration::from_hours(24), ..policy(0) };
    let late = order.check(&booked(&[Status::Confirmed]), start, &strict, at(NOW)).map(drop);
    let latest = at("2026-11-21T03:30:00Z");
    assert_eq!(late, Err(ChangeRefusal::CutOffPassed { own: own_of(1), latest }));
}

#[test]
fn a_move_leads_to_another_slot() {
    let to = |session, slot| MoveOrder::new(account("a"), vec![own_of(1)], session, window(slot)).unwrap();
    let found = booked(&[Status::Confirmed]);
    let same = check(&to(session().id, "09:00-11:00"), &found);
    assert_eq!(same, Err(ChangeRefusal::SameSlot(own_of(1))));
    assert!(check(&to(session().id, "00:15-02:00"), &found).is_ok());
    assert!(check(&to(other_session().id, "09:00-11:00"), &found).is_ok());
}

#[test]
fn whoever_moves_fits_the_new_session() {
    let order = wanted(&[1], "09:00-11:00");
    let admitted = |session: &Session, person: Beneficiary| {
        let found = [Some(person)];
        let (movers, order) = order.check(&found, start, &policy(0), at(NOW)).unwrap();
        admit_move(session, &order, &movers, &Policy { changes_a_day: 1, ..policy(0) }, at(NOW))
    };
    let mover = booked(&[Status::Confirmed])[0].clone().unwrap();
    let pool = PoolKey { session: other_session().id, slot: SlotNumber(1), dose: Dose::FIRST };
    assert_eq!(admitted(&other_session(), mover.clone()), Ok(pool));
    let young = Beneficiary { birth: Birth::Year(1999), ..mover.clone() };
    let refused = admitted(&other_session(), young);
    assert!(
        matches!(refused, Err(Refusal::Ineligible { beneficiary, .. }) if beneficiary == person_id(1)),
        "{refused:?}"
    );
    let restless = Beneficiary { given_up: [(appointment_id(5), at(NOW))].into(), ..mover.clone() };
    assert!(matches!(admitted(&other_session(), restless), Err(Refusal::TooManyChanges { most: 1, .. })));
    let closed = Session { status: SessionStatus::Closed, ..other_session() };
    assert_eq!(admitted(&closed, mover), Err(Refusal::SessionClosed));
}

#[test]
fn nobody_moves_past_the_queue() {
    let found = booked(&[Status::Confirmed]);
    let order = wanted(&[1], "09:00-11:00");
    let (movers, order) = order.check(&found, start, &policy(0), at(NOW)).unwrap();
    let admitted = |opens_at: &str, queue| {
        let opening = Opening { opens_at: Some(at(opens_at)), queue };
        admit_move(&Session { opening, ..other_session() }, &order, &movers, &policy(0), at(NOW)).map(drop)
    };
    let until = Some(at("2026-11-21T10:05:00Z"));
    assert_eq!(admitted("2026-11-21T09:55:00Z", Queueing::Auto), Err(Refusal::Queueing { until }));
    assert_eq!(admitted("2026-11-21T09:55:00Z", Queueing::On), Err(Refusal::Queueing { until: None }));
    assert_eq!(admitted("2026-11-21T09:55:00Z", Queueing::Off), Ok(()));
    assert_eq!(admitted("2026-11-21T09:50:00Z", Queueing::Auto), Ok(()));
}

#[test]
fn the_reason_of_a_rejected_move_is_read_by_position() {
    let found = |shards, people| judge_move(&Rejection { shards, people });
    let changed = Check::Failed(Some(person(1)));
    assert_eq!(found(vec![Check::Held], vec![changed.clone()]), MoveVerdict::ReadAgain);
    assert_eq!(found(vec![Check::Failed(None)], vec![changed]), MoveVerdict::ReadAgain);
    assert_eq!(found(vec![Check::Held, Check::Failed(Some(shard(0, 0)))], vec![Check::Held]), MoveVerdict::LookAround);
    let closed = Check::Failed(Some(Shard { closed: true, ..shard(0, 5) }));
    assert_eq!(found(vec![closed], vec![Check::Held]), MoveVerdict::Refused(Refusal::SessionClosed));
    assert_eq!(found(vec![Check::Held], vec![Check::Held]), MoveVerdict::ReadAgain, "an old shard stood against it");
}

proptest! {
    /// Each new appointment stands for one old one, in its state; as many units come back as are taken.
    #[test]
    fn a_move_is_an_exchange(held in prop::collection::vec(any::<bool>(), 1..5), random: u64) {
        let until = at("2026-11-21T10:30:00Z");
        let states: Vec<Status> =
            held.iter().map(|held| if *held { Status::Held { until } } else { Status::Confirmed }).collect();
        let found = booked(&states);
        let numbers: Vec<u128> = (1..).take(states.len()).collect();
        let order = wanted(&numbers, "00:15-02:00");
        let (movers, order) = order.check(&found, start, &policy(0), at(NOW)).unwrap();
        let target = other_session();
        let pool = PoolKey { session: target.id, slot: SlotNumber(0), dose: Dose::FIRST };
        let ids: Vec<AppointmentId> = numbers.iter().map(|number| appointment_id(200 + number)).collect();
        let take = Take::blind(pool, 3, order.party.units(), random);
        let moved = Move::new(&order, &movers, take, &ids, &making(&target, &[]));
        let units = |parts: &[(crate::session::ShardKey, u32)]| parts.iter().map(|(_, units)| units).sum::<u32>();
        prop_assert_eq!(units(moved.reservation.take.parts()), order.party.units());
        prop_assert_eq!(units(&moved.release.returns()), order.party.units());
        for ((made, ending), mover) in moved.reservation.appointments.iter().zip(&moved.release.0).zip(&movers) {
            prop_assert_eq!(&ending.was, mover.active);
            prop_assert_eq!(made.status, ending.was.status);
            prop_assert_eq!(made.as_made(), made.clone());
            prop_assert_eq!(made.moved_from, Some(ending.was.id));
            prop_assert_eq!(ending.is.moved_to, Some(made.id));
            prop_assert_eq!((ending.is.status, ending.is.shard), (Status::Cancelled, ending.was.shard));
            let own_doing = matches!(ending.note, Note::GivenUp { .. });
            prop_assert!(own_doing);
        }
        for (place, person) in found.iter().flatten().enumerate() {
            prop_assert!(moved.admits(place, person));
            let away = Beneficiary { active: None, ..person.clone() };
            prop_assert!(!moved.admits(place, &away));
        }
    }
}
