//! What each operation costs in calls and capacity units.

use std::{collections::BTreeMap, sync::Arc};

use vaxslot_app::{
    booking::{BookingError, Finality},
    catalog::{Catalog, Search},
    projection::{Projection, Touched},
};
use vaxslot_domain::{
    booking::Refusal,
    center::FeeType,
    person::Beneficiary,
    search::{Days, Filter, Place},
};
use vaxslot_testkit::{
    RecordedEvents, TestHost,
    make::{Draft, Published, own, read},
};

use crate::{
    booking::{Drive, NOW, reschedule, reserve},
    engine,
};

fn calls(expected: &[(&str, u32)]) -> BTreeMap<String, u32> {
    expected.iter().map(|(operation, count)| ((*operation).to_owned(), *count)).collect()
}

#[tokio::test]
async fn a_booking_is_one_transaction_and_nothing_else() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[25; 4])).await;
    let people = drive.register(1, 5, 4).await;
    drive.table.wire.reset();
    drive.book(&published, &[&people[4]]).await.unwrap();
    let first = calls(&[("GetItem", 1), ("TransactWriteItems", 1)]);
    assert_eq!(drive.table.wire.calls(), first, "the first in a sandbox reads the session's facts");
    drive.table.wire.reset();
    let family: Vec<&Beneficiary> = people[..4].iter().collect();
    drive.book(&published, &family).await.unwrap();
    assert_eq!(drive.table.wire.calls(), calls(&[("TransactWriteItems", 1)]));
}

#[tokio::test]
async fn a_hold_is_one_transaction_and_its_confirmation_one_update() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[25])).await;
    let people = drive.register(1, 1, 1).await;
    drive.warm_up(&published).await;
    let held = drive.hold(&published, &[&people[0]]).await.unwrap();
    assert_eq!(drive.table.wire.calls(), calls(&[("TransactWriteItems", 1)]));
    drive.table.wire.reset();
    drive.booking.confirm(&people[0].account, &[own(&held[0])], None).await.unwrap();
    assert_eq!(drive.table.wire.calls(), calls(&[("UpdateItem", 1)]));
    drive.table.wire.reset();
    drive.booking.cancel(&people[0].account, &[own(&held[0])], None).await.unwrap();
    assert_eq!(drive.table.wire.calls(), calls(&[("GetItem", 1), ("TransactWriteItems", 1)]));
}

#[tokio::test]
async fn a_refusal_for_the_person_is_one_transaction_and_no_read() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[25])).await;
    let people = drive.register(1, 1, 1).await;
    drive.book(&published, &[&people[0]]).await.unwrap();
    drive.table.wire.reset();
    let again = drive.book(&published, &[&people[0]]).await;
    assert!(matches!(again, Err(BookingError::Refused(Refusal::AlreadyBooked { .. }))), "{again:?}");
    assert_eq!(drive.table.wire.calls(), calls(&[("TransactWriteItems", 1)]));
}

#[tokio::test]
async fn who_comes_after_the_last_unit_costs_two_reads_and_no_write() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[1, 1])).await;
    let people = drive.register(1, 5, 1).await;
    let made =
        [drive.book(&published, &[&people[0]]).await.unwrap(), drive.book(&published, &[&people[1]]).await.unwrap()];
    let sold_out = async |person: &Beneficiary| {
        let outcome = drive.book(&published, &[person]).await;
        assert!(matches!(outcome, Err(BookingError::Refused(Refusal::SoldOut))), "{outcome:?}");
    };
    sold_out(&people[2]).await;
    drive.table.wire.reset();
    sold_out(&people[3]).await;
    assert_eq!(drive.table.wire.calls(), calls(&[("BatchGetItem", 1), ("GetItem", 1)]));
    // Whoever has a place is told so, and not that none is left.
    let again = drive.book(&published, &[&people[0]]).await;
    assert!(matches!(again, Err(BookingError::Refused(Refusal::AlreadyBooked { .. }))), "{again:?}");
    // That it was sold out a moment ago keeps nobody from a unit that is there now.
    drive.booking.cancel(&people[1].account, &[own(&made[1][0])], None).await.unwrap();
    drive.table.wire.reset();
    drive.book(&published, &[&people[4]]).await.unwrap();
    assert_eq!(drive.table.wire.calls(), calls(&[("BatchGetItem", 1), ("TransactWriteItems", 1)]));
    // Later, bookings are blind again.
    drive.host.advance(vaxslot_domain::SignedDuration::from_secs(1));
    drive.table.wire.reset();
    sold_out(&people[3]).await;
    assert_eq!(drive.table.wire.calls(), calls(&[("BatchGetItem", 1), ("GetItem", 1), ("TransactWriteItems", 1)]));
}

#[tokio::test]
async fn a_repeated_key_is_one_transaction_and_no_read() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[25])).await;
    let people = drive.register(1, 1, 1).await;
    let party = [&people[0]];
    let send = || reserve(&drive.booking, &published, &party, Finality::Book, Some("key"));
    let first = send().await.unwrap();
    drive.table.wire.reset();
    drive.host.advance(vaxslot_domain::SignedDuration::from_millis(300));
    assert_eq!(send().await.unwrap(), first);
    assert_eq!(drive.table.wire.calls(), calls(&[("TransactWriteItems", 1)]));
}

