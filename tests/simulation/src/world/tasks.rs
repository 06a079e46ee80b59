use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Wake, Waker},
    time::Duration,
};

use super::{Chance, lock};

pub type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A number for a group of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group(u64);

/// Every task there is.
pub struct Tasks {
    all: Mutex<All>,
    ready: Arc<Mutex<Vec<Arc<Alarm>>>>,
    chance: Mutex<Chance>,
}

#[derive(Default)]
struct All {
    count: u64,
    tasks: BTreeMap<u64, Task>,
    /// The tasks of each group that lives.
    groups: BTreeMap<Group, BTreeSet<u64>>,
    frozen: BTreeMap<Group, Duration>,
}

struct Task {
    group: Group,
    /// Absent while it is polled.
    future: Option<Running>,
}

/// Wakes a task.
struct Alarm {
    task: u64,
    rung: AtomicBool,
    ready: Arc<Mutex<Vec<Arc<Alarm>>>>,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        if !self.rung.swap(true, Ordering::Relaxed) {
            let ready = Arc::clone(&self.ready);
            lock(&ready).push(self);
        }
    }
}

/// What is to run next.
pub enum Pick {
    Run(u64, Running, Waker),
    /// Ready, but its group stands still until then.
    Frozen(Waker, Duration),
    Nothing,
}

impl Tasks {
    pub fn new(chance: Chance) -> Self {
        Self { all: Mutex::default(), ready: Arc::default(), chance: Mutex::new(chance) }
    }

    pub fn group(&self) -> Group {
        let mut all = lock(&self.all);
        all.count += 1;
        let group = Group(all.count);
        all.groups.insert(group, BTreeSet::new());
        group
    }

    /// Drops every task. Each holds the world that holds it.
    pub fn clear(&self) {
        let mut all = lock(&self.all);
        all.groups.clear();
        let tasks = std::mem::take(&mut all.tasks);
        drop(all);
        drop(tasks);
        let ready = std::mem::take(&mut *lock(&self.ready));
        drop(ready);
    }

    /// Nothing comes of a task for a group that was killed.
    pub fn spawn(&self, group: Group, future: Running) {
        let mut all = lock(&self.all);
        all.count += 1;
        let id = all.count;
        let Some(tasks) = all.groups.get_mut(&group) else { return };
        tasks.insert(id);
        all.tasks.insert(id, Task { group, future: Some(future) });
        drop(all);
        let alarm = Alarm { task: id, rung: AtomicBool::new(false), ready: Arc::clone(&self.ready) };
        Arc::new(alarm).wake();
    }

    pub fn pick(&self) -> Pick {
        loop {
            let alarm = {
                let mut ready = lock(&self.ready);
                if ready.is_empty() {
                    return Pick::Nothing;
                }
                let place = if ready.len() == 1 { 0 } else { lock(&self.chance).below(ready.len()) };
                ready.swap_remove(place)
            };
            alarm.rung.store(false, Ordering::Relaxed);
            let mut all = lock(&self.all);
            let Some(group) = all.tasks.get(&alarm.task).map(|task| task.group) else { continue };
            let frozen = all.frozen.get(&group).copied();
            let id = alarm.task;
            if let Some(until) = frozen {
                return Pick::Frozen(Waker::from(alarm), until);
            }
            let future = all.tasks.get_mut(&id).and_then(|task| task.future.take());
            if let Some(future) = future {
                return Pick::Run(id, future, Waker::from(alarm));
            }
        }
    }

    /// Keeps a task that has more to do. If it was killed meanwhile, by itself, it ends here.
    pub fn put_back(&self, id: u64, future: Running) {
        if let Some(task) = lock(&self.all).tasks.get_mut(&id) {
            task.future = Some(future);
        }
    }

    pub fn finish(&self, id: u64) {
        let mut all = lock(&self.all);
        if let Some(task) = all.tasks.remove(&id)
            && let Some(tasks) = all.groups.get_mut(&task.group)
        {
            tasks.remove(&id);
        }
    }

    /// Takes every task of a group away; the caller drops them.
    #[must_use]
    pub fn kill(&self, group: Group) -> Vec<Option<Running>> {
        let mut all = lock(&self.all);
        all.frozen.remove(&group);
        let ids = all.groups.remove(&group).unwrap_or_default();
        ids.iter().filter_map(|id| all.tasks.remove(id)).map(|task| task.future).collect()
    }

    pub fn freeze(&self, group: Group, until: Duration) {
        lock(&self.all).frozen.insert(group, until);
    }

    /// Lets go of groups whose time has come.
    pub fn thaw(&self, now: Duration) {
        lock(&self.all).frozen.retain(|_, until| *until > now);
    }

    pub fn is_alive(&self, group: Group) -> bool {
        lock(&self.all).groups.contains_key(&group)
    }
}
