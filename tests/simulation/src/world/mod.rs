//! A world of tasks on one thread, with a clock of its own and one source of chance.
//!
//! Nothing here reads the machine's time, threads or hashes: a seed gives one history, to the last poll. Which of several
//! ready tasks runs next is drawn, so that every order has its seed. Time stands while anything can run, and then jumps to
//! the next timer.

pub mod brief;
mod chance;
mod sleep;
mod tasks;
mod trace;

use std::{
    fmt,
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    task::{Context, Waker},
    time::Duration,
};

use futures::{channel::oneshot, future::Either};

pub use chance::Chance;
pub use sleep::Sleep;
pub use tasks::Group;
pub use trace::{Trace, Tracing};

use sleep::Timers;
use tasks::{Pick, Tasks};

/// When every world begins, but for those that begin on the eve: the morning before the usual session. In milliseconds since 1970.
pub const BEGIN: i64 = 1_795_255_200_000;

/// How many polls a history may take before it counts as one that never comes to rest.
const MOST_POLLS: u64 = 50_000_000;

/// A handle on the world.
#[derive(Clone)]
pub struct World(Arc<Inner>);

struct Inner {
    tasks: Tasks,
    timers: Mutex<Timers>,
    chance: Mutex<Chance>,
    trace: Mutex<Trace>,
    panics: Mutex<Vec<String>>,
    /// In milliseconds since 1970.
    begin: AtomicI64,
}

/// Why a history did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuck {
    /// Everybody waits for somebody.
    Deadlock,
    /// It goes on for ever.
    Endless,
}

impl World {
    #[must_use]
    pub fn new(seed: u64, tracing: Tracing) -> Self {
        let mut chance = Chance::new(seed);
        let tasks = Tasks::new(chance.fork());
        Self(Arc::new(Inner {
            tasks,
            timers: Mutex::new(Timers::default()),
            chance: Mutex::new(chance),
            trace: Mutex::new(Trace::new(tracing)),
            panics: Mutex::default(),
            begin: AtomicI64::new(BEGIN),
        }))
    }

    /// Runs until `main` has its answer.
    ///
    /// # Errors
    /// When it never will.
    pub fn run<T: Send + 'static>(&self, main: impl Future<Output = T> + Send + 'static) -> Result<T, Stuck> {
        let (tell, mut told) = oneshot::channel();
        self.spawn(self.group(), async move {
            let _ = tell.send(main.await);
        });
        for _ in 0..MOST_POLLS {
            if let Ok(Some(answer)) = told.try_recv() {
                return Ok(answer);
            }
            self.step()?;
        }
        Err(Stuck::Endless)
    }

    fn step(&self) -> Result<(), Stuck> {
        match self.0.tasks.pick() {
            Pick::Run(id, mut future, waker) => {
                if future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                    self.0.tasks.put_back(id, future);
                } else {
                    self.0.tasks.finish(id);
                }
            }
            Pick::Frozen(waker, until) => self.wake_at(until, waker),
            Pick::Nothing => {
                let due = lock(&self.0.timers).advance().ok_or(Stuck::Deadlock)?;
                self.0.tasks.thaw(self.now());
                due.into_iter().for_each(Waker::wake);
            }
        }
        Ok(())
    }

    /// When it began, in milliseconds since 1970.
    #[must_use]
    pub fn begin(&self) -> i64 {
        self.0.begin.load(Ordering::Relaxed)
    }

    /// Has it begin at another time than usual, before anything happened.
    pub fn begin_at(&self, millis: i64) {
        self.0.begin.store(millis, Ordering::Relaxed);
    }

    /// Time since the world began.
    #[must_use]
    pub fn now(&self) -> Duration {
        lock(&self.0.timers).now()
    }

    #[must_use]
    pub fn sleep(&self, time: Duration) -> Sleep {
        Sleep::until(self.clone(), self.now().saturating_add(time))
    }

    /// Ends everything. Until then tasks and world keep each other in memory.
    pub fn end(&self) {
        self.0.tasks.clear();
    }

    fn wake_at(&self, moment: Duration, waker: Waker) {
        lock(&self.0.timers).add(moment, waker);
    }

    /// A new group of tasks: what lives and dies together.
    #[must_use]
    pub fn group(&self) -> Group {
        self.0.tasks.group()
    }

    pub fn spawn(&self, group: Group, future: impl Future<Output = ()> + Send + 'static) {
        self.0.tasks.spawn(group, Box::pin(future));
    }

    /// Ends every task of a group where it stands.
    pub fn kill(&self, group: Group) {
        drop(self.0.tasks.kill(group));
    }

    /// Has no task of a group run for a time, as where a machine stalls.
    pub fn freeze(&self, group: Group, time: Duration) {
        self.0.tasks.freeze(group, self.now().saturating_add(time));
    }

    #[must_use]
    pub fn is_alive(&self, group: Group) -> bool {
        self.0.tasks.is_alive(group)
    }

    /// A source of chance for somebody alone: what others draw does not change it.
    #[must_use]
    pub fn fork(&self) -> Chance {
        lock(&self.0.chance).fork()
    }

    /// Notes a step of the history.
    pub fn note(&self, who: &dyn fmt::Display, what: fmt::Arguments<'_>) {
        let now = self.now();
        lock(&self.0.trace).note(now, who, what);
    }

    /// Notes that a process ended by its own mistake.
    pub fn panicked(&self, who: &dyn fmt::Display) {
        self.note(who, format_args!("panics"));
        lock(&self.0.panics).push(who.to_string());
    }

    /// The processes that ended by their own mistake.
    #[must_use]
    pub fn panics(&self) -> Vec<String> {
        lock(&self.0.panics).clone()
    }

    /// The history so far.
    #[must_use]
    pub fn trace(&self) -> Trace {
        lock(&self.0.trace).clone()
    }

    /// The outcome of `future` if it has one in time.
    pub async fn within<F: Future + Unpin>(&self, time: Duration, future: F) -> Option<F::Output> {
        match futures::future::select(future, self.sleep(time)).await {
            Either::Left((outcome, _)) => Some(outcome),
            Either::Right(_) => None,
        }
    }
}

/// Locks what only one thread ever locks.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
