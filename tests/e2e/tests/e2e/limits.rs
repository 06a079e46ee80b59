//! Limits that all functions share, as a caller meets them.

use std::collections::BTreeSet;

use serde_json::json;
use vaxslot::clock;

use crate::{
    request::{Request, get, post},
    rows,
    stage::Stage,
};

/// More than all sandboxes together let pass by themselves.
const SOME: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn who_has_used_up_a_bucket_has_to_wait_whatever_sandbox_answers() {
    let stage = Stage::alone().await;
    let nonsense = |citizen: &str| post("/v1/appointments").by(citizen).json(&json!({}));
    let (citizen, bucket) = charged(&stage, nonsense).await;
    let hour = clock::now().as_millisecond() + 3_600_000;
    rows::set_number(&stage.stack, &bucket, "BUCKET", "full_at", hour).await;
    let mut last = stage.send(&nonsense(&citizen)).await;
    for _ in 0..SOME {
        if last.status == 429 {
            break;
        }
        last = stage.send(&nonsense(&citizen)).await.expect_one_of(&[422, 429]);
    }
    assert_eq!((last.status, last.slug()), (429, "too-many-requests"), "{}", last.text);
    let wait: u64 = last.headers["retry-after"].to_str().unwrap().parse().expect("seconds");
    assert!((3_500..=3_600).contains(&wait), "{wait}");
    // What is looked at, and what others book, is counted apart.
    stage.send(&get("/v1/appointments").by(&citizen)).await.expect(200);
    stage.send(&nonsense(&stage.stranger())).await.expect(422);
}

/// Somebody who has sent so much that the table counts it, and the key of the bucket that was charged.
async fn charged(stage: &Stage, nonsense: impl Fn(&str) -> Request) -> (String, String) {
    for _ in 0..3 {
        let (citizen, before) = (stage.stranger(), buckets(stage).await);
        for _ in 0..SOME {
            stage.send(&nonsense(&citizen)).await.expect(422);
            let after = buckets(stage).await;
            // Where the address was charged for the first time too, nobody knows which is which.
            if let [bucket] = after.difference(&before).collect::<Vec<_>>()[..] {
                return (citizen, bucket.clone());
            }
        }
    }
    panic!("no bucket was charged");
}

async fn buckets(stage: &Stage) -> BTreeSet<String> {
    let keys = rows::keys(&stage.stack).await.into_iter();
    keys.filter(|key| key.starts_with("BUCKET#booking/")).collect()
}
