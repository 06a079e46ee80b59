//! What must hold of the table, read from its raw rows. Nothing here comes from the crates under test: a mistake in them is
//! not repeated by the check.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use vaxslot_testkit::make::Draft;

use crate::{booking::Drive, engine::Table};

type Item = HashMap<String, AttributeValue>;

/// The rows that bookings change.
#[derive(Debug, Default)]
pub struct Rows {
    /// Capacity and free units by the shard's name.
    shards: BTreeMap<String, (i64, i64)>,
    /// Shards that may be booked.
    open: BTreeSet<String>,
    /// Whether their cancellation is at its end, by the session's id.
    cancelled: BTreeMap<String, bool>,
    /// By the beneficiary's id.
    people: BTreeMap<String, Person>,
    ended: Vec<(String, Appointment)>,
    /// The beneficiaries that each account names.
    accounts: BTreeMap<String, Vec<String>>,
}

#[derive(Debug)]
struct Person {
    account: String,
    active: Option<Appointment>,
}

#[derive(Debug, Clone)]
struct Appointment {
    id: String,
    shard: String,
    status: String,
}

#[tokio::test]
async fn a_unit_that_is_lost_or_gained_is_noticed() {
    let drive = Drive::new().await;
    let published = drive.publish(Draft::new(1, &[5])).await;
    let people = drive.register(1, 1, 1).await;
    drive.book(&published, &[&people[0]]).await.unwrap();
    hold(&drive.table).await;
    for free in ["3", "5", "6", "-1"] {
        let text = |value: String| AttributeValue::S(value);
        let update = drive.table.raw.update_item().table_name(&drive.table.name);
        let update = update.key("pk", text(format!("POOL#{}", published.shard(0)))).key("sk", text("SHARD".to_owned()));
        let update = update.update_expression("SET #free = :free").expression_attribute_names("#free", "free");
        update.expression_attribute_values(":free", AttributeValue::N(free.to_owned())).send().await.unwrap();
        let broken = read(&drive.table).await.broken();
        assert!(matches!(&broken[..], [one] if one.starts_with("I1")), "{free} free: {broken:?}");
    }
}

/// Reads the whole table, and sees that the invariants hold.
pub async fn hold(table: &Table) -> Rows {
    let rows = read(table).await;
    let broken = rows.broken();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    rows
}

async fn read(table: &Table) -> Rows {
    let mut rows = Rows::default();
    let mut from = None;
    loop {
        let scan = table.raw.scan().table_name(&table.name).consistent_read(true).set_exclusive_start_key(from);
        let page = scan.send().await.expect("a scan");
        for item in page.items() {
            rows.take(item);
        }
        from = page.last_evaluated_key;
        if from.is_none() {
            return rows;
        }
    }
}

impl Rows {
    fn take(&mut self, item: &Item) {
        let (pk, sk) = (text(item, "pk"), text(item, "sk"));
        let (kind, name) = pk.split_once('#').unwrap_or((&pk, ""));
        match kind {
            "POOL" => {
                self.shards.insert(name.to_owned(), (number(item, "capacity"), number(item, "free")));
                let shut = |mark: &str| item.get(mark).is_some_and(|mark| *mark == AttributeValue::Bool(true));
                if !shut("closed") || !shut("cancelled") {
                    self.open.insert(name.to_owned());
                }
            }
            "SESSION" if text(item, "status") == "CANCELLED" => {
                self.cancelled.insert(name.to_owned(), !item.contains_key("due"));
            }
            "BENEFICIARY" if sk == "PROFILE" => {
                let active = item.get("active").map(|active| appointment(active.as_m().expect("a map")));
                let indexed = item.contains_key("pool").then(|| (text(item, "pool"), text(item, "appointment")));
                let named = active.as_ref().map(|active| (active.shard.clone(), active.id.clone()));
                assert_eq!(indexed, named, "the index of {pk} names its active appointment");
                self.people.insert(name.to_owned(), Person { account: text(item, "account"), active });
            }
            "BENEFICIARY" => self.ended.push((name.to_owned(), appointment(item))),
            "ACCOUNT" => {
                let people = item["beneficiaries"].as_l().expect("a list").iter();
                let people = people.map(|id| id.as_s().expect("a text").clone()).collect();
                self.accounts.insert(name.to_owned(), people);
            }
            _ => {}
        }
    }

