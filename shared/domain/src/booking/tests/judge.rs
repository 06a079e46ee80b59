use proptest::prelude::*;

use super::*;

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
fn an_appointment_that_ended_is_recalled_however_it_ended() {
    let wanted = Reservation { others: vec![appointment_id(55)], ..reservation(&[1]) };
    for id in [101, 55] {
        let note = BTreeMap::from([(appointment_id(id), at(NOW))]);
        let given_up = Beneficiary { given_up: note.clone(), ..person(1) };
        for noted in [given_up, Beneficiary { withdrawn: note, ..person(1) }] {
            assert!(!wanted.admits(0, &noted));
            assert_eq!(judge(&wanted, &rejection(vec![Check::Failed(Some(noted))]), at(NOW)), Verdict::Recall);
        }
    }
    let theirs = Beneficiary { account: account("b"), given_up: [(appointment_id(55), at(NOW))].into(), ..person(1) };
    let verdict = judge(&wanted, &rejection(vec![Check::Failed(Some(theirs))]), at(NOW));
    assert_eq!(verdict, Verdict::Refused(Refusal::NoSuchBeneficiary(person_id(1))));
}

#[test]
fn a_request_is_known_by_the_names_of_several_days() {
    let others = [55, 56, 65, 66].map(appointment_id);
    let wanted = Reservation { others: others.to_vec(), ..reservation(&[1, 2]) };
    assert_eq!(wanted.known_as(0).collect::<Vec<_>>(), [101, 55, 65].map(appointment_id));
    assert_eq!(wanted.known_as(1).collect::<Vec<_>>(), [102, 56, 66].map(appointment_id));
}

#[test]
fn a_closed_ticket_is_told_unless_the_request_was_carried_out() {
    let [own, other, foreign] = [7, 8, 9].map(|mark| TicketId { request: Uuid::from_u128(7), mark });
    let wanted = Reservation { tickets: vec![own, other], ..reservation(&[1]) };
    let closed = |tickets: &[TicketId]| {
        let marks = tickets.iter().map(|ticket| (*ticket, at(NOW)));
        Beneficiary { closed_tickets: marks.collect(), ..person(1) }
    };
    let told = |row: Beneficiary| closed_ticket(&wanted, &rejection(vec![Check::Failed(Some(row))]));
    assert_eq!(told(closed(&[own])), Some(own));
    assert_eq!(told(closed(&[other])), Some(other), "that of another day");
    assert_eq!(told(closed(&[other, own])), Some(own), "its own first");
    assert_eq!(told(closed(&[foreign])), None);
    let carrying = Beneficiary { active: Some(wanted.appointments[0].clone()), ..closed(&[other]) };
    assert_eq!(told(carrying), None, "it made an appointment");
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

proptest! {
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
