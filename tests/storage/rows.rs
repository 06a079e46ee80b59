//! A row that does not parse is told by its table, key and attribute.

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::{BadRow, Bookings, Sessions, StoreError};
use vaxslot_testkit::make::{Draft, person_id, session_id};

use crate::{booking::Drive, raw};

fn bad<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> BadRow {
    match outcome {
        Err(StoreError::BadRow(bad)) => bad,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_bad_session_is_told_by_its_attribute() {
    let drive = Drive::new().await;
    drive.publish(Draft::new(1, &[5])).await;
    let (pk, sk) = (format!("SESSION#{}", session_id(1)), "SESSION");
    raw::set(&drive.table, &pk, sk, "vaccine", AttributeValue::S("SNAKE OIL".to_owned())).await;
    let told = bad(drive.table.store.session(session_id(1)).await);
    let key = format!("{pk} / {sk}");
    assert_eq!((&told.table, &told.key, told.attribute.as_str()), (&drive.table.name, &key, "vaccine"));
    assert!(!told.to_string().contains("SNAKE"), "the value stays in the table: {told}");
}

#[tokio::test]
async fn a_bad_beneficiary_is_told_without_personal_data() {
    let drive = Drive::new().await;
    drive.register(1, 1, 1).await;
    let (pk, sk) = (format!("BENEFICIARY#{}", person_id(1)), "PROFILE");
    raw::set(&drive.table, &pk, sk, "born", AttributeValue::S("the year of the flood".to_owned())).await;
    let told = bad(drive.table.store.beneficiaries(&[person_id(1)]).await);
    assert_eq!((&told.key, told.attribute.as_str()), (&format!("{pk} / {sk}"), "born"));
    assert!(!told.to_string().contains("flood") && !told.to_string().contains("Asha"), "{told}");
}

#[tokio::test]
async fn a_bad_shard_is_told_by_its_attribute() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5])).await;
    let pk = format!("POOL#{}", published.shard(0));
    for (attribute, value) in
        [("free", AttributeValue::N("-1".to_owned())), ("closed", AttributeValue::S("no".to_owned()))]
    {
        raw::set(&drive.table, &pk, "SHARD", attribute, value).await;
        assert_eq!(bad(drive.table.store.shards(&published.keys()).await).attribute, attribute);
        raw::set(&drive.table, &pk, "SHARD", "free", AttributeValue::N("5".to_owned())).await;
    }
}