    /// Every invariant that does not hold, in words.
    fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut taken: BTreeMap<&str, i64> = BTreeMap::new();
        for active in self.people.values().filter_map(|person| person.active.as_ref()) {
            *taken.entry(&active.shard).or_default() += 1;
        }
        for (name, (capacity, free)) in &self.shards {
            let appointments = taken.remove(name.as_str()).unwrap_or(0);
            if *free < 0 || free > capacity || capacity - free != appointments {
                broken.push(format!("I1: shard {name}: {free} of {capacity} free, {appointments} appointments"));
            }
        }
        broken.extend(taken.keys().map(|name| format!("I1: an appointment names shard {name}, which is absent")));
        broken.extend(
            self.open
                .iter()
                .filter(|name| self.cancelled.contains_key(session_of(name)))
                .map(|name| format!("I6: shard {name} of a cancelled session is not shut for good")),
        );
        let mut seen = BTreeSet::new();
        for (id, person) in &self.people {
            if let Some(active) = &person.active {
                let stands = ["HELD", "CONFIRMED"].contains(&active.status.as_str());
                if self.cancelled.get(session_of(&active.shard)) == Some(&true) {
                    broken.push(format!("I6: beneficiary {id} is still in a cancelled session"));
                }
                if !stands || !seen.insert(&active.id) {
                    broken.push(format!("I2: beneficiary {id}: {} {}", active.status, active.id));
                }
            }
            let named =
                self.accounts.get(&person.account).map_or(0, |people| people.iter().filter(|one| *one == id).count());
            if named != 1 {
                broken.push(format!("I2: beneficiary {id} is named {named} times by its account"));
            }
        }
        for (id, ended) in &self.ended {
            let over = ["CANCELLED", "EXPIRED", "COMPLETED", "NO_SHOW"].contains(&ended.status.as_str());
            if !over || !seen.insert(&ended.id) {
                broken.push(format!("beneficiary {id}: an ended appointment {} {}", ended.status, ended.id));
            }
        }
        let people: usize = self.accounts.values().map(Vec::len).sum();
        if people != self.people.len() {
            broken.push(format!("I2: accounts name {people} beneficiaries, there are {}", self.people.len()));
        }
        broken
    }

    /// All free units.
    pub fn free(&self) -> i64 {
        self.shards.values().map(|(_, free)| free).sum()
    }

    /// How many beneficiaries carry an active appointment.
    pub fn active(&self) -> usize {
        self.people.values().filter(|person| person.active.is_some()).count()
    }

    /// The state of an appointment, wherever its beneficiary's partition has it.
    pub fn status(&self, beneficiary: &str, appointment: &str) -> Option<&str> {
        let active = self.people.get(beneficiary).and_then(|person| person.active.as_ref());
        let ended = self.ended.iter().filter(|(id, _)| id == beneficiary).map(|(_, ended)| ended);
        active.into_iter().chain(ended).find(|one| one.id == appointment).map(|one| one.status.as_str())
    }

    /// The active appointment of a beneficiary and its state.
    pub fn active_of(&self, beneficiary: &str) -> Option<(String, String)> {
        let active = self.people.get(beneficiary).and_then(|person| person.active.as_ref());
        active.map(|active| (active.id.clone(), active.status.clone()))
    }

    /// How many appointments a beneficiary has had and has.
    pub fn count(&self, beneficiary: &str) -> usize {
        let active = self.people.get(beneficiary).is_some_and(|person| person.active.is_some());
        usize::from(active) + self.ended.iter().filter(|(id, _)| id == beneficiary).count()
    }
}

fn session_of(shard: &str) -> &str {
    shard.split('#').next().unwrap_or(shard)
}

fn appointment(item: &Item) -> Appointment {
    Appointment { id: text(item, "appointment"), shard: text(item, "pool"), status: text(item, "status") }
}

fn text(item: &Item, name: &str) -> String {
    item[name].as_s().unwrap_or_else(|value| panic!("{name} should be a text, is {value:?}")).clone()
}

fn number(item: &Item, name: &str) -> i64 {
    item[name].as_n().expect("a number").parse().expect("a whole number")
}
