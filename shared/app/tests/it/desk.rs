//! What a citizen is told at the door, and of a ticket.

use vaxslot_app::{
    booking::{BookingError, Finality, Reserved},
    ports::{Bookings, Host, Queue, Sessions},
    tickets::{Fate, TicketError},
};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    appointment::Status,
    booking::{Own, Refusal},
    opening::{Opening, Queueing},
    session::SessionStatus,
};
use vaxslot_testkit::make::{Draft, account, own, read};

use crate::stage::{EVERYWHERE, NOW, Stage, reason};

fn opens_at(moment: &str) -> Draft {
    let opening = Opening { opens_at: Some(read(moment)), queue: Queueing::Auto };
    Draft { opening, ..Draft::new(1, &[5]) }
}

async fn told(stage: &Stage, place: usize) -> String {
    match stage.ask(&[&stage.people[place]], Finality::Book, None).await {
        Ok(Reserved::Made(_)) => "made".to_owned(),
        Ok(Reserved::Queued(_)) => "queued".to_owned(),
        Err(BookingError::Refused(refusal)) => reason(&refusal),
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn the_queue_lasts_from_the_opening_for_ten_minutes() {
    let stage = Stage::with(opens_at("2026-11-21T10:00:00Z"), 4).await;
    let moments = [
        ("2026-11-21T09:59:59.999Z", "NotYetOpen"),
        (NOW, "queued"),
        ("2026-11-21T10:09:59.999Z", "queued"),
        ("2026-11-21T10:10:00Z", "made"),
    ];
    for (place, (moment, expected)) in moments.into_iter().enumerate() {
        stage.host.set(read(moment));
        assert_eq!(told(&stage, place).await, expected, "{moment}");
    }
    assert_eq!(stage.queue.len(), 2);
}

#[tokio::test]
async fn whoever_waits_is_told_how_many_are_in_front_at_most() {
    let stage = Stage::new(&[25], 5).await;
    let mut held = Vec::new();
    for person in &stage.people {
        stage.host.advance(SignedDuration::from_secs(1));
        held.push(stage.queue(&[person]).await);
    }
    assert_eq!(held.iter().map(|held| held.ticket.ahead).collect::<Vec<_>>(), [0, 1, 2, 3, 4].map(Some));
    stage.host.advance(SignedDuration::from_secs(1));
    assert_eq!(stage.show(&held[2]).await.ahead, Some(2), "those who came later are behind");
    let batch = stage.queue.receive(4);
    stage.work_on(&batch).await;
    assert_eq!(stage.show(&held[4]).await.ahead, Some(4), "counted once a second");
    stage.host.advance(SignedDuration::from_secs(1));
    let last = stage.show(&held[4]).await;
    assert_eq!((last.fate, last.ahead), (Fate::Open, Some(1)), "itself may be counted: never too few");
    assert_eq!(stage.show(&held[0]).await.ahead, None, "it waits no more");
}

#[tokio::test]
async fn a_ticket_is_its_accounts_own() {
    let stage = Stage::new(&[25], 2).await;
    let held = stage.queue(&[&stage.people[0]]).await;
    let word = held.ticket.encode(&held.account);
    assert!(stage.desk.show(&held.account, &word).await.is_ok());
    for (account, word) in [(account("account-2"), word.as_str()), (held.account.clone(), &word[1..])] {
        let shown = stage.desk.show(&account, word).await;
        assert!(matches!(shown, Err(TicketError::NoSuchTicket)), "{shown:?}");
    }
    stage.host.advance(SignedDuration::from_hours(31 * 24));
    assert!(
        matches!(stage.desk.show(&held.account, &word).await, Err(TicketError::NoSuchTicket)),
        "all is over by then"
    );
}

#[tokio::test]
async fn a_ticket_shows_its_appointments_whatever_became_of_them() {
    let stage = Stage::new(&[25], 1).await;
    let held = stage.queue_as(&[&stage.people[0]], Finality::Hold, None).await;
    stage.work().await;
    let shown = async || {
        let Fate::Made(made) = stage.show(&held).await.fate else { panic!("it was made") };
        (made[0].status.name(), made[0].made_as.name(), own(&made[0]))
    };
    let (status, made_as, mine) = shown().await;
    assert_eq!((status, made_as), ("HELD", "HELD"));
    let account = &held.account;
    stage.booking.confirm(account, &[mine], None).await.unwrap();
    assert_eq!(shown().await, ("CONFIRMED", "HELD", mine));
    stage.booking.cancel(account, &[mine], None).await.unwrap();
    assert_eq!(shown().await, ("CANCELLED", "HELD", mine));
    assert_eq!(stage.store.ended(&[mine]).await.unwrap()[0].as_ref().map(|one| one.status), Some(Status::Cancelled));
}

#[tokio::test]
async fn what_is_known_to_be_sold_out_is_told_at_once() {
    let stage = Stage::new(&[5], 2).await;
    stage.sell_out().await;
    stage.host.advance(SignedDuration::from_secs(1));
    assert_eq!(told(&stage, 0).await, "SoldOut");
    assert_eq!(stage.queue.waiting().await.unwrap(), 0);
}

#[tokio::test]
async fn a_sold_out_that_was_told_to_a_repeat_is_the_end_of_its_ticket() {
    let stage = Stage::new(&[5], 2).await;
    let [first, second] = [&stage.people[0], &stage.people[1]];
    let ask = async |person| stage.ask(&[person], Finality::Book, Some("key")).await;
    let waiting = stage.queue_as(&[first], Finality::Book, Some("key")).await;
    stage.sell_out().await;
    stage.host.advance(SignedDuration::from_secs(1));
    let repeat = ask(first).await;
    assert!(matches!(repeat, Err(BookingError::Refused(Refusal::SoldOut))), "{repeat:?}");
    assert_eq!(stage.end(&waiting).await, "SoldOut", "though there is a unit, and its message still waits");
    stage.work().await;
    assert_eq!((stage.end(&waiting).await.as_str(), stage.booked().await), ("SoldOut", 0));
    // Whoever was served before hears of that, and not that nothing is left.
    let fresh = Stage::new(&[5], 2).await;
    let served = fresh.queue_as(&[second], Finality::Book, Some("key")).await;
    fresh.work().await;
    fresh.sell_out().await;
    fresh.host.advance(SignedDuration::from_secs(1));
    match fresh.ask(&[second], Finality::Book, Some("key")).await {
        Ok(Reserved::Queued(ticket)) => assert_eq!(ticket.id, served.ticket.id),
        other => panic!("{other:?}"),
    }
    assert_eq!(fresh.end(&served).await, "CONFIRMED");
}

#[tokio::test]
async fn a_refusal_after_the_window_is_the_end_of_a_ticket_that_waits() {
    let stage = Stage::with(opens_at(NOW), 2).await;
    let person = &stage.people[0];
    let waiting = stage.queue_as(&[person], Finality::Book, Some("key")).await;
    stage.take_away(0, &[&stage.people[1]]).await;
    stage.store.set_status(stage.published.session.id, &EVERYWHERE, SessionStatus::Closed).await.unwrap();
    stage.host.set(read::<Timestamp>("2026-11-21T10:30:00Z"));
    let repeat = stage.ask(&[person], Finality::Book, Some("key")).await;
    assert!(matches!(repeat, Err(BookingError::Refused(Refusal::SessionClosed))), "{repeat:?}");
    assert_eq!(stage.end(&waiting).await, "SessionClosed");
}

#[tokio::test]
async fn a_refusal_after_the_queue_was_switched_off_is_the_end_of_a_ticket_that_waits() {
    let stage = Stage::new(&[1], 2).await;
    let person = &stage.people[0];
    let waiting = stage.queue_as(&[person], Finality::Book, Some("key")).await;
    stage.take_away(0, &[&stage.people[1]]).await;
    stage.switch(Queueing::Auto, stage.host.now()).await;
    stage.host.advance(SignedDuration::from_secs(2));
    let repeat = stage.ask(&[person], Finality::Book, Some("key")).await;
    assert!(matches!(repeat, Err(BookingError::Refused(Refusal::SoldOut))), "{repeat:?}");
    assert_eq!(stage.end(&waiting).await, "SoldOut", "nothing of it may be made any more");
}

#[tokio::test]
async fn a_ticket_for_nobody_is_told_so() {
    let stage = Stage::new(&[5], 1).await;
    let nobody = vaxslot_testkit::make::adult(99, &account("account-1"));
    let held = stage.queue(&[&nobody]).await;
    assert_eq!(stage.end(&held).await, "OPEN");
    stage.work().await;
    assert_eq!(stage.end(&held).await, "NoSuchBeneficiary");
    let theirs = Own { beneficiary: nobody.id, ..held.ticket.claim(&held.account).party[0] };
    assert_eq!(stage.store.ended(&[theirs]).await.unwrap(), [None]);
}
