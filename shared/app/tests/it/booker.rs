//! Batches of reservations: who gets a place, who is told why not, and who comes again.

use vaxslot_app::{
    booker::Delivery,
    booking::Finality,
    ports::{Bookings, Queue, Sessions},
    tickets::Fate,
};
use vaxslot_domain::{
    SignedDuration,
    access::{Region, Scope},
    appointment::Status,
    booking::Refusal,
    person::Beneficiary,
    session::SessionStatus,
    ticket::{Queued, TicketEnd},
};
use vaxslot_testkit::make::{account, adult, born, with_doses};

use crate::stage::{Held, Stage};

#[tokio::test]
async fn ten_in_a_line_are_served_at_once_and_in_one_transaction() {
    let stage = Stage::new(&[25], 12).await;
    let mut held = Vec::new();
    for person in &stage.people {
        held.push(stage.queue(&[person]).await);
    }
    stage.work().await;
    assert_eq!(stage.ends(&held).await, ["CONFIRMED"; 12]);
    let shard = stage.store.shards(&stage.published.keys()).await.unwrap()[0];
    assert_eq!((shard.free, shard.moves), (13, 2));
}

#[tokio::test]
async fn the_first_get_the_places_and_the_rest_is_sold_out() {
    let stage = Stage::new(&[3, 2, 2], 30).await;
    let mut held = Vec::new();
    for person in &stage.people {
        held.push(stage.queue(&[person]).await);
    }
    stage.work().await;
    let ends = stage.ends(&held).await;
    assert_eq!(ends.iter().filter(|end| *end == "CONFIRMED").count(), 7, "{ends:?}");
    assert_eq!(ends.iter().filter(|end| *end == "SoldOut").count(), 23, "{ends:?}");
    assert_eq!((stage.free().await, stage.booked().await), (vec![0, 0, 0], 7));
}

#[tokio::test]
async fn one_line_takes_from_its_own_shard_first_and_then_from_the_next() {
    let stage = Stage::new(&[2, 1, 2], 6).await;
    let mut batch = Vec::new();
    for person in &stage.people {
        batch.push(in_line(&stage, person, 1).await);
    }
    assert_eq!(stage.booker().take(deliveries(&batch)).await, [""; 0]);
    let shards: Vec<Option<u8>> = {
        let mut shards = Vec::new();
        for person in &stage.people {
            let found = stage.store.beneficiaries(&[person.id]).await.unwrap().remove(0).unwrap();
            shards.push(found.active.map(|active| active.shard.number));
        }
        shards
    };
    assert_eq!(shards, [Some(1), Some(2), Some(2), Some(0), Some(0), None]);
}

/// A message for a shard, as the desk would have sent it.
async fn in_line(stage: &Stage, person: &Beneficiary, shard: u8) -> Queued {
    let held = stage.queue(&[person]).await;
    let batch = stage.queue.receive(100);
    let mine = batch.iter().find(|delivery| delivery.queued.as_ref().unwrap().ticket == held.ticket.id).unwrap();
    stage.queue.settle(&batch, &[]);
    Queued { shard: stage.published.shard(shard), ..mine.queued.clone().unwrap() }
}

fn deliveries(batch: &[Queued]) -> Vec<Delivery> {
    let delivery = |(number, queued): (usize, &Queued)| Delivery {
        id: number.to_string(),
        group: queued.shard.to_string(),
        received: 1,
        queued: Some(queued.clone()),
    };
    batch.iter().enumerate().map(delivery).collect()
}

#[tokio::test]
async fn the_refused_are_told_why_and_the_others_are_served() {
    let stage = Stage::new(&[25], 5).await;
    let child = born(adult(21, &account("parents")), "2020-05-17");
    let dosed = with_doses(
        adult(22, &account("dosed")),
        1,
        vaxslot_domain::vaccine::Vaccine::Covishield,
        "2026-01-01".parse().unwrap(),
    );
    let booked = adult(23, &account("booked"));
    for person in [&child, &dosed, &booked] {
        stage.register(person).await;
    }
    stage.take_away(0, &[&booked]).await;
    let nobody = adult(99, &account("nobody"));
    let people = &stage.people;
    let parties: [&[&Beneficiary]; 8] =
        [&[&people[0]], &[&child], &[&people[1]], &[&dosed], &[&booked], &[&nobody], &[&people[2]], &[&people[3]]];
    let mut held = Vec::new();
    for party in parties {
        held.push(stage.queue(party).await);
    }
    stage.work().await;
    let expected = [
        "CONFIRMED",
        "Ineligible",
        "CONFIRMED",
        "Ineligible",
        "AlreadyBooked",
        "NoSuchBeneficiary",
        "CONFIRMED",
        "CONFIRMED",
    ];
    assert_eq!(stage.ends(&held).await, expected);
    assert_eq!(stage.booked().await, 5);
}

