use super::*;
use crate::person::LastDose;

/// 00:00 of the session's day, and 09:00, by the center's clock.
const DAY: &str = "2026-11-21T18:30:00Z";
const SLOT: &str = "2026-11-22T03:30:00Z";

fn with(status: Status) -> Beneficiary {
    Beneficiary { active: Some(Appointment { status, ..reservation(&[1]).appointments[0].clone() }), ..person(1) }
}

fn say(attendance: Attendance, person: &Beneficiary, now: &str) -> Result<Used, AttendanceRefusal> {
    attend(attendance, &session(), person, person.active.as_ref().unwrap(), "staff-1", at(now))
}

#[test]
fn who_came_is_said_on_the_day_and_who_did_not_once_the_slot_has_begun() {
    let booked = with(Status::Confirmed);
    for (attendance, from) in [(Attendance::Completed, DAY), (Attendance::NoShow, SLOT)] {
        let before = at(from).checked_sub(SignedDuration::from_nanos(1)).unwrap().to_string();
        assert_eq!(say(attendance, &booked, &before), Err(AttendanceRefusal::TooSoon { from: at(from) }));
        let used = say(attendance, &booked, from).unwrap();
        let expected = booked.active.as_ref().unwrap().turned(attendance.status(), at(from));
        assert_eq!(used.ending.is, Appointment { changed_by: Some("staff-1".to_owned()), ..expected });
        assert!(say(attendance, &booked, "2026-12-24T00:00:00Z").is_ok(), "later is never too late");
    }
}

#[test]
fn a_dose_is_given_to_who_came_and_noted_for_nobody_else() {
    let booked = with(Status::Confirmed);
    let given = say(Attendance::Completed, &booked, SLOT).unwrap().given.unwrap();
    let last = LastDose { vaccine: Vaccine::Covishield, on: date(2026, 11, 22) };
    assert_eq!((given.before.taken, given.after), (0, DoseHistory { taken: 1, last: Some(last) }));
    assert_eq!(say(Attendance::NoShow, &booked, SLOT).unwrap().given, None);
    let vaccinated = Beneficiary { doses: given.after, ..booked };
    let other = Err(AttendanceRefusal::OtherDoseDue { taken: 1 });
    assert_eq!(say(Attendance::Completed, &vaccinated, SLOT), other);
}

#[test]
fn a_hold_counts_as_long_as_it_stands() {
    let until = "2026-11-22T04:00:00Z";
    let held = with(Status::Held { until: at(until) });
    assert!(say(Attendance::Completed, &held, until).is_ok());
    let after = "2026-11-22T04:00:00.001Z";
    assert_eq!(say(Attendance::Completed, &held, after), Err(AttendanceRefusal::HoldExpired));
    assert_eq!(say(Attendance::NoShow, &held, after), Err(AttendanceRefusal::HoldExpired));
}

#[test]
fn a_use_asks_for_the_very_person() {
    let booked = with(Status::Confirmed);
    let used = say(Attendance::Completed, &booked, SLOT).unwrap();
    assert!(used.admits(&booked));
    assert!(!used.admits(&person(1)));
    assert!(!used.admits(&with(Status::Held { until: at(SLOT) })));
    assert!(!used.admits(&Beneficiary { doses: DoseHistory { taken: 1, last: None }, ..booked }));
}

#[test]
fn what_nobody_said_anything_about_is_over_at_the_end_of_the_day_after() {
    let booked = with(Status::Confirmed);
    let found = rejection(vec![Check::Failed(Some(booked.clone()))]);
    let stands =
        judge(&reservation(&[1]), &rejection(vec![Check::Failed(Some(booked.clone()))]), at("2026-11-23T18:29:59Z"));
    assert!(matches!(stands, Verdict::Repeated(_)), "its own request: {stands:?}");
    let mut other = reservation(&[1]);
    other.appointments[0].id = appointment_id(7);
    let before = judge(&other, &found, at("2026-11-23T18:29:59.999Z"));
    assert!(matches!(before, Verdict::Refused(Refusal::AlreadyBooked { .. })), "{before:?}");
    assert_eq!(judge(&other, &found, at("2026-11-23T18:30:00Z")), Verdict::Release(vec![booked.clone()]));
    let used = lapse(&booked, booked.active.as_ref().unwrap(), at("2026-11-23T18:30:00Z"));
    assert_eq!((used.given, used.ending.is.status, used.ending.is.changed_by), (None, Status::NoShow, None));
}

#[test]
fn walk_ins_come_on_the_day_until_the_slot_ends() {
    let (mut session, order) = (session(), order(&[1]));
    let early = Err(Refusal::NotYetOpen { opens_at: at(DAY) });
    assert_eq!(admit_walk_in(&session, &order, at("2026-11-21T18:29:59.999Z")), early);
    for fine in [DAY, SLOT, "2026-11-22T05:29:59.999Z"] {
        assert_eq!(admit_walk_in(&session, &order, at(fine)), Ok(pool()));
    }
    assert_eq!(admit_walk_in(&session, &order, at("2026-11-22T05:30:00Z")), Err(Refusal::SlotPast));
    session.opening.queue = Queueing::On;
    assert_eq!(admit_walk_in(&session, &order, at(SLOT)), Ok(pool()), "they do not stand in the queue");
    session.status = SessionStatus::Closed;
    assert_eq!(admit_walk_in(&session, &order, at(SLOT)), Err(Refusal::SessionClosed));
    let second = Order { dose: Dose::SECOND, ..order };
    assert!(matches!(admit_walk_in(&session, &second, at(SLOT)), Err(Refusal::DoseNotOffered { .. })));
}
