use super::*;

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
fn what_is_withdrawn_is_noted_for_a_day_and_counts_as_no_change() {
    let noted = [(7, "2026-11-20T10:00:00Z"), (8, "2026-11-20T10:00:00.001Z")];
    let withdrawn = noted.map(|(id, time)| (appointment_id(id), at(time))).into();
    let person = Beneficiary { withdrawn, ..person(1) };
    let was = &reservation(&[1]).appointments[0];
    let ending = Ending::withdrawn(&person, was, was.turned(Status::Cancelled, at(NOW)));
    let kept = [(appointment_id(8), at("2026-11-20T10:00:00.001Z")), (was.id, at(NOW))].into();
    assert_eq!(ending.note, Note::Withdrawn(kept));
    assert_eq!([8, 9].map(|id| person.had(appointment_id(id))), [true, false]);
    assert_eq!(check_changes(&person, 1, at(NOW)), Ok(vec![]));
}

#[test]
fn released_units_are_counted_by_shard() {
    let end = |was: &Appointment| Ending::withdrawn(&person(1), was, was.turned(Status::Cancelled, at(NOW)));
    let release = Release(reservation(&[1, 2, 3]).appointments.iter().map(end).collect());
    assert_eq!(release.returns(), [(pool().shard(0), 3)]);
}
