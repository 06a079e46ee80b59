//! The main job, as `make run` shows it.

use vaxslot::{
    clock,
    walkthrough::{self, Place},
};

use crate::stage::Stage;

#[tokio::test]
async fn the_main_job_is_done() {
    let stage = Stage::set().await;
    let place = Place {
        api: stage.stack.api().expect("the API"),
        endpoint: stage.stack.endpoint().expect("the endpoint"),
        signer: stage.signer,
        now: clock::now(),
        today: clock::today(),
        run: clock::random(),
    };
    let mut told = Vec::new();
    let outcome = walkthrough::run(place, &mut told).await;
    let told = String::from_utf8_lossy(&told);
    assert!(outcome.is_ok(), "{:?} after:\n{told}", outcome.err());
    assert!(told.contains("Done"), "{told}");
}
