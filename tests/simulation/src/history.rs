//! One seed, one history: what happens, and whether what must hold holds.

use std::{sync::Arc, time::Duration};

use futures::{
    channel::oneshot,
    future::{join_all, join3},
};
use vaxslot_app::{
    booker::{Booker, Closer},
    booking::Booking,
    once::Once,
    people::Beneficiaries,
    projection::Projection,
    reception::Reception,
    staff::Staff,
    tickets::Desk,
};
use vaxslot_checker::{
    Broken, History, Invariant, Table, answers, at_any_moment, availability, cancelled, doses, events, history::Event,
    holds, keys, people, refusals, staff, sums, tickets, told,
};
use vaxslot_domain::{opening::Opening, person::Account};
use vaxslot_projector::Projector;
use vaxslot_testkit::{MemoryRow, make::phone};

use crate::{
    announced::{announced, today},
    auditor::{self, Auditor, Findings},
    clients::{Counter, Office, Registry, Town, citizen::Citizen, nurse::Nurse, staff::Clerk},
    host::{SimHost, millis},
    machine::{Function, Machines, trouble},
    plant::Bug,
    queue::SimQueue,
    rows,
    scenario::Scenario,
    store::Server,
    stream::{LOOK, Stream},
    sweeper::{self, Sweeper},
    topic::Topic,
    world::{Stuck, Trace, Tracing, World, lock},
};

/// How a history ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub seed: u64,
    pub broken: Vec<Broken>,
    pub trace: Trace,
    /// How many requests clients sent.
    pub deeds: usize,
}

/// How often to look at what must hold at every moment.
const LOOKS: u64 = 12;

/// Lets a history happen, and judges it; with a mistake made on purpose if told so.
#[must_use]
pub fn play(seed: u64, tracing: Tracing, bug: Option<Bug>) -> Outcome {
    let world = World::new(seed, tracing);
    let scenario = Scenario::draw(&mut world.fork());
    world.begin_at(scenario.begin);
    let (mut broken, deeds) = match world.run(happen(world.clone(), scenario, bug)) {
        Ok(judged) => judged,
        Err(stuck) => (vec![stuck_as_broken(stuck)], 0),
    };
    world.end();
    broken.extend(
        world.panics().iter().map(|who| Broken { invariant: Invariant::Resolved, message: format!("{who} panicked") }),
    );
    Outcome { seed, broken, trace: world.trace(), deeds }
}

fn stuck_as_broken(stuck: Stuck) -> Broken {
    let message = format!("the history does not come to an end: {stuck:?}");
    Broken { invariant: Invariant::Resolved, message }
}

async fn happen(world: World, scenario: Scenario, bug: Option<Bug>) -> (Vec<Broken>, usize) {
    world.note(&"world", format_args!("begins with {:?}, {:?}", scenario.weather, scenario.stream));
    let stage = Stage::set(&world, &scenario, bug);
    let storm = world.group();
    if let Some(every) = scenario.trouble {
        world.spawn(storm, trouble(world.clone(), stage.machines(), every));
    }
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    world.spawn(storm, watch(world.clone(), Arc::clone(&stage.server), Arc::clone(&seen)));
    let lives = scenario.characters.iter().enumerate();
    let lives = lives.map(|(place, character)| Citizen::new(&stage.town, place, *character).live());
    let lives: Vec<_> = lives.map(|life| detached(&world, life)).collect();
    // One alone closes and opens, so that what a session is to be is never in doubt.
    let clerks = scenario.clerks.iter().enumerate();
    let clerks =
        clerks.map(|(place, (deeds, leisure))| Clerk::new(&stage.town, place, place == 0).live(*deeds, *leisure));
    let clerks: Vec<_> = clerks.map(|life| detached(&world, life)).collect();
    let nurses = scenario.nurses.iter().enumerate();
    let nurses = nurses.map(|(place, (deeds, leisure))| Nurse::new(&stage.town, place).live(*deeds, *leisure));
    let nurses: Vec<_> = nurses.map(|life| detached(&world, life)).collect();
    let length =
        Duration::from_millis(scenario.characters.iter().map(|one| one.deeds * one.leisure).max().unwrap_or(0));
    world.sleep(length + Duration::from_secs(5)).await;
    world.kill(storm);
    stage.calm();
    let _ = join3(join_all(lives), join_all(clerks), join_all(nurses)).await;
    stage.rest().await;
    let mut broken = std::mem::take(&mut *lock(&seen));
    if broken.is_empty() {
        auditor::plant(&stage.server);
        broken = stage.audit().await;
        // Meanwhile a last slot may have begun.
        stage.follow().await;
        broken.extend(stage.judge());
        if !broken.iter().any(|one| one.invariant == Invariant::I1) {
            broken.extend(std::mem::take(&mut *lock(&stage.findings)));
        }
    }
    (broken, stage.town.diary().len())
}

