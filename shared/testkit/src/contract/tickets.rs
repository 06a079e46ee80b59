use futures::future::join;
use vaxslot_app::ports::{Store, Tried};
use vaxslot_domain::{
    Timestamp,
    appointment::Status,
    booking::{Check, Own, Refusal, Release, Reservation},
    eligibility::Ineligible,
    person::Beneficiary,
    ticket::{Closing, Fence, MOST_MARKS, Settled, TicketEnd, TicketId, TicketKey},
    vaccine::{Dose, Vaccine},
};

use super::support::{active, done, ended, free, person, publish, refused, register, reserve, withdrawn};
use crate::make::{Draft, Published, Wish, account, adult, appointment_id, own, person_id, read, ticket_id};

/// The closing of the ticket that a reservation was queued under, as sold out.
pub fn closing(reservation: &Reservation, ticket: TicketId) -> Closing {
    let first = own(&reservation.appointments[0]);
    let end = TicketEnd::Refused(Refusal::SoldOut);
    Closing::new(ticket, &reservation.account, first, end, read("2026-11-21T10:00:05Z"))
}

async fn stage(store: &dyn Store) -> (Published, Beneficiary, Reservation) {
    let published = Draft::new(1, &[5]).made();
    let person = adult(1, &account("a"));
    publish(store, &published).await;
    register(store, &[&person]).await;
    let digest = ticket_id(7).digest();
    let tickets = &[ticket_id(7)];
    let reservation = Wish { tickets, request: Some(&digest), ..Wish::new(&published.session, &[&person]) }.reservation();
    (published, person, reservation)
}

async fn end_of(store: &dyn Store, closing: &Closing) -> Option<TicketEnd> {
    let key = TicketKey { first: closing.first.beneficiary, ticket: closing.ticket };
    store.ticket_ends(&[key]).await.unwrap().remove(0)
}

pub async fn an_end_reads_back_as_it_was_written(store: &dyn Store) {
    let beneficiary = person_id(1);
    let ineligible = |why| Refusal::Ineligible { beneficiary, why };
    let moment: Timestamp = read("2026-11-21T10:00:00.125Z");
    let reasons = [
        Refusal::NoSuchSession,
        Refusal::NoSuchSlot,
        Refusal::DoseNotOffered { offered: vec![Dose::FIRST, Dose::PRECAUTION] },
        Refusal::SessionClosed,
        Refusal::NotYetOpen { opens_at: moment },
        Refusal::SlotPast,
        Refusal::NoticeTooShort { notice: vaxslot_domain::SignedDuration::from_hours(24), latest: moment },
        Refusal::SoldOut,
        Refusal::FewerLeft { left: 2 },
        Refusal::NoSuchBeneficiary(beneficiary),
        Refusal::AlreadyBooked { beneficiary, appointment: appointment_id(4) },
        ineligible(Ineligible::TooYoung { min_age: 18, from: read("2027-02-11") }),
        ineligible(Ineligible::TooOld { max_age: 44 }),
        ineligible(Ineligible::DoseOutOfOrder { due: None }),
        ineligible(Ineligible::DoseOutOfOrder { due: Some(Dose::SECOND) }),
        ineligible(Ineligible::OtherVaccine { taken: Vaccine::SputnikV }),
        ineligible(Ineligible::DoseTooEarly { from: read("2027-02-11") }),
        Refusal::TooManyChanges { beneficiary, most: 10, from: moment },
        Refusal::KeyReused,
    ];
    let ends = reasons.into_iter().map(TicketEnd::Refused).chain([TicketEnd::Failed, TicketEnd::Elsewhere { request: ticket_id(9).request }]);
    let (_, _, reservation) = stage(store).await;
    let mut keys = Vec::new();
    let mut expected = Vec::new();
    for (mark, end) in (1..).zip(ends) {
        let closing = Closing { end, fence: Fence::None, ..closing(&reservation, ticket_id(mark)) };
        done(store.close_ticket(&closing).await);
        keys.push(TicketKey { first: closing.first.beneficiary, ticket: closing.ticket });
        expected.push(Some(closing.end));
    }
    keys.insert(1, TicketKey { first: person_id(2), ticket: ticket_id(1) });
    expected.insert(1, None);
    keys.push(keys[0]);
    expected.push(expected[0].clone());
    assert_eq!(store.ticket_ends(&keys).await.unwrap(), expected, "in the order asked for, and twice if asked twice");
    assert_eq!(store.ticket_ends(&[]).await.unwrap(), []);
}

pub async fn a_closed_ticket_marks_its_person_and_nothing_else(store: &dyn Store) {
    let (published, before, reservation) = stage(store).await;
    let closing = closing(&reservation, ticket_id(7));
    done(store.close_ticket(&closing).await);
    assert_eq!(end_of(store, &closing).await, Some(closing.end.clone()));
    let marked = [(ticket_id(7), closing.at)].into();
    assert_eq!(person(store, before.id).await, Beneficiary { closed_tickets: marked, ..before.clone() });
    assert_eq!(ended(store, before.id).await, [], "the end of a ticket is no appointment");
    assert_eq!(free(store, &published.keys()).await, [5]);
}

pub async fn a_ticket_is_closed_once(store: &dyn Store) {
    let (_, _, reservation) = stage(store).await;
    let first = closing(&reservation, ticket_id(7));
    done(store.close_ticket(&first).await);
    done(store.close_ticket(&first).await);
    let later = Closing { end: TicketEnd::Failed, at: read("2026-11-21T11:00:00Z"), ..first.clone() };
    for fence in [Fence::None, later.fence.clone()] {
        let later = Closing { fence, ..later.clone() };
        let found = refused(store.close_ticket(&later).await);
        assert_eq!(found.end.as_ref(), Some(&first.end));
        assert_eq!(later.settle(&found), Settled::Over);
    }
    assert_eq!(end_of(store, &first).await, Some(first.end));
}

