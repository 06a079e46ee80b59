//! The made-up sessions: the same each time, and all of them such as the service takes.

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};
use vaxslot::seed::{
    data,
    plan::{self, HEADER, SeedSession},
};
use vaxslot_domain::{
    capacity::Capacity,
    center::FeeType,
    id::CenterId,
    person::parse_date,
    session::AgeBand,
    vaccine::Vaccine,
    window::{Window, check_slots},
};

fn first() -> Date {
    parse_date("2026-11-21").unwrap()
}

fn fortnight() -> Vec<SeedSession> {
    plan::sessions(&data::centers().unwrap(), first(), 14).collect()
}

#[test]
fn there_are_about_2000_and_each_center_has_some() {
    let (centers, sessions) = (data::centers().unwrap(), fortnight());
    assert_eq!(centers.len(), 684);
    assert!((1800..=2200).contains(&sessions.len()), "{}", sessions.len());
    let with_some: BTreeSet<CenterId> = sessions.iter().map(|session| session.center).collect();
    assert_eq!(with_some.len(), centers.len());
}

#[test]
fn a_day_has_the_same_sessions_whenever_it_is_made() {
    let tomorrow = first().checked_add(1.day()).unwrap();
    let later: Vec<_> = plan::sessions(&data::centers().unwrap(), tomorrow, 13).collect();
    let of_these_days: Vec<_> = fortnight().into_iter().filter(|session| session.date >= tomorrow).collect();
    assert_eq!(later, of_these_days);
}

#[test]
fn every_row_is_one_that_the_service_takes() {
    let centers = data::centers().unwrap();
    for session in fortnight() {
        let row = session.to_string();
        let cells: Vec<&str> = row.split(',').collect();
        assert_eq!(cells.len(), HEADER.split(',').count(), "{row}");
        let center = centers.iter().find(|center| center.id == cells[0].parse().unwrap()).unwrap();
        assert_eq!(parse_date(cells[1]), Some(session.date));
        cells[2].parse::<Vaccine>().unwrap();
        let max_age = if cells[4].is_empty() { None } else { Some(cells[4].parse().unwrap()) };
        AgeBand::new(cells[3].parse().unwrap(), max_age).unwrap();
        let fee: u32 = cells[5].parse().unwrap();
        assert_eq!(fee > 0, center.fee_type == FeeType::Paid, "{row}");
        let mut slots: Vec<Window> = cells[6].split(' ').map(|slot| slot.parse().unwrap()).collect();
        check_slots(&mut slots).unwrap();
        assert!(
            slots.iter().all(|slot| slot.start() >= center.hours.start() && slot.end() <= center.hours.end()),
            "{row}"
        );
        let given: Vec<u32> =
            cells[7..].iter().filter(|cell| !cell.is_empty()).map(|cell| cell.parse().unwrap()).collect();
        assert!(!given.is_empty() && given.iter().all(|units| Capacity::try_from(*units).is_ok()), "{row}");
    }
}

#[test]
fn no_two_sessions_of_a_center_are_the_same() {
    let sessions = fortnight();
    let told_apart: BTreeSet<String> = sessions
        .iter()
        .map(|session| format!("{} {} {} {}", session.center, session.date, session.vaccine, session.ages.min))
        .collect();
    assert_eq!(told_apart.len(), sessions.len());
}

#[test]
fn every_day_in_pune_offers_a_first_dose_to_adults() {
    let centers = data::centers().unwrap();
    let in_pune: BTreeSet<CenterId> =
        centers.iter().filter(|center| center.district.get() == 363).map(|center| center.id).collect();
    let sessions = fortnight();
    for day in 0..14 {
        let date = first().checked_add(day.days()).unwrap();
        let fit = sessions.iter().filter(|session| {
            session.date == date
                && in_pune.contains(&session.center)
                && session.ages.min == 18
                && session.capacity[0].is_some()
        });
        assert!(fit.count() >= 3, "{date}");
    }
}

#[test]
fn vaccines_doses_and_bands_vary() {
    let sessions = fortnight();
    let distinct = |key: fn(&SeedSession) -> String| sessions.iter().map(key).collect::<BTreeSet<_>>().len();
    assert_eq!(distinct(|session| session.vaccine.to_string()), Vaccine::ALL.len());
    assert_eq!(distinct(|session| session.ages.min.to_string()), 4);
    assert!(distinct(|session| format!("{:?}", session.capacity.map(|units| units.is_some()))) >= 4);
    assert!(distinct(SeedSession::slot_list) >= 8);
}