/// Lets something happen by itself from now on, and tells when it is over.
fn detached(world: &World, life: impl Future<Output = ()> + Send + 'static) -> oneshot::Receiver<()> {
    let (tell, told) = oneshot::channel();
    world.spawn(world.group(), async move {
        life.await;
        let _ = tell.send(());
    });
    told
}

/// Looks at the table now and then.
async fn watch(world: World, server: Arc<Server>, seen: Arc<std::sync::Mutex<Vec<Broken>>>) {
    let mut chance = world.fork();
    for round in 1..=LOOKS {
        let wait = chance.millis(0..(20 << round));
        world.sleep(wait).await;
        let broken = at_any_moment(&table(&server));
        if !broken.is_empty() && lock(&seen).is_empty() {
            world.note(&"checker", format_args!("{broken:?}"));
            lock(&seen).extend(broken);
        }
    }
}

/// The table as the checker reads it.
pub(crate) fn table(server: &Server) -> Table {
    let rows: Vec<_> = server.rows().iter().map(|row| rows::plain(&rows::item(row))).collect();
    Table::read(&rows)
}

/// Everything that plays a part.
struct Stage {
    world: World,
    server: Arc<Server>,
    topic: Arc<Topic>,
    town: Arc<Town>,
    functions: Functions,
    queue: Arc<SimQueue>,
    stream: Stream,
    findings: Findings,
}

impl Stage {
    fn set(world: &World, scenario: &Scenario, bug: Option<Bug>) -> Self {
        let server = Server::new(world, scenario.weather.clone(), scenario.budgets.clone(), bug);
        server.prepare(first_rows(scenario));
        let topic = Topic::new(world, scenario.weather.clone(), bug);
        let queue = SimQueue::new(world, scenario.weather.clone(), bug);
        let functions = Functions::new(world, &server, &topic, &queue, scenario);
        queue.serve(&functions.booker, &functions.closer, scenario.queue);
        sweeper::schedule(world, &functions.sweeper);
        let findings = auditor::schedule(world, &functions.auditor);
        let sessions = scenario.sessions.iter().map(|published| published.session.clone()).collect();
        let accounts = scenario
            .households
            .iter()
            .map(|people| (people[0].account.clone(), people.iter().map(|person| person.id).collect()));
        let Functions { reserve, admin, identity, .. } = &functions;
        let town =
            Town::new(world, (reserve.clone(), admin.clone(), identity.clone()), &queue, sessions, accounts.collect());
        let stream = Stream::start(world, &server, &functions.projector, scenario.stream);
        // Sums are there when the story begins, as after a publication long ago.
        server.touch();
        Self { world: world.clone(), server, topic, town, functions, queue, stream, findings }
    }

    fn machines(&self) -> Vec<Arc<dyn Machines>> {
        let Functions { reserve, admin, identity, projector, booker, closer, sweeper, auditor } = &self.functions;
        vec![
            reserve.clone(),
            admin.clone(),
            projector.clone(),
            booker.clone(),
            closer.clone(),
            sweeper.clone(),
            identity.clone(),
            auditor.clone(),
        ]
    }

    /// Lets every fault end.
    fn calm(&self) {
        self.world.note(&"world", format_args!("is calm"));
        self.server.calm();
        self.topic.calm();
        self.queue.calm();
        self.town.calm();
    }

    /// Waits until everything that was under way has arrived.
    async fn rest(&self) {
        // Three sweeps, so that nothing that was due is left.
        self.world.sleep(Duration::from_secs(200)).await;
        self.follow().await;
        self.world.sleep(LOOK).await;
    }

    /// Waits until all that was written is followed.
    async fn follow(&self) {
        while !self.stream.is_drained() {
            self.world.sleep(LOOK).await;
        }
    }

    /// Has the audit count, and sees that it finds what the checker finds.
    async fn audit(&self) -> Vec<Broken> {
        let found = auditor::conclude(&self.functions.auditor).await;
        let drifts = at_any_moment(&table(&self.server)).iter().any(|one| one.invariant == Invariant::I1);
        if drifts && found.is_empty() {
            let message = "there are drifts that the audit does not find".to_owned();
            return vec![Broken { invariant: Invariant::Audit, message }];
        }
        found
    }

