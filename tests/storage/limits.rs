//! Requests are counted in the table for all sandboxes together.

use vaxslot_testkit::flood::Flood;

use crate::engine;

#[tokio::test]
async fn of_a_flood_none_exceeds_its_quota_and_the_fair_one_gets_through() {
    Flood { accounts: 8, requests: 600, sandboxes: 3 }.is_held_back(engine::table().await.store).await;
}
