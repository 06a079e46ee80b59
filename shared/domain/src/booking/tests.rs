use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::date};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    appointment::{Appointment, Status},
    center::{Center, FeeType, Zone},
    id::{AccountId, AppointmentId, BeneficiaryId, SessionId},
    opening::{Opening, Queueing, Way},
    person::{Beneficiary, Birth, DoseHistory},
    place::{District, Pincode, State},
    session::{AgeBand, PoolKey, PoolSummary, Session, SessionStatus, Shard, SlotNumber},
    text::{Address, Name},
    vaccine::{Dose, Vaccine},
    window::Window,
};

fn window(text: &str) -> Window {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn person_id(number: u128) -> BeneficiaryId {
    BeneficiaryId::new(Uuid::from_u128(number))
}

fn appointment_id(number: u128) -> AppointmentId {
    AppointmentId::new(Uuid::from_u128(number))
}

fn account(name: &str) -> AccountId {
    name.parse().unwrap()
}

fn session() -> Session {
    let state = State { id: 21.try_into().unwrap(), name: Name::parse("Maharashtra").unwrap() };
    let center = Center {
        id: 13_274.try_into().unwrap(),
        name: Name::parse("District Hospital Aundh").unwrap(),
        address: Address::parse("Sangavi Phata").unwrap(),
        block: None,
        district: District { id: 363.try_into().unwrap(), name: Name::parse("Pune").unwrap(), state },
        pincode: Pincode::try_from(411_027).unwrap(),
        position: None,
        hours: window("09:00-18:00"),
        zone: Zone::india(),
        fee_type: FeeType::Free,
    };
    Session {
        id: SessionId::new(Uuid::from_u128(1)),
        center,
        date: date(2026, 11, 22),
        vaccine: Vaccine::Covishield,
        ages: AgeBand::new(18, None).unwrap(),
        fee: 0,
        status: SessionStatus::Open,
        opening: Opening::default(),
        cancelling: None,
        doses: vec![Dose::FIRST],
        slots: vec![window("00:15-02:00"), window("09:00-11:00")],
        pools: vec![PoolSummary { shards: 3, capacity: 60, free: 60 }; 2],
        version: 1,
    }
}

fn order(people: &[u128]) -> Order {
    Order {
        account: account("a"),
        party: Party::new(people.iter().map(|number| person_id(*number)).collect()).unwrap(),
        slot: window("09:00-11:00"),
        dose: Dose::FIRST,
    }
}

fn policy(notice_hours: i64) -> Policy {
    Policy { notice: SignedDuration::from_hours(notice_hours), ..Policy::USUAL }
}

fn pool() -> PoolKey {
    PoolKey { session: session().id, slot: SlotNumber(1), dose: Dose::FIRST }
}

fn shard(number: u8, free: u32) -> Shard {
    Shard { free, ..Shard::fresh(pool().shard(number), 25) }
}

const NOW: &str = "2026-11-21T10:00:00Z";

fn reservation(people: &[u128]) -> Reservation {
    let order = order(people);
    let ids: Vec<AppointmentId> = people.iter().map(|number| appointment_id(100 + number)).collect();
    let take = Take::blind(pool(), 1, order.party.units(), 0);
    let making = Making {
        session: &session(),
        status: Status::Confirmed,
        now: at(NOW),
        request: Some("digest"),
        earlier: &[],
        changes_a_day: 2,
        ticket: None,
    };
    Reservation::new(&order, take, &ids, &making)
}

fn person(number: u128) -> Beneficiary {
    Beneficiary {
        id: person_id(number),
        account: account("a"),
        name: Name::parse("Asha Rao").unwrap(),
        birth: Birth::Year(1990),
        doses: DoseHistory::default(),
        active: None,
        given_up: BTreeMap::new(),
        closed_tickets: BTreeMap::new(),
    }
}

fn rejection(people: Vec<Check<Beneficiary>>) -> Rejection {
    Rejection { shards: vec![Check::Held], people }
}

#[test]
fn a_party_is_one_to_four_different_people() {
    let party = |numbers: &[u128]| Party::new(numbers.iter().map(|number| person_id(*number)).collect());
    assert!(party(&[1, 2, 3, 4]).is_ok());
    for bad in [&[][..], &[1, 1], &[1, 2, 3, 4, 5]] {
        assert_eq!(party(bad), Err(BadParty));
    }
}

#[test]
fn a_slot_can_be_booked_until_it_starts_by_the_centers_clock() {
    let mut midnight = order(&[1]);
    midnight.slot = window("00:15-02:00");
    // 00:15 on 22 November in India is 18:45 on the 21st in UTC.
    assert!(admit(&session(), &midnight, &policy(0), at("2026-11-21T18:44:59Z")).is_ok());
    assert_eq!(admit(&session(), &midnight, &policy(0), at("2026-11-21T18:45:00Z")), Err(Refusal::SlotPast));
}

#[test]
fn notice_ends_to_the_second() {
    let latest = at("2026-11-21T03:30:00Z");
    assert!(admit(&session(), &order(&[1]), &policy(24), latest).is_ok());
    let late = admit(&session(), &order(&[1]), &policy(24), at("2026-11-21T03:30:01Z"));
    assert_eq!(late, Err(Refusal::NoticeTooShort { notice: SignedDuration::from_hours(24), latest }));
}

#[test]
fn a_session_is_booked_from_its_opening_on_first_through_the_queue() {
    let mut session = session();
    let opens_at = at("2026-11-21T10:00:00Z");
    session.opening.opens_at = Some(opens_at);
    let admitted =
        |session: &Session, now| admit(session, &order(&[1]), &policy(0), at(now)).map(|admission| admission.way);
    assert_eq!(admitted(&session, "2026-11-21T09:59:59.999Z"), Err(Refusal::NotYetOpen { opens_at }));
    assert_eq!(admitted(&session, "2026-11-21T10:00:00Z"), Ok(Way::Queued));
    assert_eq!(admitted(&session, "2026-11-21T10:10:00Z"), Ok(Way::Direct));
    session.opening.queue = Queueing::On;
    assert_eq!(admitted(&session, "2026-11-21T09:59:59.999Z"), Err(Refusal::NotYetOpen { opens_at }));
    assert_eq!(admitted(&session, "2026-11-21T10:10:00Z"), Ok(Way::Queued));
    session.status = SessionStatus::Closed;
    assert_eq!(admitted(&session, "2026-11-21T09:00:00Z"), Err(Refusal::SessionClosed), "nothing opens later");
}

#[test]
fn what_the_session_does_not_offer_is_refused() {
    let now = at(NOW);
    let mut other_slot = order(&[1]);
    other_slot.slot = window("11:00-13:00");
    assert_eq!(admit(&session(), &other_slot, &policy(0), now), Err(Refusal::NoSuchSlot));
    let mut second = order(&[1]);
    second.dose = Dose::SECOND;
    let offered = Err(Refusal::DoseNotOffered { offered: vec![Dose::FIRST] });
    assert_eq!(admit(&session(), &second, &policy(0), now), offered);
    let closed = Session { status: SessionStatus::Closed, ..session() };
    assert_eq!(admit(&closed, &order(&[1]), &policy(0), now), Err(Refusal::SessionClosed));
}

#[test]
fn a_party_is_served_by_one_shard_where_one_can_serve_it() {
    let shards = [shard(0, 2), shard(1, 4), shard(2, 3)];
    for random in 0..9 {
        assert_eq!(Take::among(&shards, 4, random).unwrap().parts(), [(pool().shard(1), 4)]);
    }
}

#[test]
fn a_party_is_served_by_several_shards_where_none_can_alone() {
    let shards = [shard(0, 1), shard(1, 2), shard(2, 1)];
    let take = Take::among(&shards, 4, 0).unwrap();
    assert_eq!(take.parts(), [(pool().shard(1), 2), (pool().shard(0), 1), (pool().shard(2), 1)]);
    assert_eq!(Take::among(&shards, 5, 0), Err(4));
    assert_eq!(shortage(4), Refusal::FewerLeft { left: 4 });
    assert_eq!(shortage(0), Refusal::SoldOut);
}

#[test]
fn closed_shards_are_passed_over() {
    let closed = Shard { closed: true, ..shard(0, 25) };
    assert_eq!(Take::among(&[closed], 1, 0), Err(0));
}

#[test]
fn somebody_elses_beneficiary_looks_like_none() {
    let theirs = Beneficiary { account: account("b"), ..person(1) };
    let missing = Verdict::Refused(Refusal::NoSuchBeneficiary(person_id(1)));
    for row in [None, Some(theirs)] {
        assert_eq!(judge(&reservation(&[1]), &rejection(vec![Check::Failed(row)]), at(NOW)), missing);
    }
}

#[test]
fn an_active_appointment_is_named() {
    let other = reservation(&[1]).appointments[0].clone();
    let busy = Beneficiary { active: Some(Appointment { id: appointment_id(7), ..other }), ..person(1) };
    let verdict = judge(&reservation(&[1]), &rejection(vec![Check::Failed(Some(busy))]), at(NOW));
    let named = Refusal::AlreadyBooked { beneficiary: person_id(1), appointment: appointment_id(7) };
    assert_eq!(verdict, Verdict::Refused(named));
}

#[test]
fn a_hold_that_ran_out_is_released_first() {
    let held = Status::Held { until: at("2026-11-21T09:59:59Z") };
    let stale = Appointment { id: appointment_id(7), status: held, ..reservation(&[1]).appointments[0].clone() };
    let busy = Beneficiary { active: Some(stale), ..person(1) };
    let found = rejection(vec![Check::Failed(Some(busy.clone()))]);
    assert_eq!(judge(&reservation(&[1]), &found, at(NOW)), Verdict::Release(vec![busy]));
    let last_moment = judge(&reservation(&[1]), &found, at("2026-11-21T09:59:59Z"));
    assert!(matches!(last_moment, Verdict::Refused(Refusal::AlreadyBooked { .. })));
}

#[test]
fn a_repeated_request_finds_its_own_appointments() {
    let wanted = reservation(&[1, 2]);
    let carrying = |number: u128, place: usize, request: &str| {
        let mine = Appointment { request: Some(request.to_owned()), ..wanted.appointments[place].clone() };
        Check::Failed(Some(Beneficiary { active: Some(mine), ..person(number) }))
    };
    let found = rejection(vec![carrying(1, 0, "digest"), carrying(2, 1, "digest")]);
    assert_eq!(judge(&wanted, &found, at(NOW)), Verdict::Repeated(wanted.appointments.clone()));
    let other = rejection(vec![carrying(1, 0, "other"), carrying(2, 1, "other")]);
    assert_eq!(judge(&wanted, &other, at(NOW)), Verdict::Refused(Refusal::KeyReused));
    let half = rejection(vec![carrying(1, 0, "digest"), Check::Failed(Some(person(2)))]);
    assert_eq!(judge(&wanted, &half, at(NOW)), Verdict::Recall, "what the other has had is to be seen");
}

#[test]
fn a_repeated_request_is_told_its_first_answer() {
    let wanted = reservation(&[1]);
    let held = Status::Held { until: at("2026-11-21T10:30:00Z") };
    let made = Appointment { status: held, made_as: held, ..wanted.appointments[0].clone() };
    let confirmed = made.turned_by("mark", Status::Confirmed, at("2026-11-21T10:10:00Z"));
    let moved =
        Appointment { moved_to: Some(appointment_id(9)), ..confirmed.turned_by("mark", Status::Cancelled, at(NOW)) };
    for now in [made.clone(), confirmed, moved] {
        assert_eq!(now.as_made(), made);
        assert_eq!(recognise(vec![Some(now)], Some("digest")), Ok(Some(vec![made.clone()])));
    }
}

#[test]
fn a_request_is_recognised_by_all_its_appointments() {
    let made = reservation(&[1, 2]).appointments;
    let both = vec![Some(made[0].clone()), Some(made[1].clone())];
    assert_eq!(recognise(both.clone(), Some("digest")), Ok(Some(made.clone())));
    assert_eq!(recognise(both, Some("other")), Err(Refusal::KeyReused));
    assert_eq!(recognise(vec![Some(made[0].clone()), None], Some("digest")), Err(Refusal::KeyReused));
    assert_eq!(recognise(vec![None, None], Some("digest")), Ok(None));
}

#[test]
fn an_appointment_that_was_given_up_is_recalled() {
    let wanted = Reservation { earlier: vec![appointment_id(55)], ..reservation(&[1]) };
    for id in [101, 55] {
        let given_up = [(appointment_id(id), at(NOW))].into();
        let found = rejection(vec![Check::Failed(Some(Beneficiary { given_up, ..person(1) }))]);
        assert_eq!(judge(&wanted, &found, at(NOW)), Verdict::Recall);
    }
    let theirs = Beneficiary { account: account("b"), given_up: [(appointment_id(55), at(NOW))].into(), ..person(1) };
    let verdict = judge(&wanted, &rejection(vec![Check::Failed(Some(theirs))]), at(NOW));
    assert_eq!(verdict, Verdict::Refused(Refusal::NoSuchBeneficiary(person_id(1))));
}

#[test]
fn too_many_changes_wait_until_one_is_a_day_old() {
    let times = ["2026-11-20T11:00:00Z", "2026-11-20T12:00:00Z", "2026-11-20T13:00:00Z"];
    let given_up = (1..).map(appointment_id).zip(times.map(at)).collect();
    let busy = Beneficiary { given_up, ..person(1) };
    let found = rejection(vec![Check::Failed(Some(busy))]);
    let from = |now: &str| match judge(&reservation(&[1]), &found, at(now)) {
        Verdict::Refused(Refusal::TooManyChanges { from, most: 2, .. }) => Ok(from.to_string()),
        Verdict::Forget(faded) => Err(faded[0].1.len()),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        from("2026-11-20T14:00:00Z"),
        Ok("2026-11-21T12:00:00Z".to_owned()),
        "two may stand: the third is one too many"
    );
    assert_eq!(from("2026-11-21T11:59:59.999Z"), Ok("2026-11-21T12:00:00Z".to_owned()));
    assert_eq!(from("2026-11-21T12:00:00Z"), Err(2));
    assert_eq!(from("2026-11-21T13:00:00Z"), Err(3));
}

#[test]
fn a_short_or_closed_shard_is_told_apart() {
    let found = |row| Rejection { shards: vec![Check::Failed(row)], people: vec![Check::Held] };
    assert_eq!(judge(&reservation(&[1]), &found(Some(shard(0, 0))), at(NOW)), Verdict::LookAround);
    assert_eq!(judge(&reservation(&[1]), &found(None), at(NOW)), Verdict::LookAround);
    let closed = Shard { closed: true, ..shard(0, 5) };
    assert_eq!(judge(&reservation(&[1]), &found(Some(closed)), at(NOW)), Verdict::Refused(Refusal::SessionClosed));
}

#[test]
fn only_a_standing_hold_is_confirmed() {
    let own = Own { beneficiary: person_id(1), appointment: appointment_id(101) };
    let mine = account("a");
    let with = |status| Beneficiary {
        active: Some(Appointment { status, ..reservation(&[1]).appointments[0].clone() }),
        ..person(1)
    };
    let until = at(NOW);
    let check = |person: Option<&Beneficiary>, now| check_confirm(&mine, own, person, now);
    let held = with(Status::Held { until });
    assert_eq!(check(Some(&held), until), Ok(()));
    let later = until.checked_add(SignedDuration::from_nanos(1)).unwrap();
    assert_eq!(check(Some(&held), later), Err(ChangeRefusal::HoldExpired(own)));
    assert_eq!(check(Some(&with(Status::Confirmed)), until), Err(ChangeRefusal::AlreadyConfirmed(own)));
    let missing = Err(ChangeRefusal::NoSuchAppointment(own));
    assert_eq!(check(None, until), missing);
    assert_eq!(check(Some(&person(1)), until), missing);
    let theirs = Beneficiary { account: account("b"), ..held };
    assert_eq!(check(Some(&theirs), until), missing);
}

#[test]
fn what_is_confirmed_is_given_up_until_the_cut_off_and_a_hold_until_its_slot_starts() {
    let own = Own { beneficiary: person_id(1), appointment: appointment_id(101) };
    let start = at("2026-11-22T03:30:00Z");
    let check = |status, cut_off, now: &str| {
        let active = Appointment { status, ..reservation(&[1]).appointments[0].clone() };
        let person = Beneficiary { active: Some(active), ..person(1) };
        let cut_off = SignedDuration::from_hours(cut_off);
        check_give_up(&account("a"), own, Some(&person), |_| start, cut_off, at(now)).map(drop)
    };
    let latest = at("2026-11-21T15:30:00Z");
    assert_eq!(check(Status::Confirmed, 12, "2026-11-21T15:30:00Z"), Ok(()));
    let late = Err(ChangeRefusal::CutOffPassed { own, latest });
    assert_eq!(check(Status::Confirmed, 12, "2026-11-21T15:30:00.001Z"), late);
    assert_eq!(check(Status::Confirmed, 0, "2026-11-22T03:29:59Z"), Ok(()));
    let held = Status::Held { until: at("2026-11-23T00:00:00Z") };
    assert_eq!(check(held, 12, "2026-11-22T03:29:59Z"), Ok(()));
    for status in [Status::Confirmed, held] {
        assert_eq!(check(status, 12, "2026-11-22T03:30:00Z"), Err(ChangeRefusal::SlotPast(own)));
    }
}

#[test]
fn released_units_are_counted_by_shard() {
    let end = |was: &Appointment| Ending::taken_away(was, was.turned(Status::Cancelled, at(NOW)));
    let release = Release(reservation(&[1, 2, 3]).appointments.iter().map(end).collect());
    assert_eq!(release.returns(), [(pool().shard(0), 3)]);
}

proptest! {
    #[test]
    fn a_take_is_exact_and_within_what_is_free(free in prop::collection::vec(0..6u32, 1..12), units in 1..5u32, random: u64) {
        let shards: Vec<Shard> = (0u8..).zip(&free).map(|(number, free)| shard(number, *free)).collect();
        match Take::among(&shards, units, random) {
            Err(left) => {
                prop_assert_eq!(left, free.iter().sum::<u32>());
                prop_assert!(left < units);
            }
            Ok(take) => {
                prop_assert_eq!(take.parts().iter().map(|(_, part)| part).sum::<u32>(), units);
                for (key, part) in take.parts() {
                    prop_assert!(*part > 0 && *part <= free[usize::from(key.number)]);
                }
                prop_assert_eq!(take.seats().count(), usize::try_from(units).unwrap());
            }
        }
    }

    #[test]
    fn changes_are_refused_until_fewer_than_the_most_count(hours in prop::collection::vec(0..48i64, 0..8), most in 1..5u32) {
        let given_up = (1..).map(appointment_id).zip(hours.iter().map(|ago| at(NOW) - SignedDuration::from_hours(*ago)));
        let person = Beneficiary { given_up: given_up.collect(), ..person(1) };
        let counting = hours.iter().filter(|ago| **ago < 24).count();
        match check_changes(&person, most, at(NOW)) {
            Ok(faded) => {
                prop_assert!(counting < most as usize);
                prop_assert_eq!(faded.len() + counting, hours.len());
            }
            Err(Refusal::TooManyChanges { from, .. }) => {
                prop_assert!(counting >= most as usize && from > at(NOW));
                prop_assert!(check_changes(&person, most, from).is_ok());
                prop_assert!(check_changes(&person, most, from - SignedDuration::from_millis(1)).is_err());
            }
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