    fn judge(&self) -> Vec<Broken> {
        let table = table(&self.server);
        let told = self.topic.told();
        let events = told.iter().map(|event| Event {
            id: event.id(),
            kind: event.kind.name().to_owned(),
            person: event.appointment.beneficiary.to_string(),
            appointment: event.appointment.id.to_string(),
        });
        let queued_for = self.town.sessions.iter().filter(|session| session.opening != Opening::default());
        let history = History {
            deeds: self.town.diary(),
            events: events.collect(),
            queued_for: queued_for.map(|session| session.id.to_string()).collect(),
            since: self.world.begin(),
            shards: self.server.feed().shards(),
        };
        let announced: Vec<_> = self.topic.announced().iter().map(announced).collect();
        self.world.note(&"world", format_args!("ends at {}", millis(&self.world)));
        [
            at_any_moment(&table),
            doses::check(&table),
            told::check(&table, &history),
            keys::check(&history),
            holds::late(&table, &history),
            holds::overdue(&table, millis(&self.world)),
            tickets::check(&table, &history),
            cancelled::check(&table, &history),
            staff::check(&table, &history),
            people::check(&table, &history),
            refusals::check(&table, &history),
            answers::check(&history),
            events::check(&table, &history),
            sums::check(&table),
            availability::check(&table, &announced, &today(&self.world)),
        ]
        .concat()
    }
}

/// Every function there is.
struct Functions {
    reserve: Arc<Function<Counter>>,
    admin: Arc<Function<Office>>,
    identity: Arc<Function<Registry>>,
    projector: Arc<Function<Projector>>,
    booker: Arc<Function<Booker>>,
    closer: Arc<Function<Closer>>,
    sweeper: Arc<Function<Sweeper>>,
    auditor: Arc<Function<Auditor>>,
}

impl Functions {
    fn new(
        world: &World,
        server: &Arc<Server>,
        topic: &Arc<Topic>,
        queue: &Arc<SimQueue>,
        scenario: &Scenario,
    ) -> Self {
        let (policy, units) = (scenario.policy, scenario.units_a_shard);
        let (inside, table) = (world.clone(), Arc::clone(server));
        let connect = move |name: &str| (Arc::new(table.connect(name)), Arc::new(SimHost::new(&inside)));
        let (to, queue) = (connect.clone(), Arc::clone(queue));
        let reserve = Function::new(world, "reserve", Duration::from_secs(15), move |name| {
            let (store, host) = to(name);
            let desk = Desk::new(store.clone(), queue.clone(), host.clone());
            let once = Once::new(store.clone(), host.clone());
            Counter { booking: Booking::new(store, host, policy), desk, once }
        });
        let to = connect.clone();
        let admin = Function::new(world, "admin", Duration::from_secs(29), move |name| {
            let (store, host) = to(name);
            let once = Once::new(store.clone(), host.clone());
            let reception = Reception::new(store.clone(), host.clone());
            Office { staff: Staff::new(store, host, units), reception, once }
        });
        let to = connect.clone();
        let identity = Function::new(world, "identity", Duration::from_secs(10), move |name| {
            let (store, host) = to(name);
            let once = Once::new(store.clone(), host.clone());
            Registry { people: Beneficiaries::new(store, host), once }
        });
        let (to, topic) = (connect.clone(), Arc::clone(topic));
        let projector = Function::new(world, "projector", Duration::from_secs(30), move |name| {
            let (store, host) = to(name);
            Projector::new(Arc::new(Projection::new(store, topic.clone(), host)), "table")
        });
        let to = connect.clone();
        let booker = Function::new(world, "booker", Duration::from_secs(10), move |name| {
            let (store, host) = to(name);
            Booker::new(Booking::new(store, host, policy))
        });
        let closer = Function::new(world, "closer", Duration::from_secs(10), move |name| {
            let (store, host) = connect(name);
            Closer::new(store, host)
        });
        let (inside, table) = (world.clone(), Arc::clone(server));
        let sweeper = Function::new(world, "sweeper", Duration::from_mins(1), move |name| {
            Sweeper::new(&inside, table.connect(name))
        });
        let (inside, table) = (world.clone(), Arc::clone(server));
        let auditor = Function::new(world, "auditor", Duration::from_mins(2), move |name| {
            Auditor::new(&inside, table.connect(name))
        });
        Self { reserve, admin, identity, projector, booker, closer, sweeper, auditor }
    }
}

fn first_rows(scenario: &Scenario) -> Vec<MemoryRow> {
    let mut rows = Vec::new();
    for published in scenario.sessions.iter().chain(&scenario.past) {
        let district = &published.session.center.district;
        rows.push(MemoryRow::State(district.state.clone()));
        rows.push(MemoryRow::District(district.clone()));
        rows.push(MemoryRow::Session(published.session.clone()));
        rows.push(MemoryRow::Center(published.session.center.clone()));
        rows.extend(published.shards.iter().copied().map(MemoryRow::Shard));
    }
    for people in &scenario.households {
        rows.extend(people.iter().cloned().map(MemoryRow::Person));
        rows.push(MemoryRow::Account(Account {
            id: people[0].account.clone(),
            phone: phone(9_812_345_678),
            beneficiaries: people.iter().map(|person| person.id).collect(),
        }));
    }
    rows
}
