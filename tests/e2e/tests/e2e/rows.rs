//! The table, row by row, to see that nothing has changed.

use std::{collections::BTreeMap, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::{Client, config::Credentials, types::AttributeValue};
use vaxslot::stack::Stack;

/// Every row that requests write, by its key. Sums follow from these, in their own time; and how often somebody asked is counted
/// whatever the answer.
pub type Rows = BTreeMap<(String, String), String>;

/// Reads the whole table.
pub async fn read(stack: &Stack) -> Rows {
    let client = client(stack).await;
    let mut pages = client.scan().table_name(table(stack)).into_paginator().items().send();
    let mut rows = Rows::new();
    while let Some(item) = pages.next().await {
        let mut item = item.expect("a row of the table");
        let key = |name: &str| item.get(name).and_then(|value| value.as_s().ok().cloned()).unwrap_or_default();
        let key = (key("pk"), key("sk"));
        // Sums, marks of what was sent, how often somebody asked, and how far the schedule's work has come.
        let follows = ["END#", "TALLY#", "COUNT#", "DAY#", "MADE#", "SENT#", "DELIVERY#", "BUCKET#"];
        if follows.iter().any(|kind| key.0.starts_with(kind)) || ["AUDIT", "REMINDERS"].contains(&&*key.0) {
            continue;
        }
        if key.0.starts_with("SESSION#") {
            for sum in ["free", "capacity", "turns", "version"] {
                item.remove(sum);
            }
        }
        rows.insert(key, spelled(&AttributeValue::M(item)));
    }
    rows
}

/// Reads the whole table once nothing is on its way any more: what earlier requests left to the queue, the stream and the
/// schedule is done, and two readings are the same.
pub async fn settled(stack: &Stack) -> Rows {
    let mut before = read(stack).await;
    for _ in 0..PATIENCE {
        tokio::time::sleep(BETWEEN).await;
        let now = read(stack).await;
        if now == before && !now.values().any(|row| row.contains(UNFINISHED)) {
            return now;
        }
        before = now;
    }
    panic!("the table does not come to rest: {:?}", changed(&before, &read(stack).await));
}

/// How often the table is read until it rests, and how long after each other: longer than a batch of the stream waits.
const PATIENCE: usize = 60;
const BETWEEN: Duration = Duration::from_secs(3);

/// Stands in the row of a session whose cancellation goes on.
const UNFINISHED: &str = r#""due": "S(\"CANCEL\")""#;

/// A value as a text that is the same for the same value: the attributes of a map come in no order of their own.
fn spelled(value: &AttributeValue) -> String {
    match value {
        AttributeValue::M(map) => {
            let sorted: BTreeMap<&String, String> = map.iter().map(|(name, value)| (name, spelled(value))).collect();
            format!("{sorted:?}")
        }
        AttributeValue::L(list) => format!("{:?}", list.iter().map(spelled).collect::<Vec<_>>()),
        other => format!("{other:?}"),
    }
}

/// Keys of rows that are not the same in both.
pub fn changed(before: &Rows, after: &Rows) -> Vec<(String, String)> {
    let mut keys: Vec<_> = before.keys().chain(after.keys()).cloned().collect();
    keys.sort();
    keys.dedup();
    keys.retain(|key| before.get(key) != after.get(key));
    keys
}

/// Sets texts of a row, each under a path such as `active.status`, as no request would.
pub async fn set(stack: &Stack, pk: &str, sk: &str, texts: &[(&str, &str)]) {
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let mut update = client(stack).await.update_item().table_name(table(stack)).key("pk", text(pk)).key("sk", text(sk));
    let mut changes = Vec::new();
    for (number, (path, value)) in texts.iter().enumerate() {
        let mut names = Vec::new();
        for (depth, part) in path.split('.').enumerate() {
            names.push(format!("#{}{depth}", ["a", "b", "c", "d"][number]));
            update = update.expression_attribute_names(names[depth].clone(), part);
        }
        changes.push(format!("{} = :v{number}", names.join(".")));
        update = update.expression_attribute_values(format!(":v{number}"), text(value));
    }
    update.update_expression(format!("SET {}", changes.join(", "))).send().await.expect("the row is changed");
}

/// Sets a number of a row, as no request would.
pub async fn set_number(stack: &Stack, pk: &str, sk: &str, name: &str, value: i64) {
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let update = client(stack).await.update_item().table_name(table(stack)).key("pk", text(pk)).key("sk", text(sk));
    let update = update.update_expression("SET #name = :value").expression_attribute_names("#name", name);
    let update = update.expression_attribute_values(":value", AttributeValue::N(value.to_string()));
    update.send().await.expect("the row is changed");
}

/// Removes a row, as no request would.
pub async fn remove(stack: &Stack, pk: &str, sk: &str) {
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let delete = client(stack).await.delete_item().table_name(table(stack)).key("pk", text(pk)).key("sk", text(sk));
    delete.send().await.expect("the row is removed");
}

/// The partition key of every row.
pub async fn keys(stack: &Stack) -> Vec<String> {
    let scan = client(stack).await.scan().table_name(table(stack)).projection_expression("pk");
    let mut pages = scan.into_paginator().items().send();
    let mut keys = Vec::new();
    while let Some(item) = pages.next().await {
        keys.push(item.expect("a row of the table")["pk"].as_s().expect("a key").clone());
    }
    keys
}

/// The texts of a row by their names; none if there is no row.
pub async fn texts(stack: &Stack, pk: &str, sk: &str) -> BTreeMap<String, String> {
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let get = client(stack).await.get_item().table_name(table(stack)).key("pk", text(pk)).key("sk", text(sk));
    let item = get.consistent_read(true).send().await.expect("a look at the row").item.unwrap_or_default();
    item.into_iter().filter_map(|(name, value)| Some((name, value.as_s().ok()?.clone()))).collect()
}

fn table(stack: &Stack) -> String {
    field(stack, "table")
}

/// The local AWS endpoint.
pub fn endpoint(stack: &Stack) -> String {
    field(stack, "endpoint")
}

/// What a request that no client of ours makes says of who signed it: the endpoint takes any signature.
pub fn signed(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
}

/// A field of the stack's description.
pub fn field(stack: &Stack, name: &str) -> String {
    let text = std::fs::read_to_string(stack.file()).expect("the stack's description");
    let fields: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    fields[name].as_str().expect("a field of the description").to_owned()
}

async fn client(stack: &Stack) -> Client {
    Client::new(&config(stack).await)
}

/// How the endpoint is reached, as its owner.
pub async fn config(stack: &Stack) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .endpoint_url(endpoint(stack))
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "local"))
        .load()
        .await
}