pub async fn a_ticket_that_made_its_appointment_is_not_closed(store: &dyn Store) {
    let (_, person, reservation) = stage(store).await;
    let made = reserve(store, reservation.clone()).await;
    let closing = closing(&reservation, ticket_id(7));
    let found = refused(store.close_ticket(&closing).await);
    assert_eq!((&found.end, &found.ended), (&None, &Check::Held));
    assert_eq!(closing.settle(&found), Settled::Over);
    let cancelled = made[0].turned(Status::Cancelled, read("2026-11-21T10:00:03Z"));
    done(store.release(&Release(vec![withdrawn(&made[0], cancelled.clone())])).await);
    let found = refused(store.close_ticket(&closing).await);
    assert_eq!(found.ended, Check::Failed(Some(cancelled)));
    assert_eq!(closing.settle(&found), Settled::Over);
    assert_eq!(end_of(store, &closing).await, None);
    assert_eq!(active(store, person.id).await, None);
}

pub async fn a_ticket_of_somebody_who_is_booked_otherwise_is_closed(store: &dyn Store) {
    let (published, person, reservation) = stage(store).await;
    let made = reserve(store, Wish::new(&published.session, &[&person]).numbered(99).reservation()).await;
    done(store.close_ticket(&closing(&reservation, ticket_id(7))).await);
    assert_eq!(active(store, person.id).await.as_ref(), made.first());
}

pub async fn a_ticket_is_closed_though_another_of_its_request_made_the_appointment(store: &dyn Store) {
    let (_, person, reservation) = stage(store).await;
    let made = reserve(store, reservation.clone()).await;
    let other = closing(&reservation, ticket_id(8));
    done(store.close_ticket(&other).await);
    assert_eq!(active(store, person.id).await.as_ref(), made.first());
    let cancelled = made[0].turned(Status::Cancelled, read("2026-11-21T10:00:03Z"));
    done(store.release(&Release(vec![withdrawn(&made[0], cancelled)])).await);
    done(store.close_ticket(&closing(&reservation, ticket_id(9))).await);
    refused(store.close_ticket(&closing(&reservation, ticket_id(7))).await);
}

pub async fn a_ticket_of_nobody_is_closed_without_a_mark(store: &dyn Store) {
    let (_, person, reservation) = stage(store).await;
    let nobody = Own { beneficiary: person_id(99), appointment: appointment_id(99) };
    let of = |account: &str, first: Own| {
        let end = TicketEnd::Refused(Refusal::NoSuchBeneficiary(first.beneficiary));
        Closing::new(ticket_id(7), &crate::make::account(account), first, end, read("2026-11-21T10:00:05Z"))
    };
    for closing in [of("a", nobody), of("b", own(&reservation.appointments[0]))] {
        let found = refused(store.close_ticket(&closing).await);
        let Settled::Again(again) = closing.settle(&found) else { panic!("{found:?}") };
        assert_eq!(again.fence, Fence::None);
        done(store.close_ticket(&again).await);
        assert_eq!(end_of(store, &closing).await, Some(closing.end));
    }
    assert!(self::person(store, person.id).await.closed_tickets.is_empty(), "another account's person is not marked");
}

pub async fn marks_make_room_for_new_ones(store: &dyn Store) {
    let (_, person, reservation) = stage(store).await;
    let closings: Vec<Closing> = (1..=MOST_MARKS as u64 + 3)
        .map(|mark| {
            let at = closing(&reservation, ticket_id(mark)).at;
            let at = at.saturating_add(vaxslot_domain::SignedDuration::from_secs(mark.try_into().unwrap())).unwrap();
            Closing { at, ..closing(&reservation, ticket_id(mark)) }
        })
        .collect();
    for closing in &closings[..MOST_MARKS] {
        done(store.close_ticket(closing).await);
    }
    for closing in &closings[MOST_MARKS..] {
        let found = refused(store.close_ticket(closing).await);
        let Settled::Again(again) = closing.settle(&found) else { panic!("{found:?}") };
        done(store.close_ticket(&again).await);
    }
    let marks: Vec<u64> = self::person(store, person.id).await.closed_tickets.keys().map(|ticket| ticket.mark).collect();
    assert_eq!(marks, (4..=MOST_MARKS as u64 + 3).collect::<Vec<_>>(), "the oldest went");
}

pub async fn of_a_booking_and_a_closing_at_once_one_happens(store: &dyn Store) {
    let (published, person, _) = stage(store).await;
    for mark in 1..=10 {
        let (ticket, digest) = (ticket_id(mark), ticket_id(mark).digest());
        let wish = Wish::new(&published.session, &[&person]).numbered(mark.into());
        let wanted = Wish { tickets: &[ticket], request: Some(&digest), ..wish }.reservation();
        let closing = closing(&wanted, ticket_id(mark));
        let (made, closed) = join(store.reserve(&wanted), store.close_ticket(&closing)).await;
        let (made, closed) = (made.unwrap() == Tried::Done(()), closed.unwrap() == Tried::Done(()));
        assert_ne!(made, closed, "ticket {mark}");
        assert_eq!(end_of(store, &closing).await.is_some(), closed);
        if made {
            let was = &wanted.appointments[0];
            let is = was.turned(Status::Cancelled, read("2026-11-21T10:00:03Z"));
            done(store.release(&Release(vec![withdrawn(was, is)])).await);
        }
        let marks = self::person(store, person.id).await.closed_tickets.len();
        if marks == MOST_MARKS {
            return;
        }
    }
}
