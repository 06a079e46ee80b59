//! Functions on machines that come, stall and die.
//!
//! A function's sandbox has a memory of its own and one call at a time. What dies, dies at any point where it waits; what
//! it has sent is on its way.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{FutureExt, channel::oneshot};

use crate::world::{Group, World, lock};

/// A deployed function.
pub struct Function<State> {
    world: World,
    name: &'static str,
    /// How long one call may take before its sandbox is ended.
    timeout: Duration,
    make: Box<dyn Fn(&str) -> State + Send + Sync>,
    sandboxes: Mutex<Sandboxes<State>>,
    /// Where its calls are watched over. Lambda itself does not die.
    watch: Group,
}

struct Sandboxes<State> {
    count: u32,
    at_work: usize,
    idle: Vec<Sandbox<State>>,
    /// Every sandbox that may be alive.
    all: Vec<(Group, Arc<str>)>,
}

struct Sandbox<State> {
    group: Group,
    name: Arc<str>,
    state: Arc<State>,
}

impl<State: Send + Sync + 'static> Function<State> {
    /// `make` makes the memory of a sandbox of that name.
    pub fn new(
        world: &World,
        name: &'static str,
        timeout: Duration,
        make: impl Fn(&str) -> State + Send + Sync + 'static,
    ) -> Arc<Self> {
        let sandboxes = Mutex::new(Sandboxes { count: 0, at_work: 0, idle: Vec::new(), all: Vec::new() });
        Arc::new(Self { world: world.clone(), name, timeout, make: Box::new(make), sandboxes, watch: world.group() })
    }

    /// Calls the function. No answer comes if its sandbox dies on the way, or takes too long; who stops waiting does not
    /// stop it.
    pub fn call<T, Work, Working>(self: &Arc<Self>, work: Work) -> oneshot::Receiver<T>
    where
        T: Send + 'static,
        Work: FnOnce(Arc<State>) -> Working + Send + 'static,
        Working: Future<Output = T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let function = Arc::clone(self);
        lock(&self.sandboxes).at_work += 1;
        self.world.spawn(self.watch, async move {
            let sandbox = function.idle().unwrap_or_else(|| function.start());
            let (tell, told) = oneshot::channel();
            let state = Arc::clone(&sandbox.state);
            let (world, name, group) = (function.world.clone(), Arc::clone(&sandbox.name), sandbox.group);
            function.world.spawn(sandbox.group, async move {
                // A panic ends a process, as the functions are built.
                if let Ok(outcome) = AssertUnwindSafe(work(state)).catch_unwind().await {
                    let _ = tell.send(outcome);
                } else {
                    world.panicked(&name);
                    world.kill(group);
                }
            });
            let outcome = function.world.within(function.timeout, told).await;
            lock(&function.sandboxes).at_work -= 1;
            match outcome {
                Some(Ok(outcome)) => {
                    lock(&function.sandboxes).idle.push(sandbox);
                    let _ = answer.send(outcome);
                }
                Some(Err(oneshot::Canceled)) => {}
                None => {
                    function.world.note(&sandbox.name, format_args!("took too long"));
                    function.world.kill(sandbox.group);
                }
            }
        });
        answered
    }

    /// How many calls are under way.
    pub fn at_work(&self) -> usize {
        lock(&self.sandboxes).at_work
    }

    fn idle(&self) -> Option<Sandbox<State>> {
        let mut sandboxes = lock(&self.sandboxes);
        while let Some(sandbox) = sandboxes.idle.pop() {
            if self.world.is_alive(sandbox.group) {
                return Some(sandbox);
            }
        }
        None
    }

    fn start(&self) -> Sandbox<State> {
        let group = self.world.group();
        let name: Arc<str> = {
            let mut sandboxes = lock(&self.sandboxes);
            sandboxes.count += 1;
            let name = format!("{}-{}", self.name, sandboxes.count).into();
            sandboxes.all.push((group, Arc::clone(&name)));
            name
        };
        Sandbox { group, state: Arc::new((self.make)(&name)), name }
    }
}

/// Something whose machines can be troubled.
pub trait Machines: Send + Sync {
    /// The machines that are alive, by name.
    fn alive(&self) -> Vec<(Group, Arc<str>)>;
}

impl<State: Send + Sync> Machines for Function<State> {
    fn alive(&self) -> Vec<(Group, Arc<str>)> {
        let mut sandboxes = lock(&self.sandboxes);
        sandboxes.all.retain(|(group, _)| self.world.is_alive(*group));
        sandboxes.all.clone()
    }
}

/// Kills and stalls machines, one about every `every`, until it is dropped.
pub async fn trouble(world: World, machines: Vec<Arc<dyn Machines>>, every: Duration) {
    let mut chance = world.fork();
    let most = u64::try_from(every.as_millis()).unwrap_or(u64::MAX / 4) * 2;
    loop {
        world.sleep(chance.millis(0..most + 1)).await;
        let alive: Vec<_> = machines.iter().flat_map(|machines| machines.alive()).collect();
        if alive.is_empty() {
            continue;
        }
        let (group, name) = chance.pick(&alive);
        if chance.one_in(3) {
            let time = chance.millis(1..4_000);
            world.note(name, format_args!("stalls for {} ms", time.as_millis()));
            world.freeze(*group, time);
        } else {
            world.note(name, format_args!("is killed"));
            world.kill(*group);
        }
    }
}