#[tokio::test]
async fn a_family_is_served_whole_or_not_at_all() {
    let stage = Stage::new(&[4], 3).await;
    let family: Vec<Beneficiary> = (11..=14).map(|number| adult(number, &account("family"))).collect();
    for member in &family {
        stage.register(member).await;
    }
    let [first, second, third] = [0, 1, 2].map(|place| &stage.people[place]);
    let family: Vec<&Beneficiary> = family.iter().collect();
    let held = [
        stage.queue(&[first]).await,
        stage.queue(&family).await,
        stage.queue(&family[..3]).await,
        stage.queue(&[second]).await,
        stage.queue(&[third]).await,
    ];
    stage.work().await;
    let ends = stage.ends(&held).await;
    assert_eq!(ends, ["CONFIRMED", "FewerLeft", "CONFIRMED CONFIRMED CONFIRMED", "SoldOut", "SoldOut"]);
    let Fate::Over(TicketEnd::Refused(Refusal::FewerLeft { left })) = stage.show(&held[1]).await.fate else { panic!() };
    assert_eq!(left, 3, "as many as were left when it was its turn");
}

#[tokio::test]
async fn a_family_that_fits_no_shard_is_seated_in_several() {
    let stage = Stage::new(&[1, 2, 1], 0).await;
    let family: Vec<Beneficiary> = (11..=14).map(|number| adult(number, &account("family"))).collect();
    for member in &family {
        stage.register(member).await;
    }
    let held = stage.queue(&family.iter().collect::<Vec<_>>()).await;
    stage.work().await;
    assert_eq!(stage.end(&held).await, "CONFIRMED CONFIRMED CONFIRMED CONFIRMED");
    assert_eq!(stage.free().await, [0, 0, 0]);
}

#[tokio::test]
async fn of_two_tickets_for_one_person_the_first_is_served() {
    let stage = Stage::new(&[25], 2).await;
    let [first, second] = [&stage.people[0], &stage.people[1]];
    let held = [stage.queue(&[first]).await, stage.queue(&[second]).await, stage.queue(&[first]).await];
    stage.work().await;
    assert_eq!(stage.ends(&held).await, ["CONFIRMED", "CONFIRMED", "AlreadyBooked"]);
    let Fate::Made(made) = stage.show(&held[0]).await.fate else { panic!() };
    let Fate::Over(TicketEnd::Refused(Refusal::AlreadyBooked { appointment, .. })) = stage.show(&held[2]).await.fate
    else {
        panic!()
    };
    assert_eq!(appointment, made[0].id);
}

#[tokio::test]
async fn somebody_refused_with_others_is_served_alone_by_a_later_ticket() {
    let stage = Stage::new(&[25], 1).await;
    let child = born(adult(21, &account("account-1")), "2020-05-17");
    stage.register(&child).await;
    let held = [stage.queue(&[&stage.people[0], &child]).await, stage.queue(&[&stage.people[0]]).await];
    stage.work().await;
    assert_eq!(stage.ends(&held).await, ["Ineligible", "CONFIRMED"]);
}

#[tokio::test]
async fn a_hold_that_ran_out_gives_way() {
    let stage = Stage::new(&[1], 2).await;
    let [first, second] = [&stage.people[0], &stage.people[1]];
    let early = stage.queue_as(&[first], Finality::Hold, None).await;
    stage.work().await;
    assert_eq!(stage.end(&early).await, "HELD");
    let late = stage.queue(&[second]).await;
    stage.work().await;
    assert_eq!(stage.end(&late).await, "SoldOut");
    stage.host.advance(SignedDuration::from_mins(31));
    let again = stage.queue(&[first]).await;
    stage.work().await;
    assert_eq!(stage.ends(&[early, again]).await, ["EXPIRED", "CONFIRMED"]);
    assert_eq!(stage.booked().await, 1);
}

#[tokio::test]
async fn a_hold_keeps_its_time_from_the_moment_it_was_accepted() {
    let stage = Stage::new(&[5], 2).await;
    let [in_time, too_late] = [&stage.people[0], &stage.people[1]];
    let held = stage.queue_as(&[in_time], Finality::Hold, None).await;
    let until = held.ticket.accepted_at.saturating_add(SignedDuration::from_mins(30)).unwrap();
    stage.host.advance(SignedDuration::from_mins(30));
    stage.work().await;
    let Fate::Made(made) = stage.show(&held).await.fate else { panic!() };
    assert_eq!(made[0].status, Status::Held { until });
    let held = stage.queue_as(&[too_late], Finality::Hold, None).await;
    stage.host.advance(SignedDuration::from_mins(31));
    stage.work().await;
    assert_eq!(stage.end(&held).await, "Failed");
    assert_eq!(stage.booked().await, 1);
}

