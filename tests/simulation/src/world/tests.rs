use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

fn secs(number: u64) -> Duration {
    Duration::from_secs(number)
}

#[test]
fn time_passes_only_when_nothing_can_run() {
    let world = World::new(1, Tracing::Off);
    let inside = world.clone();
    let slept = world.run(async move {
        inside.sleep(secs(3_600)).await;
        inside.now()
    });
    assert_eq!(slept, Ok(secs(3_600)));
}

#[test]
fn a_group_that_is_killed_does_nothing_more() {
    let world = World::new(1, Tracing::Off);
    let (inside, group, count) = (world.clone(), world.group(), Arc::new(AtomicU32::new(0)));
    let (ticking, ticks) = (world.clone(), Arc::clone(&count));
    world.spawn(group, async move {
        loop {
            ticking.sleep(secs(1)).await;
            ticks.fetch_add(1, Ordering::Relaxed);
        }
    });
    let ended = world.run(async move {
        inside.sleep(Duration::from_millis(3_500)).await;
        inside.kill(group);
        inside.sleep(secs(10)).await;
        inside.is_alive(group)
    });
    assert_eq!((ended, count.load(Ordering::Relaxed)), (Ok(false), 3));
}

#[test]
fn a_frozen_group_goes_on_where_it_stood() {
    let world = World::new(1, Tracing::Off);
    let (inside, group) = (world.clone(), world.group());
    let (tell, told) = oneshot::channel();
    let slow = world.clone();
    world.spawn(group, async move {
        slow.sleep(secs(2)).await;
        let _ = tell.send(slow.now());
    });
    let woken = world.run(async move {
        inside.sleep(secs(1)).await;
        inside.freeze(group, secs(5));
        told.await
    });
    assert_eq!(woken, Ok(Ok(secs(6))));
}

#[test]
fn who_waits_for_ever_is_noticed() {
    let world = World::new(1, Tracing::Off);
    assert_eq!(world.run(std::future::pending::<()>()), Err(Stuck::Deadlock));
}

#[test]
fn seeds_draw_the_order_of_what_is_ready() {
    let order = |seed| {
        let world = World::new(seed, Tracing::Lines);
        let inside = world.clone();
        let group = world.group();
        for number in 0..5 {
            let world = world.clone();
            world.clone().spawn(group, async move { world.note(&number, format_args!("runs")) });
        }
        world.run(async move { inside.sleep(secs(1)).await }).unwrap();
        (world.trace().digest(), world.trace().lines().to_vec())
    };
    assert_eq!(order(7), order(7));
    assert!((0..10).any(|seed| order(seed) != order(7)));
}
