use std::{
    cmp::Ordering,
    collections::BinaryHeap,
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use super::World;

/// The clock, and who is to be woken when.
#[derive(Default)]
pub struct Timers {
    now: Duration,
    count: u64,
    heap: BinaryHeap<Timer>,
}

struct Timer {
    at: Duration,
    /// Of two timers at one moment the one set first comes first.
    number: u64,
    waker: Waker,
}

impl Timers {
    pub fn now(&self) -> Duration {
        self.now
    }

    pub fn add(&mut self, at: Duration, waker: Waker) {
        self.count += 1;
        self.heap.push(Timer { at, number: self.count, waker });
    }

    /// Moves the clock to the next timer; returns everybody to be woken at that moment.
    pub fn advance(&mut self) -> Option<Vec<Waker>> {
        self.now = self.now.max(self.heap.peek()?.at);
        let mut due = Vec::new();
        while self.heap.peek().is_some_and(|timer| timer.at <= self.now) {
            due.extend(self.heap.pop().map(|timer| timer.waker));
        }
        Some(due)
    }
}

impl Timer {
    fn order(&self) -> (Duration, u64) {
        (self.at, self.number)
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Timer {}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timer {
    /// The earliest is the greatest, as a heap gives out the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.order().cmp(&self.order())
    }
}

/// Waits until a moment.
pub struct Sleep {
    world: World,
    until: Duration,
    waker: Option<Waker>,
}

impl Sleep {
    pub(super) fn until(world: World, until: Duration) -> Self {
        Self { world, until, waker: None }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.world.now() >= self.until {
            return Poll::Ready(());
        }
        if !self.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            self.world.wake_at(self.until, context.waker().clone());
            self.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }
}