#[tokio::test]
async fn what_changed_while_it_waited_is_judged_when_its_turn_comes() {
    let stage = Stage::new(&[5, 5], 3).await;
    let scope = Scope::Region(Region::Country);
    let closed = stage.queue(&[&stage.people[0]]).await;
    let id = stage.published.session.id;
    stage.store.set_status(id, &scope, SessionStatus::Closed).await.unwrap();
    stage.host.advance(SignedDuration::from_secs(2));
    stage.work().await;
    assert_eq!(stage.end(&closed).await, "SessionClosed");
    stage.store.set_status(id, &scope, SessionStatus::Open).await.unwrap();
    stage.host.advance(SignedDuration::from_secs(2));
    let shut = stage.queue(&[&stage.people[1]]).await;
    for key in stage.published.keys() {
        stage.store.mark_shard(key, true).await.unwrap();
    }
    stage.work().await;
    assert_eq!(stage.end(&shut).await, "SessionClosed", "the shards know before the facts do");
    let late = stage.queue(&[&stage.people[2]]).await;
    stage.host.set("2026-11-22T03:30:00Z".parse().unwrap());
    stage.work().await;
    assert_eq!(stage.end(&late).await, "SlotPast");
}

#[tokio::test]
async fn what_cannot_be_read_becomes_a_dead_letter_and_nobody_dies_with_it() {
    let stage = Stage::new(&[5, 5], 4).await;
    let group = |number: u8| stage.published.shard(number).to_string();
    let mut queued = Vec::new();
    for (person, shard) in stage.people.iter().zip([0, 0, 1, 0]) {
        queued.push(in_line(&stage, person, shard).await);
    }
    stage.queue.send(&queued[0]).await.unwrap();
    // Sent before, and so not again.
    assert!(stage.queue.is_empty());
    stage.host.advance(SignedDuration::from_mins(6));
    stage.queue.send(&queued[0]).await.unwrap();
    stage.queue.send_nonsense(&group(0));
    for queued in &queued[1..] {
        stage.queue.send(queued).await.unwrap();
    }
    stage.work().await;
    assert_eq!((stage.booked().await, stage.queue.len()), (4, 1));
    for _ in 0..5 {
        stage.host.advance(SignedDuration::from_secs(60));
        stage.work().await;
    }
    assert_eq!((stage.booked().await, stage.queue.len()), (4, 0));
    let dead = stage.queue.take_dead();
    assert_eq!((dead.len(), dead[0].queued.is_none()), (1, true));
    assert_eq!(stage.closer().take(dead).await, [""; 0], "there is no ticket to end");
}

#[tokio::test]
async fn a_dead_letter_ends_its_ticket_and_a_redriven_one_changes_nothing() {
    let stage = Stage::new(&[5], 2).await;
    let held = [stage.queue(&[&stage.people[0]]).await, stage.queue(&[&stage.people[1]]).await];
    let batch = stage.queue.receive(10);
    stage.booker().take(vec![batch[0].clone()]).await;
    for _ in 0..5 {
        stage.host.advance(SignedDuration::from_secs(60));
        stage.queue.receive(10);
    }
    stage.host.advance(SignedDuration::from_secs(60));
    let dead = stage.queue.take_dead();
    assert_eq!(dead.len(), 2);
    for _ in 0..2 {
        assert_eq!(stage.closer().take(dead.clone()).await, [""; 0]);
        assert_eq!(stage.ends(&held).await, ["CONFIRMED", "Failed"]);
    }
    stage.queue.redrive(dead);
    stage.work().await;
    assert_eq!((stage.ends(&held).await, stage.queue.len()), (vec!["CONFIRMED".to_owned(), "Failed".to_owned()], 0));
    assert_eq!(stage.booked().await, 1);
}

#[tokio::test]
async fn hundreds_end_once_whatever_is_delivered_twice() {
    let stage = Stage::new(&[5, 5, 5, 5], 200).await;
    let mut held: Vec<Held> = Vec::new();
    for person in &stage.people {
        held.push(stage.queue(&[person]).await);
    }
    let mut told: Vec<Option<String>> = vec![None; held.len()];
    for round in 0..100 {
        let batch = stage.queue.receive(10);
        // The same batch by two workers, and every third one is not deleted.
        stage.booker().take(batch.clone()).await;
        let again = stage.booker().take(batch.clone()).await;
        if round % 3 == 0 {
            stage.queue.show_again(&batch.iter().map(|delivery| delivery.id.clone()).collect::<Vec<_>>());
        } else {
            stage.queue.settle(&batch, &again);
        }
        for (told, held) in told.iter_mut().zip(&held) {
            let end = stage.end(held).await;
            assert!(told.as_ref().is_none_or(|told| *told == end), "{told:?} became {end}");
            *told = Some(end).filter(|end| end != "OPEN");
        }
        if stage.queue.is_empty() {
            break;
        }
    }
    assert!(told.iter().all(Option::is_some), "every ticket ended");
    assert_eq!((stage.booked().await, stage.free().await), (20, vec![0; 4]));
}
