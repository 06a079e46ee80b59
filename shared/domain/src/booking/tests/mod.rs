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
    ticket::TicketId,
    vaccine::{Dose, Vaccine},
    window::Window,
};

mod attendance;
mod change;
mod judge;
mod reschedule;

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

pub fn session() -> Session {
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
        opening_set_at: None,
        cancelling: None,
        doses: vec![Dose::FIRST],
        slots: vec![window("00:15-02:00"), window("09:00-11:00")],
        pools: vec![PoolSummary { shards: 3, capacity: 60, free: 60 }; 2],
        turns: crate::availability::Turns::new(),
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
        others: &[],
        changes_a_day: 2,
        tickets: &[],
        walk_in: None,
    };
    Reservation::new(&order, take, &ids, &making)
}

fn person(number: u128) -> Beneficiary {
    Beneficiary::new(person_id(number), account("a"), Name::parse("Asha Rao").unwrap(), Birth::Year(1990))
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
fn for_a_day_after_staff_said_how_it_opens_a_session_may_have_been_queued_for() {
    let told = |set_at: Option<&str>, now| {
        let session = Session { opening_set_at: set_at.map(at), ..session() };
        session.queued_lately(SignedDuration::from_mins(10), at(now))
    };
    assert!(!told(None, "2026-11-21T10:00:00Z"));
    let set_at = Some("2026-11-20T10:00:00Z");
    assert!(told(set_at, "2026-11-20T09:59:59Z"), "by a clock that is behind");
    assert!(told(set_at, "2026-11-21T09:59:59Z"));
    assert!(!told(set_at, "2026-11-21T10:00:00Z"));
}

#[test]
fn what_opens_today_was_not_open_yesterday() {
    let midnight = "2026-11-21T00:00:00Z";
    let told = |opens_at: Option<&str>, opening_set_at: Option<&str>| {
        let opening = Opening { opens_at: opens_at.map(at), queue: Queueing::On };
        Session { opening, opening_set_at: opening_set_at.map(at), ..session() }.opened_before(at(midnight))
    };
    assert!(told(None, None), "open since it was published");
    assert!(told(Some("2026-11-20T23:59:59.999Z"), None));
    assert!(!told(Some(midnight), None));
    assert!(told(Some(midnight), Some("2026-11-20T10:00:00Z")), "before, it may have been otherwise");
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
}
