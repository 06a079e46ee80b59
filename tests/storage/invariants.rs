//! What must hold of the table, judged from its raw rows by the checker.

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_checker::{Invariant, Row, Value, at_any_moment};
use vaxslot_testkit::make::Draft;

use crate::{booking::Drive, engine::Table};

/// The rows that bookings change.
pub struct Rows(vaxslot_checker::Table);

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
        let broken = at_any_moment(&read(&drive.table).await);
        assert!(matches!(&broken[..], [one] if one.invariant == Invariant::I1), "{free} free: {broken:?}");
    }
}

/// Reads the whole table, and sees that the invariants hold.
pub async fn hold(table: &Table) -> Rows {
    let table = read(table).await;
    let broken: Vec<String> = at_any_moment(&table).iter().map(ToString::to_string).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    Rows(table)
}

/// The whole table.
pub async fn read(table: &Table) -> vaxslot_checker::Table {
    let mut rows: Vec<Row> = Vec::new();
    let mut from = None;
    loop {
        let scan = table.raw.scan().table_name(&table.name).consistent_read(true).set_exclusive_start_key(from);
        let page = scan.send().await.expect("a scan");
        rows.extend(page.items().iter().map(plain));
        from = page.last_evaluated_key;
        if from.is_none() {
            return vaxslot_checker::Table::read(&rows);
        }
    }
}

fn plain<'a>(item: impl IntoIterator<Item = (&'a String, &'a AttributeValue)>) -> Row {
    item.into_iter().map(|(name, value)| (name.clone(), plain_value(value))).collect()
}

fn plain_value(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => Value::Text(text.clone()),
        AttributeValue::N(digits) => Value::Number(digits.clone()),
        AttributeValue::Bool(flag) => Value::Flag(*flag),
        AttributeValue::L(list) => Value::List(list.iter().map(plain_value).collect()),
        AttributeValue::M(map) => Value::Map(plain(map)),
        _ => Value::Other,
    }
}

impl Rows {
    /// All free units.
    pub fn free(&self) -> i64 {
        self.0.free()
    }

    /// How many beneficiaries carry an active appointment.
    pub fn active(&self) -> usize {
        self.0.active().count()
    }

    /// The state of an appointment, wherever its beneficiary's partition has it.
    pub fn status(&self, beneficiary: &str, appointment: &str) -> Option<&str> {
        self.0.appointment(beneficiary, appointment).map(|one| one.status.as_str())
    }

    /// The active appointment of a beneficiary and its state.
    pub fn active_of(&self, beneficiary: &str) -> Option<(String, String)> {
        self.0.active_of(beneficiary).map(|active| (active.id.clone(), active.status.clone()))
    }

    /// How many appointments a beneficiary has had and has.
    pub fn count(&self, beneficiary: &str) -> usize {
        usize::from(self.0.active_of(beneficiary).is_some()) + self.0.ended_of(beneficiary).count()
    }
}