#[tokio::test]
async fn a_key_repeated_after_a_cancellation_is_one_transaction_and_two_reads() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[25])).await;
    let people = drive.register(1, 1, 1).await;
    let party = [&people[0]];
    let send = || reserve(&drive.booking, &published, &party, Finality::Book, Some("key"));
    let first = send().await.unwrap();
    drive.booking.cancel(&people[0].account, &[own(&first[0])], None).await.unwrap();
    drive.table.wire.reset();
    drive.host.advance(vaxslot_domain::SignedDuration::from_millis(300));
    assert_eq!(send().await.unwrap(), first);
    assert_eq!(drive.table.wire.calls(), calls(&[("BatchGetItem", 1), ("GetItem", 1), ("TransactWriteItems", 1)]));
}

#[tokio::test]
async fn a_move_is_one_read_and_one_transaction() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[25])).await;
    let other = drive.publish(Draft::new(2, &[25])).await;
    let people = drive.register(1, 1, 1).await;
    let party = [&people[0]];
    let made = drive.book(&published, &party).await.unwrap();
    drive.warm_up(&other).await;
    reschedule(&drive.booking, &other, &party, &[own(&made[0])], Some("key")).await.unwrap();
    assert_eq!(drive.table.wire.calls(), calls(&[("GetItem", 1), ("TransactWriteItems", 1)]));
}

#[tokio::test]
async fn a_booking_writes_four_units_on_the_table() {
    let drive = Drive::on(engine::table_with_units().await);
    let published = drive.publish(Draft::new(1, &[25; 4])).await;
    let people = drive.register(1, 1, 1).await;
    drive.warm_up(&published).await;
    drive.book(&published, &[&people[0]]).await.unwrap();
    let units = drive.table.wire.units();
    let booking = units["TransactWriteItems"];
    assert!((booking.table - 4.0).abs() < f64::EPSILON, "two rows of under 1 KB, each twice: {booking:?}");
    assert!(booking.indexes <= 2.0, "one index row: {booking:?}");
}

#[tokio::test]
async fn a_hold_costs_what_a_booking_costs_and_one_more_index_row() {
    let drive = Drive::on(engine::table_with_units().await);
    let published = drive.publish(Draft::new(1, &[25; 4])).await;
    let people = drive.register(1, 2, 1).await;
    drive.warm_up(&published).await;
    let made = drive.hold(&published, &[&people[0]]).await.unwrap();
    let holding = drive.table.wire.units()["TransactWriteItems"];
    assert!((holding.table - 4.0).abs() < f64::EPSILON, "{holding:?}");
    drive.table.wire.reset();
    drive.book(&published, &[&people[1]]).await.unwrap();
    let booking = drive.table.wire.units()["TransactWriteItems"];
    assert!((holding.indexes - 2.0 * booking.indexes).abs() < f64::EPSILON, "{holding:?}, {booking:?}");
    drive.table.wire.reset();
    drive.booking.confirm(&people[0].account, &[own(&made[0])], None).await.unwrap();
    let confirmation = drive.table.wire.units()["UpdateItem"];
    assert!(confirmation.indexes <= 2.0, "one row of each index: {confirmation:?}");
}

/// The units of what follows bookings that come in one batch, read and written.
async fn followed(drive: &Drive, published: &Published, people: &[&Beneficiary]) -> (f64, f64) {
    let projection =
        Projection::new(drive.table.store.clone(), Arc::new(RecordedEvents::default()), drive.host.clone());
    let mut touched = Touched::sessions([published.session.id]);
    for person in people {
        touched.stands(&drive.book(published, &[person]).await.unwrap()[0]);
    }
    drive.table.wire.reset();
    projection.recount(&touched).await.unwrap();
    let units = drive.table.wire.units();
    let sum = |operations: &[&str]| {
        operations.iter().filter_map(|name| units.get(*name)).map(|units| units.table + units.indexes).sum::<f64>()
    };
    (sum(&["GetItem", "BatchGetItem", "Query"]), sum(&["PutItem", "UpdateItem"]))
}

#[tokio::test]
async fn what_follows_a_booking_costs_this_many_units() {
    let drive = Drive::on(engine::table_with_units().await);
    let published = drive.publish(Draft::new(1, &[25; 12])).await;
    let people = drive.register(1, 52, 4).await;
    followed(&drive, &published, &[&people[0]]).await;
    let alone = followed(&drive, &published, &[&people[1]]).await;
    let many: Vec<&Beneficiary> = people[2..].iter().collect();
    let together = followed(&drive, &published, &many).await;
    // Twelve of those read are the session's shards. Of those written, the session and its indexes take five, the rows of the two
    // trees ten; then there is a tally for each booking, and a count for each shard.
    assert_eq!(alone, (35.0, 17.0), "a booking by itself");
    assert_eq!(together, (46.0, 77.0), "fifty bookings of one session");
}

#[tokio::test]
async fn a_search_is_one_query() {
    let drive = Drive::new().await;
    for id in 1..=40 {
        drive.publish(Draft::new(id, &[5])).await;
    }
    let center = Draft::new(1, &[5]).center;
    let catalog = Catalog::new(drive.table.store.clone(), Arc::new(TestHost::at(read(NOW))));
    let days = Days::new(read("2026-11-21"), read("2026-11-27")).unwrap();
    let filter = Filter { fee_type: Some(FeeType::Free), available: true, ..Filter::default() };
    for place in [Place::District(center.district.id), Place::Pincode(center.pincode), Place::Center(center.id)] {
        for (filter, limit) in [(Filter::default(), 50), (Filter::default(), 10), (filter, 200)] {
            drive.table.wire.reset();
            let search = Search { place, days, filter, after: None, limit };
            let page = catalog.search(&search).await.unwrap().unwrap();
            assert_eq!(page.sessions.len(), 40.min(limit as usize));
            assert_eq!(drive.table.wire.calls(), calls(&[("Query", 1)]), "{place:?}");
        }
    }
}
