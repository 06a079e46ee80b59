//! What is looked at while it is written.

use std::sync::Arc;

use vaxslot_app::{
    booker::Booker,
    booking::{Finality, Reserved},
    tickets::{Desk, Fate},
};
use vaxslot_domain::opening::{Opening, Queueing};
use vaxslot_testkit::{
    MemoryQueue,
    make::{Draft, order},
    wire::Fault,
};

use crate::{booking::Drive, invariants};

#[tokio::test]
async fn the_appointments_of_a_party_are_shown_together_or_not_yet() {
    let drive = Drive::new().await;
    let opening = Opening { opens_at: None, queue: Queueing::On };
    let published = drive.publish(Draft { opening, ..Draft::new(1, &[4]) }).await;
    let people = drive.register(1, 2, 2).await;
    let account = &people[0].account;
    let queue = Arc::new(MemoryQueue::new(drive.host.clone()));
    let desk = Desk::new(drive.table.store.clone(), queue.clone(), drive.host.clone());
    let order = order(account, &published.session, &[&people[0], &people[1]]);
    let queued =
        drive.booking.reserve_or_queue(&desk, published.session.id, &order, Finality::Book, None).await.unwrap();
    let Reserved::Queued(ticket) = queued else { panic!("should be queued: {queued:?}") };
    // The booker gives up on its transaction while it is still on its way.
    let wire = &drive.table.wire;
    wire.reset();
    wire.fail("TransactWriteItems", 1..=1, Fault::Overtaken);
    wire.fail("TransactWriteItems", 2..=u32::MAX, Fault::NotSent);
    let again = Booker::new(drive.sandbox(1)).take(queue.receive(10)).await;
    assert_eq!((again.len(), invariants::hold(&drive.table).await.active()), (1, 0));
    // It arrives between one of the party being read and the other.
    let reads = wire.calls().get("BatchGetItem").copied().unwrap_or(0);
    wire.fail("BatchGetItem", reads + 1..=reads + 1, Fault::Unprocessed);
    let shown = desk.show(account, &ticket.encode(account)).await.unwrap().fate;
    assert_eq!(invariants::hold(&drive.table).await.active(), 2, "it has arrived");
    assert!(matches!(&shown, Fate::Made(made) if made.len() == 2), "{shown:?}");
}
